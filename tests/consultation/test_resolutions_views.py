"""The page of a resolution: for whom, and what it shows of the vote and of what became of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from cases.enums import Verb
from cases.models import Movement
from consultation.actions.resolutions import adopt, publish
from consultation.enums import MeetingState
from consultation.models import Follow, Meeting
from records.models import Notice
from service.actions.commitments_deliveries import report_progress
from service.enums import ItemState
from tests.consultation.cast import DAY
from tests.consultation.tasks_of_resolutions import adopted, carried, measured, task
from tests.service.commitments import brought_to


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def html(response) -> str:
    return response.content.decode()


def test_before_it_is_published_only_the_invited_and_the_convenors_read_it(team, signed_in, client):
    resolution = adopted(team, team.cast.water)
    team.invite(resolution.meeting)
    url = resolution.get_absolute_url()
    for user in (team.convenor, team.deputy, team.member, team.adviser, team.liaison):
        assert "published with the minutes" in html(signed_in(user).get(url))
    for user in (team.resident, team.street_convenor, team.neighbour_convenor, team.cast.water_officer):
        assert signed_in(user).get(url).status_code == 404
    client.logout()
    assert client.get(url).status_code == 404
    publish(meeting=resolution.meeting)
    for user in (team.resident, team.neighbour_convenor, team.member):
        assert "published with the minutes" not in html(signed_in(user).get(url))
    client.logout()
    assert client.get(url).status_code == 200


def test_it_shows_the_text_the_numbers_and_what_became_of_it(team, client):
    resolution = adopted(team, team.cast.water, team.cast.parks, matter=team.matter())
    publish(meeting=resolution.meeting)
    first = resolution.tasks.select_related("commitment").first().commitment
    item = brought_to(first, ItemState.CLAIMED, by=team.cast.water_officer, rater=team.resident)
    report_progress(item=item, user=team.cast.water_officer, text="已完成测量")
    page = html(client.get(resolution.get_absolute_url()))
    for text in (
        "在3号楼前划设车位。",
        "2 in favour, 1 against, 0 abstained, of 4 who might vote",
        "0 of 2 delivered",
        "已完成测量",
        "Under way",
        "Waiting to be taken on",
        f"Resolution {resolution.number} of 槐树社区议事厅",
    ):
        assert text in page, text
    for name in (team.resident.name, team.cast.water_officer.name, team.convenor.name):
        assert name not in page


def naming(team):
    """Return a published resolution, of a meeting to which the members were invited, that names people everywhere."""
    meeting = team.meeting(starts_at=timezone.now() - DAY, state="closed", quorum_percent=50)
    team.invite(meeting)
    matter = team.matter(title="曹代表家门前停车", state="decided", case=team.cast.lodge())
    given = {"title": "曹代表的车位", "decision": "请秦联络与曹代表商量", "matter": matter}
    item = team.item(meeting, state="done", **given)
    measured(team, item, team.cast.water, what="帮曹代表量尺寸")
    resolution = adopt(vote=carried(team, item, question="同意曹代表的办法吗"), user=team.convenor)
    publish(meeting=meeting)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.PUBLISHED)
    return resolution


def test_everybody_else_reads_it_without_names(team, client, signed_in):
    Follow.objects.create(forum=team.forum, user=team.cast.dispatcher, since=timezone.now())
    resolution = naming(team)
    forum = team.forum.get_absolute_url()
    for url in (resolution.get_absolute_url(), forum, f"{forum}?tab=resolutions"):
        for user in (None, team.resident, team.cast.water_officer):
            client.logout()
            page = html((signed_in(user) if user else client).get(url))
            assert "居民代表的车位" in page
            assert "曹代表" not in page
            assert "秦联络" not in page
    page = html(client.get(resolution.get_absolute_url()))
    assert "帮居民代表量尺寸" in page
    assert "平安供电公司" in page
    assert f"Resolution {resolution.number} 居民代表的车位</a>" in html(
        client.get(resolution.matter.get_absolute_url())
    )
    assert Notice.objects.get(kind="resolution.published").parameters["title"] == "居民代表的车位"
    assert Movement.objects.get(verb=Verb.RESOLUTION).data["title"] == "居民代表的车位"


def test_who_was_invited_reads_the_whole(team, signed_in):
    resolution = naming(team)
    for user in (team.adviser, team.convenor):
        page = html(signed_in(user).get(resolution.get_absolute_url()))
        for words in ("曹代表的车位", "请秦联络与曹代表商量", "同意曹代表的办法吗", "曹代表家门前停车"):
            assert words in page


def test_the_unit_that_does_it_reads_for_whom(team, signed_in):
    url = task(naming(team)).get_absolute_url()
    assert "帮曹代表量尺寸" in html(signed_in(team.cast.water_officer).get(url))


def test_a_rating_is_public_and_its_remark_is_not(team, client, signed_in):
    resolution = adopted(team, team.cast.water)
    item = brought_to(task(resolution), ItemState.DELIVERED, by=team.cast.water_officer, rater=team.convenor)
    typed = {"rate-rating": "2", "rate-remark": "住户老张仍有意见"}
    signed_in(team.convenor).post(f"{item.get_absolute_url()}do/rate/", typed)
    publish(meeting=resolution.meeting)
    page = html(signed_in(team.resident).get(resolution.get_absolute_url()))
    assert "rated 2 of 5" in page
    assert "1 of 1 delivered" in page
    assert "住户老张" not in page
    assert item.get_absolute_url() not in page
    assert item.get_absolute_url() in html(signed_in(team.cast.water_officer).get(resolution.get_absolute_url()))


def test_a_task_leads_to_its_resolution_once_its_reader_may_open_it(team, signed_in):
    resolution = adopted(team, team.cast.water)
    client, url = signed_in(team.cast.water_officer), resolution.get_absolute_url()
    assert url not in html(client.get(task(resolution).get_absolute_url()))
    publish(meeting=resolution.meeting)
    assert url in html(client.get(task(resolution).get_absolute_url()))


def test_a_resolution_without_tasks_says_so(team, client):
    resolution = adopted(team)
    publish(meeting=resolution.meeting)
    assert "names no task" in html(client.get(resolution.get_absolute_url()))


def test_many_tasks_cost_no_more(team, client):
    counts = []
    for owners in ([team.cast.water], [team.cast.water, team.cast.parks] * 15):
        resolution = adopted(team, *owners)
        publish(meeting=resolution.meeting)
        for row in resolution.tasks.select_related("commitment__claimant"):
            by = team.cast.water_officer if row.commitment.claimant == team.cast.water else team.cast.parks_officer
            item = brought_to(row.commitment, ItemState.CLAIMED, by=by, rater=team.convenor)
            report_progress(item=item, user=by, text="已进场")
        client.get(resolution.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(resolution.get_absolute_url()).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 6
