"""A member signs up for a shift, joins its waiting list, or withdraws."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import User
from records import actions as records
from service.actions.fitness import check_member
from service.actions.offers import free_a_place
from service.actions.shift_steps import (
    NOT_ON_SITE,
    check_ahead,
    locked_member,
    locked_shift,
    locked_sign_up,
    tell_staff,
)
from service.actions.turns import check_move
from service.actions.typed import checked, checked_reason
from service.enums import SignUpState, Step, Verb
from service.models import Registration, Shift, SignUp
from service.queries.sign_ups import is_bookable, own_sign_up
from service.workflow import SIGN_UP_MOVES, allowed

MAX_REASON = SignUp._meta.get_field("reason").max_length


@transaction.atomic
def sign_up(*, shift: Shift, user: User, may_wait: bool = False, now: datetime | None = None) -> SignUp:
    """Take a place of `shift` for `user`; with `may_wait`, join the waiting list when none is free. Return the sign-up.

    The order of the waiting list is that in which the shift was locked. Who waits takes a place that became free too
    late to be offered. Raises OutOfTurn when the shift is cancelled, closed or has begun, or when the member is signed
    up already; Refused when it is full and `may_wait` is not given, and when the member does not fit, with the reason.
    """
    member = locked_member(user)
    shift = locked_shift(shift)
    now = now or timezone.now()
    check_ahead(shift, now)
    if not is_bookable(shift, now):
        raise OutOfTurn(_("This shift is closed to sign-ups."))
    found = own_sign_up(member, shift) or SignUp(shift=shift, member=member)
    move = SIGN_UP_MOVES[Verb.SIGN_UP if shift.free > 0 else Verb.WAIT]
    check_move(move, found.state, _("You have signed up for this shift already."))
    registration = check_member(member=member, shift=shift)
    if shift.free <= 0 and not may_wait:
        raise Refused(_("All places of this shift are taken. You can join the waiting list."))
    found.state = move.target
    return _enter(found, shift, registration, now)


def _enter(found: SignUp, shift: Shift, registration: Registration, now: datetime) -> SignUp:
    """Give `found` a place of the locked `shift`, or the last position of its waiting list, as its state says.

    With the place goes whom the member belongs to by `registration`; of who was here before nothing is left.
    """
    found.shift, found.starts_at, found.ends_at = shift, shift.starts_at, shift.ends_at
    found.signed_up_at, found.reason = now, ""
    if found.pk:
        found.revision += 1
    for name, value in NOT_ON_SITE.items():
        setattr(found, name, value)
    if found.state == SignUpState.TAKEN:
        found.queued_at = None
        found.employer, found.branch = registration.employer, registration.branch
        shift.taken += 1
        shift.save(update_fields=["taken"])
    else:
        found.queued_at = now
    found.save()
    return found


def free_until(shift: Shift) -> datetime:
    """Return until when one may withdraw from `shift` without a reason."""
    return shift.starts_at - timedelta(hours=settings.WITHDRAWAL_HOURS)


@transaction.atomic
def withdraw(*, sign_up: SignUp, user: User, reason: str = "", now: datetime | None = None) -> SignUp:
    """Give up a place, an offer or a position on the waiting list; return the sign-up.

    A freed place is offered to the next. Near the start (WITHDRAWAL_HOURS) giving up a place takes a `reason`, which
    the community reads. Raises NotAllowed for somebody else's, OutOfTurn when there is nothing to give up or the shift
    has begun, Refused for a missing or too long reason.
    """
    locked_member(user)
    shift = locked_shift(sign_up.shift)
    now = now or timezone.now()
    found = locked_sign_up(sign_up, shift)
    check_ahead(shift, now)
    move = SIGN_UP_MOVES[Verb.WITHDRAW]
    if found.member_id != user.pk:
        raise NotAllowed
    if not allowed(move, found.state, shift.state):
        raise OutOfTurn(_("You are not signed up for this shift."))
    if found.checked_in_at:
        raise OutOfTurn(_("You have checked in already."))
    late = found.state == SignUpState.TAKEN and now > free_until(shift)
    reason = checked_reason(reason) if late else checked(reason, field="reason", most=MAX_REASON)
    held = found.state != SignUpState.WAITING
    records.meet_deadlines(subject=found, kinds=[Step.ANSWER_OFFER], now=now)
    found.state, found.reason, found.offered_until, found.queued_at = move.target, reason, None, None
    found.revision += 1
    found.save(update_fields=["state", "reason", "offered_until", "queued_at", "revision"])
    if late:
        tell_staff("service.withdrawn_late", shift, now, reason=reason)
    if held:
        free_a_place(shift=shift, now=now)
    return found
