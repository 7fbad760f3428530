"""What follows for extensions and pauses when a deadline is met, cancelled or handed on. Leaf of records.actions."""

from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from accounts.models import Unit, User
from records import registry
from records.circles import LED_DECISION
from records.models import Deadline
from records.terms.enums import TermVerb
from records.terms.models import Extension
from records.terms.rules import decider_of

DECIDE = "records.decide_extension"
DECISIONS = (DECIDE, LED_DECISION)
ANEW = ("revision", "reminded_until", "remind_at")
"""The fields that `begin_anew` sets."""


def begin_anew(deadline: Deadline, now: datetime) -> None:
    """Let the reminders of `deadline`, whose time changes at `now`, be planned for the new time. Does not save."""
    deadline.revision, deadline.reminded_until, deadline.remind_at = deadline.revision + 1, now, now


def end_pause(*, deadline: Deadline, user: User | None, now: datetime) -> timedelta:
    """Let the paused, locked `deadline` run on, later by what the pause lasted; return that span."""
    lasted = now - deadline.paused_at
    deadline.due_at += lasted
    deadline.paused_at = None
    begin_anew(deadline, now)
    deadline.save(update_fields=["due_at", "paused_at", *ANEW])
    deadline.pauses.filter(ended_at__isnull=True).update(ended_at=now, ended_by=user)
    return lasted


def decision_kind(decides_as: str) -> str:
    """Return the kind of deadline of an office that decides by the permission `decides_as`: the leader's is apart."""
    return LED_DECISION if decides_as == "lead_case" else DECIDE


def decision_of(extension: Extension) -> QuerySet[Deadline]:
    """Return the open deadline of whoever decides `extension`."""
    return Deadline.objects.filter(
        content_type=ContentType.objects.get_for_model(Extension),
        object_id=extension.pk,
        kind__in=DECISIONS,
        met_at__isnull=True,
        cancelled_at__isnull=True,
    )


def settle(*, deadlines: QuerySet[Deadline], now: datetime) -> None:
    """End the pauses of `deadlines`, which are about to be met or cancelled, and what was still to be decided."""
    undecided = Q(extension__isnull=False, extension__decided_at__isnull=True)
    for deadline in deadlines.filter(Q(paused_at__isnull=False) | undecided).select_related("extension"):
        if deadline.paused_at is not None:
            lasted = end_pause(deadline=deadline, user=None, now=now)
            terms = registry.terms_of(deadline)
            terms.moved(deadline)
            data = {"step": deadline.kind, "seconds": int(lasted.total_seconds())}
            terms.noted(deadline.subject, verb=TermVerb.RESUME, user=None, unit=None, reason="", data=data, now=now)
        if (extension := getattr(deadline, "extension", None)) and extension.decided_at is None:
            decision_of(extension).update(cancelled_at=now)


def reroute(*, deadlines: QuerySet[Deadline], unit: Unit) -> None:
    """Let nobody decide for themselves: what `unit` was to decide about `deadlines`, which it takes over, goes up.

    The decision finds its new office by its own deadline, of which the sweep reminds that office.
    """
    for deadline in deadlines.filter(extension__decided_at__isnull=True, extension__deciding_unit=unit).select_related(
        "extension"
    ):
        extension = deadline.extension
        extension.deciding_unit, extension.decides_as = decider_of(unit)
        extension.save(update_fields=["deciding_unit", "decides_as"])
        decision_of(extension).update(unit=extension.deciding_unit, kind=decision_kind(extension.decides_as))
