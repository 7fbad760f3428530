"""What is typed about a commitment, beside what every list asks for (service.forms.lists)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from records.text import LongTextField
from service.actions.typed import LONGEST_REASON
from service.models import ItemProgress


class ProgressForm(forms.Form):
    """What has been done so far."""

    text = LongTextField(
        label=_("What has been done so far?"),
        max_length=ItemProgress._meta.get_field("text").max_length,
        help_text=_("Please name no resident: it is public with the resolution."),
    )


class DeclineForm(forms.Form):
    """Why the unit cannot do it."""

    reason = LongTextField(
        label=_("Why can your unit not do this?"),
        max_length=LONGEST_REASON,
        rows=2,
        help_text=_("Please name no resident: it is public with the resolution."),
    )
