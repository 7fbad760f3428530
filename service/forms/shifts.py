"""What a community types about shifts, and what a member says when withdrawing."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from records.calendar import working_calendar
from records.forms import PlainTimeField
from records.terms.forms import MomentField
from records.text import LongTextField
from service.forms.fields import DayField, WholeField
from service.models import Shift
from service.models.posts import MOST_PLACES
from service.series import Series, without_days_off

LONGEST_SERIES = timedelta(days=366)
REASON_LENGTH = Shift._meta.get_field("reason").max_length


class ShiftMomentField(MomentField):
    """When a shift begins or ends: by the minute, in years that every database holds."""

    def __init__(self, **kwargs):
        super().__init__(
            widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            **kwargs,
        )

    def clean(self, value):
        moment = super().clean(value)
        if moment is not None and not 2000 <= moment.year <= 2100:
            raise forms.ValidationError(_("Enter a valid date and time."))
        return moment


class Planned(NamedTuple):
    """One shift of a series; `is_day_off` by the working calendar."""

    starts_at: datetime
    ends_at: datetime
    is_day_off: bool


def _places(**given) -> WholeField:
    return WholeField(label=_("Places"), min_value=1, max_value=MOST_PLACES, **given)


class TimesForm(forms.Form):
    """From when until when."""

    starts_at = ShiftMomentField(label=_("Begins"))
    ends_at = ShiftMomentField(label=_("Ends"), help_text=_("12 hours after the beginning at most."))

    def __init__(self, *args, shift: Shift | None = None, **kwargs):
        if shift is not None:
            kwargs["initial"] = {name: timezone.localtime(getattr(shift, name)) for name in ("starts_at", "ends_at")}
        super().__init__(*args, **kwargs)


class OneShiftForm(TimesForm):
    """One shift."""

    places = _places(initial=5)


class PlacesForm(forms.Form):
    """How many can come."""

    places = _places()

    def __init__(self, *args, shift: Shift, **kwargs):
        super().__init__(*args, initial={"places": shift.places}, **kwargs)


class SeriesForm(forms.Form):
    """A shift each week on the same days; what it comes to is shown before it is published."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these days of the week"),
        coerce=int,
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Please choose from the list.")},
    )
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"), help_text=_("At most 60 shifts are published at once."))
    begins = PlainTimeField(label=_("Begins at"))
    ends = PlainTimeField(label=_("Ends at"))
    places = _places(initial=5)
    leave_out = forms.BooleanField(
        label=_("Leave out days off"), required=False, help_text=_("Weekends and holidays by the working calendar.")
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("This day lies before the first one."))
        elif first and last and last - first > LONGEST_SERIES:
            self.add_error("last", _("A series lasts a year at most."))
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("A shift ends after it begins."))
        return cleaned

    def planned(self) -> list[Planned]:
        """Return the shifts of a valid form, each with whether it falls on a day off."""
        typed = self.cleaned_data
        series = Series(typed["first"], typed["last"], typed["weekdays"], typed["begins"], typed["ends"])
        calendar, days = working_calendar(typed["first"]), series.days()
        if typed["leave_out"]:
            days = without_days_off(days, calendar.is_working)
        return [Planned(*span, not calendar.is_working(span[0].date())) for span in series.spans(days)]


class ReasonForm(forms.Form):
    """Why a shift is cancelled."""

    reason = LongTextField(
        label=_("Reason"), max_length=REASON_LENGTH, rows=2, help_text=_("Everyone who is signed up reads it.")
    )


class WithdrawForm(forms.Form):
    """Why a member cannot come; near the start it is required (`late`)."""

    reason = LongTextField(
        label=_("Reason"), max_length=REASON_LENGTH, rows=2, help_text=_("Only the community reads it.")
    )

    def __init__(self, *args, late: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = late
