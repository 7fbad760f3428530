"""The pages of commitments: who sees which, what they are offered, and what is refused where."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from accounts.enums import Role
from records.models import Deadline
from records.registry import subjects_of
from service.actions.commitments import record_unasked
from service.actions.commitments_deliveries import report_progress
from service.enums import ItemState, Step
from tests.cast import person
from tests.service.commitments import brought_to, committed, in_days

LIST = "/commitments/"


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


@pytest.fixture
def convenor(cast):
    return person("convenor", "何召集", cast.community, Role.FORUM_CONVENOR)


@pytest.fixture
def item(cast, convenor):
    return committed(cast, convenor, asked_by=cast.resident)


def html(response) -> str:
    return response.content.decode()


def url(item, verb) -> str:
    return reverse("commitment_verb", args=[item.pk, verb])


def test_both_sides_and_the_forum_see_it_and_nobody_else(cast, convenor, item, signed_in, client):
    address = item.get_absolute_url()
    assert address == reverse("commitment", args=[item.pk])
    for user in (cast.water_officer, cast.water_head, cast.secretary, cast.resident, convenor):
        assert item.title in html(signed_in(user).get(address))
        assert item.title in html(signed_in(user).get(LIST))
    for user in (cast.parks_officer, cast.grid_worker, cast.dispatcher, cast.command, cast.member, cast.liaison):
        assert signed_in(user).get(address).status_code == 404
        assert signed_in(user).post(url(item, "claim")).status_code == 404
        assert item.title not in html(signed_in(user).get(LIST))
    client.logout()
    for path in (LIST, address):
        assert client.get(path).status_code == 302
    assert client.post(url(item, "claim")).status_code == 302


def test_a_task_on_its_pages_from_the_claim_to_the_rating(cast, item, signed_in):
    client, address = signed_in(cast.water_officer), item.get_absolute_url()
    assert client.post(url(item, "rate"), {"rate-rating": "5"}).status_code == 403
    assert "Your unit has taken it on" in html(client.post(url(item, "claim"), follow=True))
    refused = html(client.post(url(item, "report"), {"report-text": " "}))
    assert "field-error" in refused
    client.post(url(item, "report"), {"report-text": "已进场施工"})
    assert "已进场施工" in html(client.get(address))
    client.post(url(item, "deliver"), {"deliver-evidence": "已疏通并复查"})
    assert "What has happened" in html(client.get(address))
    client = signed_in(cast.resident)
    assert client.post(url(item, "deliver"), {"deliver-evidence": "x"}).status_code == 403
    assert "field-error" in html(client.post(url(item, "rate"), {"rate-rating": "9"}))
    client.post(url(item, "rate"), {"rate-rating": "2", "rate-remark": "又堵了"})
    page = html(client.get(address))
    assert "rated 2 of 5" in page
    assert "又堵了" in page
    assert "<form" not in page.split("<main", 1)[1]


def test_what_is_refused_keeps_what_was_typed_and_says_why(cast, item, signed_in):
    client = signed_in(cast.water_officer)
    brought_to(item, ItemState.CLAIMED, by=cast.water_head, rater=cast.resident)
    page = html(client.post(url(item, "decline"), {"decline-reason": "属园林局职责"}))
    assert "cannot be done now" in page
    assert "属园林局职责" in page
    assert client.post(url(item, "castle")).status_code == 404
    assert client.get(url(item, "decline")).status_code == 405


def test_declined_stands_on_the_page_with_its_reason(cast, item, signed_in):
    client = signed_in(cast.water_officer)
    assert "cannot be undone" in html(client.get(item.get_absolute_url()))
    client.post(url(item, "decline"), {"decline-reason": "属园林局职责"})
    page = html(signed_in(cast.resident).get(item.get_absolute_url()))
    assert "Declined" in page
    assert "属园林局职责" in page
    assert "Withdrawn" not in page


def test_the_list_is_narrowed_by_side_and_state(cast, convenor, item, signed_in):
    other = committed(cast, convenor, title="修剪行道树", claimant=cast.parks)
    mine = committed(cast, convenor, title="张贴停水通知", claimant=cast.community, asked_by=cast.member)
    brought_to(other, ItemState.CLAIMED, by=cast.parks_officer, rater=convenor)
    client = signed_in(cast.secretary)
    owed = html(client.get(LIST, {"side": "owed"}))
    assert mine.title in owed
    assert other.title not in owed
    asked = html(client.get(LIST, {"side": "asked", "state": "claimed"}))
    assert other.title in asked
    assert item.title not in asked
    assert "No task fits the filter." in html(client.get(LIST, {"state": "rated"}))
    assert "No task fits the filter." in html(client.get(LIST, {"q": "停电\x00"}))


def test_each_row_says_on_which_side_the_reader_stands(cast, convenor, item, signed_in):
    does, asked = "Your unit does it", "Asked for on your side"
    for user, said, other in (
        (cast.water_officer, does, asked),
        (cast.secretary, asked, does),
        (convenor, asked, does),
    ):
        page = html(signed_in(user).get(LIST))
        assert said in page
        assert other not in page


def test_nothing_to_do_is_said(cast, item, signed_in):
    assert "No resolution asks anything of your units" in html(signed_in(cast.liaison).get(LIST))
    client = signed_in(cast.water_officer)
    assert "asks anything of others on your side" in html(client.get(LIST, {"side": "asked"}))
    assert "asks anything of a unit for which you speak" in html(signed_in(cast.secretary).get(LIST, {"side": "owed"}))
    for query in ({"side": "owed", "q": "停电"}, {"side": "asked", "state": "rated"}, {"side": "castle"}):
        page = html(signed_in(cast.secretary).get(LIST, query))
        assert "asks anything of" not in page


def test_what_could_not_be_asked_any_more_is_not_shown_as_declined(cast, convenor, signed_in):
    given = {"territory": cast.community, "claimant": cast.water, "asker": cast.community, "asked_by": None}
    texts = {"title": "疏通排水沟", "text": "槐树社区议事厅 2026-1", "reason": "水务局已撤销。", "due_on": in_days(7)}
    item = record_unasked(**given, **texts, user=convenor)
    client = signed_in(cast.secretary)
    page = html(client.get(item.get_absolute_url()))
    assert "Back to the forum" in page
    assert "水务局已撤销。" in page
    assert "nobody owes it" in page
    assert "eclined" not in page.split("<main", 1)[1]
    assert item.title in html(client.get(LIST, {"state": "withdrawn"}))


def test_the_list_costs_the_same_with_one_and_thirty(cast, convenor, item, signed_in):
    client = signed_in(cast.water_officer)
    counts = []
    for number in range(30):
        if number in (0, 29):
            client.get(LIST)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(LIST).status_code == 200
            counts.append(len(queries))
        committed(cast, convenor, title=f"事项{number}")
    assert counts[0] == counts[1]
    assert counts[0] <= 9
    assert 'rel="next"' in html(client.get(LIST))


def test_the_page_costs_the_same_with_much_progress(cast, item, signed_in):
    brought_to(item, ItemState.CLAIMED, by=cast.water_officer, rater=cast.resident)
    client, counts = signed_in(cast.secretary), []
    for times in (1, 29):
        for number in range(times):
            report_progress(item=item, user=cast.water_officer, text=f"进展{number}")
        client.get(item.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(item.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_its_deadline_leads_to_its_page(cast, item):
    deadline = Deadline.objects.get(kind=Step.CLAIM_COMMITMENT)
    assert subjects_of([deadline])[deadline.pk] == (item.title, item.get_absolute_url())
