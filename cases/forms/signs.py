"""What is chosen for the signs of buildings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from cases.forms.turnouts import UNKNOWN_OPTION


class CommunityForm(forms.Form):
    """One of the communities in which the person's buildings lie."""

    community = forms.TypedChoiceField(
        label=_("Community or village"), required=False, coerce=int, empty_value=None, error_messages=UNKNOWN_OPTION
    )

    def __init__(self, data, *, communities: list[Unit]):
        super().__init__(data)
        self.fields["community"].choices = [(unit.pk, unit.name) for unit in communities]

    @property
    def shown(self) -> int | None:
        """The key of the community that was chosen; without a choice, or with a wrong one, of the first."""
        choices = self.fields["community"].choices
        first = choices[0][0] if choices else None
        return self.cleaned_data.get("community") or first if self.is_valid() else first
