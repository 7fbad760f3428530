"""提事: raising, accepting, refusing, merging, passing and withdrawing a matter."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.translation import override

from accounts.errors import NotAllowed, OutOfTurn, Refused
from consultation.actions import matters_steps
from consultation.actions.matters import MOST_A_DAY, accept_matter, raise_matter, refuse_matter, withdraw_matter
from consultation.actions.matters_moves import merge_matter, pass_matter
from consultation.enums import MatterState, MatterVerb, Proposers, Step
from consultation.models import Matter
from consultation.queries.scope import matters_visible_to
from records.models import AuditEntry, Deadline, Notice


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def raised(team, **given) -> Matter:
    defaults = {"forum": team.forum, "user": team.resident, "title": "停车位划线", "text": "3号楼前停车堵塞。"}
    return raise_matter(**{**defaults, **given})


def owed(matter) -> list[Deadline]:
    rows = Deadline.objects.filter(object_id=matter.pk, kind=Step.DECIDE_MATTER).order_by("round")
    return [row for row in rows if row.is_open]


def told(user, kind) -> list[dict]:
    return [row.parameters for row in Notice.objects.filter(recipient=user, kind=kind).order_by("pk")]


def record_of(matter) -> list[str]:
    return [step.verb for step in matter.steps.order_by("at", "pk")]


# --- raising ------------------------------------------------------------------------------------------------


def test_the_convenor_owes_a_decision_and_is_told(team):
    matter = raised(team)
    assert (matter.state, matter.proposer, matter.unit) == (MatterState.RAISED, team.resident, None)
    assert record_of(matter) == [MatterVerb.RAISE]
    (deadline,) = owed(matter)
    assert (deadline.unit, deadline.person) == (team.forum.unit, team.convenor)
    assert deadline.due_at > timezone.now() + timedelta(days=4)
    assert told(team.convenor, "matter.raised") == [{"title": "停车位划线", "forum": team.forum.name}]
    assert told(team.deputy, "matter.raised") == []


def test_a_unit_raises_by_whoever_speaks_for_it(team):
    assert raised(team, user=team.secretary, unit=team.cast.community).unit == team.cast.community
    assert raised(team, user=team.convenor, unit=team.cast.community).unit == team.cast.community


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"text": ""}, "text"),
        ({"text": "长" * 2001}, "text"),
    ],
)
def test_words_are_asked_for(team, given, field):
    with pytest.raises(Refused) as refusal:
        raised(team, **given)
    assert refusal.value.field == field
    assert not Matter.objects.exists()


def test_nobody_raises_for_a_unit_that_is_not_theirs(team):
    for user in (team.resident, team.secretary):
        with pytest.raises(Refused) as refusal:
            raised(team, user=user, unit=team.cast.street)
        assert refusal.value.field == "unit"


def test_a_forum_that_is_given_up_takes_nothing(team):
    team.forum.is_active = False
    team.forum.save()
    with pytest.raises(Refused, match="given up"):
        raised(team)


def test_a_forum_of_members_takes_theirs_their_units_and_the_convenors(team):
    team.forum.proposers = Proposers.MEMBERS
    team.forum.save()
    with pytest.raises(Refused, match="Only members"):
        raised(team)
    with pytest.raises(Refused, match="Only members"):
        raised(team, user=team.cast.dispatcher, unit=team.cast.street)
    for given in (
        {"user": team.member},
        {"user": team.liaison, "unit": team.cast.employer},
        {"user": team.deputy, "unit": team.cast.community},
    ):
        assert raised(team, **given).state == MatterState.RAISED
    team.forum.seats.filter(person=team.member).update(left_at=timezone.now())
    with pytest.raises(Refused, match="Only members"):
        raised(team, user=team.member)


def test_a_form_raises_once(team):
    token = uuid4()
    assert raised(team, token=token) == raised(team, token=token)
    assert Matter.objects.count() == 1
    assert len(told(team.convenor, "matter.raised")) == 1
    with pytest.raises(OutOfTurn):
        raised(team, user=team.member, token=token)


def test_a_person_raises_so_many_in_their_own_name_within_a_day(team):
    now = timezone.now()
    for _time in range(MOST_A_DAY):
        raised(team, now=now)
    with pytest.raises(Refused, match="tomorrow"):
        raised(team, now=now)
    assert raised(team, user=team.member, now=now)
    assert raised(team, now=now + timedelta(days=1, minutes=1))


# --- the convenor -------------------------------------------------------------------------------------------


def test_an_accepted_matter_is_public_in_the_words_of_the_convenor(team):
    matter = raised(team, title="王小明家门口停车", text="王小明家门口停车堵塞。")
    assert not matters_visible_to(team.member).filter(pk=matter.pk).exists()
    accept_matter(matter=matter, user=team.deputy, title="3号楼前停车", text="停车堵塞。")
    matter.refresh_from_db()
    assert (matter.state, matter.title, matter.text) == (MatterState.ACCEPTED, "3号楼前停车", "停车堵塞。")
    assert (matter.decided_by, matter.reason) == (team.deputy, "")
    assert owed(matter) == []
    assert told(team.resident, "matter.accepted")
    assert matters_visible_to(team.member).filter(pk=matter.pk).exists()
    assert AuditEntry.objects.get(verb="matter.accept").detail == {"reworded": True}


def test_a_refusal_carries_a_reason_to_the_proposer(team):
    matter = raised(team)
    with pytest.raises(Refused) as refusal:
        refuse_matter(matter=matter, user=team.convenor, reason="  ")
    assert refusal.value.field == "reason"
    refuse_matter(matter=matter, user=team.convenor, reason="已列入改造计划")
    matter.refresh_from_db()
    assert (matter.state, matter.reason) == (MatterState.REFUSED, "已列入改造计划")
    assert told(team.resident, "matter.refused")[0]["reason"] == "已列入改造计划"
    assert owed(matter) == []
    with pytest.raises(OutOfTurn):
        accept_matter(matter=matter, user=team.convenor)


def test_only_who_keeps_the_forum_decides(team):
    matter = raised(team)
    for user in (team.resident, team.member, team.secretary, team.street_convenor, team.neighbour_convenor):
        with pytest.raises(NotAllowed):
            accept_matter(matter=matter, user=user)
        with pytest.raises(NotAllowed):
            refuse_matter(matter=matter, user=user, reason="不归本厅")
        with pytest.raises(NotAllowed):
            pass_matter(matter=matter, to=team.street_forum, user=user, reason="不归本厅")


# --- merging ------------------------------------------------------------------------------------------------


def test_a_merged_matter_goes_on_in_the_other_and_its_proposer_stays_informed(team):
    matter, into = raised(team, user=team.member, title="停车乱"), raised(team)
    merge_matter(matter=matter, into=into, user=team.convenor, reason="同一事项")
    matter.refresh_from_db()
    assert (matter.state, matter.merged_into) == (MatterState.MERGED, into)
    assert (record_of(matter)[-1], record_of(into)[-1]) == (MatterVerb.MERGE, MatterVerb.ABSORB)
    assert owed(matter) == []
    assert len(owed(into)) == 1
    assert told(team.member, "matter.merged")[0]["reason"] == "同一事项"
    accept_matter(matter=into, user=team.convenor)
    assert [row["title"] for row in told(team.member, "matter.accepted")] == ["停车乱"]
    assert [row["title"] for row in told(team.resident, "matter.accepted")] == ["停车位划线"]


def test_what_was_merged_before_goes_along(team):
    first, second, third = raised(team, user=team.member), raised(team, user=team.adviser), raised(team)
    merge_matter(matter=first, into=second, user=team.convenor, reason="同一事项")
    merge_matter(matter=second, into=third, user=team.convenor, reason="同一事项")
    assert set(third.absorbed.all()) == {first, second}
    assert record_of(first) == [MatterVerb.RAISE, MatterVerb.MERGE, MatterVerb.MERGE]
    assert len(told(team.member, "matter.merged")) == 2


def test_all_that_a_merger_changes_is_locked_by_its_key(team, monkeypatch):
    first, second, third = (team.matter(title=title) for title in "甲乙丙")
    merge_matter(matter=third, into=second, user=team.convenor, reason="同一事项")
    locked, lock = [], matters_steps.locked_matter
    monkeypatch.setattr(matters_steps, "locked_matter", lambda matter: (locked.append(matter.pk), lock(matter))[1])
    merge_matter(matter=second, into=first, user=team.convenor, reason="同一事项")
    assert locked == [first.pk, second.pk, third.pk]


def test_a_matter_is_not_merged_into_itself_another_forum_s_or_a_closed_one(team):
    matter, closed = raised(team), raised(team, user=team.member)
    refuse_matter(matter=closed, user=team.convenor, reason="重复")
    elsewhere = raised(team, forum=team.courtyard_forum, user=team.member)
    for into in (matter, closed, elsewhere):
        with pytest.raises(Refused) as refusal:
            merge_matter(matter=matter, into=into, user=team.convenor, reason="同一事项")
        assert refusal.value.field == "into"
    other = raised(team, user=team.member)
    with pytest.raises(Refused) as refusal:
        merge_matter(matter=matter, into=other, user=team.convenor, reason="")
    assert refusal.value.field == "reason"


# --- passing ------------------------------------------------------------------------------------------------


def test_a_matter_is_passed_up_with_its_record_and_decided_anew(team):
    matter = accept_matter(matter=raised(team), user=team.convenor)
    pass_matter(matter=matter, to=team.street_forum, user=team.convenor, reason="需街道统筹")
    matter.refresh_from_db()
    assert (matter.forum, matter.state, matter.decided_by) == (team.street_forum, MatterState.RAISED, None)
    assert record_of(matter) == [MatterVerb.RAISE, MatterVerb.ACCEPT, MatterVerb.PASS_UP]
    (deadline,) = owed(matter)
    assert (deadline.unit, deadline.person, deadline.round) == (team.street_forum.unit, team.street_convenor, 2)
    assert told(team.street_convenor, "matter.raised")
    assert told(team.resident, "matter.passed")[0]["to"] == team.street_forum.name
    with pytest.raises(NotAllowed):
        accept_matter(matter=matter, user=team.convenor)
    accept_matter(matter=matter, user=team.street_convenor)
    assert owed(matter) == []


def test_a_matter_is_passed_down(team):
    matter = raised(team, forum=team.street_forum)
    pass_matter(matter=matter, to=team.forum, user=team.street_convenor, reason="由社区先议")
    assert record_of(matter)[-1] == MatterVerb.PASS_DOWN
    (deadline,) = owed(matter)
    assert deadline.person == team.convenor


def test_a_matter_is_not_passed_aside_to_itself_or_to_a_forum_given_up(team):
    matter = raised(team)
    for to in (team.neighbour_forum, team.forum):
        with pytest.raises(Refused) as refusal:
            pass_matter(matter=matter, to=to, user=team.convenor, reason="不归本厅")
        assert refusal.value.field == "to"
    team.street_forum.is_active = False
    team.street_forum.save()
    with pytest.raises(Refused):
        pass_matter(matter=matter, to=team.street_forum, user=team.convenor, reason="需街道统筹")
    with pytest.raises(Refused) as refusal:
        pass_matter(matter=matter, to=team.district_forum, user=team.convenor, reason=" ")
    assert refusal.value.field == "reason"
    matter.refresh_from_db()
    assert matter.forum == team.forum


def test_somebody_who_acts_on_a_matter_passed_on_meanwhile_is_told(team):
    matter = raised(team)
    stale = Matter.objects.get(pk=matter.pk)
    pass_matter(matter=matter, to=team.street_forum, user=team.convenor, reason="需街道统筹")
    with pytest.raises(OutOfTurn, match="meanwhile"):
        pass_matter(matter=stale, to=team.district_forum, user=team.convenor, reason="需区里统筹")


# --- the proposer -------------------------------------------------------------------------------------------


def test_a_proposer_withdraws_and_the_convenor_owes_nothing(team):
    matter = raised(team)
    for user in (team.convenor, team.member):
        with pytest.raises(NotAllowed):
            withdraw_matter(matter=matter, user=user)
    withdraw_matter(matter=matter, user=team.resident)
    matter.refresh_from_db()
    assert matter.state == MatterState.WITHDRAWN
    assert Deadline.objects.get(object_id=matter.pk, kind=Step.DECIDE_MATTER).cancelled_at
    assert told(team.convenor, "matter.withdrawn")
    with pytest.raises(OutOfTurn):
        withdraw_matter(matter=matter, user=team.resident)


def test_what_goes_on_for_others_is_not_withdrawn(team):
    matter, into = raised(team, user=team.member), raised(team)
    merge_matter(matter=matter, into=into, user=team.convenor, reason="同一事项")
    with pytest.raises(OutOfTurn, match="others"):
        withdraw_matter(matter=into, user=team.resident)
