"""What a measure must be to be made, asked when it is added, when the meeting is called and when its vote opens."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import appoint
from accounts.enums import Role
from accounts.errors import NotAllowed, OutOfTurn, Refused
from consultation.actions.measures import add_measure, remove_measure
from consultation.actions.meetings import call_meeting
from consultation.actions.room import defer_item
from consultation.actions.votes import break_off_vote, cast_vote, close_vote, open_vote
from consultation.enums import AgendaState, Choice, MeetingState, VoteState
from consultation.models import AgendaItem, Measure, Resolution, Vote
from consultation.queries.resolutions import tasks_of
from service.enums import ItemState
from tests.consultation.cast import DAY
from tests.consultation.tasks_of_resolutions import measured


def closed(unit) -> None:
    unit.is_active = False
    unit.save(update_fields=["is_active"])


def _past(team, item) -> Measure:
    return measured(team, item, team.cast.water, due_on=timezone.localdate(item.meeting.starts_at) - DAY)[0]


def _far(team, item) -> Measure:
    return measured(team, item, team.cast.water, due_on=timezone.localdate(item.meeting.starts_at) + 731 * DAY)[0]


def _closed_owner(team, item) -> Measure:
    closed(team.cast.parks)
    return measured(team, item, team.cast.parks)[0]


def _closed_asker(team, item) -> Measure:
    closed(team.cast.street)
    return measured(team, item, team.cast.water, asker=team.cast.street)[0]


def _elsewhere(team, item) -> Measure:
    return measured(team, item, team.cast.neighbour_community)[0]


def _unrepresented(team, item) -> Measure:
    return measured(team, item, team.cast.grid)[0]


def _own_work(team, item) -> Measure:
    return measured(team, item, team.cast.community)[0]


def _own_work_of_who_raised_it(team, item) -> Measure:
    """The resident who raised it represents the unit by now, and nobody is left to rate it."""
    AgendaItem.objects.filter(pk=item.pk).update(matter=team.matter(state="tabled"))
    appoint(user=team.resident, unit=team.cast.community, role=Role.COMMUNITY_SECRETARY)
    return measured(team, item, team.cast.community)[0]


WRONG: dict[Callable, str] = {
    _past: "due_on",
    _far: "due_on",
    _closed_owner: "owner",
    _closed_asker: "asker",
    _elsewhere: "owner",
    _unrepresented: "owner",
    _own_work: "asker",
    _own_work_of_who_raised_it: "asker",
}


def again(measure: Measure, user, **given) -> Measure:
    """Add what `measure`, which stands already, says once more."""
    columns = {name: getattr(measure, name) for name in ("what", "owner", "asker", "due_on")}
    return add_measure(item=AgendaItem.objects.get(pk=measure.item_id), user=user, **{**columns, **given})


@pytest.mark.parametrize("wrong", WRONG)
def test_it_is_refused_at_its_field_when_it_is_added(team, wrong):
    measure = wrong(team, team.item(team.meeting()))
    with pytest.raises(Refused) as refusal:
        again(measure, team.convenor)
    assert refusal.value.field == WRONG[wrong]
    assert Measure.objects.count() == 1


@pytest.mark.parametrize("wrong", WRONG)
def test_with_it_no_meeting_is_called(team, wrong):
    meeting = team.meeting()
    measure = wrong(team, team.item(meeting))
    with pytest.raises(Refused, match=measure.what):
        call_meeting(meeting=meeting, user=team.convenor)
    measure.delete()
    assert call_meeting(meeting=meeting, user=team.convenor).state == MeetingState.CALLED


@pytest.mark.parametrize("wrong", WRONG)
def test_with_it_no_vote_is_opened_and_the_item_can_be_put_off(team, wrong):
    session = team.in_session()
    measure = wrong(team, session.at_hand)
    with pytest.raises(Refused, match=measure.what):
        open_vote(item=session.at_hand, user=team.convenor, question="同意吗")
    assert not Vote.objects.exists()
    assert defer_item(item=session.at_hand, user=team.convenor).state == AgendaState.DEFERRED


def test_two_years_count_from_the_meeting(team):
    item = team.item(team.meeting(starts_at=timezone.now() + 30 * DAY))
    last = timezone.localdate(item.meeting.starts_at) + 730 * DAY
    assert again(measured(team, item, team.cast.water, due_on=last)[0], team.convenor).due_on == last


def test_a_day_that_has_passed_when_a_late_meeting_comes_to_it_is_refused(team):
    session = team.in_session()
    measured(team, session.at_hand, team.cast.water, due_on=timezone.localdate())
    late = timezone.now() + DAY
    with pytest.raises(Refused, match="落实停车划线"):
        open_vote(item=session.at_hand, user=team.convenor, question="同意吗", now=late)
    assert open_vote(item=session.at_hand, user=team.convenor, question="同意吗").state == VoteState.OPEN


def _owner_closed(team) -> None:
    closed(team.cast.water)


def _asker_closed(team) -> None:
    closed(team.cast.street)


@pytest.mark.parametrize("change", [_owner_closed, _asker_closed])
def test_a_vote_that_was_opened_can_be_closed_whatever_changes_meanwhile(team, change):
    session = team.in_session()
    measured(team, session.at_hand, team.cast.water, asker=team.cast.street)
    vote = open_vote(item=session.at_hand, user=team.convenor, question="同意吗")
    for user in (team.member, team.secretary):
        cast_vote(vote=vote, user=user, choice=Choice.FOR)
    change(team)
    assert close_vote(vote=vote, user=team.convenor, now=timezone.now() + timedelta(minutes=5)).adopted
    [row] = tasks_of(Resolution.objects.get())
    assert (row.state, row.was_asked) == (ItemState.WITHDRAWN, False)


# --- in the meeting -----------------------------------------------------------------------------------------------


def test_the_measures_of_the_item_at_hand_change_until_its_vote_opens(team):
    session = team.in_session()
    [wrong] = measured(team, session.at_hand, team.cast.water, due_on=timezone.localdate() - DAY)
    right = again(wrong, team.deputy, due_on=timezone.localdate() + 7 * DAY)
    remove_measure(measure=wrong, user=team.convenor)
    vote = open_vote(item=session.at_hand, user=team.convenor, question="同意吗")
    with pytest.raises(OutOfTurn):
        again(right, team.convenor)
    with pytest.raises(OutOfTurn):
        remove_measure(measure=right, user=team.convenor)
    break_off_vote(vote=vote, user=team.convenor, reason="期限有误")
    remove_measure(measure=right, user=team.convenor)
    assert not session.at_hand.measures.exists()


def test_of_other_items_and_by_others_they_do_not_change_in_the_meeting(team):
    session = team.in_session()
    [own] = measured(team, session.at_hand, team.cast.water)
    [other] = measured(team, team.item(session), team.cast.water)
    with pytest.raises(OutOfTurn):
        again(other, team.convenor)
    with pytest.raises(OutOfTurn):
        remove_measure(measure=other, user=team.convenor)
    for user in (team.member, team.neighbour_convenor):
        with pytest.raises(NotAllowed):
            again(own, user)
        with pytest.raises(NotAllowed):
            remove_measure(measure=own, user=user)


@pytest.mark.parametrize("state", [MeetingState.CALLED, MeetingState.CLOSED])
def test_of_a_meeting_that_is_called_or_over_they_do_not_change(team, state):
    [measure] = measured(team, team.item(team.meeting(state=state)), team.cast.water)
    with pytest.raises(OutOfTurn):
        again(measure, team.convenor)
    with pytest.raises(OutOfTurn):
        remove_measure(measure=measure, user=team.convenor)
