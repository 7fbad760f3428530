"""What the forms of this app are made of: fields that repeat nothing no page can hold, and the form without any."""

from collections.abc import Callable, Iterable
from datetime import date
from itertools import groupby

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from records.text import Plain

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
NOT_LISTED = {"invalid_choice": _("Please choose from the list.")}


class RowField(forms.ChoiceField):
    """One of the rows that were offered; becomes the row, or None where nothing need be chosen."""

    default_error_messages = NOT_LISTED

    def offer(self, rows: Iterable, *, group: Callable | None = None) -> None:
        """Let the person choose one of `rows`, under a heading each time `group` changes; an only one is chosen."""
        rows = list(rows)
        self._rows = {str(row.pk): row for row in rows}
        options = _grouped(rows, group) if group else _options(rows)
        self.choices = options if self.required and len(rows) == 1 else [("", _("Please choose")), *options]

    def row(self, key):
        """Return the offered row with that `key`, or the only one, or None."""
        only = next(iter(self._rows.values())) if self.required and len(self._rows) == 1 else None
        return self._rows.get(str(key), only)

    def clean(self, value):
        return self._rows.get(super().clean(value))


class RowsField(forms.MultipleChoiceField):
    """Any of the rows that were offered; becomes the list of them."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = NOT_LISTED

    def offer(self, rows: Iterable) -> None:
        """Let the person choose among `rows`."""
        rows = list(rows)
        self._rows = {str(row.pk): row for row in rows}
        self.choices = _options(rows)

    def clean(self, value) -> list:
        return [self._rows[key] for key in super().clean(value)]


def _options(rows: list) -> list[tuple]:
    return [(row.pk, str(row)) for row in rows]


def _grouped(rows: list, group: Callable) -> list[tuple]:
    return [(str(name), _options(list(members))) for name, members in groupby(rows, key=group)]


class DayField(Plain, forms.DateField):
    """A day from `first` to `last`, chosen with the browser's own control."""

    def __init__(self, *, first: date = FIRST_DAY, last: date = LAST_DAY, **kwargs):
        limits = [
            MinValueValidator(first, _("Please give %(limit_value)s or a later day.")),
            MaxValueValidator(last, _("Please give %(limit_value)s or an earlier day.")),
        ]
        super().__init__(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), validators=limits, **kwargs)


class WholeField(Plain, forms.IntegerField):
    """A whole number."""


class ShownField(forms.CharField):
    """What the page showed, so that nobody decides on what has changed since; shown again it is what holds now."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)

    def bound_data(self, _data, initial):
        return initial


class NothingToSay(forms.Form):
    """A verb that is one button."""
