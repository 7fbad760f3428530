"""An employer registers with the community where it sits, by a dated agreement. The employer's row is locked first."""

from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit, User
from accounts.queries import grants_of
from records import actions as records
from service.actions.turns import check_decision
from service.actions.typed import checked
from service.enums import RegistrationState, Step, Verb
from service.models import EmployerRegistration
from service.queries.clocks import due_times
from service.queries.employers import agreements_over, is_replaceable
from service.queries.scope import liaisons_of, staff_of
from service.workflow import EMPLOYER_MOVES, allowed


def locked_employer_registration(registration: EmployerRegistration) -> EmployerRegistration:
    """Return `registration` read anew and locked until the end of the transaction, its employer locked before."""
    Unit.objects.select_for_update(no_key=True).get(pk=registration.employer_id)
    related = EmployerRegistration.objects.select_related("employer", "community")
    return related.select_for_update(of=("self",)).get(pk=registration.pk)


@transaction.atomic
def register_employer(
    *,
    employer: Unit,
    community: Unit,
    user: User,
    organisation: str,
    agreement: str,
    agreed_from: date,
    agreed_until: date,
    now: datetime | None = None,
) -> EmployerRegistration:
    """Hand in the registration of `employer` with `community`, with its agreement; return it, waiting to be signed.

    Raises NotAllowed to others than the employer's liaisons; OutOfTurn while one waits, or one with this community
    goes on; Refused for a closed community, one where the employer does not sit, or days that cannot be.
    """
    now = now or timezone.now()
    if not grants_of(user).on("liaise", employer):
        raise NotAllowed
    employer = Unit.objects.select_for_update(no_key=True).get(pk=employer.pk)
    _check_community(employer, community)
    _check_days(agreed_from, agreed_until, timezone.localdate(now))
    _check_turn(employer, community, timezone.localdate(now))
    missing = _("Please fill this in.")
    try:
        with transaction.atomic():
            registration = EmployerRegistration.objects.create(
                employer=employer,
                community=community,
                organisation=checked(organisation, field="organisation", most=100, missing=missing),
                agreement=checked(agreement, field="agreement", most=5000, missing=missing),
                agreed_from=agreed_from,
                agreed_until=agreed_until,
                submitted_by=user,
                submitted_at=now,
            )
    except IntegrityError as error:
        if _has_waiting(employer):  # the constraint stands behind the lock
            raise OutOfTurn(_waits()) from error
        raise
    _ask_community(registration, user, now)
    return registration


def _check_community(employer: Unit, community: Unit) -> None:
    fresh = Unit.objects.filter(pk=community.pk, kind=UnitKind.COMMUNITY, is_active=True).first()
    if fresh is None:
        raise Refused(_("This community is closed. Please choose another one."), field="community")
    if not fresh.path.startswith(employer.parent.path):
        raise Refused(
            _("%(employer)s does not sit in this community. Please choose the one where it sits.")
            % {"employer": employer},
            field="community",
        )


def _check_days(agreed_from: date, agreed_until: date, today: date) -> None:
    if agreed_until < agreed_from:
        raise Refused(_("The agreement cannot end before it begins."), field="agreed_until")
    if agreed_until < today:
        raise Refused(_("The agreement has ended already. Please give a day to come."), field="agreed_until")


def _check_turn(employer: Unit, community: Unit, today: date) -> None:
    if _has_waiting(employer):
        raise OutOfTurn(_waits())
    active = EmployerRegistration.objects.filter(employer=employer, state=RegistrationState.ACTIVE).first()
    if active and active.community_id == community.pk and not is_replaceable(active, today):
        raise OutOfTurn(
            _("The agreement runs until %(day)s. The next one can be handed in from 60 days before.")
            % {"day": active.agreed_until.isoformat()}
        )


def _has_waiting(employer: Unit) -> bool:
    return EmployerRegistration.objects.filter(employer=employer, state=RegistrationState.SUBMITTED).exists()


def _waits() -> str:
    return _("A registration of this employer waits to be confirmed. Withdraw it first to hand in another one.")


def _ask_community(registration: EmployerRegistration, user: User, now: datetime) -> None:
    community = registration.community
    begins = timezone.make_aware(datetime.combine(registration.agreed_from, time()))
    due = due_times(steps=[Step.CONFIRM_EMPLOYER], now=max(now, begins))  # the one before goes on until then
    records.set_deadlines(subject=registration, unit=community, due=due, now=now)
    tell(registration=registration, recipients=staff_of(community), kind="employer.submitted", now=now)
    records.audit(verb="employer.submit", subject=registration, actor=user, unit=community, now=now)


@transaction.atomic
def withdraw_employer_registration(
    *, registration: EmployerRegistration, user: User, now: datetime | None = None
) -> EmployerRegistration:
    """Take back a registration that still waits; return it. Raises NotAllowed to others than liaisons, OutOfTurn."""
    now = now or timezone.now()
    registration = locked_employer_registration(registration)
    if not grants_of(user).on("liaise", registration.employer_id):
        raise NotAllowed
    move = check_decision(EMPLOYER_MOVES[Verb.WITHDRAW], registration)
    end_employer_registration(registration=registration, state=move.target, now=now)
    records.audit(verb="employer.withdraw", subject=registration, actor=user, unit=registration.community, now=now)
    return registration


@transaction.atomic
def expire_employer_registration(
    *, registration: EmployerRegistration, now: datetime | None = None
) -> EmployerRegistration:
    """End the registration whose agreement is over, and tell both sides; return it. Raises OutOfTurn when it is not."""
    now = now or timezone.now()
    registration = locked_employer_registration(registration)
    move, over = EMPLOYER_MOVES[Verb.EXPIRE], agreements_over(timezone.localdate(now)).filter(pk=registration.pk)
    if not (allowed(move, registration.state) and over.exists()):
        raise OutOfTurn(_("This agreement is not over."))
    end_employer_registration(registration=registration, state=move.target, now=now)
    people = [*liaisons_of(registration.employer), *staff_of(registration.community)]
    tell(registration=registration, recipients=people, kind="employer.expired", now=now)
    return registration


def end_employer_registration(*, registration: EmployerRegistration, state: RegistrationState, now: datetime) -> None:
    """Put the locked `registration` into `state`, one of the last ones; nothing is owed on it any more."""
    registration.state = state
    registration.ended_at = now
    registration.save(update_fields=["state", "ended_at"])
    records.cancel_deadlines(subject=registration, kinds=[Step.CONFIRM_EMPLOYER], now=now)


def tell(*, registration: EmployerRegistration, recipients, kind: str, now: datetime) -> None:
    """Tell `recipients` what became of `registration`."""
    records.notify(
        recipients={person.pk: person for person in recipients}.values(),
        kind=kind,
        parameters={
            "employer": registration.employer.name,
            "community": registration.community.name,
            "reason": registration.reason,
        },
        url=registration.get_absolute_url(),
        now=now,
    )
