"""The waiting list: a freed place is offered to the next in order, who has a set time to take it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn
from accounts.models import User
from records import actions as records
from records.clocks import Due
from service.actions.fitness import check_member
from service.actions.shift_steps import check_ahead, locked_member, locked_shift, locked_sign_up, tell, written
from service.enums import SignUpState, Step, Verb
from service.models import Shift, SignUp
from service.queries.clocks import due_times
from service.queries.sign_ups import has_run_out, is_bookable, offerable
from service.workflow import SIGN_UP_MOVES, allowed

LAST_OFFER = timedelta(minutes=15)
"""So long before the shift begins the last offer ends: who is asked then could hardly come."""
SHORTEST_OFFER = timedelta(minutes=15)
"""Nobody is asked who has less time to answer."""


def offer_until(*, now: datetime, starts_at: datetime, at_most: datetime) -> datetime | None:
    """Return until when a place freed at `now` is offered, or None when it is too late to offer it.

    That is `at_most`, the clock's time, but half of the time left at most, so that the next can be asked too; and
    never less than SHORTEST_OFFER.
    """
    shortest = now + SHORTEST_OFFER
    until = min(max(at_most, shortest), now + (starts_at - now) / 2, starts_at - LAST_OFFER)
    return until if until >= shortest else None


def offer_free_places(*, shift: Shift, now: datetime) -> int:
    """Offer every free place of the locked `shift` to the next who wait and are registered; return how many.

    A shift that takes no sign-ups offers nothing: what is free waits until it is open again.
    """
    if not is_bookable(shift, now) or shift.free <= 0:
        return 0
    clock = due_times(steps=[Step.ANSWER_OFFER], now=now)[Step.ANSWER_OFFER]
    until = offer_until(now=now, starts_at=shift.starts_at, at_most=clock.at)
    if until is None:
        return 0
    chosen = list(offerable(shift)[: shift.free])
    for sign_up in chosen:
        _offer(sign_up, shift, Due(until, clock.counted_in), now)
    if chosen:
        shift.taken += len(chosen)
        shift.save(update_fields=["taken"])
    return len(chosen)


def _offer(sign_up: SignUp, shift: Shift, due: Due, now: datetime) -> None:
    sign_up.state, sign_up.offered_until = SignUpState.OFFERED, due.at
    sign_up.offers += 1
    sign_up.revision += 1
    sign_up.save(update_fields=["state", "offered_until", "offers", "revision"])
    records.set_deadlines(
        subject=sign_up,
        unit=shift.community,
        due={Step.ANSWER_OFFER: due},
        now=now,
        round=sign_up.offers,
        person=sign_up.member,
    )
    key = f"service.offered:{sign_up.pk}:{sign_up.offers}"
    tell([sign_up.member], "service.offered", shift, now, key=key, until=written(due.at))


def renew_offers(*, shift: Shift, now: datetime) -> None:
    """Take back what the locked `shift` has on offer and offer it again by its new times: for a shift that moved."""
    offered = list(shift.sign_ups.filter(state=SignUpState.OFFERED))
    for sign_up in offered:
        records.cancel_deadlines(subject=sign_up, kinds=[Step.ANSWER_OFFER], now=now)
        sign_up.state, sign_up.offered_until = SignUpState.WAITING, None
        sign_up.revision += 1
        sign_up.save(update_fields=["state", "offered_until", "revision"])
    shift.taken -= len(offered)
    shift.save(update_fields=["taken"])
    offer_free_places(shift=shift, now=now)


@transaction.atomic
def take_offer(*, sign_up: SignUp, user: User, now: datetime | None = None) -> SignUp:
    """Take the place that `user` is offered; return the sign-up.

    Raises NotAllowed for somebody else's, OutOfTurn when nothing is offered, when the time to answer has run out, or
    when the shift is cancelled or has begun; Refused when the member does not fit any more, with the reason.
    """
    member = locked_member(user)
    shift = locked_shift(sign_up.shift)
    now = now or timezone.now()
    found = locked_sign_up(sign_up, shift)
    check_ahead(shift, now)
    move = SIGN_UP_MOVES[Verb.TAKE]
    if found.member_id != user.pk:
        raise NotAllowed
    if not allowed(move, found.state, shift.state):
        raise OutOfTurn(_("You are not offered a place of this shift."))
    if has_run_out(found, now):
        raise OutOfTurn(_("The time to take this place has run out; it goes to the next on the waiting list."))
    registration = check_member(member=member, shift=shift)
    found.state, found.offered_until = move.target, None
    found.employer, found.branch = registration.employer, registration.branch
    found.revision += 1
    found.save(update_fields=["state", "offered_until", "employer", "branch", "revision"])
    records.meet_deadlines(subject=found, kinds=[Step.ANSWER_OFFER], now=now)
    return found


@transaction.atomic
def lapse_offer(*, sign_up: SignUp, now: datetime | None = None) -> SignUp:
    """End an offer that was not answered in time and offer the place to the next; return the sign-up.

    Raises OutOfTurn when it was answered meanwhile or has time left.
    """
    shift = locked_shift(sign_up.shift)
    now = now or timezone.now()
    found = locked_sign_up(sign_up, shift)
    move = SIGN_UP_MOVES[Verb.LAPSE]
    if not allowed(move, found.state) or not has_run_out(found, now):
        raise OutOfTurn(_("This offer has been answered, or still has time."))
    found.state, found.offered_until = move.target, None
    found.revision += 1
    found.save(update_fields=["state", "offered_until", "revision"])
    records.cancel_deadlines(subject=found, kinds=[Step.ANSWER_OFFER], now=now)
    tell([found.member], "service.offer_lapsed", shift, now, key=f"service.lapsed:{found.pk}:{found.offers}")
    free_a_place(shift=shift, now=now)
    return found


def free_a_place(*, shift: Shift, now: datetime) -> None:
    """Count one place of the locked `shift` as free, and offer it to the next who waits."""
    shift.taken -= 1
    shift.save(update_fields=["taken"])
    offer_free_places(shift=shift, now=now)
