"""What was adopted becomes a numbered resolution with its tasks in one transaction, and is published to everybody."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from accounts.actions import appoint
from accounts.enums import Role
from accounts.errors import OutOfTurn
from cases.enums import Verb
from cases.models import Movement
from consultation.actions.matters_moves import merge_matter
from consultation.actions.resolutions import adopt, publish
from consultation.actions.returns import bring_back
from consultation.actions.votes import cast_vote, close_vote, open_vote
from consultation.enums import Choice
from consultation.models import Follow, Resolution
from consultation.queries.resolutions import delivered_on_time, resolutions_of, resolutions_visible_to, tasks_of
from consultation.queries.returns import waiting_to_return
from records.clocks import SHANGHAI
from records.models import Deadline, Notice
from service.enums import ItemState, Step
from service.models import ListItem
from tests.consultation.cast import DAY
from tests.consultation.tasks_of_resolutions import adopted, carried, measured, task
from tests.service.commitments import brought_to


def test_measures_become_tasks_of_their_owners_with_who_owes_what_by_when(team):
    water, parks = team.cast.water, team.cast.parks
    resolution = adopted(team, water, parks)
    rows = tasks_of(resolution)
    assert [(row.claimant, row.asker, row.community, row.state) for row in rows] == [
        (water, team.cast.community, team.cast.community, ItemState.OPEN),
        (parks, team.cast.community, team.cast.community, ItemState.OPEN),
    ]
    assert {timezone.localdate(row.due_at) for row in rows} == {timezone.localdate() + 7 * DAY}
    assert rows[0].title == f"{water}落实停车划线"
    assert str(resolution.forum) in rows[0].text
    assert resolution.number in rows[0].text
    owed = Deadline.objects.filter(kind=Step.CLAIM_COMMITMENT).order_by("pk").values_list("unit", flat=True)
    assert list(owed) == [water.pk, parks.pk]
    assert (resolution.title, resolution.text) == ("停车位划线方案", "在3号楼前划设车位。")


def test_a_long_measure_is_cut_in_the_title_only(team):
    meeting = team.meeting()
    item = team.item(meeting)
    measured(team, item, team.cast.water, what="划" * 200)
    row = task(adopt(vote=carried(team, item), user=team.convenor))
    assert row.title == "划" * 79 + "…"
    assert row.text.startswith("划" * 200 + "\n")


def test_numbers_count_within_the_forum_and_the_year(team):
    last_night = datetime(2026, 12, 31, 23, 50, tzinfo=SHANGHAI)
    new_year = datetime(2027, 1, 1, 0, 10, tzinfo=SHANGHAI)
    neighbour = team.meeting(forum=team.neighbour_forum)
    found = [
        adopted(team, now=last_night),
        adopted(team, now=last_night),
        adopted(team, now=new_year),
        adopted(team, now=last_night, meeting=neighbour),
    ]
    assert [row.number for row in found] == ["2026-1", "2026-2", "2027-1", "2026-1"]


@pytest.mark.parametrize("given", [{"is_active": False}, {"kind": "grid"}])
def test_what_cannot_be_asked_any_more_is_resolved_and_comes_back_to_the_forum(team, given):
    for field, value in given.items():
        setattr(team.cast.parks, field, value)
    team.cast.parks.save()
    resolution = adopted(team, team.cast.water, team.cast.parks)
    asked, unasked = tasks_of(resolution)
    assert (asked.state, asked.was_asked) == (ItemState.OPEN, True)
    assert (unasked.state, unasked.was_asked, unasked.claimant) == (ItemState.WITHDRAWN, False, team.cast.parks)
    assert team.cast.parks.name in unasked.reason
    assert list(Deadline.objects.filter(kind=Step.CLAIM_COMMITMENT).values_list("unit", flat=True)) == [
        team.cast.water.pk
    ]
    told = Notice.objects.filter(kind="commitment.unasked").order_by("recipient")
    assert {notice.recipient for notice in told} == {team.convenor, team.deputy}
    assert unasked.reason in told[0].sentence
    assert list(waiting_to_return(team.forum)) == [unasked]
    [item] = bring_back(meeting=team.meeting())
    assert unasked.reason in item.text
    assert "谢绝" not in item.text


def test_a_day_that_passed_while_the_vote_was_open_comes_back(team):
    row = task(adopted(team, team.cast.water, now=timezone.now() + 8 * DAY))
    assert (row.state, row.was_asked) == (ItemState.WITHDRAWN, False)
    assert timezone.localdate(row.due_at) == timezone.localdate() + 7 * DAY


def test_who_represents_the_owner_by_now_rates_nothing_and_it_comes_back(team):
    """The resident who raised the matter became the secretary of the unit that was to do it for itself."""
    item = team.item(team.meeting(), matter=team.matter())
    measured(team, item, team.cast.community)
    appoint(user=team.resident, unit=team.cast.community, role=Role.COMMUNITY_SECRETARY)
    row = task(adopt(vote=carried(team, item), user=team.convenor))
    assert (row.state, row.was_asked) == (ItemState.WITHDRAWN, False)


def test_what_was_not_carried_or_has_its_resolution_is_not_adopted(team):
    meeting = team.meeting()
    item = team.item(meeting)
    with pytest.raises(OutOfTurn):
        adopt(vote=carried(team, item, adopted=False), user=team.convenor)
    adopt(vote=carried(team, item), user=team.convenor)
    with pytest.raises(OutOfTurn):
        adopt(vote=carried(team, item), user=team.convenor)
    assert Resolution.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "asked_by"),
    [
        ({}, "resident"),
        ({"unit": "street"}, None),
        ({"proposer": "water_officer"}, None),
    ],
)
def test_who_raised_the_matter_in_their_own_name_rates_what_becomes_of_it(team, given, asked_by):
    given = {name: getattr(team.cast, value) for name, value in given.items()}
    row = task(adopted(team, team.cast.water, matter=team.matter(**given)))
    assert row.asked_by == (asked_by and getattr(team.cast, asked_by))


def test_what_another_unit_asks_for_is_rated_by_that_unit(team):
    item = team.item(team.meeting(), matter=team.matter())
    measured(team, item, team.cast.water, asker=team.cast.street)
    assert task(adopt(vote=carried(team, item), user=team.convenor)).asked_by is None


def test_nobody_rates_what_their_own_unit_owes_in_their_own_name(team):
    matter = team.matter(proposer=team.cast.water_officer)
    assert task(adopted(team, team.cast.parks, matter=matter)).asked_by == team.cast.water_officer


def test_a_unit_that_does_what_it_asks_for_is_rated_by_who_raised_it(team):
    item = team.item(team.meeting(), matter=team.matter())
    measured(team, item, team.cast.street, asker=team.cast.street)
    assert task(adopt(vote=carried(team, item), user=team.convenor)).asked_by == team.resident


def test_the_forum_s_own_unit_may_do_what_a_resident_raised(team):
    assert task(adopted(team, team.cast.community, matter=team.matter())).asked_by == team.resident


def publish_it(resolution, **given):
    return publish(meeting=resolution.meeting, **given)


def test_publishing_tells_followers_once_and_shows_it_to_everybody(team):
    resolution = adopted(team, team.cast.water)
    Follow.objects.create(forum=team.forum, user=team.cast.member, since=timezone.now())
    Follow.objects.create(forum=team.neighbour_forum, user=team.cast.dispatcher, since=timezone.now())
    assert not resolutions_visible_to(team.cast.member).exists()
    assert not resolutions_of(team.forum).exists()
    assert publish_it(resolution) == [resolution]
    assert publish_it(resolution) == []
    told = Notice.objects.filter(kind="resolution.published")
    assert [(notice.recipient, notice.url) for notice in told] == [(team.cast.member, resolution.get_absolute_url())]
    assert "停车位划线方案" in told.get().sentence
    assert list(resolutions_visible_to(team.cast.member)) == [resolution]
    assert list(resolutions_of(team.forum)) == [resolution]


def test_the_cases_behind_the_matter_and_those_merged_into_it_show_it_once(team):
    first, second, third, other = (team.cast.lodge() for _number in range(4))
    matter = team.matter(case=first)
    merge_matter(
        matter=team.matter(case=second),
        into=(merged := team.matter(case=third)),
        user=team.convenor,
        reason="同一件事",
    )
    merge_matter(matter=merged, into=matter, user=team.convenor, reason="同一件事")
    team.matter(case=first, state="merged", merged_into=matter)
    team.matter(case=other)
    resolution = adopted(team, matter=matter)
    publish_it(resolution)
    publish_it(resolution)
    noted = Movement.objects.filter(verb=Verb.RESOLUTION).order_by("case_id")
    assert [entry.case_id for entry in noted] == [first.pk, second.pk, third.pk]
    assert all(entry.is_public for entry in noted)
    assert noted[0].data == {
        "forum": team.forum.name,
        "title": resolution.title,
        "url": resolution.get_absolute_url(),
    }


def test_the_progress_of_resolutions_and_the_share_on_time(team):
    now = timezone.now()
    done, open_one, late, declined, ahead = (adopted(team, team.cast.water) for _number in range(5))
    for resolution in (done, open_one, late, declined):
        ListItem.objects.filter(resolution_task__resolution=resolution).update(due_at=now - DAY)
    for resolution, state in ((done, ItemState.RATED), (late, ItemState.DELIVERED), (declined, ItemState.WITHDRAWN)):
        brought_to(task(resolution), state, by=team.cast.water_officer, rater=team.convenor)
    ListItem.objects.filter(resolution_task__resolution=done).update(delivered_at=now - 2 * DAY)
    Resolution.objects.update(published_at=now)
    assert delivered_on_time(team.forum) == (1, 4)
    assert delivered_on_time(team.neighbour_forum) == (0, 0)
    Resolution.objects.filter(pk=open_one.pk).update(published_at=None)
    assert delivered_on_time(team.forum) == (1, 3)
    counted = {row.pk: (row.tasks_done, row.tasks_total) for row in resolutions_of(team.forum, published_only=False)}
    assert counted == {
        done.pk: (1, 1),
        open_one.pk: (0, 1),
        late.pk: (1, 1),
        declined.pk: (0, 1),
        ahead.pk: (0, 1),
    }


def test_resolutions_are_counted_with_one_query(team, django_assert_num_queries):
    for _number in range(3):
        adopted(team, team.cast.water, team.cast.parks, now=timezone.now() + timedelta(minutes=1))
    with django_assert_num_queries(1):
        rows = list(resolutions_of(team.forum, published_only=False).order_by("-adopted_at", "-pk"))
    assert [row.tasks_total for row in rows] == [2, 2, 2]


def test_the_vote_that_carries_a_matter_makes_its_resolution_and_tasks(team):
    meeting = team.in_session()
    item = meeting.at_hand
    item.matter = team.matter(state="tabled")
    item.save()
    measured(team, item, team.cast.water)
    vote = open_vote(item=item, user=team.convenor, question="是否同意划线方案")
    for user in (team.member, team.secretary):
        cast_vote(vote=vote, user=user, choice=Choice.FOR)
    close_vote(vote=vote, user=team.convenor)
    resolution = Resolution.objects.get(item=item)
    assert (resolution.matter, resolution.number) == (item.matter, f"{timezone.localdate().year}-1")
    assert task(resolution).claimant == team.cast.water


def test_cases_are_locked_in_the_order_of_their_keys_whichever_resolution_is_first(team):
    first, second = team.cast.lodge(), team.cast.lodge()
    meeting = team.meeting(starts_at=timezone.now() - timedelta(hours=3), state="closed", quorum_percent=50)
    for case in (second, first):
        adopted(team, meeting=meeting, matter=team.matter(case=case))
    locked = []
    with patch("consultation.actions.resolutions.note_resolution", lambda case, **_given: locked.append(case)):
        publish(meeting=meeting)
    assert locked == [first, second]
