"""The sign-in form; apart from accounts.forms, which allauth reads while its own forms are being made."""

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):
    """allauth's sign-in, whose first field says what it takes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["login"]
        field.label = _("Username or mobile number")
        field.widget = forms.TextInput({"autocomplete": "username", "autocapitalize": "none"})
