"""Who may change the time of a deadline, as data: by the kind of the unit that owes it.

The unit that owes asks, pauses and resumes; the unit above decides an extension, and for command the district
leader, who is another office of the same unit.
"""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.queries import ancestors_of, grants_of
from records import registry
from records.models import Deadline
from records.terms.enums import TermVerb
from records.terms.models import Extension


class Rule(NamedTuple):
    """`asks`: permissions on the owing unit, any of them; `decides` on the unit of kind `decider` at or above it."""

    asks: tuple[str, ...]
    decider: UnitKind
    decides: str


RULES = {
    UnitKind.GRID: Rule(("handle_case",), UnitKind.STREET, "dispatch_case"),
    UnitKind.COMMUNITY: Rule(("handle_case",), UnitKind.STREET, "dispatch_case"),
    UnitKind.STREET: Rule(("handle_case", "dispatch_case"), UnitKind.DISTRICT, "command_case"),
    UnitKind.DEPARTMENT: Rule(("attend_turnout",), UnitKind.DISTRICT, "command_case"),
    UnitKind.DISTRICT: Rule(("command_case",), UnitKind.DISTRICT, "lead_case"),
}
DECIDING = tuple(sorted({rule.decides for rule in RULES.values()}))


def asks_as(user, unit: Unit) -> str | None:
    """Return the permission by which `user` acts for `unit`, which owes a deadline; None when they do not."""
    rule = RULES.get(UnitKind(unit.kind))
    grants = grants_of(user)
    return next((name for name in rule.asks if grants.on(name, unit)), None) if rule else None


def decider_of(unit: Unit) -> tuple[Unit, str]:
    """Return the unit that decides an extension for `unit`, and by which permission."""
    rule = RULES[UnitKind(unit.kind)]
    return ancestors_of(unit)[rule.decider], rule.decides


def decides(user, extension: Extension) -> bool:
    """Return whether `extension` is for `user` to decide: another office than the one that asked or now owes."""
    own = asks_as(user, extension.asking_unit) or extension.asked_by_id == user.pk
    return not own and grants_of(user).on(extension.decides_as, extension.deciding_unit_id)


def can_change(deadline: Deadline) -> bool:
    """Return whether the time of `deadline` may change at all: open, and of a kind that its app allows."""
    return deadline.is_open and deadline.kind in registry.changeable_kinds()


def offered(user, deadline: Deadline, now: datetime) -> list[TermVerb]:
    """Return what `user` may do now to the time of `deadline`, fetched by `with_terms`: asks the database nothing."""
    if not can_change(deadline):
        return []
    found = []
    extension = getattr(deadline, "extension", None)
    if asks_as(user, deadline.unit):
        in_time = now < deadline.due_at and deadline.paused_at is None
        if extension is None and in_time:
            found.append(TermVerb.ASK)
        if deadline.paused_at is not None:
            found.append(TermVerb.RESUME)
        elif in_time and not deadline.is_emergency and deadline.times_paused < settings.MOST_PAUSES:
            found.append(TermVerb.PAUSE)
    if extension is not None and extension.decided_at is None and decides(user, extension):
        found += [TermVerb.APPROVE, TermVerb.REJECT]
    return found
