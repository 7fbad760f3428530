"""The three lists side by side, one item, its verbs: who sees them and what is refused where."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from service.actions.lists import withdraw_item
from service.actions.lists_claims import give_back
from service.actions.lists_deliveries import deliver_item, rate_item
from service.enums import ItemState, RegistrationState
from service.models import EmployerRegistration, ListItem
from tests.service.test_lists_actions import need, partner, project, resource

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


@pytest.fixture
def address(team) -> str:
    return reverse("lists", args=[team.community.pk])


def html(response) -> str:
    return response.content.decode()


def day(away: int) -> str:
    return (timezone.localdate() + away * DAY).isoformat()


def test_the_three_lists_show_who_claimed_what_by_when_and_how_it_was_rated(team, signed_in, address):
    made = project(team)
    deliver_item(item=made, user=team.liaison, evidence="已完成")
    rate_item(item=made, user=team.secretary, rating=4)
    for person in (team.secretary, team.liaison):
        page = html(signed_in(person).get(address))
        assert page.count("claimed by 平安供电公司") == 3
        assert page.count(f"by {day(7)}") == 3
        assert page.count("rated 4 of 5 by 槐树社区") == 3


def test_only_the_community_and_its_employers_see_them(team, signed_in, address, client):
    item = need(team).get_absolute_url()
    for person in (team.neighbour_secretary, team.other_liaison):
        for url in (address, f"{address}need/", f"{address}need/new/", item):
            assert signed_in(person).get(url).status_code == 404
        assert signed_in(person).post(f"{item}claim/").status_code == 404
    for person in (team.member, team.resident, team.cast.dispatcher, team.cast.grid_worker):
        for url in (address, f"{address}need/", f"{address}need/new/", item, reverse("my_lists")):
            assert signed_in(person).get(url).status_code == 403
    client.logout()
    assert client.get(address).status_code == 302


def test_the_way_to_the_lists(team, signed_in, address):
    assert signed_in(team.secretary).get(reverse("my_lists"))["location"] == address
    assert signed_in(team.liaison).get(reverse("my_lists"))["location"] == address
    assert "is not registered with a community" in html(signed_in(team.other_liaison).get(reverse("my_lists")))
    EmployerRegistration.objects.filter(employer=team.employer).update(state=RegistrationState.EXPIRED)
    assert signed_in(team.liaison).get(address).status_code == 404


def test_what_an_employer_has_claimed_stays_open_to_it_after_the_agreement(team, signed_in):
    made = project(team)
    EmployerRegistration.objects.filter(employer=team.employer).update(state=RegistrationState.EXPIRED)
    client = signed_in(team.liaison)
    assert client.get(made.get_absolute_url()).status_code == 200
    client.post(f"{made.get_absolute_url()}deliver/", {"deliver-evidence": "已完成"})
    made.refresh_from_db()
    assert made.state == ItemState.DELIVERED


def test_each_side_lists_its_own(team, signed_in, address):
    client = signed_in(team.secretary)
    typed = {"resource_kind": "professional", "title": "义诊医生", "text": "每月一次", "wanted_on": day(30)}
    assert "It is on the list now." in html(client.post(f"{address}need/new/", typed, follow=True))
    assert client.get(f"{address}resource/new/").status_code == 403
    assert client.get(f"{address}project/new/").status_code == 404
    client = signed_in(team.liaison)
    assert client.get(f"{address}need/new/").status_code == 403
    typed = {"resource_kind": "room", "title": "职工食堂", "employer": team.employer.pk}
    client.post(f"{address}resource/new/", typed)
    assert set(ListItem.objects.values_list("title", "owner")) == {
        ("义诊医生", team.community.pk),
        ("职工食堂", team.employer.pk),
    }


@pytest.mark.parametrize(
    "given",
    [
        {"title": ""},
        {"title": "\x00"},
        {"title": "长" * 81},
        {"resource_kind": "castle\x00"},
        {"wanted_on": "2020-01-01"},
        {"wanted_on": "0001-01-01\x00"},
    ],
)
def test_a_bad_need_is_shown_at_its_field(team, signed_in, address, given):
    typed = {"resource_kind": "room", "title": "场地", **given}
    assert "field-error" in html(signed_in(team.secretary).post(f"{address}need/new/", typed))
    assert not ListItem.objects.exists()


def test_a_need_is_matched_delivered_and_rated_on_the_pages(team, signed_in):
    asked, offer = need(team), resource(team)
    client = signed_in(team.liaison)
    assert "会议室" in html(client.get(asked.get_absolute_url()))
    typed = {"match-other": offer.pk, "match-due_on": day(3)}
    response = client.post(f"{asked.get_absolute_url()}match/", typed)
    made = ListItem.objects.get(need=asked)
    assert response["location"] == made.get_absolute_url()
    assert "delivered and rated there" in html(client.get(asked.get_absolute_url()))
    assert client.post(f"{made.get_absolute_url()}rate/", {"rate-rating": "5"}).status_code == 403
    client.post(f"{made.get_absolute_url()}deliver/", {"deliver-evidence": "已完成"})
    client = signed_in(team.secretary)
    assert client.post(f"{made.get_absolute_url()}deliver/", {"deliver-evidence": "x"}).status_code == 403
    assert "field-error" in html(client.post(f"{made.get_absolute_url()}rate/", {"rate-rating": "9"}))
    client.post(f"{made.get_absolute_url()}rate/", {"rate-rating": "5", "rate-remark": "很好"})
    assert "很好" in html(client.get(offer.get_absolute_url()))


def test_a_liaison_matches_with_the_own_resources_only(team, signed_in):
    partner(team)
    asked, offer = need(team), resource(team)
    client = signed_in(team.other_liaison)
    assert "Match into a project" not in html(client.get(asked.get_absolute_url()))
    assert "as soon as a resource that you may match is open" in html(client.get(asked.get_absolute_url()))
    resource(team, user=team.other_liaison, employer=team.other_employer, title="操场")
    assert "Match into a project" in html(client.get(asked.get_absolute_url()))
    assert "会议室" not in html(client.get(asked.get_absolute_url()))
    typed = {"match-other": offer.pk, "match-due_on": day(3)}
    assert "Please choose from the list." in html(client.post(f"{asked.get_absolute_url()}match/", typed))
    assert client.post(f"{offer.get_absolute_url()}match/", typed).status_code == 403
    assert not ListItem.objects.filter(need=asked).exists()


def test_the_side_that_asks_does_not_claim(team, signed_in):
    asked, offer = need(team), resource(team)
    typed = {"claim-employer": team.employer.pk, "claim-due_on": day(3)}
    assert signed_in(team.secretary).post(f"{asked.get_absolute_url()}claim/", typed).status_code == 403
    assert signed_in(team.liaison).post(f"{offer.get_absolute_url()}claim/", typed).status_code == 403
    assert "the other side has been told" in html(
        signed_in(team.liaison).post(f"{asked.get_absolute_url()}claim/", typed, follow=True)
    )
    response = signed_in(team.secretary).post(f"{asked.get_absolute_url()}withdraw/", {"withdraw-reason": "不需要"})
    assert "cannot be done now" in html(response)
    assert "不需要" in html(response)


def test_one_list_is_narrowed_and_paged_at_the_same_cost(team, signed_in, address):
    client = signed_in(team.secretary)
    need(team, title="唯一的需求")
    counts = []
    for number in range(30):
        if number in (0, 29):
            for url in (f"{address}need/", address):
                client.get(url)
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(url).status_code == 200
                counts.append(len(queries))
        need(team, title=f"需求{number}")
    assert counts[:2] == counts[2:]
    assert max(counts) <= 11
    assert 'rel="next"' in html(client.get(f"{address}need/"))
    narrowed = html(client.get(f"{address}need/", {"q": "唯一"}))
    assert "唯一的需求" in narrowed
    assert "需求29" not in narrowed
    assert "Nothing on this list fits" in html(client.get(f"{address}need/", {"state": "rated"}))
    assert client.get(f"{address}castle/").status_code == 404


def test_every_notice_reads_as_a_sentence(team, signed_in):
    made = project(team)
    deliver_item(item=made, user=team.liaison, evidence="已完成")
    rate_item(item=made, user=team.secretary, rating=4)
    inbox = html(signed_in(team.secretary).get(reverse("notices")))
    assert "平安供电公司 has delivered “议事场地”. Please rate it." in inbox
    inbox = html(signed_in(team.liaison).get(reverse("notices")))
    assert "“议事场地” is a project now: 平安供电公司 does it for 槐树社区." in inbox
    assert "槐树社区 has rated “议事场地”." in inbox


def test_a_claim_is_undone_at_an_address_written_as_everywhere(team, signed_in):
    item = project(team)
    client = signed_in(team.liaison)
    url = reverse("list_item_verb", args=[item.pk, "give_back"])
    assert f'action="{url}"' in html(client.get(item.get_absolute_url()))
    client.post(url, {"give_back-reason": "会议室装修"})
    item.refresh_from_db()
    assert item.reason == "会议室装修"


def test_a_resource_without_any_need_is_not_to_be_matched(team, signed_in):
    found = html(signed_in(team.secretary).get(resource(team).get_absolute_url()))
    assert "Match into a project" not in found
    assert "as soon as a need of the community is open" in found


def test_a_reason_says_of_what(team, signed_in):
    made = project(team)
    give_back(item=made, user=team.liaison, reason="场地维修")
    withdrawn = withdraw_item(item=need(team), user=team.secretary, reason="已不需要")
    client = signed_in(team.secretary)
    for item, words in [
        (made, "Why the project was undone"),
        (made.need, "Why the last claim was undone"),
        (withdrawn, "Why it was taken off the list"),
    ]:
        assert f"<dt>{words}</dt>" in html(client.get(item.get_absolute_url()))
