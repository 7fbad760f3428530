"""Whistles and turnouts, verb by verb: who, in which state, with which clocks, who is told."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.actions import appoint
from accounts.enums import Role
from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit
from cases import actions
from cases.actions import Call
from cases.enums import Level, State, Step, TurnoutState, Verb
from cases.models import Movement, Turnout
from records.models import AuditEntry, Deadline, Notice

MARKS = {"on_time": 5, "cooperation": 4, "result": 3}


def the_turnout(case, department=None) -> Turnout:
    turnouts = case.turnouts.filter(department=department) if department else case.turnouts
    return turnouts.get()


def accepted(cast) -> Turnout:
    return actions.accept_turnout(turnout=the_turnout(cast.whistled()), user=cast.water_officer)


def arrived(cast) -> Turnout:
    return actions.arrive(turnout=accepted(cast), user=cast.water_officer)


def reported(cast) -> Turnout:
    return actions.report(turnout=arrived(cast), user=cast.water_officer, text="已关阀止水")


def disputed(cast) -> Turnout:
    turnout = the_turnout(cast.whistled())
    return actions.dispute_turnout(turnout=turnout, user=cast.water_officer, reason="属燃气管线")


def released(cast) -> Turnout:
    return actions.release(turnout=reported(cast), user=cast.dispatcher, **MARKS)


def told(kind: str) -> set[str]:
    """Return the usernames of those who have a notice of `kind`."""
    return set(Notice.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def deadlines(turnout) -> dict[str, Deadline]:
    """Return the last deadline of each kind."""
    return {row.kind: row for row in Deadline.objects.filter(object_id=turnout.pk, kind__startswith="turnout.")}


def last_movement(turnout) -> Movement:
    return turnout.movements.order_by("-pk").first()


# --- blow_whistle -----------------------------------------------------------------------------------------


def blow(cast, case, *departments, kind="emergency", now=None, **given):
    calls = [Call(unit, "到场处置") for unit in departments or [cast.water]]
    defaults = {"case": case, "user": cast.dispatcher, "kind": kind, "place": "北门", "calls": calls, "now": now}
    return actions.blow_whistle(**{**defaults, **given})


def test_a_whistle_calls_each_department_with_its_own_turnout(cast):
    case = cast.on_street()
    whistle = blow(cast, case, cast.water, cast.parks)
    case.refresh_from_db()
    assert case.open_turnouts == 2
    assert case.state == State.ACCEPTED
    assert {turnout.department for turnout in whistle.turnouts.all()} == {cast.water, cast.parks}
    assert {turnout.state for turnout in whistle.turnouts.all()} == {TurnoutState.CALLED}
    assert told("turnout.called") == {"water", "waterhead", "parks"}
    entry = case.movements.get(verb=Verb.BLOW_WHISTLE)
    assert entry.data["departments"] == ["平安区水务局", "平安区园林局"]


def test_an_emergency_gives_thirty_minutes_to_arrive(cast):
    now = timezone.now()
    turnout = blow(cast, cast.on_street(), now=now).turnouts.get()
    due = deadlines(turnout)
    assert turnout.arrive_due_at == due[Step.TURNOUT_ARRIVE].due_at == now + timedelta(minutes=30)
    assert turnout.next_due_at == due[Step.TURNOUT_ACCEPT].due_at == now + timedelta(minutes=5)
    assert {row.unit for row in due.values()} == {cast.water}


def test_joint_enforcement_gives_a_day(cast):
    now = timezone.now()
    turnout = blow(cast, cast.on_street(), kind="joint", now=now).turnouts.get()
    assert turnout.arrive_due_at == now + timedelta(hours=24)


@pytest.mark.parametrize("place", ["", "  "])
def test_a_whistle_without_a_place_is_refused(cast, place):
    with pytest.raises(Refused) as refused:
        blow(cast, cast.on_street(), place=place)
    assert refused.value.field == "place"
    assert not Turnout.objects.exists()


@pytest.mark.parametrize("calls", ["none", "empty task", "twice", "a street", "elsewhere", "called before"])
def test_a_bad_call_is_refused_as_a_whole(cast, calls):
    case = cast.whistled(cast.water) if calls == "called before" else cast.on_street()
    before = Turnout.objects.count()
    bad = {
        "none": [],
        "empty task": [Call(cast.parks, "修剪"), Call(cast.water, " ")],
        "twice": [Call(cast.water, "一"), Call(cast.water, "二")],
        "a street": [Call(cast.neighbour_street, "到场")],
        "elsewhere": [Call(cast.parks, "修剪"), Call(cast.other_department, "到场")],
        "called before": [Call(cast.parks, "修剪"), Call(cast.water, "再来")],
    }[calls]
    with pytest.raises(Refused) as refused:
        blow(cast, case, calls=bad)
    assert refused.value.field == "departments"
    assert Turnout.objects.count() == before
    case.refresh_from_db()
    assert case.open_turnouts == before


def test_a_released_department_can_be_called_again(cast):
    turnout = released(cast)
    blow(cast, turnout.case)
    assert turnout.case.turnouts.count() == 2


@pytest.mark.parametrize("who", ["neighbour", "grid_worker", "water_officer", "command", "outsider"])
def test_only_the_own_street_whistles(cast, who):
    case = cast.on_street()
    with pytest.raises(NotAllowed):
        blow(cast, case, user=getattr(cast, who))


def test_a_street_leader_may_whistle(cast):
    assert blow(cast, cast.on_street(), user=cast.leader).turnouts.count() == 1


def test_a_case_that_is_still_with_the_grid_is_not_whistled(cast):
    with pytest.raises(OutOfTurn):
        blow(cast, cast.lodge())


# --- accept, dispute --------------------------------------------------------------------------------------


def test_accepting_meets_the_first_clock(cast):
    now = timezone.now()
    turnout = the_turnout(cast.whistled())
    actions.accept_turnout(turnout=turnout, user=cast.water_head, now=now)
    turnout.refresh_from_db()
    assert (turnout.state, turnout.accepted_at) == (TurnoutState.ACCEPTED, now)
    assert deadlines(turnout)[Step.TURNOUT_ACCEPT].met_at == now
    assert turnout.next_due_at == turnout.arrive_due_at
    assert last_movement(turnout).verb == Verb.ACCEPT_TURNOUT
    assert turnout.case.open_turnouts == 1


@pytest.mark.parametrize("who", ["parks_officer", "dispatcher", "command", "outside_officer", "resident"])
def test_only_the_called_department_accepts(cast, who):
    with pytest.raises(NotAllowed):
        actions.accept_turnout(turnout=the_turnout(cast.whistled()), user=getattr(cast, who))


def test_accepting_twice_is_out_of_turn(cast):
    turnout = accepted(cast)
    with pytest.raises(OutOfTurn):
        actions.accept_turnout(turnout=turnout, user=cast.water_officer)
    assert turnout.movements.filter(verb=Verb.ACCEPT_TURNOUT).count() == 1


def test_a_dispute_goes_to_command_and_the_clocks_run_on(cast):
    turnout = the_turnout(cast.whistled())
    before = deadlines(turnout)
    now = timezone.now()
    actions.dispute_turnout(turnout=turnout, user=cast.water_officer, reason=" 属燃气管线 ", now=now)
    turnout.refresh_from_db()
    after = deadlines(turnout)
    assert (turnout.state, turnout.dispute_reason) == (TurnoutState.DISPUTED, "属燃气管线")
    assert after[Step.TURNOUT_ACCEPT].is_open
    assert after[Step.TURNOUT_ARRIVE].is_open
    assert after[Step.TURNOUT_ARRIVE].due_at == before[Step.TURNOUT_ARRIVE].due_at
    assert after[Step.DECIDE_DISPUTE].unit == cast.district
    assert after[Step.DECIDE_DISPUTE].due_at == now + timedelta(hours=4)
    assert told("turnout.disputed") == {"command"}
    assert turnout.case.open_turnouts == 1


def test_a_dispute_needs_a_reason(cast):
    with pytest.raises(Refused) as refused:
        actions.dispute_turnout(turnout=the_turnout(cast.whistled()), user=cast.water_officer, reason=" ")
    assert refused.value.field == "reason"


def test_a_second_dispute_is_refused(cast):
    turnout = disputed(cast)
    actions.decide_dispute(turnout=turnout, user=cast.command, uphold=False, reason="权责清单已明确")
    with pytest.raises(OutOfTurn):
        actions.dispute_turnout(turnout=turnout, user=cast.water_officer, reason="还是不归我们")
    turnout.refresh_from_db()
    assert turnout.state == TurnoutState.CALLED
    assert turnout.dispute_reason == "属燃气管线"


def test_an_upheld_dispute_excuses_the_department(cast):
    turnout = disputed(cast)
    actions.decide_dispute(turnout=turnout, user=cast.command, uphold=True, reason="确属燃气")
    turnout.refresh_from_db()
    turnout.case.refresh_from_db()
    assert turnout.state == TurnoutState.EXCUSED
    assert turnout.case.open_turnouts == 0
    assert turnout.next_due_at is None
    assert not any(row.is_open for row in deadlines(turnout).values())
    assert told("turnout.excused") == {"water", "waterhead", "dispatcher", "leader"}
    assert AuditEntry.objects.filter(verb="turnout.uphold_dispute", actor=cast.command).count() == 1


def test_a_rejected_dispute_calls_again_with_the_old_clocks(cast):
    turnout = disputed(cast)
    arrive_due = turnout.arrive_due_at
    actions.decide_dispute(turnout=turnout, user=cast.command, uphold=False, reason="权责清单已明确")
    turnout.refresh_from_db()
    assert turnout.state == TurnoutState.CALLED
    assert turnout.arrive_due_at == arrive_due
    assert turnout.next_due_at == deadlines(turnout)[Step.TURNOUT_ACCEPT].due_at
    assert turnout.case.open_turnouts == 1
    assert told("turnout.called_again") == {"water", "waterhead", "dispatcher", "leader"}
    actions.accept_turnout(turnout=turnout, user=cast.water_officer)


@pytest.mark.parametrize("who", ["dispatcher", "water_officer", "district_leader", "outside_command"])
@pytest.mark.parametrize("uphold", [True, False])
def test_only_the_own_command_centre_decides(cast, who, uphold):
    turnout = disputed(cast)
    with pytest.raises(NotAllowed):
        actions.decide_dispute(turnout=turnout, user=getattr(cast, who), uphold=uphold, reason="理由")
    turnout.refresh_from_db()
    assert turnout.state == TurnoutState.DISPUTED


def test_a_decision_needs_a_reason_and_a_dispute(cast):
    turnout = disputed(cast)
    with pytest.raises(Refused):
        actions.decide_dispute(turnout=turnout, user=cast.command, uphold=True, reason="")
    actions.decide_dispute(turnout=turnout, user=cast.command, uphold=True, reason="确属燃气")
    with pytest.raises(OutOfTurn):
        actions.decide_dispute(turnout=turnout, user=cast.command, uphold=False, reason="改判")


# --- arrive, report, send back ----------------------------------------------------------------------------


def test_arriving_in_time_is_recorded_with_the_place(cast):
    turnout = accepted(cast)
    now = turnout.called_at + timedelta(minutes=29)
    position = {"latitude": Decimal("40.14062"), "longitude": Decimal("117.12137")}
    actions.arrive(turnout=turnout, user=cast.water_officer, now=now, **position)
    turnout.refresh_from_db()
    assert (turnout.state, turnout.arrived_at, turnout.arrived_late) == (TurnoutState.ARRIVED, now, False)
    assert (turnout.latitude, turnout.longitude) == tuple(position.values())
    assert deadlines(turnout)[Step.TURNOUT_ARRIVE].met_at == now
    assert last_movement(turnout).data == {"late": False, "located": True}
    assert told("turnout.arrived") == {"dispatcher", "leader"}


def test_arriving_late_is_flagged(cast):
    turnout = accepted(cast)
    now = turnout.called_at + timedelta(minutes=31)
    actions.arrive(turnout=turnout, user=cast.water_officer, now=now)
    turnout.refresh_from_db()
    assert turnout.arrived_late
    assert deadlines(turnout)[Step.TURNOUT_ARRIVE].is_late()
    assert last_movement(turnout).data == {"late": True, "located": False}


def test_nobody_arrives_before_accepting(cast):
    with pytest.raises(OutOfTurn):
        actions.arrive(turnout=the_turnout(cast.whistled()), user=cast.water_officer)


def test_a_report_hands_the_clock_to_the_street(cast):
    turnout = arrived(cast)
    actions.report(turnout=turnout, user=cast.water_officer, text="已关阀止水")
    turnout.refresh_from_db()
    due = deadlines(turnout)
    assert (turnout.state, turnout.report) == (TurnoutState.REPORTED, "已关阀止水")
    assert not due[Step.TURNOUT_REPORT].is_open
    assert due[Step.TURNOUT_RELEASE].is_open
    assert due[Step.TURNOUT_RELEASE].unit == cast.street
    assert turnout.next_due_at == due[Step.TURNOUT_RELEASE].due_at
    assert told("turnout.reported") == {"dispatcher", "leader"}


def test_a_report_needs_a_text(cast):
    with pytest.raises(Refused) as refused:
        actions.report(turnout=arrived(cast), user=cast.water_officer, text="\n")
    assert refused.value.field == "text"


def test_a_report_sent_back_starts_a_new_round(cast):
    turnout = reported(cast)
    actions.send_back(turnout=turnout, user=cast.dispatcher, reason="路面未恢复")
    turnout.refresh_from_db()
    assert turnout.state == TurnoutState.ARRIVED
    rounds = Deadline.objects.filter(object_id=turnout.pk, kind=Step.TURNOUT_REPORT).order_by("round")
    assert [(row.round, row.is_open) for row in rounds] == [(1, False), (2, True)]
    assert rounds[1].unit == cast.water
    assert told("turnout.sent_back") == {"water", "waterhead"}
    actions.report(turnout=turnout, user=cast.water_officer, text="路面已恢复")
    actions.send_back(turnout=turnout, user=cast.dispatcher, reason="还有积水")
    actions.report(turnout=turnout, user=cast.water_officer, text="积水已排")
    assert turnout.movements.filter(verb=Verb.REPORT).count() == 3


@pytest.mark.parametrize("who", ["water_officer", "neighbour", "command"])
def test_only_the_street_sends_back(cast, who):
    with pytest.raises(NotAllowed):
        actions.send_back(turnout=reported(cast), user=getattr(cast, who), reason="理由")


# --- release, withdraw ------------------------------------------------------------------------------------


def test_a_release_keeps_three_marks_and_ends_every_clock(cast):
    turnout = reported(cast)
    now = timezone.now()
    actions.release(turnout=turnout, user=cast.dispatcher, **MARKS, remark=" 配合好 ", now=now)
    turnout.refresh_from_db()
    turnout.case.refresh_from_db()
    assert turnout.state == TurnoutState.RELEASED
    assert {name: getattr(turnout, name) for name in MARKS} == MARKS
    assert (turnout.remark, turnout.released_at, turnout.released_by) == ("配合好", now, cast.dispatcher)
    assert turnout.case.open_turnouts == 0
    assert turnout.next_due_at is None
    assert deadlines(turnout)[Step.TURNOUT_RELEASE].met_at == now
    assert told("turnout.released") == {"water", "waterhead"}
    assert AuditEntry.objects.get(verb="turnout.release").detail == MARKS


def test_a_department_on_the_spot_can_be_released_without_a_report(cast):
    turnout = actions.release(turnout=arrived(cast), user=cast.dispatcher, **MARKS)
    assert not any(row.is_open for row in deadlines(turnout).values())


@pytest.mark.parametrize("name", MARKS)
@pytest.mark.parametrize("mark", [0, 6, -1])
def test_a_mark_out_of_range_is_refused(cast, name, mark):
    turnout = reported(cast)
    with pytest.raises(Refused) as refused:
        actions.release(turnout=turnout, user=cast.dispatcher, **{**MARKS, name: mark})
    assert refused.value.field == name
    turnout.refresh_from_db()
    assert turnout.state == TurnoutState.REPORTED


@pytest.mark.parametrize("who", ["water_officer", "neighbour", "command", "outsider"])
def test_only_the_street_releases(cast, who):
    with pytest.raises(NotAllowed):
        actions.release(turnout=reported(cast), user=getattr(cast, who), **MARKS)


def test_a_department_that_has_not_arrived_is_not_released(cast):
    with pytest.raises(OutOfTurn):
        actions.release(turnout=accepted(cast), user=cast.dispatcher, **MARKS)


def test_releasing_twice_counts_once(cast):
    turnout = released(cast)
    with pytest.raises(OutOfTurn):
        actions.release(turnout=turnout, user=cast.dispatcher, **MARKS)
    turnout.case.refresh_from_db()
    assert turnout.case.open_turnouts == 0


def test_a_case_is_not_resolved_while_a_department_is_unreleased(cast):
    case = cast.whistled(cast.water, cast.parks)
    water, parks = the_turnout(case, cast.water), the_turnout(case, cast.parks)
    for turnout, officer in ((water, cast.water_officer), (parks, cast.parks_officer)):
        with pytest.raises(OutOfTurn):
            actions.resolve(case=case, user=cast.dispatcher, text="已办结")
        actions.accept_turnout(turnout=turnout, user=officer)
        actions.arrive(turnout=turnout, user=officer)
        actions.release(turnout=turnout, user=cast.dispatcher, **MARKS)
    assert actions.resolve(case=case, user=cast.dispatcher, text="已办结").state == State.RESOLVED


@pytest.mark.parametrize("made", [lambda cast: the_turnout(cast.whistled()), accepted, disputed])
def test_the_street_takes_a_whistle_back_before_the_arrival(cast, made):
    turnout = made(cast)
    actions.withdraw_turnout(turnout=turnout, user=cast.dispatcher, reason="群众已自行解决")
    turnout.refresh_from_db()
    turnout.case.refresh_from_db()
    assert turnout.state == TurnoutState.WITHDRAWN
    assert turnout.case.open_turnouts == 0
    assert not any(row.is_open for row in deadlines(turnout).values())
    assert told("turnout.withdrawn") == {"water", "waterhead"}


def test_a_department_on_the_spot_is_not_taken_back(cast):
    with pytest.raises(OutOfTurn):
        actions.withdraw_turnout(turnout=arrived(cast), user=cast.dispatcher, reason="理由")


def test_a_whistled_case_that_goes_up_keeps_its_turnouts(cast):
    case = cast.whistled()
    actions.escalate(case=case, user=cast.dispatcher, reason="需区级统筹")
    case.refresh_from_db()
    turnout = the_turnout(case)
    assert (case.level, case.open_turnouts, turnout.state) == (Level.COMMAND, 1, TurnoutState.CALLED)
    actions.accept_turnout(turnout=turnout, user=cast.water_officer)
    actions.arrive(turnout=turnout, user=cast.water_officer)
    actions.release(turnout=turnout, user=cast.dispatcher, **MARKS)
    case.refresh_from_db()
    assert case.open_turnouts == 0


def test_a_department_that_was_dissolved_meanwhile_can_still_be_released(cast):
    turnout = reported(cast)
    Unit.objects.filter(pk=cast.water.pk).update(is_active=False)
    assert actions.release(turnout=turnout, user=cast.dispatcher, **MARKS).state == TurnoutState.RELEASED


def test_whoever_acted_for_the_department_does_not_mark_it(cast):
    appoint(user=cast.water_officer, unit=cast.street, role=Role.STREET_DISPATCHER)
    turnout = cast.whistled().turnouts.get()
    for verb in (actions.accept_turnout, actions.arrive):
        verb(turnout=turnout, user=cast.water_officer)
    with pytest.raises(NotAllowed):
        actions.release(turnout=turnout, user=cast.water_officer, on_time=5, cooperation=5, result=5)
    turnout.refresh_from_db()
    assert turnout.state == TurnoutState.ARRIVED


def test_a_rejected_dispute_finds_its_old_clocks_running(cast):
    turnout = cast.whistled().turnouts.get()
    actions.dispute_turnout(turnout=turnout, user=cast.water_officer, reason="不属水务")
    actions.decide_dispute(turnout=turnout, user=cast.command, uphold=False, reason="属水务")
    open_steps = set(
        Deadline.objects.filter(met_at=None, cancelled_at=None, unit=cast.water).values_list("kind", flat=True)
    )
    assert open_steps == {Step.TURNOUT_ACCEPT, Step.TURNOUT_ARRIVE, Step.TURNOUT_REPORT}


def test_what_the_street_takes_back_keeps_its_time(cast):
    turnout = cast.whistled().turnouts.get()
    turnout = actions.withdraw_turnout(turnout=turnout, user=cast.dispatcher, reason="误吹")
    assert turnout.withdrawn_at is not None


@pytest.mark.parametrize("call", ["inactive", "long"])
def test_rules_of_a_call_are_the_actions_own(cast, call):
    case = cast.on_street()
    task = "到场" if call == "inactive" else "长" * 501
    if call == "inactive":
        type(cast.water).objects.filter(pk=cast.water.pk).update(is_active=False)
        cast.water.refresh_from_db()
    with pytest.raises(Refused):
        actions.blow_whistle(
            case=case, user=cast.dispatcher, kind="joint", place="北门", calls=[actions.Call(cast.water, task)]
        )
