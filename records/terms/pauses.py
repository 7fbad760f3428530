"""A clock stands still for a coded reason, a few times at most, and what that lasted is added to its due time."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import User
from accounts.queries import holders_of
from records import actions, registry
from records.models import Deadline
from records.terms.enums import PauseCode, TermVerb
from records.terms.models import Pause
from records.terms.rules import RULES
from records.terms.settling import end_pause
from records.terms.steps import check_own, check_running, locked


@transaction.atomic
def pause(*, deadline: Deadline, user: User, code: PauseCode, now: datetime | None = None) -> Pause:
    """Let the clock of `deadline` stand still for the coded reason; return the pause.

    Raises NotAllowed for anybody but the unit that owes it, OutOfTurn when it is late, over, paused already or
    has been paused as often as may be, Refused for an emergency or an unknown reason.
    """
    now = now or timezone.now()
    subject, deadline = locked(deadline)
    check_own(deadline, user)
    check_running(deadline, now)
    if deadline.is_emergency:
        raise Refused(_("The clock of an emergency cannot be paused."))
    if code not in PauseCode.values:
        raise Refused(_("Please choose one of the reasons."), field="code")
    if deadline.pauses.count() >= settings.MOST_PAUSES:
        raise OutOfTurn(
            _("This clock has been paused %(count)d times; that is as often as it may be.")
            % {"count": settings.MOST_PAUSES}
        )
    paused = Pause.objects.create(deadline=deadline, code=code, unit=deadline.unit, started_by=user, started_at=now)
    deadline.paused_at = now
    deadline.save(update_fields=["paused_at"])
    _follow(subject, deadline, verb=TermVerb.PAUSE, user=user, now=now, data={"code": code})
    return paused


@transaction.atomic
def resume(*, deadline: Deadline, user: User, now: datetime | None = None) -> Deadline:
    """Let the clock of `deadline` run on; return it. Raises NotAllowed, or OutOfTurn when it is not paused."""
    now = now or timezone.now()
    subject, deadline = locked(deadline)
    check_own(deadline, user)
    return _resumed(subject, deadline, user, now)


@transaction.atomic
def end_overlong_pause(*, deadline: Deadline, now: datetime | None = None) -> Deadline:
    """Let a clock run on whose pause has lasted as long as one may, and tell the unit; return the deadline.

    Raises OutOfTurn unless it has.
    """
    now = now or timezone.now()
    subject, deadline = locked(deadline)
    if deadline.paused_at is not None and now < deadline.paused_at + settings.LONGEST_PAUSE:
        raise OutOfTurn(_("This pause may still last."))
    deadline = _resumed(subject, deadline, None, now)
    asks = RULES[deadline.unit.kind].asks
    actions.notify(
        recipients={person for permission in asks for person in holders_of(permission, deadline.unit)},
        kind="pause.ended",
        parameters={
            "step": deadline.kind,
            "subject": registry.subjects_of([deadline])[deadline.pk].title,
            "until": f"{timezone.localtime(deadline.due_at):%Y-%m-%d %H:%M}",
        },
        url=deadline.get_absolute_url(),
        now=now,
    )
    return deadline


def _resumed(subject, deadline: Deadline, user: User | None, now: datetime) -> Deadline:
    if deadline.paused_at is None:
        raise OutOfTurn(_("The clock is not paused."))
    lasted = end_pause(deadline=deadline, user=user, now=now)
    seconds = int(lasted.total_seconds())
    _follow(subject, deadline, verb=TermVerb.RESUME, user=user, now=now, data={"seconds": seconds})
    return deadline


def _follow(subject, deadline: Deadline, *, verb: TermVerb, user: User | None, now: datetime, data: dict) -> None:
    terms = registry.terms_of(deadline)
    terms.moved(deadline)
    unit = deadline.unit if user else None
    data = {"step": deadline.kind, **data}
    terms.noted(subject, verb=verb, user=user, unit=unit, reason="", data=data, now=now)
    actions.audit(verb=f"deadline.{verb}", subject=deadline, actor=user, unit=unit, detail=data, now=now)
