"""Who reads which part of the appraisal, and that no single rating can be guessed before it is open."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from appraisal.months import bounds, following, month_at
from appraisal.results import for_reader, result_of
from cases import actions
from tests.appraisal.conftest import SPRING

MARCH = date(2024, 3, 1)


def get(client, *arguments, name="appraisal_department"):
    return client.get(reverse(name, args=arguments))


def test_readers_of_the_whole_district_open_everything(spring, cast, signed_in):
    for user in (cast.command, cast.district_leader, cast.appraiser, cast.auditor):
        client = signed_in(user)
        for arguments in ((MARCH, "D01"), (MARCH, "D02")):
            assert get(client, *arguments).status_code == 200
        page = get(client, MARCH, "D01", "satisfaction", name="appraisal_evidence")
        assert len(page.context["page"]) == 6


def test_a_department_reads_all_totals_but_opens_only_its_own(spring, cast, signed_in):
    for user in (cast.water_officer, cast.water_head):
        client = signed_in(user)
        page = get(client, MARCH, name="appraisal_month").content.decode()
        assert cast.parks.name in page
        assert reverse("appraisal_department", args=[MARCH, "D02"]) not in page
        assert get(client, MARCH, "D01").status_code == 200
        assert get(client, MARCH, "D02").status_code == 404
        assert get(client, MARCH, "D02", "response", name="appraisal_evidence").status_code == 404


def test_a_street_opens_the_marks_it_gave_itself(spring, cast, signed_in):
    for user, own, other, count in (
        (cast.neighbour, cast.neighbour_street, cast.street, 2),
        (cast.leader, cast.street, cast.neighbour_street, 4),
    ):
        client = signed_in(user)
        page = get(client, MARCH, "D01")
        assert [row.code for row in page.context["marks"]] == [own.code]
        evidence = get(client, MARCH, "D01", "turnout_marks", name="appraisal_evidence")
        assert {turnout.street for turnout in evidence.context["page"]} == {own}
        assert len(evidence.context["page"]) == count
        assert other.name not in evidence.content.decode()


def test_cases_are_linked_only_where_the_person_may_see_them(spring, cast, signed_in):
    link = '<a class="number" href="/cases/'
    for user, linked in ((cast.command, True), (cast.auditor, False), (cast.appraiser, False)):
        page = get(signed_in(user), MARCH, "D01", "response", name="appraisal_evidence").content.decode()
        assert (link in page) is linked


def test_others_have_no_appraisal(spring, cast, signed_in, client):
    assert get(client, MARCH, name="appraisal_month").status_code == 302
    for user in (cast.resident, cast.grid_worker, cast.secretary, cast.sysadmin):
        reader = signed_in(user)
        for address in (reverse("appraisal"), reverse("appraisal_month", args=[MARCH])):
            assert reader.get(address).status_code == 403


def test_strangers_read_their_own_district(spring, cast, signed_in):
    for user in (cast.outsider, cast.outside_officer, cast.outside_command):
        reader = signed_in(user)
        assert cast.water.name not in get(reader, MARCH, name="appraisal_month").content.decode()
        for name, arguments in (
            ("appraisal_department", ["D01"]),
            ("appraisal_evidence", ["D01", "turnout_marks"]),
        ):
            assert get(reader, MARCH, *arguments, name=name).status_code == 404
        address = reverse("appraisal_month", args=[MARCH])
        assert reader.get(address, {"district": cast.district.code}).status_code == 404


# --- ratings that are not open yet ------------------------------------------------------------------------

ON_CASES = ["water_officer", "water_head", "dispatcher", "leader", "parks_officer"]
RATED = ("resolution", "satisfaction")


@pytest.fixture
def this_month(stories):
    """Seven rated cases of the present month, the last of them with the worst rating."""
    now = timezone.now()
    for rating in [(True, 5)] * 6 + [(False, 1)]:
        stories.tell(at=now, rating=rating)
    return month_at(now)


def water(page):
    return next(row for row in page.context["result"].rows if row.department.code == "D01")


def hides_ratings(row) -> bool:
    figures = [row.figure(code) for code in RATED]
    shown = [row.total, row.rank, row.points, *(value for f in figures for value in (f.value, f.with_excluded))]
    return row.withheld and all(figure.withheld for figure in figures) and shown == [None] * len(shown)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("who", ON_CASES)
def test_who_works_on_cases_cannot_tell_a_single_rating_whatever_the_sample(this_month, cast, signed_in, who):
    client = signed_in(getattr(cast, who))
    page = get(client, this_month, name="appraisal_month")
    row = water(page)
    assert hides_ratings(row)
    assert row.figure("turnout_marks").points == 100
    assert row.figure("satisfaction").sample == 7
    assert "so that nobody can tell a single rating" in page.content.decode()
    export = client.get(reverse("appraisal_export", args=[this_month, "csv"]))
    line = next(text for text in b"".join(export.streaming_content).decode().splitlines() if "水务" in text)
    pages = [page.content.decode(), line]
    if who != "parks_officer":
        pages.append(get(client, this_month, "D01").content.decode())
        for code in RATED:
            pages.append(get(client, this_month, "D01", code, name="appraisal_evidence").content.decode())
    for text in pages:
        for figure in ("85.71", "94.29", "6/7"):  # the rates, the total
            assert figure not in text


def test_the_seventh_rating_cannot_be_told_from_the_figures_of_six(stories, cast, signed_in):
    now = timezone.now()
    client, seen = signed_in(cast.water_head), []
    for _case in range(7):
        stories.tell(at=now, rating=(True, 5))
        row = water(get(client, month_at(now), name="appraisal_month"))
        seen.append(hides_ratings(row))
    assert seen == [True] * 7


def test_one_rating_hides_the_figures_of_all_departments(stories, cast, signed_in):
    now = timezone.now()
    stories.tell(cast.parks, at=now, rating=None)
    client = signed_in(cast.water_head)
    rows = get(client, month_at(now), name="appraisal_month").context["result"].rows
    assert [(row.department.code, row.rank) for row in rows] == [("D02", 1), ("D01", None)]
    stories.tell(cast.water, at=now)
    rows = get(client, month_at(now), name="appraisal_month").context["result"].rows
    assert [(row.department.code, row.rank, row.total) for row in rows] == [("D01", None, None), ("D02", None, None)]
    assert not rows[1].figure("satisfaction").withheld  # nobody has rated: no data, and nothing to hide


@pytest.mark.usefixtures("english")
def test_who_oversees_the_district_sees_the_figure_but_no_single_rating(this_month, cast, signed_in):
    for user in (cast.command, cast.district_leader, cast.appraiser, cast.auditor):
        client = signed_in(user)
        page = get(client, this_month, name="appraisal_month")
        assert str(water(page).figure("resolution").points) == "85.71"
        assert water(page).rank == 1
        assert "so that nobody can tell a single rating" not in page.content.decode()
        page = get(client, this_month, "D01", "resolution", name="appraisal_evidence")
        assert page.context["open_answers"] == set()
        assert len(page.context["page"]) == 7


def test_the_figures_are_shown_when_the_last_rating_opens(this_month, cast, settings):
    opening = bounds(following(this_month))[0] + timedelta(days=settings.RATING_SETTLEMENT_DAYS)
    for user in (cast.water_head, cast.leader):
        for now, hidden in ((opening - timedelta(seconds=1), True), (opening, False)):
            found = for_reader(result_of(cast.district, this_month, now), user, now)
            assert [row.withheld for row in found.rows] == [hidden] * 2
            assert found.withholds is hidden
        assert found.rows[0].rank == 1


def test_neither_rank_nor_order_tells_a_rating(this_month, stories, cast, signed_in):
    now = timezone.now()
    for code, satisfaction in (("D11", 1), ("D12", 5)):
        stories.tell(stories.department(code), at=now, rating=(True, satisfaction))
    best = stories.department("D13")
    for _case in range(5):
        stories.tell(best, at=now)
    rows = get(signed_in(cast.leader), this_month, name="appraisal_month").context["result"].rows
    assert [row.department.code for row in rows] == ["D01", "D02", "D11", "D12", "D13"]
    assert [row.rank for row in rows] == [None] * 5
    rows = get(signed_in(cast.command), this_month, name="appraisal_month").context["result"].rows
    assert [(row.department.code, row.rank) for row in rows][:3] == [("D12", 1), ("D13", 1), ("D01", 3)]


def test_an_excluded_rating_is_withheld_too(stories, cast, signed_in):
    now = timezone.now()
    stories.exclude(stories.tell(at=now, rating=(True, 1)), at=now)
    page = get(signed_in(cast.water_head), month_at(now), name="appraisal_month")
    assert hides_ratings(water(page))


def test_a_settled_month_is_shown_to_all(spring, cast, signed_in):
    client = signed_in(cast.water_head)
    assert water(get(client, MARCH, name="appraisal_month")).rank == 1
    page = get(client, MARCH, "D01", "satisfaction", name="appraisal_evidence")
    assert len(page.context["open_answers"]) == 5


def test_a_late_rating_of_a_settled_month_hides_it_again(spring, cast, signed_in):
    case = spring.tell(at=SPRING, rating=None)
    client = signed_in(cast.water_head)
    assert water(get(client, MARCH, name="appraisal_month")).rank == 1
    actions.rate(case=case, rater=cast.resident, solved=True, satisfaction=5, now=timezone.now())
    assert hides_ratings(water(get(client, MARCH, name="appraisal_month")))
