"""Telephone numbers: one spelling (E.164) in the database, a masked one on screen."""

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def normalise(text: str) -> str:
    """Return `text` as E.164, reading a number without country code as one of PHONENUMBER_REGION.

    Raises ValidationError when it is no possible number.
    """
    try:
        number = phonenumbers.parse(text, settings.PHONENUMBER_REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValidationError(
            _("This is not a telephone number. Example: 139 1234 5678 or 010-6996 1234."),
            code="invalid_phone",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(number: str) -> str:
    """Return `number` with all but its first three and last two national digits replaced by asterisks."""
    national = number.removeprefix("+86")
    if len(national) < 7:
        return "*" * len(national)
    return f"{national[:3]}{'*' * (len(national) - 5)}{national[-2:]}"
