"""Text that was typed, as the actions take it."""

from django.utils.translation import gettext as _

from accounts.errors import Refused

LONGEST_REASON = 500


def checked(text: str, *, field: str, most: int, missing: str = "") -> str:
    """Return `text` without surrounding spaces.

    Raises Refused for `field` when it is longer than `most`, or empty where `missing` says so.
    """
    text = text.strip()
    if missing and not text:
        raise Refused(missing, field=field)
    if len(text) > most:
        raise Refused(_("This is too long: %(most)d characters at most.") % {"most": most}, field=field)
    return text


def checked_reason(reason: str) -> str:
    """Return `reason` without surrounding spaces. Raises Refused when it is empty or too long."""
    return checked(reason, field="reason", most=LONGEST_REASON, missing=_("Please give a reason."))
