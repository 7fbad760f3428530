"""What department, street and command type about one turnout."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.enums import TurnoutState
from cases.forms.photos import PhotoFormMixin
from cases.models import Turnout
from records.text import LongTextField

REASON_LENGTH = Turnout._meta.get_field("dispute_reason").max_length


# the sentence of Django repeats what was sent, which here was never typed by hand
UNKNOWN_OPTION = {"invalid_choice": _("Please choose one of the options.")}


class NothingToSay(forms.Form):
    """A verb that is one button."""


class ReasonForm(forms.Form):
    """A verb that is done with a reason, which the units read."""

    reason = LongTextField(label=_("Reason"), max_length=REASON_LENGTH)


class DisputeForm(forms.Form):
    reason = LongTextField(
        label=_("Why is this not for your department?"),
        max_length=REASON_LENGTH,
        help_text=_(
            "A whistle can be disputed once. The command centre decides, and its decision stands. "
            "“It is on your territory” is no reason, and the clocks run on until the decision."
        ),
    )


class ArriveForm(PhotoFormMixin):
    """The place is optional: two numbers that a button fills in from the phone."""

    latitude = forms.DecimalField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90, max_digits=8, decimal_places=5
    )
    longitude = forms.DecimalField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180, max_digits=8, decimal_places=5
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        for name, other in (("latitude", "longitude"), ("longitude", "latitude")):
            if cleaned.get(name) is not None and other in cleaned and cleaned[other] is None:
                self.add_error(other, _("A position is both numbers, or none."))
        return cleaned


class ReportForm(PhotoFormMixin):
    text = LongTextField(
        label=_("What was done, and with what result?"),
        max_length=Turnout._meta.get_field("report").max_length,
        rows=5,
    )


def _mark(label, worst, best) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        choices=[(1, worst), (2, "2"), (3, "3"), (4, "4"), (5, best)],
        widget=forms.RadioSelect,
        error_messages=UNKNOWN_OPTION,
        template_name="django/forms/rating.html",
    )


class ReleaseForm(forms.Form):
    """一哨一考核: three marks of 1 to 5 that feed the department's appraisal."""

    on_time = _mark(_("On time"), _("1 very late"), _("5 on the dot"))
    cooperation = _mark(_("Co-operation"), _("1 passed it on"), _("5 took it on"))
    result = _mark(_("Result"), _("1 nothing solved"), _("5 fully solved"))
    remark = LongTextField(
        label=_("Remark"),
        max_length=Turnout._meta.get_field("remark").max_length,
        required=False,
        rows=2,
        help_text=_("The department reads it together with the marks."),
    )


class PastTurnoutsForm(forms.Form):
    """Narrows the history of a department by state."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All states")), *TurnoutState.choices],
        error_messages=UNKNOWN_OPTION,
    )
