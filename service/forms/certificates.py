"""The span of days that is to be certified, and the code of a certificate."""

from django import forms
from django.utils.translation import gettext_lazy as _

from records.text import PlainTextField, plain


class DayField(forms.DateField):
    """A day, shown again without what no page can hold."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def bound_data(self, data, initial):
        return plain(data) if isinstance(data, str) else data


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
