"""The resident rates, adds, withdraws; silence is silence; a look at the contact is recorded."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.errors import NotAllowed, OutOfTurn, Refused
from cases import actions
from cases.enums import State, Step
from cases.models import Rating
from cases.queries import may_reveal, rating_is_open
from cases.tasks import close_silent_cases
from records.models import AuditEntry, Deadline, Notice


def test_a_good_answer_closes_the_case(cast):
    case = actions.rate(case=cast.resolved(), rater=cast.resident, solved=True, satisfaction=4, reasons=["fast"])
    assert (case.state, case.solved) == (State.CLOSED, True)
    rating = Rating.objects.get()
    assert (rating.round, rating.solved, rating.satisfaction, rating.reasons) == (1, True, 4, ["fast"])


def test_not_solved_reopens_once(cast):
    case = actions.rate(case=cast.resolved(), rater=cast.resident, solved=False, satisfaction=2)
    assert (case.state, case.reopened, case.holder) == (State.ACCEPTED, 1, cast.grid)
    rework = Deadline.objects.get(kind=Step.REWORK)
    assert case.next_due_at == rework.due_at
    assert Notice.objects.filter(recipient=cast.grid_worker, kind="case.reopened").count() == 1
    case = actions.resolve(case=case, user=cast.grid_worker, text="重新更换")
    case = actions.rate(case=case, rater=cast.resident, solved=False, satisfaction=1)
    assert (case.state, case.solved, case.reopened) == (State.CLOSED, False, 1)


def test_the_cases_own_clock_survives_the_reopening(cast):
    case = cast.resolved()
    due_at = case.due_at
    case = actions.rate(case=case, rater=cast.resident, solved=False, satisfaction=2)
    assert case.due_at == due_at


def test_a_case_is_rated_once_a_round(cast):
    case = cast.resolved()
    actions.rate(case=case, rater=cast.resident, solved=True, satisfaction=5)
    with pytest.raises(OutOfTurn):
        actions.rate(case=case, rater=cast.resident, solved=True, satisfaction=5)
    assert Rating.objects.count() == 1


@pytest.mark.parametrize("who", ["grid_worker", "dispatcher", "leader", "command", "secretary"])
def test_whoever_works_on_it_does_not_rate_it(cast, who):
    case = cast.resolved()
    with pytest.raises(NotAllowed):
        actions.rate(case=case, rater=getattr(cast, who), solved=True, satisfaction=5)


@pytest.mark.parametrize(("satisfaction", "reasons"), [(0, []), (6, []), (3, ["bribed"])])
def test_an_answer_out_of_range_is_refused(cast, satisfaction, reasons):
    with pytest.raises(Refused):
        actions.rate(case=cast.resolved(), rater=None, solved=True, satisfaction=satisfaction, reasons=reasons)
    assert not Rating.objects.exists()


def test_ratings_cannot_be_changed(cast):
    actions.rate(case=cast.resolved(), rater=None, solved=True, satisfaction=1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Rating.objects.update(satisfaction=5)


def test_silence_closes_and_is_never_satisfaction(cast):
    now = timezone.now()
    case = cast.resolved(now=now - timedelta(days=60))
    type(case).objects.filter(pk=case.pk).update(
        resolved_at=now - timedelta(days=30), next_due_at=now - timedelta(days=20)
    )
    assert close_silent_cases() == 1
    case.refresh_from_db()
    assert (case.state, case.solved) == (State.CLOSED, None)
    assert not Rating.objects.exists()
    assert close_silent_cases() == 0


def test_silence_closes_all_however_many(cast, monkeypatch):
    monkeypatch.setattr("records.batches.BATCH", 1)
    for _i in range(3):
        case = cast.resolved()
        type(case).objects.filter(pk=case.pk).update(next_due_at=timezone.now() - timedelta(days=1))
    assert close_silent_cases() == 3


def test_a_case_is_not_closed_before_its_time(cast):
    case = cast.resolved()
    assert close_silent_cases() == 0
    with pytest.raises(OutOfTurn):
        actions.close_silent(case=case)


def test_information_reaches_the_holder(cast):
    case = actions.add_information(case=cast.lodge(), resident=cast.resident, text="晚上更危险")
    assert case.movements.get(verb="add_information").text == "晚上更危险"
    assert Notice.objects.filter(recipient=cast.grid_worker, kind="case.information").count() == 1


def test_withdrawing_ends_every_clock(cast):
    case = actions.withdraw(case=cast.lodge(), resident=cast.resident, reason="自己解决了")
    assert (case.state, case.next_due_at) == (State.WITHDRAWN, None)
    assert not Deadline.objects.filter(met_at=None, cancelled_at=None).exists()


def test_no_withdrawing_while_departments_are_out(cast):
    with pytest.raises(OutOfTurn):
        actions.withdraw(case=cast.whistled(), resident=cast.resident, reason="算了")


def test_one_person_supports_once(cast):
    case = cast.lodge()
    assert actions.support(case=case, person="user:1")
    assert not actions.support(case=case, person="user:1")
    assert actions.support(case=case, person="user:2")
    case.refresh_from_db()
    assert case.supporters == 2


@pytest.mark.parametrize(
    ("given", "by", "verified"),
    [
        ({"channel": "web"}, None, True),
        ({"channel": "phone", "lodger": None}, None, False),  # the official who typed it knows the code
        ({"channel": "phone"}, "resident", True),
    ],
)
def test_a_rating_is_verified_when_it_is_certain_who_rates(cast, given, by, verified):
    case = cast.resolved(**given)
    actions.rate(case=case, rater=by and getattr(cast, by), solved=True, satisfaction=5)
    assert Rating.objects.get().is_verified is verified


LOOKING_UNIT = {
    "grid_worker": "grid",
    "secretary": "community",
    "dispatcher": "street",
    "water_officer": "water",
    "command": "district",
}
MAY_LOOK = set(LOOKING_UNIT)
EVERYBODY = [*LOOKING_UNIT, "leader", "neighbour", "water_head", "parks_officer", "district_leader", "resident"]
EVERYBODY += ["sysadmin", "auditor", "outsider", "outside_command"]


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("confidential", [False, True])
def test_who_may_see_the_contact(cast, who, confidential):
    case = cast.whistled(confidential=confidential)
    user = getattr(cast, who)
    assert may_reveal(user, case) is (who in MAY_LOOK)
    if who not in MAY_LOOK:
        with pytest.raises(NotAllowed):
            actions.reveal_contact(case=case, user=user, reason="回访")
        return
    contact = actions.reveal_contact(case=case, user=user, reason="回访")
    named = not confidential or who == "command"
    assert (contact.name, contact.phone) == (("王小明", "+8619900001234") if named else ("", ""))
    assert contact.address == "3号楼2单元501"
    unit = getattr(cast, LOOKING_UNIT[who])
    assert AuditEntry.objects.get(verb="contact.reveal").unit == unit
    assert Notice.objects.get(kind="contact.revealed").parameters["unit"] == unit.name


def test_what_is_withheld_stays_in_the_database(cast):
    case = cast.lodge(confidential=True)
    actions.reveal_contact(case=case, user=cast.grid_worker, reason="上门")
    case.contact.refresh_from_db()
    assert case.contact.name == "王小明"


def test_an_official_who_lodged_on_the_own_ground_gives_no_verified_rating(cast):
    case = cast.resolved(lodger=cast.secretary)
    actions.rate(case=case, rater=None, solved=True, satisfaction=5)
    assert not Rating.objects.get().is_verified


def test_the_same_form_twice_adds_one_piece_of_information(cast):
    case, token = cast.lodge(), uuid.uuid4()
    for _i in range(2):
        actions.add_information(case=case, resident=cast.resident, text="夜里更危险", photos=token)
    assert case.movements.filter(verb="add_information").count() == 1


def test_a_token_that_another_case_has_seen_is_no_fault(cast):
    token = uuid.uuid4()
    for case in (cast.lodge(), cast.lodge()):
        actions.add_information(case=case, resident=cast.resident, text="夜里更危险", photos=token)
        assert case.movements.filter(verb="add_information").count() == 1


def test_a_look_is_recorded_and_the_resident_is_told(cast):
    case = cast.lodge()
    with pytest.raises(Refused):
        actions.reveal_contact(case=case, user=cast.grid_worker, reason=" ")
    assert not AuditEntry.objects.filter(verb="contact.reveal").exists()
    actions.reveal_contact(case=case, user=cast.grid_worker, reason="上门核实")
    entry = AuditEntry.objects.get(verb="contact.reveal")
    assert (entry.verb, entry.actor, entry.detail) == (
        "contact.reveal",
        cast.grid_worker,
        {"reason": "上门核实"},
    )
    assert Notice.objects.filter(recipient=cast.resident, kind="contact.revealed").count() == 1


def test_a_rating_is_shown_when_its_month_is_settled():
    at = timezone.make_aware(timezone.datetime(2026, 10, 31, 23, 0))
    assert not rating_is_open(at, timezone.make_aware(timezone.datetime(2026, 11, 5, 23, 59)))
    assert rating_is_open(at, timezone.make_aware(timezone.datetime(2026, 11, 6, 0, 0)))
