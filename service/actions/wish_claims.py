"""A member or an employer claims a wish, fulfils it in the time they gave, or gives it back; the resident thanks."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit, User
from records import actions as records
from records.clocks import Due
from records.enums import ClockUnit
from service.actions.shift_steps import locked_member
from service.actions.typed import checked, checked_reason
from service.actions.wishes import check_wish, locked_wish, tell_community, tell_resident
from service.days import end_of
from service.enums import Step, Verb, WishState
from service.models import Wish
from service.queries.rounds import next_round
from service.queries.scope import liaisons_of
from service.queries.wishes import (
    employers_to_claim,
    is_claimant,
    is_member_at,
    open_claims_of,
    runs_wishes_of,
)

LONGEST = timedelta(days=60)
MOST_CLAIMS = 3


@transaction.atomic
def claim_wish(
    *, wish: Wish, user: User, due_on: date, employer: Unit | None = None, now: datetime | None = None
) -> Wish:
    """Claim `wish` for oneself, or for `employer`, to be fulfilled by `due_on`; return it.

    From now on the claimant sees where to bring it, which is recorded. Raises Refused for one's own wish, for a
    fourth one before another is fulfilled or given back, and for a day that is past or more than 60 days off;
    OutOfTurn when somebody was quicker, NotAllowed for anybody who is not registered with the community. Locks are
    taken in this order: claimant → wish.
    """
    now = now or timezone.now()
    locked_member(user)
    wish = locked_wish(wish)
    if wish.resident_id == user.pk:
        raise Refused(_("This is your own wish. Somebody else claims it."))
    _check_claimant(wish, user, employer)
    if wish.state == WishState.CLAIMED:
        raise OutOfTurn(_("Somebody else was quicker and has claimed this wish. Thank you."))
    move = check_wish(wish, Verb.CLAIM)
    _check_claim(user, due_on, timezone.localdate(now))
    wish.state, wish.claimed_by, wish.claimed_for, wish.claimed_at = move.target, user, employer, now
    wish.due_at = end_of(due_on)
    wish.save(update_fields=["state", "claimed_by", "claimed_for", "claimed_at", "due_at"])
    unit = employer or wish.community
    records.set_deadlines(
        subject=wish,
        unit=unit,
        due={Step.FULFIL_WISH: Due(wish.due_at, ClockUnit.WORKING_DAYS)},
        now=now,
        round=next_round(wish, Step.FULFIL_WISH),
        person=None if employer else user,
    )
    tell_resident(wish, "wish.claimed", now, day=f"{due_on:%Y-%m-%d}")
    records.audit(verb="wish.contact", subject=wish, actor=user, unit=unit, now=now)
    return wish


def _check_claimant(wish: Wish, user: User, employer: Unit | None) -> None:
    if employer is None:
        if not is_member_at(user, wish.community):
            raise NotAllowed(_("Members and employers who are registered with this community claim its wishes."))
    elif employer not in employers_to_claim(user, wish):
        raise NotAllowed(_("This employer is not registered with the community of the wish, or you do not act for it."))


def _check_claim(user: User, due_on: date, today: date) -> None:
    if open_claims_of(user).count() >= MOST_CLAIMS:
        raise Refused(
            _("You have %(most)d claimed wishes to fulfil. Fulfil one or give one back first.") % {"most": MOST_CLAIMS}
        )
    if not today <= due_on <= today + LONGEST:
        raise Refused(_("Give a day from today on, within 60 days."), field="due_on")


@transaction.atomic
def fulfil_wish(*, wish: Wish, user: User, outcome: str, now: datetime | None = None) -> Wish:
    """Say in a sentence how `wish` was fulfilled; the resident is told and may thank. Return it.

    Raises NotAllowed for anybody but the claimant, OutOfTurn unless it is claimed, Refused without a sentence.
    """
    now = now or timezone.now()
    wish = locked_wish(wish)
    if not is_claimant(user, wish) or wish.resident_id == user.pk:
        raise NotAllowed
    move = check_wish(wish, Verb.FULFIL)
    missing = _("Please say in a sentence how it was fulfilled.")
    wish.outcome = checked(outcome, field="outcome", most=500, missing=missing)
    wish.state, wish.fulfilled_at = move.target, now
    wish.save(update_fields=["state", "outcome", "fulfilled_at"])
    records.meet_deadlines(subject=wish, kinds=[Step.FULFIL_WISH], now=now)
    tell_resident(wish, "wish.fulfilled", now)
    return wish


@transaction.atomic
def give_back_wish(*, wish: Wish, user: User, reason: str, now: datetime | None = None) -> Wish:
    """Give a claimed `wish` back with a `reason`: it is published again. Return it.

    The claimant does so, or the community when nothing happens. Raises NotAllowed for anybody else, OutOfTurn
    unless it is claimed, Refused without a reason.
    """
    now = now or timezone.now()
    wish = locked_wish(wish)
    by_claimant = is_claimant(user, wish)
    if not (by_claimant or runs_wishes_of(user, wish)):
        raise NotAllowed
    move = check_wish(wish, Verb.GIVE_BACK)
    reason = checked_reason(reason)
    people, unit = claimants_of(wish), wish.claimed_for or wish.community
    wish.state = move.target
    wish.claimed_by = wish.claimed_for = wish.claimed_at = wish.due_at = None
    wish.save(update_fields=["state", "claimed_by", "claimed_for", "claimed_at", "due_at"])
    records.cancel_deadlines(subject=wish, kinds=[Step.FULFIL_WISH], now=now)
    tell_resident(wish, "wish.open_again", now)
    if by_claimant:
        tell_community(wish, "wish.given_back", now, title=wish.title, reason=reason)
    else:
        parameters = {"title": wish.title, "reason": reason}
        address = wish.get_absolute_url()
        records.notify(recipients=people, kind="wish.taken_back", parameters=parameters, url=address, now=now)
    records.audit(verb="wish.give_back", subject=wish, actor=user, unit=unit, now=now)
    return wish


def claimants_of(wish: Wish) -> list[User]:
    """Return who acts for the claim on `wish`: the member, or the people of the employer."""
    return list(liaisons_of(wish.claimed_for)) if wish.claimed_for else [wish.claimed_by]
