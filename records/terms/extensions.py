"""More time for a deadline: asked for once, before it is late; decided by another office; the first time stays."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import User
from accounts.queries import holders_of
from records import actions, clocks, registry
from records.calendar import working_calendar
from records.clocks import Due
from records.enums import ClockUnit
from records.models import Deadline
from records.terms import settling
from records.terms.enums import TermVerb
from records.terms.models import Extension
from records.terms.rules import decider_of, decides
from records.terms.steps import check_own, check_running, checked_text, locked

FARTHEST = timedelta(days=366)


@transaction.atomic
def ask_extension(
    *, deadline: Deadline, user: User, reason: str, wanted: datetime, now: datetime | None = None
) -> Extension:
    """Ask, for the unit that owes `deadline`, that it be due at `wanted`; return the request.

    Raises NotAllowed for anybody else, OutOfTurn when it is late, paused, over or was asked for before, Refused
    without a reason or for a time that is not later than now agreed, or more than a year later.
    """
    now = now or timezone.now()
    subject, deadline = locked(deadline)
    acting = check_own(deadline, user)
    if Extension.objects.filter(deadline=deadline).exists():
        raise OutOfTurn(_("An extension of this deadline has been asked for before; that is possible once."))
    check_running(deadline, now)
    reason = checked_text(reason, "reason")
    if not deadline.due_at < wanted <= deadline.due_at + FARTHEST:
        raise Refused(_("The new time must be later than the one that stands, and by a year at most."), field="wanted")
    deciding_unit, decides_as = decider_of(deadline.unit)
    extension = Extension.objects.create(
        deadline=deadline,
        reason=reason,
        wanted=wanted,
        asked_by=user,
        asking_unit=deadline.unit,
        asks_as=acting,
        asked_at=now,
        deciding_unit=deciding_unit,
        decides_as=decides_as,
    )
    actions.set_deadlines(
        subject=extension,
        unit=deciding_unit,
        due={settling.decision_kind(decides_as): decision_due(deadline, now)},
        now=now,
        emergency=deadline.is_emergency,
    )
    _note(subject, extension, verb=TermVerb.ASK, user=user, unit=deadline.unit, reason=reason, now=now)
    _tell(extension, "extension.asked", decides_as, deciding_unit, now, reason=reason)
    _audit(extension, "extension.ask", user, deadline.unit, now)
    return extension


def decision_due(deadline: Deadline, now: datetime) -> Due:
    """Return by when an extension of `deadline` is to be decided: in working days, but before it is itself due."""
    calendar = working_calendar(timezone.localdate(now))
    at = clocks.due(now, settings.EXTENSION_DECISION_DAYS, ClockUnit.WORKING_DAYS, calendar.is_working)
    return Due(at, ClockUnit.WORKING_DAYS) if at < deadline.due_at else Due(deadline.due_at, deadline.counted_in)


@transaction.atomic
def decide_extension(
    *, extension: Extension, user: User, approve: bool, answer: str, now: datetime | None = None
) -> Extension:
    """Decide `extension` with a reason; approved, the due time moves and reminders begin anew. Return it.

    Raises NotAllowed for any office but the deciding one, OutOfTurn when it is decided, the deadline is over, or
    it is to be approved once it is late (what was late stays late), Refused without a reason.
    """
    now = now or timezone.now()
    subject, deadline = locked(extension.deadline)
    related = Extension.objects.select_related("asking_unit", "deciding_unit")
    extension = related.select_for_update(of=("self",)).get(pk=extension.pk)
    extension.deadline = deadline
    if not decides(user, extension):
        raise NotAllowed
    if extension.decided_at is not None:
        raise OutOfTurn(_("This extension has already been decided."))
    if not deadline.is_open:
        raise OutOfTurn(_("This deadline is no longer open."))
    if approve and now >= deadline.due_at and deadline.paused_at is None:
        raise OutOfTurn(_("The deadline has passed meanwhile: it can no longer be extended, only rejected."))
    answer = checked_text(answer, "answer")
    agreed = deadline.due_at
    extension.approved, extension.answer = approve, answer
    extension.decided_by, extension.decided_at = user, now
    extension.save(update_fields=["approved", "answer", "decided_by", "decided_at"])
    actions.meet_deadlines(subject=extension, kinds=settling.DECISIONS, now=now)
    if approve:
        _move(deadline, extension.wanted, now)
        registry.terms_of(deadline).moved(deadline)
    verb = TermVerb.APPROVE if approve else TermVerb.REJECT
    _note(subject, extension, verb=verb, user=user, unit=extension.deciding_unit, reason=answer, now=now)
    kind = "extension.approved" if approve else "extension.rejected"
    _tell(extension, kind, extension.asks_as, extension.asking_unit, now, reason=answer)
    verb = "extension.approve" if approve else "extension.reject"
    _audit(extension, verb, user, extension.deciding_unit, now, was=agreed.isoformat())
    return extension


def _move(deadline: Deadline, wanted: datetime, now: datetime) -> None:
    """Let `deadline` be due at `wanted`, or later where a pause has already moved it past that."""
    deadline.due_at = max(wanted, deadline.due_at)
    settling.begin_anew(deadline, now)
    deadline.save(update_fields=["due_at", *settling.ANEW])


def _note(subject, extension: Extension, *, verb: TermVerb, user, unit, reason: str, now: datetime) -> None:
    registry.terms_of(extension.deadline).noted(
        subject,
        verb=verb,
        user=user,
        unit=unit,
        reason=reason,
        data={"step": extension.deadline.kind, "until": extension.wanted.isoformat()},
        now=now,
    )


def _tell(extension: Extension, kind: str, permission: str, unit, now: datetime, *, reason: str) -> None:
    deadline = extension.deadline
    actions.notify(
        recipients=holders_of(permission, unit),
        kind=kind,
        parameters={
            "step": deadline.kind,
            "subject": registry.subjects_of([deadline])[deadline.pk].title,
            "unit": extension.asking_unit.name,
            "until": f"{timezone.localtime(extension.wanted):%Y-%m-%d %H:%M}",
            "reason": reason,
        },
        url=deadline.get_absolute_url(),
        now=now,
    )


def _audit(extension: Extension, verb: str, user, unit, now: datetime, **more: str) -> None:
    detail = {"kind": extension.deadline.kind, "until": extension.wanted.isoformat(), **more}
    actions.audit(verb=verb, subject=extension.deadline, actor=user, unit=unit, detail=detail, now=now)
