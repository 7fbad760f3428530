"""我的时限, the counts in the header, and the way home, through their addresses."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.actions import appoint, place_unit
from accounts.enums import Role, UnitKind
from accounts.models import Unit
from cases import actions
from cases.actions import Place
from records.models import Deadline

PAGE = "/my/deadlines/"
HOUR = timedelta(hours=1)
HTMX = {"HX-Request": "true"}
OFFICIALS = ["grid_worker", "secretary", "dispatcher", "leader", "water_officer", "water_head", "command"]


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def shown(response) -> list[Deadline]:
    return [row["deadline"] for row in response.context["rows"]]


def header(response) -> str:
    """Return what the header says about deadlines, or an empty string."""
    found = re.search(r'<a class="tool" id="owed-tool".*?</a>', response.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def due(deadline: Deadline, away: timedelta) -> Deadline:
    deadline.due_at = deadline.first_due_at = timezone.now() + away
    deadline.save()
    return deadline


# --- the page ---------------------------------------------------------------------------------------------


def test_each_row_says_what_is_due_where_and_opens_it(cast, signed_in):
    case = cast.whistled()
    html = signed_in(cast.water_officer).get(PAGE).content.decode()
    turnout = case.turnouts.get()
    assert f'href="{turnout.get_absolute_url()}">Arrive on the spot: ' in html
    assert case.number in html
    assert "平安区水务局" in html
    assert "left</time>" in html
    assert "王小明" not in html


def test_late_ones_first_then_what_is_due_first(cast, signed_in):
    for _each in range(2):
        cast.lodge()
    first, second, third = Deadline.objects.all()[:3]
    due(first, 3 * HOUR)
    due(second, -HOUR)
    due(third, HOUR)
    response = signed_in(cast.grid_worker).get(PAGE)
    assert shown(response)[:3] == [second, third, first]
    assert [row["is_late"] for row in response.context["rows"]][:2] == [True, False]
    assert response.content.decode().count("case case-late") == 1


def test_what_is_done_disappears(cast, signed_in):
    case = cast.lodge()
    client = signed_in(cast.grid_worker)
    assert "case.accept" in {row.kind for row in shown(client.get(PAGE))}
    actions.accept(case=case, user=cast.grid_worker)
    assert "case.accept" not in {row.kind for row in shown(client.get(PAGE))}


def test_the_first_due_time_stays_visible(cast, signed_in):
    cast.lodge()
    client = signed_in(cast.grid_worker)
    assert "first due" not in client.get(PAGE).content.decode()
    extended = Deadline.objects.first()
    extended.due_at += 48 * HOUR
    extended.term = 1
    extended.save()
    assert f"first due {timezone.localtime(extended.first_due_at):%Y-%m-%d %H:%M}" in client.get(PAGE).content.decode()


def test_a_paused_clock_says_so_and_is_not_late(cast, signed_in):
    cast.lodge()
    paused = due(Deadline.objects.first(), -HOUR)
    Deadline.objects.filter(pk=paused.pk).update(paused_at=timezone.now() - 2 * HOUR)
    Deadline.objects.exclude(pk=paused.pk).delete()
    client = signed_in(cast.grid_worker)
    html = client.get(PAGE).content.decode()
    assert "Clock paused" in html
    assert "overdue</time>" not in html
    assert shown(client.get(PAGE, {"late": "on"})) == []


def test_neighbours_and_other_districts_see_nothing_of_it(cast, signed_in):
    case = cast.whistled()
    for person in ("neighbour", "parks_officer", "outsider", "outside_officer", "outside_command"):
        response = signed_in(getattr(cast, person)).get(PAGE)
        assert shown(response) == []
        assert case.number not in response.content.decode()
        assert header(response) == "My deadlines 0 late 0 in 24 h"


def test_everything_listed_opens_for_whoever_sees_it(cast, signed_in):
    case = cast.whistled()
    place_unit(unit=Unit(code="G2", name="第二网格", kind=UnitKind.GRID, parent=cast.community))
    waiting = cast.lodge(place=Place(cast.community))
    actions.dispute_turnout(turnout=case.turnouts.get(), user=cast.water_officer, reason="属燃气管线")
    actions.ask_exclusion(case=case, user=cast.dispatcher, code="judicial", text="已起诉")
    cast.lodge()
    for person in OFFICIALS:
        client = signed_in(getattr(cast, person))
        for row in client.get(PAGE).context["rows"]:
            assert client.get(row["subject"].url).status_code == 200, (person, row["label"])
    assert waiting.number in signed_in(cast.grid_worker).get(PAGE).content.decode()


def test_empty_pages_say_so(cast, signed_in):
    assert "You owe nothing" in signed_in(cast.dispatcher).get(PAGE).content.decode()
    assert "No deadline fits" in signed_in(cast.dispatcher).get(PAGE, {"late": "on"}).content.decode()
    assert "You owe nothing" in signed_in(cast.district_leader).get(PAGE).content.decode()


# --- filters and pages ------------------------------------------------------------------------------------


def test_narrowed_by_kind_and_lateness(cast, signed_in):
    cast.lodge()
    late = due(Deadline.objects.get(kind="case.resolve"), -HOUR)
    client = signed_in(cast.grid_worker)
    assert {row.kind for row in shown(client.get(PAGE, {"kind": "case.accept"}))} == {"case.accept"}
    assert shown(client.get(PAGE, {"late": "on"})) == [late]
    assert shown(client.get(PAGE, {"late": "on", "kind": "case.accept"})) == []


def test_narrowed_by_unit_where_there_are_several(cast, signed_in):
    cast.lodge()
    cast.lodge(place=Place(cast.neighbour_grid))
    appoint(user=cast.grid_worker, unit=cast.neighbour_grid, role=Role.GRID_WORKER)
    client = signed_in(cast.grid_worker)
    found = shown(client.get(PAGE, {"unit": cast.neighbour_grid.pk}))
    assert {row.unit for row in found} == {cast.neighbour_grid}
    assert 'name="unit"' not in signed_in(cast.dispatcher).get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("name", "value"), [("kind", "junk\x00"), ("unit", "999999"), ("unit", "🙂"), ("kind", "x" * 999)]
)
def test_a_bad_value_is_an_error_of_the_form(cast, signed_in, name, value):
    appoint(user=cast.grid_worker, unit=cast.neighbour_grid, role=Role.GRID_WORKER)
    response = signed_in(cast.grid_worker).get(PAGE, {name: value})
    assert response.status_code == 200
    assert name in response.context["filter"].form.errors


def test_the_unit_of_another_is_not_to_be_chosen(cast, signed_in):
    response = signed_in(cast.grid_worker).get(PAGE, {"unit": cast.neighbour_grid.pk})
    assert "unit" in response.context["filter"].form.errors


@pytest.mark.parametrize("cursor", ["junk", "W10", "%00"])
def test_a_junk_cursor_is_a_bad_request(cast, signed_in, cursor):
    assert signed_in(cast.dispatcher).get(PAGE, {"cursor": cursor}).status_code == 400


def test_the_second_page_goes_on_where_the_first_ends(cast, signed_in):
    for _each in range(15):
        cast.lodge()
    keys = set(Deadline.objects.values_list("pk", flat=True))
    client = signed_in(cast.grid_worker)
    found, cursor = [], ""
    while cursor is not None:
        response = client.get(PAGE, {"cursor": cursor})
        found += [row.pk for row in shown(response)]
        cursor = response.context["page"].older
    assert sorted(found) == sorted(keys)


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize("who", ["grid_worker", "dispatcher", "water_officer", "command"])
def test_the_page_takes_eight_queries(cast, signed_in, django_assert_max_num_queries, size, who):
    for _each in range(size):
        cast.lodge()
        case = cast.whistled()
        actions.dispute_turnout(turnout=case.turnouts.get(), user=cast.water_officer, reason="属燃气管线")
        cast.whistled()
        actions.escalate(case=cast.on_street(), user=cast.dispatcher, reason="需区级统筹")
    client = signed_in(getattr(cast, who))
    client.get(PAGE)
    with django_assert_max_num_queries(8):
        assert shown(client.get(PAGE))


# --- the header and the way home --------------------------------------------------------------------------


def test_the_header_counts_on_every_page_and_leads_to_what_is_late(cast, signed_in):
    cast.lodge()
    Deadline.objects.exclude(kind__in=["case.accept", "case.resolve"]).delete()
    due(Deadline.objects.get(kind="case.accept"), -HOUR)
    due(Deadline.objects.get(kind="case.resolve"), HOUR)
    client = signed_in(cast.grid_worker)
    for url in (PAGE, reverse("desk"), reverse("notices"), reverse("follow")):
        response = client.get(url)
        assert header(response) == "My deadlines 1 late 1 in 24 h", url
        assert f'id="owed-tool" href="{PAGE}?late=on"' in response.content.decode()


@pytest.mark.parametrize("person", ["resident", "auditor", "sysadmin", "appraiser", "district_leader"])
def test_who_answers_for_nothing_has_no_count(cast, signed_in, person):
    cast.lodge()
    assert header(signed_in(getattr(cast, person)).get(reverse("notices"))) == ""


def test_a_stranger_is_asked_to_sign_in(client, db):
    assert client.get(PAGE).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("person", OFFICIALS)
def test_home_is_what_one_owes(cast, signed_in, person):
    assert signed_in(getattr(cast, person)).get("/").url == PAGE


@pytest.mark.parametrize(
    ("person", "where"), [("district_leader", "command"), ("appraiser", "appraisal"), ("sysadmin", "admin:index")]
)
def test_home_of_who_owes_nothing(cast, signed_in, person, where):
    assert signed_in(getattr(cast, person)).get("/").url == reverse(where)


@pytest.mark.parametrize(
    ("person", "desks"), [("grid_worker", ["desk"]), ("water_officer", ["turnouts"]), ("command", ["desk", "command"])]
)
def test_the_page_leads_to_the_desks(cast, signed_in, person, desks):
    main = signed_in(getattr(cast, person)).get(PAGE).content.decode().split("<main", 1)[1]
    for name in ("desk", "turnouts", "command"):
        assert (f'href="{reverse(name)}"' in main) == (name in desks)


# --- without reloading ------------------------------------------------------------------------------------


def test_the_counts_refresh_themselves_and_the_header(cast, signed_in):
    cast.lodge()
    due(Deadline.objects.get(kind="case.accept"), -HOUR)
    response = signed_in(cast.grid_worker).get(PAGE, headers=HTMX)
    html = response.content.decode()
    assert "<html" not in html
    assert 'id="owed"' in html
    assert 'hx-swap-oob="true"' in html
    assert "1 late" in header(response)


def test_a_page_whose_session_has_ended_is_loaded_again(client, db):
    response = client.get(PAGE, headers=HTMX)
    assert response["HX-Refresh"] == "true"
    assert "owed" not in response.content.decode()
