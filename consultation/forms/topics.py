"""Whose topics are shown: a street and a month."""

from collections.abc import Iterable
from datetime import date
from operator import attrgetter

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from service.forms.fields import NOT_LISTED, RowField


class TopicsForm(forms.Form):
    """One of `streets` and one of `months`."""

    street = RowField(label=_("Street or town"))
    month = forms.ChoiceField(label=_("Month"), error_messages=NOT_LISTED)

    def __init__(self, *args, streets: Iterable[Unit], months: Iterable[date], **kwargs):
        super().__init__(*args, **kwargs)
        streets = list(streets)
        several = len({street.parent_id for street in streets}) > 1
        self.fields["street"].offer(streets, group=attrgetter("parent") if several else None)
        self.fields["month"].choices = [(f"{month:%Y-%m}", date_format(month, "YEAR_MONTH_FORMAT")) for month in months]

    def clean_month(self) -> date:
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")
