"""A community signs or refuses an employer's agreement; a signed one takes the place of the one before."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, Refused
from accounts.models import User
from accounts.queries import grants_of
from records import actions as records
from service.actions.employers import end_employer_registration, locked_employer_registration, tell
from service.actions.turns import check_decision
from service.actions.typed import checked_reason
from service.enums import RegistrationState, Step, Verb
from service.models import EmployerRegistration
from service.queries.scope import liaisons_of, staff_of
from service.workflow import EMPLOYER_MOVES, Move


@transaction.atomic
def confirm_employer(
    *, registration: EmployerRegistration, user: User, now: datetime | None = None
) -> EmployerRegistration:
    """Sign the agreement of the waiting `registration`, which is active from now on; return it.

    The one before it ends: run out, or moved from another community, which is told. Raises NotAllowed to others than
    the community and on what one handed in, OutOfTurn when it does not wait, Refused when the agreement is over, or
    begins later than today while the one before it goes on.
    """
    now = now or timezone.now()
    registration = locked_employer_registration(registration)
    move = _check(registration, user, Verb.CONFIRM)
    today = timezone.localdate(now)
    if registration.agreed_until < today:
        raise Refused(_("The agreement has ended meanwhile. Refuse it, so that a new one can be handed in."))
    active = EmployerRegistration.objects.filter(employer=registration.employer_id, state=RegistrationState.ACTIVE)
    before = active.select_related("employer", "community").select_for_update(of=("self",)).first()
    if before:
        _replace(before, registration, today, now)
    _decide(registration, move, user, Verb.CONFIRM, now)
    return registration


def _replace(before: EmployerRegistration, registration: EmployerRegistration, today: date, now: datetime) -> None:
    if registration.agreed_from > today:
        raise Refused(
            _("The agreement before this one goes on. This one can be confirmed from %(day)s on, when it begins.")
            % {"day": registration.agreed_from.isoformat()}
        )
    if before.community_id == registration.community_id:
        end_employer_registration(registration=before, state=RegistrationState.EXPIRED, now=now)
        return
    end_employer_registration(registration=before, state=RegistrationState.MOVED, now=now)
    tell(registration=before, recipients=staff_of(before.community), kind="employer.left", now=now)


@transaction.atomic
def refuse_employer(
    *, registration: EmployerRegistration, user: User, reason: str, now: datetime | None = None
) -> EmployerRegistration:
    """Refuse the waiting `registration` with a `reason`; return it. Raises as `confirm_employer`."""
    now = now or timezone.now()
    registration = locked_employer_registration(registration)
    move = _check(registration, user, Verb.REFUSE)
    registration.reason = checked_reason(reason)
    registration.ended_at = now
    _decide(registration, move, user, Verb.REFUSE, now)
    return registration


def _check(registration: EmployerRegistration, user: User, verb: Verb) -> Move:
    if not grants_of(user).on("manage_service", registration.community_id):
        raise NotAllowed
    if registration.submitted_by_id == user.pk:
        raise NotAllowed(_("Nobody decides on what they handed in. Somebody else of the community must do it."))
    return check_decision(EMPLOYER_MOVES[verb], registration)


def _decide(registration: EmployerRegistration, move: Move, user: User, verb: Verb, now: datetime) -> None:
    registration.state = move.target
    registration.decided_by = user
    registration.decided_at = now
    registration.save(update_fields=["state", "reason", "decided_by", "decided_at", "ended_at"])
    records.meet_deadlines(subject=registration, kinds=[Step.CONFIRM_EMPLOYER], now=now)
    kind = "employer.confirmed" if verb == Verb.CONFIRM else "employer.refused"
    tell(registration=registration, recipients=liaisons_of(registration.employer), kind=kind, now=now)
    records.audit(verb=f"employer.{verb}", subject=registration, actor=user, unit=registration.community, now=now)
