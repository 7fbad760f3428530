"""What the resident does, and what protects them. The case is fetched by account or by secret before."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import User
from cases.actions.steps import (
    CASE_STEPS,
    check_case,
    due_times,
    keep,
    locked_case,
    record,
    tell_holder,
    tell_resident,
)
from cases.enums import Reason, State, Step, Verb
from cases.models import Case, Contact, Rating, Supporter
from cases.queries import may_reveal, visible_to
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


def _reopen(case: Case, now: datetime) -> Case:
    case.state, case.reopened, case.resolved_at = State.ACCEPTED, case.reopened + 1, None
    due = due_times(scope=case.urgency, steps=[Step.REWORK], now=now)
    records.set_deadlines(subject=case, unit=case.holder, due=due, now=now, round=case.reopened)
    keep(case, "state", "reopened", "resolved_at", "solved")
    record(case=case, verb=Verb.REOPEN, now=now, to_unit=case.holder, public=True)
    tell_holder(case=case, kind="case.reopened", now=now)
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
    tell_resident(case=case, kind="case.closed", now=now)
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
    """Add what the resident still has to say, with photos; return the case. Raises OutOfTurn once it is answered."""
    now = now or timezone.now()
    case = locked_case(case)
    check_case(case=case, verb=Verb.ADD_INFORMATION, user=resident, text=text)
    movement = record(case=case, verb=Verb.ADD_INFORMATION, now=now, user=resident, text=text.strip(), public=True)
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
    keep(case, "state", "closed_at")
    record(case=case, verb=Verb.WITHDRAW, now=now, user=resident, text=reason.strip(), public=True)
    tell_holder(case=case, kind="case.withdrawn", now=now)
    return case


@transaction.atomic
def support(*, case: Case, person: str, user: User | None = None, now: datetime | None = None) -> bool:
    """Count one "me too" of `person` (any stable text, kept as a digest); return whether it was new.

    Raises OutOfTurn when the case is no longer open.
    """
    now = now or timezone.now()
    case = locked_case(case)
    if not case.is_open:
        raise OutOfTurn(_("The case is no longer open."))
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{case.pk}:{person}".encode()).hexdigest()
    _row, created = Supporter.objects.get_or_create(
        case=case,
        person=digest,
        defaults={"at": now, "user": user if user and user.pk else None},
    )
    if created:
        case.supporters += 1
        case.save(update_fields=["supporters"])
        record(case=case, verb=Verb.SUPPORT, now=now, data={"supporters": case.supporters})
    return created


@transaction.atomic
def reveal_contact(*, case: Case, user: User, reason: str, now: datetime | None = None) -> Contact:
    """Return the resident's contact unmasked; the look is recorded and the resident is told of it.

    Raises NotAllowed for a role that may not, or when the resident withholds the name, and Refused without
    a reason.
    """
    now = now or timezone.now()
    case = locked_case(case)
    if not may_reveal(user, case):
        raise NotAllowed(_("The resident's contact is not shown to your post."))
    if not reason.strip():
        raise Refused(_("Please give a reason."), field="reason")
    tell_resident(case=case, kind="contact.revealed", now=now, unit=case.holder.name, reason=reason.strip()[:80])
    records.audit(
        verb="contact.reveal",
        subject=case,
        actor=user,
        unit=case.holder,
        detail={"reason": reason.strip()},
        now=now,
    )
    return case.contact
