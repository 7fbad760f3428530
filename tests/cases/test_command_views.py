"""全区态势, disputes and exclusions, through their addresses."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from cases import actions
from cases.actions import Call, Place
from cases.enums import ExclusionCode
from cases.models import Case, Exclusion, Turnout
from records.models import Deadline
from records.registry import subjects_of


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def section(html: str, heading: str) -> str:
    """Return the part of the page under the h2 `heading`."""
    return re.split(r"<h2>", html.split(f"<h2>{heading}</h2>", 1)[1], maxsplit=1)[0]


def tile(html: str, words: str) -> int:
    """Return the figure on the tile that says `words`."""
    return int(re.search(rf'tile-value">(\d+)</span>(?:\s*<span>)?{words}', html)[1])


def overview(client) -> str:
    return client.get(reverse("command")).content.decode()


def asked(cast) -> Exclusion:
    case = cast.on_street()
    return actions.ask_exclusion(case=case, user=cast.dispatcher, code=ExclusionCode.JUDICIAL, text="已进入诉讼程序")


def disputed(cast) -> Turnout:
    turnout = cast.whistled().turnouts.get()
    return actions.dispute_turnout(turnout=turnout, user=cast.water_officer, reason="属燃气管线")


# --- the overview -----------------------------------------------------------------------------------------


def test_an_empty_district_says_so(cast, signed_in):
    html = overview(signed_in(cast.command))
    for words in ("No case has been lifted", "No case is open", "No department is called", "is there."):
        assert words in html


def test_open_cases_are_counted_by_stage(cast, signed_in):
    cast.lodge()
    late = cast.lodge()
    cast.on_street()
    cast.resolved()
    Case.objects.filter(pk=late.pk).update(next_due_at=timezone.now() - timedelta(hours=1))
    stages = section(overview(signed_in(cast.command)), "Open cases by stage")
    assert tile(stages, "Grid · Waiting to be accepted") == 2
    assert tile(stages, "Street · In progress") == 1
    assert tile(stages, "Leading group · In progress") == 0
    assert stages.count("1 late") == 1
    assert "level=1&amp;state=lodged" in stages


def test_streets_are_listed_with_what_is_late(cast, signed_in):
    for _each in range(2):
        case = cast.lodge(place=Place(cast.neighbour_grid))
        Case.objects.filter(pk=case.pk).update(next_due_at=timezone.now() - timedelta(hours=1))
    cast.lodge()
    rows = section(overview(signed_in(cast.command)), "Open cases by street")
    assert rows.index("河湾街道") < rows.index("长青街道")
    assert f"street={cast.neighbour_street.pk}&amp;late=on" in rows


def test_departments_are_listed_and_the_late_arrivals_named(cast, signed_in):
    turnout = cast.whistled().turnouts.get()
    past = timezone.now() - timedelta(hours=1)
    Turnout.objects.update(called_at=past, arrive_due_at=past, next_due_at=past)
    html = overview(signed_in(cast.command))
    assert tile(html, "departments late to arrive") == 1
    assert turnout.get_absolute_url() in section(html, "Departments late to arrive")
    assert "平安区水务局" in section(html, "Open turnouts by department")
    actions.accept_turnout(turnout=turnout, user=cast.water_officer)
    actions.arrive(turnout=turnout, user=cast.water_officer)
    assert tile(overview(signed_in(cast.command)), "departments late to arrive") == 0


def test_what_waits_for_command_is_counted(cast, signed_in):
    disputed(cast)
    asked(cast)
    asked(cast)
    html = overview(signed_in(cast.command))
    assert tile(html, "disputes to decide") == 1
    assert tile(html, "exclusions to decide") == 2


def test_lifted_cases_are_listed_and_the_late_ones_apart(cast, signed_in):
    lifted = [cast.on_street(text=text) for text in ("多部门职责不清", "涉及跨街道管网")]
    for case in lifted:
        actions.escalate(case=case, user=cast.dispatcher, reason="需区级统筹")
    html = section(overview(signed_in(cast.command)), "Cases lifted to the command centre")
    assert "多部门职责不清" in html
    assert "Overdue" not in html
    Case.objects.filter(pk=lifted[1].pk).update(next_due_at=timezone.now() - timedelta(hours=1))
    html = section(overview(signed_in(cast.command)), "Cases lifted to the command centre")
    overdue = html[html.index("Overdue") : html.index("In time, the newest first")]
    assert "涉及跨街道管网" in overdue
    assert "多部门职责不清" not in overdue


@pytest.mark.parametrize(
    ("whistled", "escalated", "shown"),
    [(0, 1, "0.0 Too low"), (1, 6, "16.7 Too low"), (1, 5, "20.0 Within the band"), (4, 5, "80.0 Within the band"),
     (5, 6, "83.3 Too high"), (1, 1, "100.0 Too high")],
)  # fmt: skip
def test_the_whistle_rate_stands_in_its_band(cast, signed_in, whistled, escalated, shown):
    for number in range(escalated):
        cast.whistled() if number < whistled else cast.on_street()
    rows = section(overview(signed_in(cast.command)), "Whistle rate by street")
    rate, standing = shown.split(" ", 1)
    assert re.findall(r"[\d.]+(?=</span></td>)", rows) == [rate]
    assert standing in rows
    assert f"{whistled} / {escalated}" in rows


def test_a_case_whistled_twice_counts_twice(cast, signed_in):
    case = cast.whistled()
    actions.blow_whistle(case=case, user=cast.dispatcher, kind="joint", place="北门", calls=[Call(cast.parks, "修剪")])
    assert "2 / 1" in section(overview(signed_in(cast.command)), "Whistle rate by street")


def test_a_case_handed_back_down_still_counts(cast, signed_in):
    actions.assign(case=cast.on_street(), user=cast.dispatcher, to=cast.community, reason="请社区办理")
    assert "0 / 1" in section(overview(signed_in(cast.command)), "Whistle rate by street")


def test_only_the_last_thirty_days_count_in_the_rate(cast, signed_in):
    Case.objects.filter(pk=cast.whistled().pk).update(escalated_at=timezone.now() - timedelta(days=31))
    assert "was sent up to a street" in section(overview(signed_in(cast.command)), "Whistle rate by street")


def test_another_district_sees_nothing_of_it(cast, signed_in):
    disputed(cast)
    asked(cast)
    html = overview(signed_in(cast.outside_command))
    assert tile(html, "disputes to decide") == 0
    assert tile(html, "exclusions to decide") == 0
    assert "长青街道" not in html
    assert "平安区水务局" not in html


@pytest.mark.parametrize("who", ["dispatcher", "water_officer", "resident", "auditor"])
@pytest.mark.parametrize("name", ["command", "disputes", "exclusions"])
def test_only_command_enters(cast, signed_in, who, name):
    assert signed_in(getattr(cast, who)).get(reverse(name)).status_code == 403


def test_a_district_leader_sees_the_district_and_decides_nothing(cast, signed_in):
    disputed(cast)
    html = overview(signed_in(cast.district_leader))
    assert "长青街道" in html
    assert f'href="{reverse("disputes")}"' not in html
    assert signed_in(cast.district_leader).get(reverse("disputes")).status_code == 403


@pytest.mark.parametrize("size", [1, 30])
def test_the_overview_asks_at_most_fourteen_times(cast, signed_in, django_assert_max_num_queries, size):
    for _each in range(size):
        disputed(cast)
        actions.escalate(case=cast.on_street(), user=cast.dispatcher, reason="需区级统筹")
    Turnout.objects.update(arrive_due_at=timezone.now() - timedelta(minutes=1))
    client = signed_in(cast.command)
    with django_assert_max_num_queries(14):
        client.get(reverse("command"))


# --- open deadlines by unit ---------------------------------------------------------------------------------


def owed_by_unit(html: str) -> list[list[str]]:
    """Return the rows of the table, cell by cell: unit, late, due today, open."""
    table = html.split('id="owed-by-unit"', 1)[1].split("</section>", 1)[0]
    body = table.split("<tbody>", 1)[1] if "<tbody>" in table else ""
    rows = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in body.split("</tr>")]
    return [[re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in row] for row in rows if row]


@pytest.mark.parametrize("name", ["command", "command_live"])
def test_units_are_listed_with_what_they_owe(cast, signed_in, name):
    cast.lodge()
    Deadline.objects.exclude(kind="case.accept").delete()
    Deadline.objects.update(due_at=timezone.now() - timedelta(hours=1))
    client = signed_in(cast.command)
    assert owed_by_unit(client.get(reverse(name)).content.decode()) == [["槐树第一网格", "1", "0", "1"]]
    actions.accept(case=Case.objects.get(), user=cast.grid_worker)
    html = client.get(reverse(name)).content.decode()
    assert owed_by_unit(html) == []
    assert "No unit of the district owes anything" in html


def test_the_block_refreshes_itself_with_itself(cast, signed_in):
    client = signed_in(cast.command)
    block = client.get(reverse("command_live")).content.decode()
    assert "<html" not in block
    for html in (block, overview(client)):
        assert f'hx-get="{reverse("command_live")}" hx-trigger="every 15s" hx-swap="outerHTML"' in html


@pytest.mark.parametrize("who", ["command", "district_leader"])
def test_a_unit_opens_into_what_it_owes_and_that_into_the_thing_itself(cast, signed_in, who):
    cast.whistled()
    disputed(cast)
    asked(cast)
    opened = set()
    client = signed_in(getattr(cast, who))
    for address in set(re.findall(r'href="(/command/deadlines/\d+/)"', overview(client))):
        page = client.get(address).content.decode()
        for link in re.findall(r'class="card-link" href="([^"]+)"', page):
            assert client.get(link).status_code == 200
            opened.add(link)
    owed = Deadline.objects.filter(met_at=None, cancelled_at=None)
    assert opened == {subject.url for subject in subjects_of(owed).values()}


def test_what_a_unit_owes_is_narrowed(cast, signed_in):
    first, second = cast.lodge(), cast.lodge()
    Deadline.objects.filter(object_id=first.pk).update(due_at=timezone.now() - timedelta(hours=1))
    client = signed_in(cast.command)
    address = reverse("unit_deadlines", args=[cast.grid.pk])
    page = client.get(address).content.decode()
    assert page.index(first.number) < page.index(second.number)
    assert second.number not in client.get(address, {"late": "on"}).content.decode()
    assert "Show all deadlines" in client.get(address, {"kind": "turnout.release"}).content.decode()
    Deadline.objects.all().delete()
    assert "This unit owes nothing at present." in client.get(address).content.decode()


@pytest.mark.parametrize("size", [1, 30])
def test_what_a_unit_owes_costs_the_same_for_any_number(cast, signed_in, django_assert_max_num_queries, size):
    for _each in range(size):
        cast.lodge()
    client = signed_in(cast.command)
    with django_assert_max_num_queries(9):
        client.get(reverse("unit_deadlines", args=[cast.grid.pk]))


def test_many_units_are_summed_up(cast, signed_in, monkeypatch):
    monkeypatch.setattr("cases.views.command.UNITS_SHOWN", 1)
    cast.whistled()
    cast.lodge()
    cast.lodge(place=Place(cast.neighbour_grid))
    first, others = owed_by_unit(overview(signed_in(cast.command)))
    found = Deadline.objects.filter(met_at=None, cancelled_at=None)
    assert others[0] == "3 other units"
    assert int(first[3]) + int(others[3]) == found.count()


def test_another_district_sees_no_unit_of_this_one(cast, signed_in):
    cast.whistled()
    assert owed_by_unit(signed_in(cast.outside_command).get(reverse("command_live")).content.decode()) == []


@pytest.mark.parametrize("size", [1, 30])
def test_a_refresh_asks_at_most_six_times(cast, signed_in, django_assert_max_num_queries, size):
    for _each in range(size):
        cast.whistled()
    client = signed_in(cast.command)
    with django_assert_max_num_queries(6):
        client.get(reverse("command_live"))


# --- disputes ---------------------------------------------------------------------------------------------


def test_a_dispute_is_decided_from_the_list(cast, signed_in):
    turnout = disputed(cast)
    client = signed_in(cast.command)
    html = client.get(reverse("disputes")).content.decode()
    assert "属燃气管线" in html
    assert turnout.get_absolute_url() in html
    address = reverse("turnout_verb", args=[turnout.pk, "uphold_dispute"])
    assert f'action="{address}"' in html
    response = client.post(address, {"uphold_dispute-reason": "确属燃气"}, follow=True)
    assert "The dispute has been upheld" in response.content.decode()
    assert "No dispute waits" in response.content.decode()


def test_another_district_does_not_see_the_dispute(cast, signed_in):
    disputed(cast)
    assert "No dispute waits" in signed_in(cast.outside_command).get(reverse("disputes")).content.decode()


@pytest.mark.parametrize("name", ["disputes", "exclusions"])
@pytest.mark.parametrize("size", [1, 30])
def test_the_lists_ask_at_most_eight_times(cast, signed_in, django_assert_max_num_queries, name, size):
    for _each in range(size):
        disputed(cast)
        asked(cast)
    client = signed_in(cast.command)
    with django_assert_max_num_queries(8):
        assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["disputes", "exclusions"])
def test_a_junk_cursor_is_answered_with_400(cast, signed_in, name):
    assert signed_in(cast.command).get(f"{reverse(name)}?cursor=junk").status_code == 400


# --- exclusions -------------------------------------------------------------------------------------------


def decide(client, exclusion, approve="yes", reason="理由成立", **more):
    data = {"decide-approve": approve, "decide-reason": reason}
    return client.post(reverse("decide_exclusion", args=[exclusion.pk]), data, **more)


@pytest.mark.parametrize(("approve", "words"), [("yes", "has been excluded"), ("no", "stays in the rates")])
def test_an_exclusion_is_decided_on_the_list(cast, signed_in, approve, words):
    exclusion = asked(cast)
    client = signed_in(cast.command)
    html = client.get(reverse("exclusions")).content.decode()
    assert "已进入诉讼程序" in html
    assert "Before a court" in html
    response = decide(client, exclusion, approve, follow=True)
    assert words in response.content.decode()
    assert "No exclusion waits" in response.content.decode()
    exclusion.refresh_from_db()
    assert exclusion.approved is (approve == "yes")
    assert (exclusion.case.excluded_at is not None) is (approve == "yes")


@pytest.mark.parametrize(("approve", "reason"), [("", "理由"), ("maybe", "理由"), ("yes", ""), ("yes", "长" * 501)])
def test_a_bad_decision_comes_back_open(cast, signed_in, approve, reason):
    exclusion = asked(cast)
    asked(cast)
    response = decide(signed_in(cast.command), exclusion, approve, reason)
    assert response.status_code == 200
    html = response.content.decode()
    assert html.count('<details class="panel" name="action" open>') == 1
    assert reason in html
    exclusion.refresh_from_db()
    assert exclusion.decided_at is None


def test_the_same_decision_twice_says_that_it_is_done(cast, signed_in):
    exclusion = asked(cast)
    client = signed_in(cast.command)
    decide(client, exclusion)
    back = {"HTTP_REFERER": f"http://testserver{reverse('exclusions')}"}
    response = decide(client, exclusion, "no", follow=True, **back)
    assert "already been decided" in response.content.decode()
    exclusion.refresh_from_db()
    assert exclusion.approved is True


def test_another_district_gets_404_and_the_street_403(cast, signed_in):
    exclusion = asked(cast)
    assert decide(signed_in(cast.outside_command), exclusion).status_code == 404
    assert decide(signed_in(cast.dispatcher), exclusion).status_code == 403
    assert signed_in(cast.command).get(reverse("decide_exclusion", args=[exclusion.pk])).status_code == 405
    exclusion.refresh_from_db()
    assert exclusion.decided_at is None
