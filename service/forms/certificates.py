"""The span of days that is to be certified, and the code of a certificate."""

from django import forms
from django.utils.translation import gettext_lazy as _

from records.text import PlainTextField
from service.forms.fields import DayField


class CertificateForm(forms.Form):
    first_day = DayField(label=_("From"))
    last_day = DayField(label=_("Until"))


class VerifyForm(forms.Form):
    code = PlainTextField(
        label=_("Code of the certificate"),
        max_length=40,
        help_text=_("16 letters and digits, as printed on the certificate."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
