"""Which days a person may type: near enough that every database and time zone can hold them."""

from datetime import date

from django.utils.translation import gettext as _

from accounts.errors import Refused

YEARS = range(1970, 2100)


def check_day(day: date | None, *, field: str) -> None:
    """Ask whether `day`, typed into `field`, lies within YEARS; None does. Raises Refused when not."""
    if day is not None and day.year not in YEARS:
        raise Refused(_("This day lies outside the years 1970 to 2099."), field=field)
