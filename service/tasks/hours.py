"""Background work of hours; every task may run twice and does nothing the second time."""

from functools import partial

from celery import shared_task
from django.utils import timezone

from records.batches import each
from service.actions import hours, reports
from service.models import Shift
from service.queries.attendance import ended_unattested


@shared_task
def owe_attestations() -> int:
    """Let the communities owe the attestation of the shifts that have ended; return how many are new."""
    now = timezone.now()
    return each(
        "shift",
        partial(ended_unattested, now),
        lambda key: hours.owe_attestation(shift=Shift.objects.get(pk=key), now=now),
    )


@shared_task
def announce_sheets() -> int:
    """In the first week of a quarter or year tell the liaisons that the last one's sheet is ready; return how many."""
    return reports.announce_sheets()
