"""What a person types about themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ResidentSignupForm(forms.Form):
    """What allauth's sign-up asks beyond username, phone and password."""

    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput({"autocomplete": "name"}))

    def signup(self, request, user) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
