"""Background work of the records."""

from datetime import timedelta
from functools import partial

from celery import shared_task
from django.utils import timezone

from records import actions, life
from records import sweep as sweeping
from records.batches import each, in_turn
from records.models import Deadline
from records.outgoing import deliveries
from records.terms.pauses import end_overlong_pause
from records.terms.queries import overlong_pauses

DRAFT_LIFE = timedelta(hours=24)


@shared_task
def discard_old_drafts() -> int:
    """Delete photos whose form was not finished within a day; return how many."""
    return actions.discard_drafts(older_than=timezone.now() - DRAFT_LIFE)


@shared_task
def sweep_deadlines() -> int:
    """Send the reminders that are due, and sign in as the worker that lives; return how many were sent."""
    reminders = sweeping.sweep().reminders
    life.show(name="worker")
    return reminders


@shared_task
def look_again(key: int) -> int:
    """Let the next sweep look at the deadline `key`, which one could not handle; return 1, or 0 when it is over."""
    return sweeping.look_again(key=key)


@shared_task
def deliver(keys: list[int]) -> int:
    """Send the deliveries with these `keys` that still wait and still matter; return how many were sent."""
    return deliveries.deliver(keys=keys)


@shared_task
def end_overlong_pauses() -> int:
    """Let the clocks run on whose pause has lasted as long as one may; return how many."""
    over = overlong_pauses(timezone.now())
    return each("deadline", partial(in_turn, over, "started_at", "deadline"), _end_pause)


def _end_pause(key: int) -> bool:
    return bool(end_overlong_pause(deadline=Deadline.objects.get(pk=key)))
