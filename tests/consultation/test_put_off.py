"""What a meeting put off is on the next agenda of its forum by itself, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consultation.actions.agenda import remove_item
from consultation.actions.meetings import cancel_meeting, plan_meeting
from consultation.actions.room import close_meeting, defer_item
from consultation.models import Measure, Meeting

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def session(team) -> Meeting:
    """A meeting with an item of each kind of origin behind the one at hand, which is done."""
    meeting = team.in_session()
    meeting.items.update(state="done")
    Meeting.objects.filter(pk=meeting.pk).update(at_hand=None)
    free = team.item(meeting, title="楼道照明", text="三处不亮", minutes=25, presenter=team.member, balloting="secret")
    Measure.objects.create(
        item=free, what="换灯", owner=team.cast.water, asker=team.cast.community, due_on=timezone.localdate() + 90 * DAY
    )
    team.item(meeting, title="提出的事项", matter=team.matter())
    return meeting


def plan(team, days: int) -> Meeting:
    starts_at = timezone.now() + days * DAY
    return plan_meeting(
        forum=team.forum,
        user=team.convenor,
        title=f"{days}天后",
        place="厅",
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
    )


def titles(meeting) -> list[str]:
    return list(meeting.items.order_by("position").values_list("title", flat=True))


def test_what_was_put_off_is_on_the_next_agenda_with_all_it_says(team, session):
    defer_item(item=session.items.get(title="楼道照明"), user=team.convenor)
    close_meeting(meeting=session, user=team.convenor)
    planned = plan(team, 20)
    (item,) = planned.items.all()
    said = (item.title, item.text, item.minutes, item.presenter, item.balloting, item.kind, item.state)
    assert said == ("楼道照明", "三处不亮", 25, team.member, "secret", "decision", "pending")
    (measure,) = item.measures.all()
    assert (measure.what, measure.owner, measure.asker) == ("换灯", team.cast.water, team.cast.community)
    assert planned.agenda_revision == 1


def test_the_close_adds_it_to_the_meeting_that_is_planned_next(team, session):
    later, sooner = plan(team, 40), plan(team, 20)
    team.item(sooner, title="先定的")
    elsewhere = team.meeting(forum=team.street_forum)
    close_meeting(meeting=session, user=team.convenor)
    assert [titles(meeting) for meeting in (sooner, later, elsewhere)] == [["先定的", "楼道照明"], [], []]
    assert plan(team, 60).items.count() == 0  # it stands on one agenda
    remove_item(item=sooner.items.get(title="楼道照明"), user=team.convenor)


def test_of_a_cancelled_meeting_too_and_without_who_is_no_member_any_more(team, session):
    close_meeting(meeting=session, user=team.convenor)
    planned, later = plan(team, 20), plan(team, 40)
    team.forum.seats.filter(person=team.member).update(left_at=timezone.now())
    cancel_meeting(meeting=planned, user=team.convenor, reason="停电")
    (item,) = later.items.all()
    assert (item.title, item.presenter) == ("楼道照明", None)


def test_what_was_taken_off_is_not_carried_past_the_next_meeting(team, session):
    close_meeting(meeting=session, user=team.convenor)
    planned = plan(team, 20)
    remove_item(item=planned.items.get(), user=team.convenor)
    team.item(planned, title="别的")
    Meeting.objects.filter(pk=planned.pk).update(state="closed")
    assert plan(team, 40).items.count() == 0
