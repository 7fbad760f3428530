"""How much of a helper's time on the spot may be attested."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from service.models import HelperAnswer
from service.queries.hours_of_day import minutes_left, spans_held

LONGEST = timedelta(hours=12)


class Span(NamedTuple):
    """Some whole minutes from a moment on."""

    begins_at: datetime
    minutes: int


def minutes_there(answer: HelperAnswer, now: datetime) -> int:
    """Return the minutes from the arrival to `now` or to the end of the call, 12 hours at most."""
    return _minutes(answer.arrived_at, _ends_at(answer, now))


def attestable(answer: HelperAnswer, now: datetime) -> Span:
    """Return what may be attested: the first stretch of `minutes_there` that is not attested otherwise.

    No longer than what the day still holds. Ask under the lock of the member's row.
    """
    begins_at, ends_at = answer.arrived_at, _ends_at(answer, now)
    held = spans_held([answer.member_id], begins_at, ends_at).get(answer.member_id, [])
    for held_from, held_until in sorted(held):
        if held_from > begins_at:
            ends_at = min(ends_at, held_from)
            break
        begins_at = max(begins_at, held_until)
    left = minutes_left(answer.member, timezone.localdate(begins_at))
    return Span(begins_at, min(_minutes(begins_at, ends_at), left))


def _ends_at(answer: HelperAnswer, now: datetime) -> datetime:
    return min(now, answer.call.until, answer.arrived_at + LONGEST)


def _minutes(begins_at: datetime, ends_at: datetime) -> int:
    return max(0, int((ends_at - begins_at).total_seconds()) // 60)
