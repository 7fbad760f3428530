"""Background work of shifts; every task may run twice and does nothing the second time."""

from celery import shared_task
from django.utils import timezone

from accounts.errors import OutOfTurn
from service.actions.offers import lapse_offer
from service.models import SignUp
from service.queries.sign_ups import unanswered_offers


@shared_task
def lapse_offers() -> int:
    """End the offers that were not answered in time and ask the next who wait; return how many ended."""
    ended = 0
    for key in unanswered_offers(timezone.now()):
        try:
            lapse_offer(sign_up=SignUp.objects.select_related("shift").get(pk=key))
        except OutOfTurn:
            continue  # answered in the meantime
        ended += 1
    return ended
