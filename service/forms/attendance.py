"""What is typed on the day of a shift and after it."""

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from records.text import LongTextField, PlainTextField
from service.actions.typed import LONGEST_REASON
from service.forms.fields import ShownField
from service.models import SignUp
from service.queries.hours import length_of, proposed_minutes


class CodeForm(forms.Form):
    """The six digits that are shown on site."""

    code = PlainTextField(
        label=_("Code shown on site"),
        max_length=20,
        help_text=_("Six digits, which change every minute."),
        error_messages={"required": _("Please type the six digits that are shown on site.")},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        """Return the digits alone, also of those typed in full width or in groups."""
        return "".join(unicodedata.normalize("NFKC", self.cleaned_data["code"]).split())


class MarkForm(forms.Form):
    """Some of the people who signed up, and why they are marked."""

    people = forms.TypedMultipleChoiceField(
        label=_("People"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Please choose at least one person."),
            "invalid_choice": _("Somebody has changed this list in the meantime. Please look at it again."),
        },
    )
    reason = LongTextField(label=_("Reason"), max_length=LONGEST_REASON, rows=2)

    def __init__(self, *args, people: list[SignUp], names: dict[int, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = [(sign_up.pk, names[sign_up.pk]) for sign_up in people]


class AttestForm(forms.Form):
    """The minutes of each person who was present, with what the check-in and the check-out propose."""

    def __init__(self, *args, people: list[SignUp], names: dict[int, str], **kwargs):
        super().__init__(*args, **kwargs)
        for sign_up in people:
            self.fields[f"minutes_{sign_up.pk}"] = forms.IntegerField(
                label=_("Minutes of %(member)s") % {"member": names[sign_up.pk]},
                required=False,
                min_value=1,
                max_value=length_of(sign_up),
                initial=proposed_minutes(sign_up),
                help_text=_("Leave it empty to decide later."),
            )


class CorrectForm(forms.Form):
    """How many minutes are right in all, and why."""

    minutes = forms.IntegerField(
        label=_("Minutes that are right"),
        min_value=0,
        max_value=1440,
        help_text=_("In all, not the difference; 0 takes the entry back."),
    )
    shown = ShownField()
    reason = LongTextField(label=_("Reason"), max_length=LONGEST_REASON, rows=2)

    def clean_shown(self) -> int | None:
        """Return the minutes that the page showed."""
        shown = self.cleaned_data["shown"]
        return int(shown) if shown.isdecimal() else None
