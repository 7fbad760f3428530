"""What time does to a member's registration: it is to be renewed, and runs out."""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn
from records import actions as records
from records.clocks import SHANGHAI, Due
from records.enums import ClockUnit
from service.actions.registrations import end_registration, locked_registration, tell_of_leaving
from service.enums import RegistrationState, Step
from service.models import Registration
from service.queries.registrations import run_out, to_be_renewed
from service.queries.rounds import next_round

LAST_MINUTE = time(23, 59)


@transaction.atomic
def ask_to_renew(*, registration: Registration, now: datetime | None = None) -> Registration:
    """Let the member owe the renewal by the end of the last day, so that the sweep reminds them; return the row.

    Raises OutOfTurn when it is owed already, or was renewed or ended in the meantime.
    """
    now = now or timezone.now()
    registration = locked_registration(registration)
    if not to_be_renewed(timezone.localdate(now)).filter(pk=registration.pk).exists():
        raise OutOfTurn(_("This registration need not be renewed now."))
    ends = datetime.combine(registration.expires_on, LAST_MINUTE, SHANGHAI)
    records.set_deadlines(
        subject=registration,
        unit=registration.community,
        due={Step.RENEW: Due(ends, ClockUnit.WORKING_DAYS)},
        now=now,
        round=next_round(registration, Step.RENEW),
        person=registration.member,
    )
    return registration


@transaction.atomic
def expire_registration(*, registration: Registration, now: datetime | None = None) -> Registration:
    """End the registration whose last day has passed, and tell the member and the community; return it.

    Raises OutOfTurn when it was renewed or ended in the meantime.
    """
    now = now or timezone.now()
    registration = locked_registration(registration)
    if not run_out(timezone.localdate(now)).filter(pk=registration.pk).exists():
        raise OutOfTurn(_("This registration has not run out."))
    end_registration(registration=registration, state=RegistrationState.EXPIRED, now=now)
    records.notify(
        recipients=[registration.member],
        kind="registration.expired",
        parameters={"community": registration.community.name},
        url=registration.get_absolute_url(),
        now=now,
    )
    tell_of_leaving(registration=registration, now=now)
    return registration
