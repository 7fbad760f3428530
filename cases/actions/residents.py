"""What the resident does, and what protects them. The case is fetched by account or by secret before."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit, User
from cases.actions.steps import (
    CASE_STEPS,
    check_case,
    drop_exclusions,
    due_times,
    is_done,
    keep,
    locked_case,
    record,
    tell_holder,
    tell_resident,
)
from cases.enums import Channel, Reason, State, Step, Urgency, Verb
from cases.models import Case, Contact, Rating
from cases.queries import rating_key, revealing_unit, visible_to, withholds
from cases.workflow import CASE_MOVES
from records import actions as records

MAX_REOPENED = 1
SCORES = range(1, 6)


@transaction.atomic
def rate(
    *,
    case: Case,
    rater: User | None,
    solved: bool,
    satisfaction: int,
    reasons: Sequence[str] = (),
    comment: str = "",
    now: datetime | None = None,
) -> Case:
    """Record the resident's two answers; "not solved" the first time reopens the case by itself. Return it.

    `satisfaction` is 1–5. Raises NotAllowed when `rater` works on the case, OutOfTurn unless it waits for a
    rating, Refused for an answer out of range.
    """
    now = now or timezone.now()
    case = locked_case(case)
    check_case(case=case, verb=Verb.RATE, user=rater)
    if rater is not None and visible_to(rater).filter(pk=case.pk).exists():
        raise NotAllowed(_("Whoever works on a case cannot rate it."))
    if satisfaction not in SCORES or not set(reasons) <= set(Reason.values):
        raise Refused(_("Satisfaction is a whole number from 1 to 5."), field="satisfaction")
    Rating.objects.create(
        case=case,
        round=case.reopened + 1,
        solved=solved,
        satisfaction=satisfaction,
        reasons=list(reasons),
        comment=comment.strip(),
        is_verified=_is_verified(case, rater),
        rated_at=now,
        rater=rater if rater and rater.pk else None,
    )
    case.solved = solved
    record(case=case, verb=Verb.RATE, now=now, user=rater, public=True, data={"round": case.reopened + 1})
    if not solved and case.reopened < MAX_REOPENED:
        return _reopen(case, now)
    case.state, case.closed_at, case.next_due_at = State(CASE_MOVES[Verb.RATE].target), now, None
    case.save(update_fields=["state", "closed_at", "next_due_at", "solved"])
    return case


def _is_verified(case: Case, rater: User | None) -> bool:
    """Whether it is certain that a resident has answered.

    Not when an official knows the code: the one of the telephone desk, or one who lodged in the own territory.
    """
    if case.lodger is not None and visible_to(case.lodger).filter(pk=case.pk).exists():
        return False
    return case.channel != Channel.PHONE or (case.lodger_id is not None and case.lodger_id == getattr(rater, "pk", 0))


def _reopen(case: Case, now: datetime) -> Case:
    case.state, case.reopened, case.resolved_at = State.ACCEPTED, case.reopened + 1, None
    due = due_times(scope=case.urgency, steps=[Step.REWORK], now=now)
    records.set_deadlines(
        subject=case,
        unit=case.holder,
        due=due,
        now=now,
        round=case.reopened,
        emergency=case.urgency == Urgency.EMERGENCY,
    )
    keep(case, "state", "reopened", "resolved_at", "solved")
    record(case=case, verb=Verb.REOPEN, now=now, to_unit=case.holder, public=True)
    tell_holder(case=case, kind="case.reopened", now=now)
    return case


@transaction.atomic
def remind_to_rate(*, case: Case, now: datetime | None = None) -> Case:
    """Remind the resident, once for each answer, that `case` waits for a rating; return it.

    Raises OutOfTurn unless it waits for one and half of the time for it has passed.
    """
    now = now or timezone.now()
    case = locked_case(case)
    check_case(case=case, verb=Verb.CLOSE_SILENT, user=None)
    if case.next_due_at is None or now - case.resolved_at < case.next_due_at - now:
        raise OutOfTurn(_("The resident has not had half of the time yet."))
    until = f"{timezone.localtime(case.next_due_at):%Y-%m-%d %H:%M}"
    tell_resident(case=case, kind="case.rate", now=now, key=rating_key(case), until=until)
    return case


@transaction.atomic
def close_silent(*, case: Case, now: datetime | None = None) -> Case:
    """Close a case that nobody rated in time, without a rating: silence is never satisfaction. Return it.

    Raises OutOfTurn unless it waits for a rating and that time has run out.
    """
    now = now or timezone.now()
    case = locked_case(case)
    check_case(case=case, verb=Verb.CLOSE_SILENT, user=None)
    if case.next_due_at is None or case.next_due_at > now:
        raise OutOfTurn(_("The resident may still rate this case."))
    case.state, case.closed_at, case.next_due_at = State.CLOSED, now, None
    case.save(update_fields=["state", "closed_at", "next_due_at"])
    record(case=case, verb=Verb.CLOSE_SILENT, now=now, public=True)
    return case


@transaction.atomic
def add_information(
    *,
    case: Case,
    resident: User | None,
    text: str,
    photos: UUID | None = None,
    now: datetime | None = None,
) -> Case:
    """Add what the resident still has to say, with photos; return the case. Raises OutOfTurn once it is answered.

    The same token a second time adds nothing.
    """
    now = now or timezone.now()
    case = locked_case(case)
    if is_done(case, photos):
        return case
    check_case(case=case, verb=Verb.ADD_INFORMATION, user=resident, text=text)
    movement = record(
        case=case, verb=Verb.ADD_INFORMATION, now=now, user=resident, text=text.strip(), public=True, token=photos
    )
    records.attach_drafts(draft_token=photos, subject=movement)
    tell_holder(case=case, kind="case.information", now=now)
    return case


@transaction.atomic
def withdraw(*, case: Case, resident: User | None, reason: str, now: datetime | None = None) -> Case:
    """Withdraw the request with a `reason`; return the case. Raises OutOfTurn while departments are on the spot."""
    now = now or timezone.now()
    case = locked_case(case)
    check_case(case=case, verb=Verb.WITHDRAW, user=resident, reason=reason)
    case.state, case.closed_at = State.WITHDRAWN, now
    records.cancel_deadlines(subject=case, kinds=[*CASE_STEPS], now=now)
    drop_exclusions(case, now)
    keep(case, "state", "closed_at")
    record(case=case, verb=Verb.WITHDRAW, now=now, user=resident, text=reason.strip(), public=True)
    tell_holder(case=case, kind="case.withdrawn", now=now)
    return case


@transaction.atomic
def reveal_contact(*, case: Case, user: User, reason: str, now: datetime | None = None) -> Contact:
    """Return the resident's contact unmasked; the look is recorded and the resident is told of it.

    Of a withheld contact all but command get only where to go. Raises NotAllowed for a role that may not, and
    Refused without a reason.
    """
    now = now or timezone.now()
    case = locked_case(case)
    unit_id = revealing_unit(user, case)
    if unit_id is None:
        raise NotAllowed(_("The resident's contact is not shown to your post."))
    if not reason.strip():
        raise Refused(_("Please give a reason."), field="reason")
    unit = Unit.objects.get(pk=unit_id)
    tell_resident(case=case, kind="contact.revealed", now=now, unit=unit.name, reason=reason.strip()[:80])
    records.audit(
        verb="contact.reveal",
        subject=case,
        actor=user,
        unit=unit,
        detail={"reason": reason.strip()},
        now=now,
    )
    contact = case.contact
    if withholds(case, unit_id):
        contact.name = contact.phone = ""
    return contact
