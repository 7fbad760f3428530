"""What the command centre types."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.turnouts import UNKNOWN_OPTION
from records.text import LongTextField


class DecideExclusionForm(forms.Form):
    """Yes or no to leaving a case out of the rates, with the reason that its units read."""

    approve = forms.TypedChoiceField(
        label=_("Leave the case out of the rates?"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("Yes, exclude it")), ("no", _("No, it counts"))],
        widget=forms.RadioSelect,
        error_messages=UNKNOWN_OPTION,
    )
    reason = LongTextField(label=_("Reason"), max_length=500, rows=3)
