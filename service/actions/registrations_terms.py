"""What time does to the members' registrations: they are to be renewed, run out, and communities hear who left."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn
from records import actions as records
from records.clocks import Due
from records.enums import ClockUnit
from service.actions.registrations import end_registration, locked_registration
from service.days import end_of
from service.enums import Step, Verb
from service.models import Registration
from service.queries.registrations import left_on, run_out, to_be_renewed
from service.queries.rounds import next_round
from service.queries.scope import staff_of
from service.workflow import MEMBER_MOVES, allowed


@transaction.atomic
def ask_to_renew(*, registration: Registration, now: datetime | None = None) -> Registration:
    """Let the member owe the renewal by the end of the last day, so that the sweep reminds them; return the row.

    Raises OutOfTurn when it is owed already, or was renewed or ended in the meantime.
    """
    now = now or timezone.now()
    registration = locked_registration(registration)
    if not to_be_renewed(now).filter(pk=registration.pk).exists():
        raise OutOfTurn(_("This registration need not be renewed now."))
    records.set_deadlines(
        subject=registration,
        unit=registration.community,
        due={Step.RENEW: Due(end_of(registration.expires_on), ClockUnit.WORKING_DAYS)},
        now=now,
        round=next_round(registration, Step.RENEW),
        person=registration.member,
    )
    return registration


@transaction.atomic
def expire_registration(*, registration: Registration, now: datetime | None = None) -> Registration:
    """End the registration whose last day has passed, and tell the member; return it.

    Raises OutOfTurn when it was renewed or ended in the meantime.
    """
    now = now or timezone.now()
    registration = locked_registration(registration)
    move, over = MEMBER_MOVES[Verb.EXPIRE], run_out(timezone.localdate(now)).filter(pk=registration.pk)
    if not (allowed(move, registration.state) and over.exists()):
        raise OutOfTurn(_("This registration has not run out."))
    end_registration(registration=registration, state=move.target, now=now)
    records.notify(
        recipients=[registration.member],
        kind="registration.expired",
        parameters={"community": registration.community.name},
        url=registration.get_absolute_url(),
        now=now,
    )
    return registration


@transaction.atomic
def tell_of_leaving(*, now: datetime | None = None) -> int:
    """Tell each community, once, how many members left it yesterday; return how many communities that are."""
    now = now or timezone.now()
    yesterday = timezone.localdate(now) - timedelta(days=1)
    communities = left_on(yesterday)
    for community in communities:
        records.notify(
            recipients=staff_of(community),
            kind="registration.left",
            parameters={"community": community.name, "day": f"{yesterday}", "count": str(community.left)},
            url=reverse("registrations"),
            key=f"registration.left:{community.pk}:{yesterday}",
            now=now,
        )
    return len(communities)
