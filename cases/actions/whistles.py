"""The street blows the whistle, departments report in, and stay until the street releases them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit, User
from cases.actions.steps import (
    check_case,
    check_turnout,
    due_times,
    keep,
    locked_case,
    locked_turnout,
    record,
    tell_unit,
)
from cases.enums import OPEN_TURNOUT_STATES, Step, TurnoutState, Verb, WhistleKind
from cases.models import Case, Turnout, Whistle
from records import actions as records
from records.clocks import Due

DEPARTMENT_STEPS = (Step.TURNOUT_ACCEPT, Step.TURNOUT_ARRIVE, Step.TURNOUT_REPORT)
ALL_STEPS = (*DEPARTMENT_STEPS, Step.DECIDE_DISPUTE, Step.TURNOUT_RELEASE)
MARKS = range(1, 6)
MAX_PLACE = Whistle._meta.get_field("place").max_length
MAX_TASK = Turnout._meta.get_field("task").max_length


@dataclass(frozen=True)
class Call:
    """One department of a whistle and what is asked of it."""

    department: Unit
    task: str


@transaction.atomic
def blow_whistle(
    *,
    case: Case,
    user: User,
    kind: WhistleKind,
    place: str,
    calls: Sequence[Call],
    now: datetime | None = None,
) -> Whistle:
    """Call one or more departments to `place` about `case`; return the whistle with a turnout for each.

    Each turnout gets its own clocks by `kind` (Pinggu: 30 minutes to arrive in an emergency). Raises Refused
    without a department or a place, for a unit that is no department of the district, and for a department
    that is already called and not yet released; OutOfTurn unless the street is working on the case.
    """
    now = now or timezone.now()
    case = locked_case(case)
    check_case(case=case, verb=Verb.BLOW_WHISTLE, user=user)
    _check_calls(case, place, calls)
    whistle = Whistle.objects.create(
        case=case, street=case.street, kind=kind, place=place.strip(), blown_at=now, blown_by=user
    )
    due = due_times(scope=kind, steps=DEPARTMENT_STEPS, now=now)
    turnouts = [_call(whistle, call, due, now) for call in calls]
    case.open_turnouts += len(turnouts)
    case.save(update_fields=["open_turnouts"])
    record(
        case=case,
        verb=Verb.BLOW_WHISTLE,
        now=now,
        user=user,
        unit=case.street,
        public=True,
        data={"kind": kind, "departments": [call.department.name for call in calls]},
    )
    for turnout in turnouts:
        tell_unit(
            permission="attend_turnout",
            unit=turnout.department,
            subject=turnout,
            kind="turnout.called",
            parameters={"number": case.number, "street": case.street.name, "task": turnout.task},
            now=now,
        )
    return whistle


def _check_calls(case: Case, place: str, calls: Sequence[Call]) -> None:
    if not place.strip() or len(place) > MAX_PLACE:
        raise Refused(_("Please say where the departments are to come."), field="place")
    if not calls:
        raise Refused(_("Please choose at least one department."), field="departments")
    departments = [call.department for call in calls]
    for department in departments:
        of_district = department.kind == UnitKind.DEPARTMENT and department.parent_id == case.district_id
        if not of_district or not department.is_active:
            raise Refused(
                _("“%(unit)s” is not a department of this district.") % {"unit": department},
                field="departments",
            )
    open_now = set(case.turnouts.filter(state__in=OPEN_TURNOUT_STATES).values_list("department", flat=True))
    for department in departments:
        if department.pk in open_now or departments.count(department) > 1:
            raise Refused(
                _("%(department)s has already been called and is not released yet.") % {"department": department},
                field="departments",
            )
    if any(not call.task.strip() or len(call.task) > MAX_TASK for call in calls):
        raise Refused(_("Please say what is asked of each department."), field="departments")


def _call(whistle: Whistle, call: Call, due: dict[str, Due], now: datetime) -> Turnout:
    turnout = Turnout.objects.create(
        whistle=whistle,
        case=whistle.case,
        street=whistle.street,
        department=call.department,
        task=call.task.strip(),
        called_at=now,
        arrive_due_at=due[Step.TURNOUT_ARRIVE].at if Step.TURNOUT_ARRIVE in due else now,
        next_due_at=min((owed.at for owed in due.values()), default=now),
    )
    _owe(turnout, call.department, due, now)
    return turnout


def _owe(turnout: Turnout, unit: Unit, due: dict[str, Due], now: datetime, round: int = 1) -> None:
    emergency = turnout.whistle.kind == WhistleKind.EMERGENCY
    records.set_deadlines(subject=turnout, unit=unit, due=due, now=now, round=round, emergency=emergency)


def _noted(turnout: Turnout, verb: Verb, user: User, unit: Unit, now: datetime, **entry):
    return record(case=turnout.case, verb=verb, now=now, user=user, unit=unit, turnout=turnout, **entry)


def _names(turnout: Turnout) -> dict[str, str]:
    return {
        "number": turnout.case.number,
        "street": turnout.street.name,
        "department": turnout.department.name,
    }


def _tell_department(turnout: Turnout, kind: str, now: datetime, **parameters: str) -> None:
    tell_unit(
        permission="attend_turnout",
        unit=turnout.department,
        subject=turnout,
        kind=kind,
        parameters={**_names(turnout), **parameters},
        now=now,
    )


def _tell_street(turnout: Turnout, kind: str, now: datetime, **parameters: str) -> None:
    tell_unit(
        permission="dispatch_case",
        unit=turnout.street,
        subject=turnout.case,
        kind=kind,
        parameters={**_names(turnout), **parameters},
        now=now,
    )


@transaction.atomic
def accept_turnout(*, turnout: Turnout, user: User, now: datetime | None = None) -> Turnout:
    """Answer the whistle: the department is coming; return the turnout.

    Raises OutOfTurn unless it is called, NotAllowed for anyone but the department.
    """
    now = now or timezone.now()
    turnout = locked_turnout(turnout)
    check_turnout(turnout=turnout, verb=Verb.ACCEPT_TURNOUT, user=user)
    turnout.state, turnout.accepted_at = TurnoutState.ACCEPTED, now
    records.meet_deadlines(subject=turnout, kinds=[Step.TURNOUT_ACCEPT], now=now)
    keep(turnout, "state", "accepted_at")
    _noted(turnout, Verb.ACCEPT_TURNOUT, user, turnout.department, now, public=True)
    return turnout


@transaction.atomic
def dispute_turnout(*, turnout: Turnout, user: User, reason: str, now: datetime | None = None) -> Turnout:
    """Say once, with a `reason`, that this is not the department's; command decides. Return the turnout.

    The clocks run on. Raises OutOfTurn unless it is called or when it was disputed before (案件回流).
    """
    now = now or timezone.now()
    turnout = locked_turnout(turnout)
    check_turnout(turnout=turnout, verb=Verb.DISPUTE_TURNOUT, user=user, reason=reason)
    if turnout.disputed_at:
        raise OutOfTurn(_("A whistle can be disputed once; command has decided about this one."))
    turnout.state, turnout.disputed_at = TurnoutState.DISPUTED, now
    turnout.dispute_reason = reason.strip()
    due = due_times(scope="", steps=[Step.DECIDE_DISPUTE], now=now)
    _owe(turnout, turnout.case.district, due, now)
    keep(turnout, "state", "disputed_at", "dispute_reason")
    _noted(turnout, Verb.DISPUTE_TURNOUT, user, turnout.department, now, reason=reason.strip())
    tell_unit(
        permission="command_case",
        unit=turnout.case.district,
        subject=turnout,
        kind="turnout.disputed",
        parameters={**_names(turnout), "reason": reason.strip()},
        now=now,
    )
    return turnout


@transaction.atomic
def decide_dispute(*, turnout: Turnout, user: User, uphold: bool, reason: str, now: datetime | None = None) -> Turnout:
    """Decide a dispute: upheld, the department is excused; rejected, it is called again with its old clocks.

    Returns the turnout. Raises OutOfTurn unless it is disputed, NotAllowed for anyone but command, Refused
    without a reason.
    """
    now = now or timezone.now()
    turnout = locked_turnout(turnout)
    verb = Verb.UPHOLD_DISPUTE if uphold else Verb.REJECT_DISPUTE
    check_turnout(turnout=turnout, verb=verb, user=user, reason=reason)
    turnout.state = TurnoutState.EXCUSED if uphold else TurnoutState.CALLED
    records.meet_deadlines(subject=turnout, kinds=[Step.DECIDE_DISPUTE], now=now)
    if uphold:
        _end(turnout, now)
    keep(turnout, "state")
    _noted(turnout, verb, user, turnout.case.district, now, reason=reason.strip())
    decided = "turnout.excused" if uphold else "turnout.called_again"
    _tell_department(turnout, decided, now)
    _tell_street(turnout, decided, now)
    records.audit(verb=f"turnout.{verb}", subject=turnout, actor=user, unit=turnout.case.district, now=now)
    return turnout


def _end(turnout: Turnout, now: datetime) -> None:
    """The turnout owes nothing any more, and holds its case back no longer."""
    records.cancel_deadlines(subject=turnout, kinds=ALL_STEPS, now=now)
    turnout.case.open_turnouts -= 1
    turnout.case.save(update_fields=["open_turnouts"])


@transaction.atomic
def arrive(
    *,
    turnout: Turnout,
    user: User,
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    photos: UUID | None = None,
    now: datetime | None = None,
) -> Turnout:
    """Record the arrival on the spot: the server's time, the place in degrees if the phone gives it, photos.

    Returns the turnout. Raises OutOfTurn unless it was accepted, NotAllowed for anyone but the department.
    """
    now = now or timezone.now()
    turnout = locked_turnout(turnout)
    check_turnout(turnout=turnout, verb=Verb.ARRIVE, user=user)
    turnout.state, turnout.arrived_at = TurnoutState.ARRIVED, now
    turnout.latitude, turnout.longitude = latitude, longitude
    records.meet_deadlines(subject=turnout, kinds=[Step.TURNOUT_ARRIVE], now=now)
    turnout.refresh_from_db(fields=["arrive_due_at"])  # later when that ended a pause
    keep(turnout, "state", "arrived_at", "latitude", "longitude")
    movement = _noted(
        turnout,
        Verb.ARRIVE,
        user,
        turnout.department,
        now,
        public=True,
        data={"late": turnout.arrived_late, "located": latitude is not None},
    )
    records.attach_drafts(draft_token=photos, subject=movement)
    _tell_street(turnout, "turnout.arrived", now)
    return turnout


@transaction.atomic
def report(
    *, turnout: Turnout, user: User, text: str, photos: UUID | None = None, now: datetime | None = None
) -> Turnout:
    """Report in `text` what the department did; from now on the street owes the release. Return the turnout.

    Raises OutOfTurn unless it is on the spot, NotAllowed, or Refused without a text.
    """
    now = now or timezone.now()
    turnout = locked_turnout(turnout)
    check_turnout(turnout=turnout, verb=Verb.REPORT, user=user, text=text)
    rounds = turnout.movements.filter(verb=Verb.REPORT).count() + 1
    turnout.state, turnout.reported_at, turnout.report = TurnoutState.REPORTED, now, text.strip()
    records.meet_deadlines(subject=turnout, kinds=[Step.TURNOUT_REPORT], now=now)
    due = due_times(scope="", steps=[Step.TURNOUT_RELEASE], now=now)
    _owe(turnout, turnout.street, due, now, rounds)
    keep(turnout, "state", "reported_at", "report")
    movement = _noted(turnout, Verb.REPORT, user, turnout.department, now, text=text.strip())
    records.attach_drafts(draft_token=photos, subject=movement)
    _tell_street(turnout, "turnout.reported", now)
    return turnout


@transaction.atomic
def send_back(*, turnout: Turnout, user: User, reason: str, now: datetime | None = None) -> Turnout:
    """Send a report back with a `reason`: the department stays. Return the turnout.

    Raises OutOfTurn unless it has reported, NotAllowed for anyone but the street, Refused without a reason.
    """
    now = now or timezone.now()
    turnout = locked_turnout(turnout)
    check_turnout(turnout=turnout, verb=Verb.SEND_BACK, user=user, reason=reason)
    turnout.state = TurnoutState.ARRIVED
    records.meet_deadlines(subject=turnout, kinds=[Step.TURNOUT_RELEASE], now=now)
    rounds = turnout.movements.filter(verb=Verb.SEND_BACK).count() + 2
    due = due_times(scope=turnout.whistle.kind, steps=[Step.TURNOUT_REPORT], now=now)
    _owe(turnout, turnout.department, due, now, rounds)
    keep(turnout, "state")
    _noted(turnout, Verb.SEND_BACK, user, turnout.street, now, reason=reason.strip())
    _tell_department(turnout, "turnout.sent_back", now, reason=reason.strip())
    return turnout


@transaction.atomic
def release(
    *,
    turnout: Turnout,
    user: User,
    on_time: int,
    cooperation: int,
    result: int,
    remark: str = "",
    now: datetime | None = None,
) -> Turnout:
    """Let the department go, with three marks of 1 to 5 (一哨一考核) that feed its appraisal. Return the turnout.

    Raises Refused for a mark out of range, OutOfTurn unless the department is on the spot or has reported,
    NotAllowed for anyone but the street that whistled.
    """
    now = now or timezone.now()
    turnout = locked_turnout(turnout)
    check_turnout(turnout=turnout, verb=Verb.RELEASE, user=user)
    if turnout.movements.filter(unit=turnout.department_id, actor=user).exists():
        raise NotAllowed(_("Whoever acted for the department cannot mark it."))
    marks = {"on_time": on_time, "cooperation": cooperation, "result": result}
    for name, mark in marks.items():
        if mark not in MARKS:
            raise Refused(_("A mark is a whole number from 1 to 5."), field=name)
    turnout.state, turnout.released_at, turnout.released_by = TurnoutState.RELEASED, now, user
    turnout.on_time, turnout.cooperation, turnout.result = on_time, cooperation, result
    turnout.remark = remark.strip()
    records.meet_deadlines(subject=turnout, kinds=[Step.TURNOUT_RELEASE, Step.TURNOUT_REPORT], now=now)
    _end(turnout, now)
    keep(turnout, "state", "released_at", "released_by", "on_time", "cooperation", "result", "remark")
    _noted(
        turnout,
        Verb.RELEASE,
        user,
        turnout.street,
        now,
        reason=turnout.remark,
        public=True,
        data=marks,
    )
    _tell_department(turnout, "turnout.released", now)
    records.audit(verb="turnout.release", subject=turnout, actor=user, unit=turnout.street, detail=marks, now=now)
    return turnout


@transaction.atomic
def withdraw_turnout(*, turnout: Turnout, user: User, reason: str, now: datetime | None = None) -> Turnout:
    """Take the whistle back from a department that is not on the spot yet, with a `reason`. Return the turnout.

    Raises OutOfTurn once it has arrived, NotAllowed for anyone but the street, Refused without a reason.
    """
    now = now or timezone.now()
    turnout = locked_turnout(turnout)
    check_turnout(turnout=turnout, verb=Verb.WITHDRAW_TURNOUT, user=user, reason=reason)
    turnout.state, turnout.withdrawn_at = TurnoutState.WITHDRAWN, now
    _end(turnout, now)
    keep(turnout, "state", "withdrawn_at")
    _noted(turnout, Verb.WITHDRAW_TURNOUT, user, turnout.street, now, reason=reason.strip(), public=True)
    _tell_department(turnout, "turnout.withdrawn", now)
    return turnout
