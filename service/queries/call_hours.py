"""How much of a helper's time on the spot may be attested."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Sum
from django.utils import timezone

from service.models import HelperAnswer, HourEntry
from service.queries.hours_of_day import minutes_left, spans_held

LONGEST = timedelta(hours=12)


class Span(NamedTuple):
    """Some whole minutes from a moment on."""

    begins_at: datetime
    minutes: int


def time_there(answer: HelperAnswer, now: datetime) -> tuple[datetime, datetime]:
    """Return from when until when the helper was on the spot: from the arrival to `now` or to the end of the call.

    That is LONGEST at most.
    """
    return answer.arrived_at, min(now, answer.call.until, answer.arrived_at + LONGEST)


def minutes_there(answer: HelperAnswer, now: datetime) -> int:
    """Return how many whole minutes `time_there` holds."""
    return _minutes(*time_there(answer, now))


def is_attested(answer: HelperAnswer) -> bool:
    """Return whether time of `answer` is attested, whatever became of it by corrections."""
    return bool(minutes_attested([answer]))


def minutes_attested(answers: Iterable[HelperAnswer]) -> dict[int, int]:
    """Return how many minutes are attested of those of `answers` of which some were, by the key of the answer."""
    rows = HourEntry.objects.filter(answer__in=[answer.pk for answer in answers]).order_by().values_list("answer")
    return dict(rows.annotate(total=Sum("minutes")))


def attestable(answer: HelperAnswer, now: datetime) -> Span:
    """Return what may be attested: the first stretch of `minutes_there` that is not attested otherwise.

    No longer than what the day still holds. Ask under the lock of the member's row.
    """
    begins_at, ends_at = time_there(answer, now)
    held = spans_held([answer.member_id], begins_at, ends_at).get(answer.member_id, [])
    for held_from, held_until in sorted(held):
        if held_from > begins_at:
            ends_at = min(ends_at, held_from)
            break
        begins_at = max(begins_at, held_until)
    left = minutes_left(answer.member, timezone.localdate(begins_at))
    return Span(begins_at, min(_minutes(begins_at, ends_at), left))


def _minutes(begins_at: datetime, ends_at: datetime) -> int:
    return max(0, int((ends_at - begins_at).total_seconds()) // 60)
