"""A community confirms or refuses a member's registration; a confirmed move ends the registration before it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, Refused
from accounts.models import User
from accounts.queries import grants_of
from records import actions as records
from service.actions.registrations import end_registration, locked_registration
from service.actions.turns import check_decision
from service.actions.typed import checked_reason
from service.enums import RegistrationState, Step, Verb
from service.models import Registration
from service.workflow import MEMBER_MOVES, Move


@transaction.atomic
def confirm_registration(*, registration: Registration, user: User, now: datetime | None = None) -> Registration:
    """Let the waiting `registration` begin, for settings.REGISTRATION_DAYS; return it.

    One that the member has elsewhere is moved with it. Raises NotAllowed to others than the community and on one's
    own, OutOfTurn when it does not wait, Refused when the community was closed meanwhile.
    """
    now = now or timezone.now()
    registration = locked_registration(registration)
    move = _check(registration, user, Verb.CONFIRM)
    if not registration.community.is_active:
        raise Refused(_("This community is closed. Refuse the registration and say where to register."))
    before = Registration.objects.select_related("member", "community").filter(
        member=registration.member_id, state=RegistrationState.ACTIVE
    )
    left = before.select_for_update(of=("self",)).first()
    if left:
        end_registration(registration=left, state=RegistrationState.MOVED, now=now)
    registration.expires_on = timezone.localdate(now) + timedelta(days=settings.REGISTRATION_DAYS)
    _decided(registration, move, user, now)
    _tell(registration, "registration.confirmed", now)
    records.audit(
        verb="registration.confirm",
        subject=registration,
        actor=user,
        unit=registration.community,
        detail={"moved": left.pk} if left else {},
        now=now,
    )
    return registration


@transaction.atomic
def refuse_registration(
    *, registration: Registration, user: User, reason: str, now: datetime | None = None
) -> Registration:
    """Refuse the waiting `registration` with a `reason`, which the member reads; return it. Raises as `confirm`."""
    now = now or timezone.now()
    registration = locked_registration(registration)
    move = _check(registration, user, Verb.REFUSE)
    registration.reason = checked_reason(reason)
    registration.ended_at = now
    _decided(registration, move, user, now)
    _tell(registration, "registration.refused", now, reason=registration.reason)
    records.audit(verb="registration.refuse", subject=registration, actor=user, unit=registration.community, now=now)
    return registration


def _check(registration: Registration, user: User, verb: Verb) -> Move:
    if not grants_of(user).on("manage_service", registration.community_id):
        raise NotAllowed
    if registration.member_id == user.pk:
        raise NotAllowed(_("Nobody decides on their own registration. Somebody else of the community must do it."))
    return check_decision(MEMBER_MOVES[verb], registration)


def _decided(registration: Registration, move: Move, user: User, now: datetime) -> None:
    registration.state = move.target
    registration.decided_by = user
    registration.decided_at = now
    registration.save(update_fields=["state", "reason", "decided_by", "decided_at", "expires_on", "ended_at"])
    records.meet_deadlines(subject=registration, kinds=[Step.CONFIRM_MEMBER], now=now)


def _tell(registration: Registration, kind: str, now: datetime, **words: str) -> None:
    records.notify(
        recipients=[registration.member],
        kind=kind,
        parameters={"community": registration.community.name, **words},
        url=registration.get_absolute_url(),
        now=now,
    )
