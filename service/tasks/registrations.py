"""Background work of registrations; every task may run twice and does nothing the second time."""

from celery import shared_task
from django.utils import timezone

from accounts.errors import OutOfTurn
from service.actions.employers import expire_employer_registration
from service.actions.registrations_terms import ask_to_renew, expire_registration
from service.models import EmployerRegistration, Registration
from service.queries.employers import agreements_over
from service.queries.registrations import run_out, to_be_renewed


@shared_task
def ask_to_renew_registrations() -> int:
    """Let the members whose registration is about to run out owe its renewal; return how many."""
    asked = 0
    for key in list(to_be_renewed(timezone.localdate()).values_list("pk", flat=True)):
        try:
            ask_to_renew(registration=Registration.objects.get(pk=key))
        except OutOfTurn:
            continue  # renewed or withdrawn in the meantime
        asked += 1
    return asked


@shared_task
def expire_registrations() -> int:
    """End the registrations of members and of employers whose last day has passed; return how many."""
    ended, today = 0, timezone.localdate()
    for key in list(run_out(today).values_list("pk", flat=True)):
        try:
            expire_registration(registration=Registration.objects.get(pk=key))
        except OutOfTurn:
            continue
        ended += 1
    for key in list(agreements_over(today).values_list("pk", flat=True)):
        try:
            expire_employer_registration(registration=EmployerRegistration.objects.get(pk=key))
        except OutOfTurn:
            continue
        ended += 1
    return ended
