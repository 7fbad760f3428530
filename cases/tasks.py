"""Background work of the cases; every task may run twice and does nothing the second time."""

from celery import shared_task
from django.utils import timezone

from accounts.errors import OutOfTurn
from cases import actions, queries
from cases.models import Case


@shared_task
def invite_to_rate() -> int:
    """Remind the residents who have not rated halfway through the time they have; return how many."""
    now, reminded, before = timezone.now(), 0, -1
    while reminded > before and (keys := queries.unrated_halfway(now)):
        before = reminded
        for key in keys:
            try:
                actions.remind_to_rate(case=Case.objects.get(pk=key))
            except OutOfTurn:
                continue  # rated in the meantime
            reminded += 1
    return reminded


@shared_task
def close_silent_cases() -> int:
    """Close the cases whose time to be rated has run out; return how many."""
    now, closed, before = timezone.now(), 0, -1
    while closed > before and (keys := queries.silent_since(now)):
        before = closed
        for key in keys:
            try:
                actions.close_silent(case=Case.objects.get(pk=key))
            except OutOfTurn:
                continue  # rated in the meantime
            closed += 1
    return closed
