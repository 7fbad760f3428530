"""A unit works on a case: accept, answer, send up, refuse, assign, merge."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions import place_unit
from accounts.enums import UnitKind
from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit
from cases import actions
from cases.actions import Place
from cases.enums import Channel, Level, State, Step
from cases.models import Case, Movement
from records.actions import keep_photo
from records.models import Deadline, Notice
from tests.photos import jpeg

NOW = timezone.now()


def test_accepting_meets_its_deadline(cast):
    case = actions.accept(case=cast.lodge(now=NOW), user=cast.grid_worker, now=NOW + timedelta(minutes=9))
    assert (case.state, case.responded_at) == (State.ACCEPTED, NOW + timedelta(minutes=9))
    assert Deadline.objects.get(kind=Step.ACCEPT).met_at == NOW + timedelta(minutes=9)
    assert case.next_due_at == case.due_at
    assert Notice.objects.get(recipient=cast.resident).kind == "case.accepted"


def test_a_case_is_accepted_once(cast):
    case = cast.lodge()
    actions.accept(case=case, user=cast.grid_worker)
    with pytest.raises(OutOfTurn):
        actions.accept(case=case, user=cast.grid_worker)
    assert case.movements.filter(verb="accept").count() == 1


@pytest.mark.parametrize(
    "who", ["resident", "dispatcher", "neighbour", "water_officer", "command", "outsider", "sysadmin", "auditor"]
)
def test_only_the_holder_accepts(cast, who):
    with pytest.raises(NotAllowed):
        actions.accept(case=cast.lodge(), user=getattr(cast, who))


def test_a_grid_takes_what_waits_at_its_community(cast):
    place_unit(unit=Unit(code="11000100102", name="第二网格", kind=UnitKind.GRID, parent=cast.community))
    case = cast.lodge(place=Place(cast.community))
    with pytest.raises(NotAllowed):
        actions.take(case=case, user=cast.neighbour)
    case = actions.take(case=case, user=cast.grid_worker)
    assert (case.state, case.holder, case.grid) == (State.ACCEPTED, cast.grid, cast.grid)
    assert set(Deadline.objects.filter(met_at=None).values_list("unit", flat=True)) == {cast.grid.pk}


def test_escalation_starts_the_levels_clock_and_not_the_cases(cast):
    case = actions.accept(case=cast.lodge(now=NOW), user=cast.grid_worker, now=NOW)
    due_at = case.due_at
    later = NOW + timedelta(hours=5)
    case = actions.escalate(case=case, user=cast.grid_worker, reason="需要吊车", now=later)
    assert (case.level, case.holder, case.state, case.due_at) == (
        Level.STREET,
        cast.street,
        State.LODGED,
        due_at,
    )
    resolve = Deadline.objects.get(kind=Step.RESOLVE)
    assert (resolve.unit, resolve.due_at, resolve.first_due_at) == (cast.street, due_at, due_at)
    accept = Deadline.objects.get(kind=Step.ACCEPT, round=2)
    assert (accept.unit, accept.set_at) == (cast.street, later)
    assert Notice.objects.filter(recipient=cast.dispatcher, kind="case.escalated").count() == 1


def test_the_ladder_to_the_leading_group(cast):
    case = cast.on_street()
    case = actions.escalate(case=case, user=cast.dispatcher, reason="跨区事项")
    assert (case.level, case.holder) == (Level.COMMAND, cast.district)
    case = actions.accept(case=case, user=cast.command)
    case = actions.escalate(case=case, user=cast.command, reason="一事一议")
    assert (case.level, case.holder) == (Level.LEADING_GROUP, cast.district)
    with pytest.raises(NotAllowed):
        actions.accept(case=case, user=cast.command)
    case = actions.accept(case=case, user=cast.district_leader)
    with pytest.raises(OutOfTurn):
        actions.escalate(case=case, user=cast.district_leader, reason="再上")
    assert Deadline.objects.filter(kind=Step.ACCEPT).count() == 4


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
@pytest.mark.parametrize("verb", ["escalate", "refuse"])
def test_every_step_up_carries_a_reason(cast, verb, reason):
    case = cast.lodge()
    with pytest.raises(Refused) as refusal:
        getattr(actions, verb)(case=case, user=cast.grid_worker, reason=reason)
    assert refusal.value.field == "reason"
    case.refresh_from_db()
    assert (case.level, case.holder) == (Level.GRID, cast.grid)


def test_a_refusal_is_counted_and_says_who_and_why(cast):
    case = actions.refuse(case=cast.lodge(), user=cast.grid_worker, reason="不在本网格")
    assert (case.bounces, case.holder) == (1, cast.street)
    entry = case.movements.get(verb="refuse")
    assert (entry.actor, entry.unit, entry.reason) == (cast.grid_worker, cast.grid, "不在本网格")
    assert not entry.is_public


def test_an_accepted_case_is_no_longer_refused(cast):
    case = actions.accept(case=cast.lodge(), user=cast.grid_worker)
    with pytest.raises(OutOfTurn):
        actions.refuse(case=case, user=cast.grid_worker, reason="太难")


def test_assigning_down_resets_no_clock(cast):
    case = cast.on_street(now=NOW)
    before = list(Deadline.objects.order_by("pk").values_list("kind", "due_at", "set_at"))
    case = actions.assign(case=case, user=cast.dispatcher, to=cast.community, reason="请社区核实")
    assert (case.holder, case.level, case.state) == (cast.community, Level.GRID, State.LODGED)
    assert list(Deadline.objects.order_by("pk").values_list("kind", "due_at", "set_at")) == before


@pytest.mark.parametrize("to", ["neighbour_community", "street", "district", "water", "other_street"])
def test_a_street_assigns_only_below_itself(cast, to):
    case = cast.on_street()
    with pytest.raises(Refused) as refusal:
        actions.assign(case=case, user=cast.dispatcher, to=getattr(cast, to), reason="请办理")
    assert refusal.value.field == "to"


def test_command_gives_a_case_to_the_street_it_belongs_to(cast):
    case = actions.escalate(case=cast.on_street(), user=cast.dispatcher, reason="不在本街道")
    case = actions.assign(case=case, user=cast.command, to=cast.neighbour_street, reason="属河湾街道")
    assert (case.street, case.holder, case.community, case.grid) == (
        cast.neighbour_street,
        cast.neighbour_street,
        None,
        None,
    )


@pytest.mark.parametrize("to", ["other_street", "community"])
def test_command_assigns_only_to_streets_of_its_district(cast, to):
    case = actions.escalate(case=cast.on_street(), user=cast.dispatcher, reason="不在本街道")
    with pytest.raises(Refused):
        actions.assign(case=case, user=cast.command, to=getattr(cast, to), reason="请办理")


def test_a_street_does_not_give_away_what_lies_with_command(cast):
    case = actions.escalate(case=cast.on_street(), user=cast.dispatcher, reason="不在本街道")
    with pytest.raises(NotAllowed):
        actions.assign(case=case, user=cast.dispatcher, to=cast.neighbour_street, reason="推出去")
    with pytest.raises(NotAllowed):
        actions.merge(case=case, into=cast.on_street(), user=cast.dispatcher, reason="推出去")


def test_command_does_not_give_away_what_lies_with_a_street(cast):
    with pytest.raises(NotAllowed):
        actions.assign(case=cast.on_street(), user=cast.command, to=cast.community, reason="越级")


def test_a_case_cannot_be_answered_without_evidence(cast):
    case = actions.accept(case=cast.lodge(), user=cast.grid_worker)
    with pytest.raises(Refused) as refusal:
        actions.resolve(case=case, user=cast.grid_worker, text=" ")
    assert refusal.value.field == "text"


def test_photos_where_the_category_asks(cast):
    case = actions.accept(case=cast.lodge(category=cast.photo_category), user=cast.grid_worker)
    with pytest.raises(Refused) as refusal:
        actions.resolve(case=case, user=cast.grid_worker, text="已清运")
    assert refusal.value.field == "photos"
    token = uuid.uuid4()
    keep_photo(upload=jpeg(), draft_token=token, uploaded_by=cast.grid_worker)
    case = actions.resolve(case=case, user=cast.grid_worker, text="已清运", photos=token)
    assert case.state == State.RESOLVED


def test_answering_meets_every_deadline_and_asks_the_resident(cast):
    case = cast.resolved()
    assert case.state == State.RESOLVED
    assert not Deadline.objects.filter(met_at=None).exists()
    assert case.next_due_at > timezone.now() + timedelta(days=6)
    assert Notice.objects.filter(recipient=cast.resident, kind="case.resolved").count() == 1


def test_no_answer_while_a_department_is_unreleased(cast):
    case = cast.whistled()
    with pytest.raises(OutOfTurn):
        actions.resolve(case=case, user=cast.dispatcher, text="办结")
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state=State.RESOLVED)


def test_a_patrols_case_is_closed_when_answered(cast):
    case = cast.lodge(channel=Channel.PATROL, lodger=None)
    actions.accept(case=case, user=cast.grid_worker)
    case = actions.resolve(case=case, user=cast.grid_worker, text="已处理")
    assert (case.state, case.solved) == (State.CLOSED, None)


def test_merging_counts_the_supporters(cast):
    one, other = cast.on_street(), cast.on_street(lodger=cast.leader)
    actions.support(case=one, person="somebody")
    merged = actions.merge(case=one, into=other, user=cast.dispatcher, reason="同一井盖")
    other.refresh_from_db()
    assert (merged.state, merged.merged_into, other.supporters) == (State.MERGED, other, 2)
    assert not Deadline.objects.filter(object_id=one.pk, met_at=None, cancelled_at=None).exists()
    assert Notice.objects.filter(recipient=cast.resident, kind="case.merged").count() == 1


def test_what_cannot_be_merged_into(cast):
    case, closed = cast.on_street(), cast.resolved()
    for into in (case, closed):
        with pytest.raises(Refused):
            actions.merge(case=case, into=into, user=cast.dispatcher, reason="重复")


def test_a_closed_case_is_acted_on_no_more(cast):
    case = actions.rate(case=cast.resolved(), rater=cast.resident, solved=True, satisfaction=5)
    for verb, given in [
        ("accept", {}),
        ("attend", {}),
        ("report_progress", {"text": "x"}),
        ("resolve", {"text": "x"}),
        ("escalate", {"reason": "x"}),
        ("refuse", {"reason": "x"}),
    ]:
        with pytest.raises(OutOfTurn):
            getattr(actions, verb)(case=case, user=cast.grid_worker, **given)


def test_history_cannot_be_changed(cast):
    case = cast.lodge()
    for attempt in (lambda: case.movements.update(reason="x"), lambda: case.movements.all().delete()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            attempt()
    assert Movement.objects.filter(case=case).count() == 1


def test_after_escalation_everything_is_owed_by_the_street(cast):
    case = cast.lodge(category=cast.urgent_category)
    actions.escalate(case=case, user=cast.grid_worker, reason="需要专业力量")
    owed = set(Deadline.objects.filter(met_at=None).values_list("kind", "unit"))
    assert owed == {(step, cast.street.pk) for step in (Step.ACCEPT, Step.ON_SPOT, Step.MEASURES, Step.RESOLVE)}


def test_whoever_supported_both_counts_once_and_the_merged_resident_is_told(cast):
    one, other = cast.on_street(), cast.on_street(lodger=cast.leader)
    for case in (one, other):
        actions.support(case=case, person="somebody")
    actions.merge(case=one, into=other, user=cast.dispatcher, reason="同一井盖")
    other.refresh_from_db()
    assert other.supporters == 2  # somebody, and the resident of the merged case
    actions.resolve(case=other, user=cast.dispatcher, text="已更换")
    assert Notice.objects.filter(recipient=cast.resident, kind="case.supported_resolved").count() == 1


def test_nothing_is_merged_into_what_the_street_does_not_see(cast):
    elsewhere = cast.lodge(place=Place(cast.neighbour_grid))
    with pytest.raises(Refused):
        actions.merge(case=cast.on_street(), into=elsewhere, user=cast.dispatcher, reason="甩给邻街")


def test_a_case_that_ends_ends_its_undecided_exclusion(cast):
    one, other, third = cast.on_street(), cast.on_street(), cast.on_street()
    for case in (one, other):
        actions.ask_exclusion(case=case, user=cast.dispatcher, code="judicial", text="已起诉")
    actions.withdraw(case=one, resident=cast.resident, reason="不用了")
    actions.merge(case=other, into=third, user=cast.dispatcher, reason="重复")
    assert not Deadline.objects.filter(kind=Step.DECIDE_EXCLUSION, met_at=None, cancelled_at=None).exists()
    for case in (one, other):
        assert case.exclusions.get().decided_at is not None


def test_the_same_form_twice_reports_progress_once(cast):
    case, token = actions.accept(case=cast.lodge(), user=cast.grid_worker), uuid.uuid4()
    for _i in range(2):
        actions.report_progress(case=case, user=cast.grid_worker, text="已联系维修", photos=token)
        actions.attend(case=case, user=cast.grid_worker)
    verbs = list(case.movements.values_list("verb", flat=True))
    assert (verbs.count("report_progress"), verbs.count("attend")) == (1, 1)
