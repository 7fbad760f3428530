"""Attested hours: of a day, of a member, and what a sign-up proposes."""

import math
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Max, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import Unit
from service.enums import HourKind
from service.models import HelperAnswer, HourEntry, Shift, SignUp
from service.quarters import Quarter
from service.queries.hours_of_day import most_a_day
from service.queries.scope import communities_of, employers_of

BY_EMPLOYERS = Q(kind=HourKind.ATTESTED, attested_for__isnull=False) | Q(corrects__attested_for__isnull=False)
"""The condition of what employers attested to the helpers of their own calls, whoever corrected it."""


def length_of(span: Shift | SignUp) -> int:
    """Return how many whole minutes a shift, or the shift of a sign-up, lasts."""
    return minutes_between(span.starts_at, span.ends_at)


def minutes_between(begun: datetime, ended: datetime) -> int:
    """Return how many whole minutes lie between two moments."""
    return int((ended - begun).total_seconds()) // 60


def day_of(shift: Shift) -> date:
    """Return the day on which the hours of `shift` count: that of its beginning."""
    return timezone.localdate(shift.starts_at)


def proposed_minutes(sign_up: SignUp) -> int:
    """Return the minutes from check-in to check-out within the shift; the shift's length where one is not known.

    Of whom the staff marked present nobody knows when they came. Never more than a day allows.
    """
    longest = min(length_of(sign_up), most_a_day())
    begun = begun_at(sign_up)
    if begun is None or sign_up.checked_out_at is None:
        return longest
    ended = min(sign_up.checked_out_at, sign_up.ends_at)
    minutes = math.ceil((ended - begun).total_seconds() / 60)
    return min(max(minutes, 1), longest)


def begun_at(sign_up: SignUp) -> datetime | None:
    """Return when the member began to serve, as their check-in says; None when nobody knows."""
    if sign_up.checked_in_at is None or sign_up.marked_by_id is not None:
        return None
    return max(sign_up.checked_in_at, sign_up.starts_at)


def span_of(sign_up: SignUp, minutes: int) -> tuple[datetime, datetime]:
    """Return from when until when `minutes` of the shift of `sign_up` were served: from the check-in, within it."""
    served = timedelta(minutes=minutes)
    begun = min(begun_at(sign_up) or sign_up.starts_at, sign_up.ends_at - served)
    return begun, begun + served


def entries_run_by(user) -> QuerySet[HourEntry]:
    """Return the attested entries that `user` may correct.

    They are those of the communities whose service they run, and those that an employer attested for which they act.
    """
    mine = Q(community__in=communities_of(user)) | Q(attested_for__in=employers_of(user))
    found = HourEntry.objects.filter(mine, kind=HourKind.ATTESTED)
    return found.select_related("member", "community", "attested_for", "attested_by", "sign_up__shift", "answer")


def entries_of_calls(answers: Iterable[HelperAnswer], user) -> dict[int, HourEntry]:
    """Return what was attested of each of `answers` and `user` may correct, by the key of the answer: one query."""
    found = entries_run_by(user).filter(answer__in=[answer.pk for answer in answers])
    return {entry.answer_id: entry for entry in found}


def corrects_for(user, entry: HourEntry) -> Unit | None:
    """Return the unit in whose name `user` may correct `entry`: its community, else the employer that attested it."""
    if entry.community_id in communities_of(user):
        return entry.community
    return entry.attested_for if entry.attested_for_id in employers_of(user) else None


def is_settled_for(unit: Unit, entry: HourEntry) -> bool:
    """Return whether `unit`, an employer, corrects `entry` no more, since the community has: its word stands."""
    return unit.pk != entry.community_id and entry.corrections.filter(attested_for__isnull=True).exists()


def corrections_of(entry: HourEntry) -> QuerySet[HourEntry]:
    """Return the corrections of `entry`, the first one first."""
    return entry.corrections.select_related("community", "attested_for", "attested_by").order_by("pk")


def net_minutes(entry: HourEntry) -> int:
    """Return the minutes of `entry` with all its corrections."""
    return entry.minutes + (entry.corrections.aggregate(total=Sum("minutes"))["total"] or 0)


def hours_of(member, first_day: date, last_day: date) -> QuerySet[HourEntry]:
    """Return the entries of `member` in a span of days, both included: the index hours_of_member."""
    return HourEntry.objects.filter(member=member, day__range=(first_day, last_day))


def hours_in(member, quarter: Quarter) -> QuerySet[HourEntry]:
    """Return the entries of `member` in `quarter` with what their page shows."""
    mine = hours_of(member, quarter.first_day, quarter.last_day)
    return mine.select_related("community", "attested_for", "attested_by")


def total(entries: QuerySet[HourEntry]) -> int:
    """Return the minutes of `entries` together."""
    return entries.order_by().aggregate(total=Sum("minutes"))["total"] or 0


def services_in(entries: QuerySet[HourEntry]) -> int:
    """Return how many services `entries` hold; one that was corrected down to nothing is none."""
    return entries.filter(kind=HourKind.ATTESTED).exclude(pk__in=cancelled_out(entries)).count()


def cancelled_out(entries: QuerySet[HourEntry]) -> QuerySet:
    """Return the keys of the entries that their corrections among `entries` have brought down to nothing.

    A correction lies on the day, in the community and with the employer of what it corrects, so both are in any
    scope together.
    """
    corrected = entries.filter(kind=HourKind.CORRECTION).order_by().values("corrects")
    nothing = corrected.annotate(net=Sum("minutes") + Max("corrects__minutes")).filter(net=0)
    return nothing.values("corrects")


def year_of(member, year: int) -> int:
    """Return the minutes of `member` in `year`."""
    return total(HourEntry.objects.filter(member=member, day__year=year))
