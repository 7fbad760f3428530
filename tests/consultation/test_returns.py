"""What was not kept, was declined or was rated poorly is on the next agenda of its forum by itself, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consultation.actions.meetings import plan_meeting
from consultation.actions.returns import bring_back
from consultation.enums import AgendaKind, AgendaState, MeetingState
from consultation.models import AgendaItem
from consultation.queries.returns import waiting_to_return
from consultation.tasks.returns import bring_back_unkept
from records.models import Notice
from service.enums import ItemState
from service.models import ListItem
from tests.consultation.cast import DAY
from tests.consultation.tasks_of_resolutions import adopted, task
from tests.service.commitments import brought_to


@pytest.fixture
def item(team) -> ListItem:
    return task(adopted(team, team.cast.water))


def overdue(item: ListItem) -> ListItem:
    ListItem.objects.filter(pk=item.pk).update(due_at=timezone.now() - DAY)
    item.refresh_from_db()
    return item


def to(team, item, state, rating=5) -> ListItem:
    return brought_to(item, state, by=team.cast.water_officer, rater=team.convenor, rating=rating)


@pytest.mark.parametrize(
    ("state", "rating", "is_overdue", "returns"),
    [
        (ItemState.OPEN, 0, False, False),
        (ItemState.OPEN, 0, True, True),
        (ItemState.CLAIMED, 0, False, False),
        (ItemState.CLAIMED, 0, True, True),
        (ItemState.DELIVERED, 0, True, False),
        (ItemState.RATED, 3, True, False),
        (ItemState.RATED, 2, False, True),
        (ItemState.RATED, 1, True, True),
        (ItemState.WITHDRAWN, 0, False, True),
    ],
)
def test_what_comes_back(team, item, state, rating, is_overdue, returns):
    to(team, item, state, rating)
    if is_overdue:
        overdue(item)
    assert list(waiting_to_return(team.forum)) == ([item] if returns else [])
    assert not waiting_to_return(team.neighbour_forum).exists()


def test_it_stands_at_the_end_of_the_agenda_with_the_reason_and_the_dates(team, item):
    other = task(adopted(team, team.cast.parks))
    brought_to(other, ItemState.WITHDRAWN, by=team.cast.parks_officer, rater=None)
    to(team, overdue(item), ItemState.CLAIMED)
    poor = to(team, task(adopted(team, team.cast.water)), ItemState.RATED, 2)
    meeting = team.meeting()
    team.item(meeting)
    rows = bring_back(meeting=meeting)
    assert [(row.position, row.commitment, row.kind) for row in rows] == [
        (2, item, AgendaKind.REPORT),
        (3, other, AgendaKind.REPORT),
        (4, poor, AgendaKind.REPORT),
    ]
    today = str(timezone.localdate())
    assert str(timezone.localdate() - DAY) in rows[0].text
    assert today in rows[0].text
    assert "职责不在我局" in rows[1].text
    assert "2" in rows[2].text
    assert today in rows[2].text
    meeting.refresh_from_db()
    assert meeting.agenda_revision == 1
    told = Notice.objects.get(kind="agenda.brought_back")
    assert (told.recipient, told.url) == (team.forum.convenor, meeting.get_absolute_url())
    assert "3" in told.sentence


def test_it_comes_back_once(team, item):
    overdue(item)
    meeting, later = team.meeting(), team.meeting(starts_at=timezone.now() + 40 * DAY)
    assert len(bring_back(meeting=meeting)) == 1
    assert bring_back(meeting=meeting) == []
    assert bring_back(meeting=later) == []
    assert bring_back_unkept() == 0
    assert Notice.objects.filter(kind="agenda.brought_back").count() == 1
    meeting.refresh_from_db()
    assert meeting.agenda_revision == 1


def discussed(team, item: ListItem) -> None:
    past = team.meeting(starts_at=timezone.now() - timedelta(hours=2), state=MeetingState.CLOSED)
    AgendaItem.objects.create(meeting=past, position=1, title=item.title, commitment=item, state=AgendaState.DONE)


def test_what_is_still_unfinished_after_it_was_discussed_comes_back_again(team, item):
    discussed(team, overdue(item))
    assert list(waiting_to_return(team.forum)) == [item]
    assert len(bring_back(meeting=team.meeting())) == 1


@pytest.mark.parametrize("state", [ItemState.RATED, ItemState.WITHDRAWN])
def test_what_is_over_comes_back_only_until_it_was_discussed(team, item, state):
    to(team, item, state, 1)
    assert list(waiting_to_return(team.forum)) == [item]
    ListItem.objects.filter(pk=item.pk).update(rated_at=timezone.now() - DAY, withdrawn_at=timezone.now() - DAY)
    discussed(team, item)
    assert not waiting_to_return(team.forum).exists()


@pytest.mark.parametrize("state", [ItemState.RATED, ItemState.WITHDRAWN])
def test_what_is_over_and_stood_on_a_cancelled_agenda_comes_back(team, item, state):
    to(team, item, state, 1)
    cancelled = team.meeting(state=MeetingState.CANCELLED)
    AgendaItem.objects.create(meeting=cancelled, position=1, title=item.title, commitment=item)
    assert list(waiting_to_return(team.forum)) == [item]


def test_a_poor_rating_after_it_was_discussed_brings_it_back_again(team, item):
    discussed(team, overdue(item))
    to(team, item, ItemState.RATED, 1)
    assert list(waiting_to_return(team.forum)) == [item]


@pytest.mark.parametrize("state", [AgendaState.DEFERRED, AgendaState.PENDING])
def test_what_was_put_off_or_stood_on_a_cancelled_agenda_comes_back(team, item, state):
    overdue(item)
    cancelled = state == AgendaState.PENDING
    missed = team.meeting(state=MeetingState.CANCELLED if cancelled else MeetingState.CLOSED)
    AgendaItem.objects.create(meeting=missed, position=1, title=item.title, commitment=item, state=state)
    assert list(waiting_to_return(team.forum)) == [item]
    assert len(bring_back(meeting=team.meeting())) == 1


@pytest.mark.parametrize("state", [state for state in MeetingState if state != MeetingState.PLANNED])
def test_only_the_agenda_of_a_planned_meeting_grows(team, item, state):
    overdue(item)
    meeting = team.meeting(state=state)
    assert bring_back(meeting=meeting) == []
    assert bring_back_unkept() == 0
    assert not meeting.items.exists()


def test_the_task_fills_the_next_planned_meeting_of_each_forum(team, item):
    overdue(item)
    team.meeting(starts_at=timezone.now() - DAY)
    later = team.meeting(starts_at=timezone.now() + 20 * DAY)
    sooner = team.meeting(starts_at=timezone.now() + 10 * DAY)
    team.meeting(forum=team.neighbour_forum, starts_at=timezone.now() + 5 * DAY)
    assert bring_back_unkept() == 1
    assert [row.meeting for row in AgendaItem.objects.filter(commitment=item)] == [sooner]
    assert not later.items.exists()
    assert bring_back_unkept() == 0


def test_a_forum_that_was_given_up_gets_nothing(team, item):
    overdue(item)
    team.meeting()
    team.forum.is_active = False
    team.forum.save()
    assert bring_back_unkept() == 0


def test_waiting_costs_one_query_however_much_waits(team, django_assert_num_queries):
    for _number in range(5):
        overdue(task(adopted(team, team.cast.water)))
    with django_assert_num_queries(1):
        assert len([(row.claimant.name, row.happened_at) for row in waiting_to_return(team.forum)]) == 5


def test_who_plans_a_meeting_finds_it_on_the_agenda(team, item):
    overdue(item)
    starts_at = timezone.now() + 10 * DAY
    meeting = plan_meeting(
        forum=team.forum,
        user=team.convenor,
        title="十二月议事会",
        place="社区议事厅",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
    )
    assert [row.commitment for row in meeting.items.all()] == [item]
    assert meeting.agenda_revision == 1
