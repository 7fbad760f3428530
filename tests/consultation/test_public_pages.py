"""What anybody sees of the forums, and following them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from consultation.actions.forum_rules import give_up_forum
from consultation.enums import ForumLevel, MatterState, MeetingState, VoteState
from consultation.models import AgendaItem, Forum, Matter, Meeting, Resolution, ResolutionTask, Vote
from consultation.queries.forums import followers_of
from service.enums import ItemState, ListKind, ResourceKind
from service.models import ListItem
from tests.cast import person

FORUMS = reverse("forums")
DAY = timedelta(days=1)


def past(team, number: int, *, resolutions: int, forum: Forum) -> Meeting:
    """Return a published meeting of `number` months ago with resolutions, of whose two tasks one is done."""
    starts_at = timezone.now() - (number + 1) * 30 * DAY
    meeting = team.meeting(forum=forum, starts_at=starts_at, state=MeetingState.PUBLISHED, published_at=starts_at)
    for serial in range(resolutions):
        item = team.item(meeting, title=f"议题{number}-{serial}", state="done")
        vote = Vote.objects.create(
            meeting=meeting,
            item=item,
            question="是否同意",
            balloting="open",
            majority="simple",
            state=VoteState.CLOSED,
            electorate=4,
            in_favour=4,
            adopted=True,
            opened_by=team.convenor,
            opened_at=starts_at,
        )
        resolution = Resolution.objects.create(
            forum=forum,
            meeting=meeting,
            item=item,
            vote=vote,
            year=2000 + number,
            serial=serial + 1,
            title=f"决议{number}-{serial}",
            text="同意",
            public_title=f"决议{number}-{serial}",
            public_text="同意",
            adopted_at=starts_at,
            published_at=starts_at + DAY,
        )
        for done in (True, False):
            task(team, resolution, done=done)
    return meeting


def task(team, resolution: Resolution, *, done: bool) -> ListItem:
    """Return a task of `resolution` that has fallen due, delivered in time or not at all."""
    at = resolution.adopted_at
    item = ListItem.objects.create(
        kind=ListKind.COMMITMENT,
        community=team.cast.community,
        owner=team.cast.community,
        asker=team.cast.community,
        claimant=team.cast.employer,
        resource_kind=ResourceKind.OTHER,
        title="划线",
        state=ItemState.DELIVERED if done else ItemState.CLAIMED,
        created_by=team.convenor,
        created_at=at,
        due_at=at + 20 * DAY,
        delivered_at=at + 10 * DAY if done else None,
    )
    ResolutionTask.objects.create(resolution=resolution, commitment=item)
    return item


def read(client, forum, tab: str = "") -> str:
    response = client.get(forum.get_absolute_url(), {"tab": tab} if tab else {})
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_is_for_everybody_and_leaves_out_what_is_given_up(team, client):
    give_up_forum(forum=team.courtyard_forum, user=team.convenor)
    page = client.get(FORUMS).content.decode()
    assert team.forum.name in page
    assert team.street_forum.name in page
    assert team.courtyard_forum.name not in page


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"q": "槐树"}, {"forum", "courtyard_forum"}),
        ({"q": "长青街道"}, {"street_forum", "joint_forum"}),
        ({"level": "district"}, {"district_forum"}),
        ({"street": "street"}, {"forum", "courtyard_forum", "street_forum", "joint_forum"}),
        ({"street": "neighbour_street"}, {"neighbour_forum"}),
        ({"street": "street", "level": "joint"}, {"joint_forum"}),
        ({"q": "不存在"}, set()),
        ({"q": "\x00槐树5"}, set()),
    ],
)
def test_forums_are_found_by_words_street_and_level(team, client, given, found):
    if "street" in given:
        given = given | {"street": getattr(team.cast, given["street"]).path}
    response = client.get(FORUMS, given)
    assert {forum.pk for forum in response.context["page"]} == {getattr(team, name).pk for name in found}


def test_whoever_follows_finds_them_again(team, signed_in, client):
    assert "followed" not in client.get(FORUMS).context["filter"].filters
    signed_in(team.resident).post(reverse("forum_follow", args=[team.street_forum.pk]))
    response = client.get(FORUMS, {"followed": "on"})
    assert list(response.context["page"]) == [team.street_forum]


def test_the_list_costs_the_same_with_many_forums(team, client):
    counted = []
    for number in range(60):
        team.make_forum(ForumLevel.COURTYARD, team.cast.community, team.convenor, f"第{number}院")
        if number in (0, 59):
            with CaptureQueriesContext(connection) as seen:
                response = client.get(FORUMS)
            counted.append(len(seen))
    assert counted[0] == counted[1] <= 4
    assert len(response.context["page"]) == 25


def test_the_overview_tells_what_is_coming_and_what_became_of_it(team, client):
    planned = team.meeting(title="还在计划的会")
    called = team.meeting(title="已召集的会", state=MeetingState.CALLED)
    team.item(called, title="第二项", position=2)
    team.item(called, title="第一项", position=1)
    team.item(planned, title="秘密议题")
    team.meeting(title="别处的会", forum=team.street_forum, state=MeetingState.CALLED)
    team.matter(title="待议的事")
    team.matter(title="还没受理的事", state=MatterState.RAISED)
    team.matter(title="被拒的事", state=MatterState.REFUSED)
    past(team, 1, resolutions=2, forum=team.forum)
    page = read(client, team.forum)
    assert page.index("第一项") < page.index("第二项")
    for words in ("已召集的会", "待议的事", "决议1-0", "决议1-1"):
        assert words in page
    for words in ("还在计划的会", "秘密议题", "别处的会", "还没受理的事", "被拒的事", team.resident.name):
        assert words not in page
    shown = client.get(team.forum.get_absolute_url()).context["shown"]
    assert (shown.kept, shown.due, shown.share) == (2, 4, 50)
    assert [(row.tasks_done, row.tasks_total) for row in shown.resolutions] == [(1, 2), (1, 2)]


def test_what_was_never_held_is_coming_no_more_and_of_the_rest_the_next_are_shown(team, client):
    now = timezone.now()
    for title, state in (("从未召开", MeetingState.CALLED), ("延期未定", MeetingState.POSTPONED)):
        team.item(team.meeting(title=title, starts_at=now - DAY, state=state))
    session = team.meeting(title="开了很久", starts_at=now - DAY, state=MeetingState.OPENED)
    for number in range(12):
        team.item(team.meeting(starts_at=now + (number + 1) * DAY, title=f"第{number}次", state=MeetingState.CALLED))
    shown = client.get(team.forum.get_absolute_url()).context["shown"]
    assert [meeting.title for meeting, _titles in shown.coming] == [session.title, *(f"第{n}次" for n in range(9))]


def test_what_is_not_published_is_not_on_the_page(team, client):
    past(team, 1, resolutions=1, forum=team.forum)
    Resolution.objects.update(published_at=None)
    page = read(client, team.forum) + read(client, team.forum, "resolutions")
    assert "决议1-0" not in page


def test_an_empty_forum_says_so_on_every_tab(team, client):
    for tab in ("", "resolutions", "meetings", "about", "nonsense"):
        read(client, team.street_forum, tab)


def test_past_meetings_are_paged_and_lead_to_the_published_minutes(team, client):
    for number in range(30):
        published = past(team, number, resolutions=0, forum=team.forum)
    team.meeting(title="今天散会", state=MeetingState.CLOSED, starts_at=timezone.now() - DAY)
    response = client.get(team.forum.get_absolute_url(), {"tab": "meetings"})
    assert len(response.context["page"]) == 25
    assert "今天散会" in response.content.decode()
    url = f"{team.forum.get_absolute_url()}?tab=meetings&cursor={response.context['page'].older}"
    assert f"/meetings/{published.pk}/record/" in client.get(url).content.decode()


def test_members_are_shown_without_names_unless_the_rules_name_them(team, client):
    names = [team.member.name, team.secretary.name, team.liaison.name, team.convenor.name]
    page = read(client, team.forum, "about")
    assert not any(name in page for name in names)
    assert "居民代表" in page
    assert team.cast.employer.name in page
    team.seat(person("plain", "无名氏"))
    assert client.get(team.forum.get_absolute_url(), {"tab": "about"}).context["counts"] == {
        "voting": 4,
        "advising": 1,
    }
    Forum.objects.filter(pk=team.forum.pk).update(names_public=True)
    page = read(client, team.forum, "about")
    assert all(name in page for name in [*names, "无名氏"])


def test_who_may_raise_a_matter_is_led_there(team, client, signed_in):
    address = f"{reverse('matter_new')}?forum={team.forum.pk}"
    assert address in read(client, team.forum)
    Forum.objects.filter(pk=team.forum.pk).update(proposers="members")
    assert address not in read(client, team.forum)
    assert address not in read(signed_in(team.resident), team.forum)
    assert address in read(signed_in(team.member), team.forum)


def test_only_its_convenors_are_led_to_the_desk(team, client, signed_in):
    address = reverse("forum_desk", args=[team.forum.pk])
    assert address not in read(client, team.forum)
    assert address not in read(signed_in(team.street_convenor), team.forum)
    assert address in read(signed_in(team.deputy), team.forum)


def make_ten_years(team, forum: Forum) -> None:
    """Add 120 monthly meetings with 400 resolutions, and what is coming, to `forum`."""
    for number in range(120):
        past(team, number, resolutions=3 + (number % 3 == 0), forum=forum)
    Meeting.objects.filter(forum=forum).exclude(state=MeetingState.PUBLISHED).update(state=MeetingState.CALLED)
    Matter.objects.bulk_create(
        Matter(
            forum=forum,
            title=f"第{number}件事",
            text="一件事",
            state=MatterState.ACCEPTED,
            proposer=team.resident,
            raised_at=timezone.now(),
        )
        for number in range(200)
    )
    for number in range(3):
        meeting = team.meeting(forum=forum, state=MeetingState.CALLED)
        AgendaItem.objects.bulk_create(
            AgendaItem(meeting=meeting, title=f"第{number}-{place}项", position=place) for place in range(40)
        )


@pytest.mark.parametrize("who", [None, "resident", "convenor", "secretary"])
@pytest.mark.parametrize("tab", ["", "resolutions", "meetings", "about"])
def test_the_page_of_ten_years_costs_ten_queries_like_that_of_a_new_forum(old_forum, client, signed_in, who, tab):
    team = old_forum
    if who:
        signed_in(getattr(team, who))
    counted = []
    for forum in (team.street_forum, team.forum):
        read(client, forum, tab)
        with CaptureQueriesContext(connection) as seen:
            read(client, forum, tab)
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 10, counted


@pytest.fixture
def old_forum(team):
    make_ten_years(team, team.forum)
    past(team, 1, resolutions=1, forum=team.street_forum)
    return team


def test_ten_years_are_whole(old_forum, client):
    assert Resolution.objects.filter(forum=old_forum.forum).count() == 400
    shown = client.get(old_forum.forum.get_absolute_url()).context["shown"]
    assert (shown.kept, shown.due) == (400, 798 + 2)
    assert len(shown.resolutions) == len(shown.matters) == 10
    assert [len(agenda) for _meeting, agenda in shown.coming] == [40, 40, 40]


def test_following_and_stopping(team, client, signed_in):
    url = reverse("forum_follow", args=[team.forum.pk])
    assert client.post(url).status_code == 302
    assert not followers_of(team.forum).exists()
    signed_in(team.resident)
    assert client.get(url).status_code == 405
    for _time in range(2):
        assert client.post(url)["location"] == team.forum.get_absolute_url()
    assert list(followers_of(team.forum)) == [team.resident]
    assert 'name="stop"' in read(client, team.forum)
    client.post(url, {"stop": "yes"})
    assert not followers_of(team.forum).exists()
    give_up_forum(forum=team.forum, user=team.convenor)
    assert client.post(url).status_code == 404


def events(response) -> dict:
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(response.content)
    assert not calendar.errors
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    return {event["UID"]: event for event in calendar.walk("VEVENT")}


def test_the_feed_holds_what_was_called_within_a_year(team, client):
    planned = team.meeting()
    called = team.meeting(state=MeetingState.CALLED, title="议事；会,一", place="北厅")
    postponed = team.meeting(state=MeetingState.POSTPONED, reason="场地停电", revision=1)
    cancelled = team.meeting(state=MeetingState.CANCELLED, reason="暴雨", revision=2)
    lately = team.meeting(state=MeetingState.PUBLISHED, starts_at=timezone.now() - 360 * DAY)
    long_ago = team.meeting(state=MeetingState.PUBLISHED, starts_at=timezone.now() - 400 * DAY)
    elsewhere = team.meeting(state=MeetingState.CALLED, forum=team.street_forum)
    url = reverse("forum_calendar", args=[team.forum.pk])
    found = events(client.get(url))
    uids = {meeting: f"meeting-{meeting.pk}@consultation.community-governance-portal" for meeting in (
        planned, called, postponed, cancelled, lately, long_ago, elsewhere
    )}  # fmt: skip
    assert set(found) == {uids[meeting] for meeting in (called, postponed, cancelled, lately)}
    event = found[uids[called]]
    assert (event.start, event.end) == (called.starts_at.replace(microsecond=0), called.ends_at.replace(microsecond=0))
    assert (event["STATUS"], event["SEQUENCE"], event["LOCATION"]) == ("CONFIRMED", 0, "北厅")
    assert "议事；会,一" in event["SUMMARY"]
    assert event["URL"] == f"http://testserver{called.get_absolute_url()}"
    assert [(found[uids[one]]["STATUS"], found[uids[one]]["SEQUENCE"]) for one in (postponed, cancelled)] == [
        ("TENTATIVE", 1),
        ("CANCELLED", 2),
    ]
    assert found[uids[cancelled]]["DESCRIPTION"] == "暴雨"
    called.revision, called.starts_at, called.ends_at = 1, called.starts_at + DAY, called.ends_at + DAY
    called.save()
    after = events(client.get(url))[uids[called]]
    assert (after["SEQUENCE"], after.start) == (1, called.starts_at.replace(microsecond=0))


def test_the_feed_of_a_forum_that_is_given_up_is_gone(team, client):
    give_up_forum(forum=team.forum, user=team.convenor)
    assert client.get(reverse("forum_calendar", args=[team.forum.pk])).status_code == 404


def test_the_feed_costs_two_queries_however_long(team, client):
    for number in range(30):
        team.meeting(state=MeetingState.CALLED)
        if number in (0, 29):
            with CaptureQueriesContext(connection) as seen:
                client.get(reverse("forum_calendar", args=[team.forum.pk]))
            assert len(seen) == 2
