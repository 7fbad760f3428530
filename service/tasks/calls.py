"""Background work of calls for helpers."""

from celery import shared_task
from django.utils import timezone

from accounts.errors import OutOfTurn
from service.actions.call_ends import end_call
from service.queries.calls import run_out


@shared_task
def end_calls() -> int:
    """End the calls whose time is over; return how many."""
    now, ended = timezone.now(), 0
    for call in run_out(now):
        try:
            end_call(call=call, now=now)
        except OutOfTurn:
            continue  # called off in the meantime
        ended += 1
    return ended
