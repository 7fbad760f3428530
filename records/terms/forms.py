"""What is typed about the time of a deadline."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from records.terms.enums import PauseCode
from records.terms.steps import LONGEST_TEXT
from records.text import LongTextField, plain

LAST_YEAR = 9000  # what lies outside cannot be turned into another time zone


class MomentField(forms.DateTimeField):
    """A date and time, shown again without what no page can hold."""

    def bound_data(self, data, initial):
        return plain(data) if isinstance(data, str) else data


class AskForm(forms.Form):
    """More time, until when and why."""

    wanted = MomentField(
        label=_("New time proposed"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Later than the time that stands now; by a year at most."),
    )
    reason = LongTextField(label=_("Reason"), max_length=LONGEST_TEXT)

    def clean_wanted(self):
        wanted = self.cleaned_data["wanted"]
        if not timezone.now().year <= wanted.year <= LAST_YEAR:
            raise forms.ValidationError(_("Enter a valid date and time."))
        return wanted


class DecideForm(forms.Form):
    """An answer with a reason, which the unit that asked reads."""

    answer = LongTextField(label=_("Reason of the decision"), max_length=LONGEST_TEXT)


class PauseForm(forms.Form):
    code = forms.ChoiceField(
        label=_("Why does the clock stand still?"),
        choices=PauseCode,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Please choose one of the reasons.")},
    )


class ResumeForm(forms.Form):
    """One button."""
