"""Background work of shifts; every task may run twice and does nothing the second time."""

from functools import partial

from celery import shared_task
from django.utils import timezone

from records.batches import each
from service.actions.offers import lapse_offer
from service.models import SignUp
from service.queries.sign_ups import unanswered_offers


@shared_task
def lapse_offers() -> int:
    """End the offers that were not answered in time and ask the next who wait; return how many ended."""
    return each("offer", partial(unanswered_offers, timezone.now()), _lapse)


def _lapse(key: int) -> bool:
    lapse_offer(sign_up=SignUp.objects.select_related("shift").get(pk=key))
    return True
