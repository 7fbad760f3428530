"""How much more service one day may hold for one member."""

from datetime import date

from django.conf import settings
from django.db.models import Sum

from accounts.models import User
from service.models import HourEntry


def minutes_left(member: User, day: date) -> int:
    """Return how many minutes of `day` may still be attested to `member`; ask under the lock of the member's row."""
    attested = HourEntry.objects.filter(member=member, day=day).aggregate(total=Sum("minutes"))["total"] or 0
    return max(0, settings.SERVICE_HOURS_A_DAY * 60 - attested)
