"""What one member's time may still hold: the minutes of a day, and the hours that nothing else was attested for."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from service.enums import HourKind
from service.models import HourEntry

Span = tuple[datetime, datetime]


def minutes_left(member: User, day: date) -> int:
    """Return how many minutes of `day` may still be attested to `member`; ask under the lock of the member's row."""
    return left_on(day, [member.pk])[member.pk]


def left_on(day: date, members: Iterable[int]) -> dict[int, int]:
    """Return for each of `members`, by key, how many minutes of `day` may still be attested, over all communities."""
    members = list(members)
    rows = HourEntry.objects.filter(day=day, member__in=members).order_by().values("member")
    attested = {row["member"]: row["total"] for row in rows.annotate(total=Sum("minutes"))}
    return {member: max(0, most_a_day() - attested.get(member, 0)) for member in members}


def most_a_day() -> int:
    """Return how many minutes of one day count at most."""
    return settings.SERVICE_HOURS_A_DAY * 60


def overlapping(member: User | int, begins_at: datetime, ends_at: datetime) -> QuerySet[HourEntry]:
    """Return the attested entries of `member` (or of that key) that share time with the span, the first one first.

    What its corrections have brought down to nothing does not count. Ask under the lock of the member's row.
    """
    return meanwhile([member], begins_at, ends_at)


def meanwhile(members: Iterable[User | int], begins_at: datetime, ends_at: datetime) -> QuerySet[HourEntry]:
    """Return what `overlapping` finds, for any of `members`.

    Also an entry that a correction has stretched into the span shares it.
    """
    in_span = Q(begins_at__lt=ends_at, ends_at__gt=begins_at)
    stretched = HourEntry.objects.filter(in_span, corrects=OuterRef("pk"))
    found = HourEntry.objects.filter(in_span | Exists(stretched), member__in=list(members), kind=HourKind.ATTESTED)
    net = F("minutes") + Coalesce(Sum("corrections__minutes"), 0)
    return found.annotate(net=net).filter(net__gt=0).order_by("begins_at", "pk")


def spans_held(members: Iterable[int], begins_at: datetime, ends_at: datetime) -> dict[int, list[Span]]:
    """Return at which times between `begins_at` and `ends_at` each of `members`, by key, has attested hours."""
    held: dict[int, list[Span]] = defaultdict(list)
    for entry in meanwhile(members, begins_at, ends_at).prefetch_related("corrections"):
        rows = [entry, *entry.corrections.all()]
        held[entry.member_id] += [(row.begins_at, row.ends_at) for row in rows if row.begins_at]
    return held
