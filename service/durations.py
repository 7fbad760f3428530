"""How minutes of service, and the period in which they were served, read."""

from django.utils.translation import gettext as _

from service.quarters import Period, Year


def spelled(minutes: int) -> str:
    """Return `minutes` as hours and minutes in the active language; a negative difference keeps its sign."""
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else ""
    if not hours:
        return sign + _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return sign + _("%(hours)d h") % {"hours": hours}
    return sign + _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def named(period: Period) -> str:
    """Return `period` as a sentence in the active language names it."""
    return _("the year %(year)s") % {"year": period} if isinstance(period, Year) else str(period)
