"""Shifts as members find them: near home, by day, skill and kind."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import Unit
from service.enums import ShiftState
from service.models import Registration, Shift, SignUp
from service.queries.scope import communities_of, registration_of


def ring(home: Unit, near: str) -> Q:
    """Return the condition of the shifts in the ring `near` around the community `home`."""
    own, street, district = Q(community=home), Q(community__parent=home.parent_id), _district(home)
    return {"community": own, "street": street & ~own, "district": district & ~street}[near]


def _district(home: Unit) -> Q:
    return Q(community__path__startswith=f"{home.path.split('/')[0]}/")


def shifts_visible_to(user) -> QuerySet[Shift]:
    """Return the shifts `user` may open: run by them, signed up for, and for a member those of the district."""
    if not getattr(user, "is_active", False):
        return Shift.objects.none()
    found = Q(community__in=communities_of(user)) | Q(pk__in=SignUp.objects.filter(member=user).values("shift"))
    if registration := registration_of(user):
        found |= _district(registration.community)
    return Shift.objects.filter(found).select_related("post__activity", "community").prefetch_related("post__skills")


def open_shifts(registration: Registration, now: datetime) -> QuerySet[Shift]:
    """Return the shifts of the district of `registration` that take sign-ups, also full ones: by starts_at."""
    takes = Q(state=ShiftState.OPEN, post__is_open=True, starts_at__gt=now, community__is_active=True)
    found = Shift.objects.filter(takes, _district(registration.community))
    return found.select_related("post__activity", "community").prefetch_related("post__skills")


def midnight(day: date) -> datetime:
    """Return when `day` begins in Shanghai."""
    return timezone.make_aware(datetime.combine(day, time.min))


def per_day(shifts: QuerySet[Shift], first: date, last: date) -> dict[date, dict[str, int]]:
    """Return how many of `shifts` begin on each day from `first` to `last`, and their free places: one query."""
    found = shifts.filter(starts_at__gte=midnight(first), starts_at__lt=midnight(last + timedelta(days=1)))
    rows = (
        found.select_related(None)
        .prefetch_related(None)
        .annotate(day=TruncDate("starts_at"))
        .values("day")
        .annotate(shifts=Count("pk"), free=Sum(F("places") - F("taken")))
        .order_by("day")
    )
    return {row["day"]: row for row in rows}
