"""Background work of the cases; every task may run twice and does nothing the second time."""

from functools import partial

from celery import shared_task
from django.utils import timezone

from cases import actions, queries
from cases.models import Case
from records.batches import each, in_turn


@shared_task
def invite_to_rate() -> int:
    """Remind the residents who have not rated halfway through the time they have; return how many."""
    waiting = queries.unrated_halfway(timezone.now())
    return each("case", partial(in_turn, waiting, "next_due_at", "pk"), _remind)


@shared_task
def close_silent_cases() -> int:
    """Close the cases whose time to be rated has run out; return how many."""
    silent = queries.silent_since(timezone.now())
    return each("case", partial(in_turn, silent, "next_due_at", "pk"), _close)


def _remind(key: int) -> bool:
    return bool(actions.remind_to_rate(case=Case.objects.get(pk=key)))


def _close(key: int) -> bool:
    return bool(actions.close_silent(case=Case.objects.get(pk=key)))
