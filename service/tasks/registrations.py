"""Background work of registrations; every task may run twice and does nothing the second time."""

from functools import partial

from celery import shared_task
from django.utils import timezone

from records.batches import each, in_turn
from service.actions import registrations_terms as terms
from service.actions.employers import expire_employer_registration
from service.models import EmployerRegistration, Registration
from service.queries.employers import agreements_over
from service.queries.registrations import run_out, to_be_renewed


@shared_task
def ask_to_renew_registrations() -> int:
    """Let the members whose registration is about to run out owe its renewal; return how many."""
    return each("registration", partial(in_turn, to_be_renewed(timezone.now()), "expires_on", "pk"), _ask)


@shared_task
def expire_registrations() -> int:
    """End the registrations of members whose last day has passed; return how many."""
    return each("registration", partial(in_turn, run_out(timezone.localdate()), "expires_on", "pk"), _expire)


@shared_task
def expire_agreements() -> int:
    """End the registrations of employers whose agreement is over; return how many."""
    over = agreements_over(timezone.localdate())
    return each("agreement", partial(in_turn, over, "agreed_until", "pk"), _expire_agreement)


@shared_task
def tell_of_leaving() -> int:
    """Tell the communities, once a day, how many members left them the day before; return how many they are."""
    return terms.tell_of_leaving()


def _ask(key: int) -> bool:
    return bool(terms.ask_to_renew(registration=Registration.objects.get(pk=key)))


def _expire(key: int) -> bool:
    return bool(terms.expire_registration(registration=Registration.objects.get(pk=key)))


def _expire_agreement(key: int) -> bool:
    return bool(expire_employer_registration(registration=EmployerRegistration.objects.get(pk=key)))
