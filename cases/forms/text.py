"""Text that a person types: no control characters, and lines counted as the browser counts them."""

import re

from django import forms

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")


def plain(text: str) -> str:
    """Return `text` with one line break character and without what no page and no database can hold."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class PlainTextField(forms.CharField):
    """A CharField of plain text, also where it is shown again because something else was wrong."""

    def to_python(self, value):
        return super().to_python(plain(value) if isinstance(value, str) else value)

    def bound_data(self, data, initial):
        return plain(data) if isinstance(data, str) else data


class LongTextField(PlainTextField):
    """Plain text of several lines."""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 4, **kwargs):
        super().__init__(widget=forms.Textarea({"rows": rows}), **kwargs)
