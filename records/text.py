"""Text that a person types: no control characters, and lines counted as the browser counts them."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
    r"\u200e\u200f\u202a-\u202e\u2066-\u2069]"  # the last ones turn the direction of what follows
)
DAMAGED = "\ufffd"  # stands where bytes could not be read


def plain(text: str) -> str:
    """Return `text` with one line break character and without what no page and no database can hold."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def whole(text: str) -> None:
    """Raise ValidationError when a part of `text` was lost on the way."""
    if DAMAGED in text:
        raise ValidationError(_("The text arrived damaged. Please type it again."), code="damaged")


class Plain:
    """Makes a field free of control characters, also where it is shown again because something else was wrong."""

    def to_python(self, value):
        return super().to_python(plain(value) if isinstance(value, str) else value)

    def bound_data(self, data, initial):
        return plain(data) if isinstance(data, str) else data


class PlainTextField(Plain, forms.CharField):
    """A CharField of plain text."""

    default_validators = [whole]


class LongTextField(PlainTextField):
    """Plain text of several lines."""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 4, **kwargs):
        super().__init__(widget=forms.Textarea({"rows": rows}), **kwargs)
