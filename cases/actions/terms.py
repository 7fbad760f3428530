"""What follows on a case when the time of one of its deadlines is extended or paused (records.registry.Terms)."""

from datetime import datetime

from cases.actions.steps import keep, locked_case, locked_turnout, record
from cases.enums import Step, Verb
from cases.models import Case, Turnout
from records.models import Deadline

TOLD = (Verb.APPROVE_EXTENSION, Verb.PAUSE, Verb.RESUME)
CHANGEABLE = frozenset(
    {
        Step.RESOLVE,
        Step.REWORK,
        Step.TURNOUT_ACCEPT,
        Step.TURNOUT_ARRIVE,
        Step.TURNOUT_REPORT,
        Step.TURNOUT_RELEASE,
        Step.DECIDE_DISPUTE,
    }
)


def hold_case(key: int) -> Case:
    """Return the case with that key, locked."""
    return locked_case(Case(pk=key))


def hold_turnout(key: int) -> Turnout:
    """Return the turnout with that key, its case and then itself locked."""
    return locked_turnout(Turnout.objects.select_related("case").get(pk=key))


def case_moved(deadline: Deadline) -> None:
    """Let what is due first on the case follow; its own clock, `due_at`, stays as it was set first."""
    keep(Case.objects.get(pk=deadline.object_id))


def turnout_moved(deadline: Deadline) -> None:
    """Let what is due first on the turnout follow, and the time to arrive by."""
    turnout = Turnout.objects.get(pk=deadline.object_id)
    if deadline.kind == Step.TURNOUT_ARRIVE:
        turnout.arrive_due_at = deadline.due_at
    keep(turnout, "arrive_due_at")


def note_on_case(case: Case, *, verb: str, user, unit, reason: str, data: dict, now: datetime) -> None:
    """Write the change into the history of `case`; what was decided or paused is told to the resident."""
    public = verb in TOLD
    record(case=case, verb=verb, now=now, user=user, unit=unit, reason=reason, public=public, data=data)


def note_on_turnout(turnout: Turnout, *, verb: str, user, unit, reason: str, data: dict, now: datetime) -> None:
    """Write the change into the history of the case of `turnout`; it is between the units."""
    record(case=turnout.case, turnout=turnout, verb=verb, now=now, user=user, unit=unit, reason=reason, data=data)
