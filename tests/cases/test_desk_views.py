"""The desk of a grid, a community, a street and command; the phone desk and the patrol."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import place_unit
from accounts.models import Unit
from cases.actions import Place, accept, escalate
from cases.enums import Channel, Kind
from cases.models import Case
from tests.cast import person

DESK = reverse("desk")


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def shown(response) -> list[str]:
    """Return the numbers of the cases on a desk, in their order."""
    return [card.case.number for card in response.context["cards"]]


def test_what_is_due_first_stands_on_top(cast, signed_in):
    normal = cast.lodge()
    urgent = cast.lodge(category=cast.urgent_category)
    late = cast.lodge(now=timezone.now() - timedelta(days=2))
    assert shown(signed_in(cast.grid_worker).get(DESK)) == [late.number, urgent.number, normal.number]


def test_a_card_says_what_is_due_and_that_it_is_late(cast, signed_in):
    cast.lodge(now=timezone.now() - timedelta(days=2))
    page = signed_in(cast.grid_worker).get(DESK).content.decode()
    assert "Accept the case" in page
    assert "overdue</time>" in page


def test_the_counts_are_of_the_whole_desk(cast, signed_in):
    cast.lodge()
    accept(case=cast.lodge(), user=cast.grid_worker)
    cast.lodge(now=timezone.now() - timedelta(days=2))
    response = signed_in(cast.grid_worker).get(DESK, {"state": "accepted"})
    assert response.context["counts"] == {"waiting": 2, "in_progress": 1, "late": 1, "whistled": 0}
    assert len(shown(response)) == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "路灯"}, {"lamp"}),
        ({"q": "路灯 长椅"}, set()),
        ({"state": "lodged"}, {"lamp", "late"}),
        ({"state": "accepted"}, {"bench"}),
        ({"late": "on"}, {"late"}),
        ({"whistled": "on"}, set()),
        ({"q": "\x00路灯\x00"}, {"lamp"}),
        ({"q": "😀"}, {"lamp", "bench", "late"}),
    ],
)
def test_the_desk_is_narrowed(cast, signed_in, query, expected):
    cases = {
        "lamp": cast.lodge(text="路灯不亮"),
        "bench": accept(case=cast.lodge(text="长椅坏了"), user=cast.grid_worker),
        "late": cast.lodge(text="树枝挡路", now=timezone.now() - timedelta(hours=6)),
    }
    found = shown(signed_in(cast.grid_worker).get(DESK, query))
    assert set(found) == {cases[name].number for name in expected}


def test_a_number_is_found_exactly(cast, signed_in):
    wanted, _other = cast.lodge(), cast.lodge()
    assert shown(signed_in(cast.grid_worker).get(DESK, {"q": wanted.number})) == [wanted.number]


def test_an_unknown_state_is_an_error_of_the_form(cast, signed_in):
    response = signed_in(cast.grid_worker).get(DESK, {"state": "junk"})
    assert response.status_code == 200
    assert "state" in response.context["filter"].form.errors


def test_a_waiting_case_is_accepted_from_the_desk(cast, signed_in):
    case = cast.lodge()
    client = signed_in(cast.grid_worker)
    assert f"{case.get_absolute_url()}do/accept/" in client.get(DESK).content.decode()
    client.post(reverse("case_verb", args=[case.number, "accept"]))
    assert f"{case.get_absolute_url()}do/accept/" not in client.get(DESK).content.decode()
    assert shown(client.get(DESK)) == [case.number]


def test_what_waits_at_the_community_can_be_taken_by_a_grid(cast, signed_in):
    place_unit(unit=Unit(code="11000100102", name="槐树第二网格", kind="grid", parent=cast.community))
    case = cast.lodge(place=Place(cast.community))
    assert case.holder == cast.community
    page = signed_in(cast.grid_worker).get(DESK).content.decode()
    assert f"{case.get_absolute_url()}do/take/" in page
    assert f"{case.get_absolute_url()}do/accept/" not in page


@pytest.mark.parametrize("who", ["resident", "water_officer", "leader", "auditor", "sysadmin"])
def test_who_has_no_desk_is_sent_away(cast, signed_in, who):
    assert signed_in(getattr(cast, who)).get(DESK).status_code == 403


def test_an_empty_desk_says_so(cast, signed_in):
    assert "Your desk is clear" in signed_in(cast.neighbour).get(DESK).content.decode()


@pytest.mark.parametrize("cursor", ["junk", "W10", "%00"])
def test_a_junk_cursor_is_a_bad_request(cast, signed_in, cursor):
    assert signed_in(cast.grid_worker).get(DESK, {"cursor": cursor}).status_code == 400


def test_a_desk_goes_on_on_the_next_page(cast, signed_in):
    numbers = {cast.lodge().number for _i in range(27)}
    client = signed_in(cast.grid_worker)
    first = client.get(DESK, {"state": "lodged"})
    second = client.get(DESK, {"state": "lodged", "cursor": first.context["page"].older})
    assert (len(shown(first)), len(shown(second))) == (25, 2)
    assert {*shown(first), *shown(second)} == numbers


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("who", ["grid_worker", "dispatcher", "command"])
def test_a_desk_takes_eight_queries(cast, signed_in, django_assert_max_num_queries, rows, who):
    for _i in range(rows):
        case = cast.lodge()
        if who != "grid_worker":
            escalate(case=case, user=cast.grid_worker, reason="网格无法解决")
        if who == "command":
            escalate(case=accept(case=case, user=cast.dispatcher), user=cast.dispatcher, reason="街道无法解决")
    client = signed_in(getattr(cast, who))
    client.get(DESK)
    with django_assert_max_num_queries(8):
        assert len(shown(client.get(DESK))) == min(rows, 25)


# --- phone desk -------------------------------------------------------------------------------------------

PHONE = reverse("phone_desk")


def call(cast, **given) -> dict:
    return {
        "kind": "help",
        "category": cast.category.pk,
        "text": "来电反映楼道灯坏了",
        "street": cast.street.pk,
        "community": cast.community.pk,
        "address": "3号楼",
        "name": "苗先生",
        "phone": "13912345678",
        "confidential": "known",
        "token": "7d0f8f0e-3a6c-4b68-a7f4-0c1f6a0f6f01",
        **given,
    }


def test_a_call_is_lodged_and_its_code_is_shown_once(cast, signed_in):
    client = signed_in(cast.dispatcher)
    assert client.get(PHONE).status_code == 200
    response = client.post(PHONE, call(cast))
    case = Case.objects.get()
    assert response.url == reverse("desk_lodged", args=[case.number])
    assert (case.channel, case.lodger, case.contact.phone) == (Channel.PHONE, None, "+8613912345678")
    assert case.movements.get().actor == cast.dispatcher
    first = client.get(response.url)
    spelled = f"{case.secret[:4]} {case.secret[4:8]} {case.secret[8:]}"
    assert spelled in first.content.decode()
    assert "no-store" in first["Cache-Control"]
    assert spelled not in client.get(response.url).content.decode()


def test_the_code_is_not_shown_to_a_colleague(cast, signed_in):
    colleague = person("colleague", "同事", cast.street, "street_dispatcher")
    signed_in(cast.dispatcher).post(PHONE, call(cast))
    case = Case.objects.get()
    page = signed_in(colleague).get(reverse("desk_lodged", args=[case.number]))
    assert page.status_code == 200
    assert case.secret[:4] + " " not in page.content.decode()
    assert signed_in(cast.outsider).get(reverse("desk_lodged", args=[case.number])).status_code == 404


def test_the_same_call_sent_twice_is_one_case(cast, signed_in):
    client = signed_in(cast.dispatcher)
    first, second = client.post(PHONE, call(cast)), client.post(PHONE, call(cast))
    assert first.url == second.url
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"), [("dispatcher", 302), ("neighbour", 200), ("command", 302), ("outside_command", 200)]
)
def test_a_call_is_lodged_on_the_own_ground_only(cast, signed_in, who, status):
    response = signed_in(getattr(cast, who)).post(PHONE, call(cast))
    assert response.status_code == status
    assert Case.objects.exists() == (status == 302)
    if status == 200:
        assert "street" in response.context["form"].errors
        assert "来电反映楼道灯坏了" in response.content.decode()


def test_a_dispatcher_is_offered_the_own_street_with_its_communities(cast, signed_in):
    page = signed_in(cast.dispatcher).get(PHONE).content.decode()
    assert "长青街道" in page and "槐树社区" in page
    assert "河湾街道" not in page


@pytest.mark.parametrize("who", ["grid_worker", "secretary", "water_officer", "resident", "leader"])
def test_who_answers_no_telephone_is_sent_away(cast, signed_in, who):
    assert signed_in(getattr(cast, who)).get(PHONE).status_code == 403


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "长" * 2001}, "text"),
        ({"category": "junk"}, "category"),
        ({"phone": "call me"}, "phone"),
        ({"street": "99999999999999999999"}, "street"),
        ({"confidential": ""}, "confidential"),
        ({"kind": "party"}, "kind"),
    ],
)
def test_a_bad_input_of_a_call_is_named_and_nothing_is_lost(cast, signed_in, given, field):
    response = signed_in(cast.dispatcher).post(PHONE, call(cast, **given))
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not Case.objects.exists()
    assert "苗先生" in response.content.decode()


# --- patrol -----------------------------------------------------------------------------------------------

PATROL = reverse("patrol")


def sight(cast, **given) -> dict:
    return {
        "category": cast.category.pk,
        "text": "巡查发现井盖移位<script>alert(1)</script>",
        "unit": cast.grid.pk,
        "address": "北门",
        "token": "7d0f8f0e-3a6c-4b68-a7f4-0c1f6a0f6f02",
        **given,
    }


def test_a_patrol_reports_on_its_own_grid(cast, signed_in):
    client = signed_in(cast.grid_worker)
    page = client.get(PATROL)
    assert [label for _key, label in page.context["form"].fields["unit"].choices] == ["槐树第一网格"]
    response = client.post(PATROL, sight(cast))
    case = Case.objects.get()
    assert (case.channel, case.kind, case.lodger, case.grid) == (Channel.PATROL, Kind.REPORT, None, cast.grid)
    assert case.movements.get().actor == cast.grid_worker
    done = client.get(response.url).content.decode()
    assert case.number in done
    assert case.secret[:4] not in done
    assert "&lt;script&gt;" in client.get(case.get_absolute_url()).content.decode()


@pytest.mark.parametrize("unit", ["neighbour_grid", "neighbour_street", "other_street", "water", "district"])
def test_a_patrol_reports_nowhere_else(cast, signed_in, unit):
    response = signed_in(cast.dispatcher).post(PATROL, sight(cast, unit=getattr(cast, unit).pk))
    assert "unit" in response.context["form"].errors
    assert not Case.objects.exists()


@pytest.mark.parametrize("who", ["command", "water_officer", "resident", "auditor"])
def test_who_does_not_patrol_is_sent_away(cast, signed_in, who):
    assert signed_in(getattr(cast, who)).get(PATROL).status_code == 403
