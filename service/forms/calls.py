"""What is typed about a call for helpers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from records.terms.forms import MomentField
from records.text import LongTextField, PlainTextField
from service.forms.fields import RowField, RowsField, WholeField
from service.queries.calls import callers_for
from service.queries.registrations import skills


class CallOffForm(forms.Form):
    reason = LongTextField(label=_("Reason"), max_length=500, rows=3, help_text=_("Everyone who was told reads it."))


class ReleaseForm(forms.Form):
    """How much of a helper's time on the spot is attested."""

    minutes = WholeField(label=_("Minutes"), min_value=0, required=False)

    def __init__(self, *args, there: int | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["minutes"]
        if there is not None:
            field.help_text = _("Leave it empty to attest all %(there)d minutes on the spot; 0 attests none.") % {
                "there": there
            }


class AttestLaterForm(forms.Form):
    """How much of the time of a helper who is released is attested after all, and why."""

    minutes = WholeField(label=_("Minutes"), min_value=1)
    reason = LongTextField(label=_("Reason"), max_length=500, rows=2, help_text=_("The member reads it."))


def _moment(label, help_text="") -> MomentField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return MomentField(label=label, widget=widget, help_text=help_text)


class CallForm(forms.Form):
    """Who calls, for what, where, how many, with which skills, by when and until when."""

    caller = RowField(label=_("In the name of"))
    title = PlainTextField(label=_("What is needed"), max_length=80)
    text = LongTextField(
        label=_("What is to be done"),
        max_length=1000,
        required=False,
        help_text=_("What to bring, whom to ask for. Please leave out names and addresses of residents."),
    )
    place = PlainTextField(label=_("Meeting place"), max_length=200)
    helpers = WholeField(label=_("Helpers needed"), min_value=1, max_value=500)
    skills = RowsField(
        label=_("Skills needed"), required=False, help_text=_("Only members who have all of these are told.")
    )
    arrive_by = _moment(_("To be there by"))
    until = _moment(_("Needed until"), _("The call ends by itself then; within 7 days."))

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.callers = callers_for(user)
        self.fields["caller"].offer([each.unit for each in self.callers])
        self.fields["skills"].offer(skills())
