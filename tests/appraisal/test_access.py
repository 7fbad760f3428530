"""Who reads which part of the appraisal, and that no single rating can be guessed before it is open."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from appraisal.months import month_at
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


@pytest.fixture
def this_month(stories):
    """One rated case of the present month."""
    now = timezone.now()
    stories.tell(at=now, rating=(False, 1))
    return month_at(now)


def water(page):
    return next(row for row in page.context["result"].rows if row.department.code == "D01")


@pytest.mark.parametrize("who", ["water_officer", "water_head", "dispatcher", "leader", "parks_officer"])
def test_who_works_on_cases_cannot_tell_a_single_rating(this_month, cast, signed_in, who):
    page = get(signed_in(getattr(cast, who)), this_month, name="appraisal_month")
    row = water(page)
    assert (row.total, row.rank) == (None, None)
    assert row.figure("resolution").value is row.figure("satisfaction").value is None
    assert row.figure("turnout_marks").points == 100
    content = page.content.decode()
    export = signed_in(getattr(cast, who)).get(reverse("appraisal_export", args=[this_month, "csv"]))
    line = next(text for text in b"".join(export.streaming_content).decode().splitlines() if "水务" in text)
    for text in (content, line):
        assert "80.00" not in text  # what the total would be with both rates at 0
        assert "0.00" not in text.replace("100.00", "")


def test_who_oversees_the_district_sees_the_figure_but_no_single_rating(this_month, cast, signed_in):
    for user in (cast.command, cast.appraiser, cast.auditor):
        client = signed_in(user)
        assert water(get(client, this_month, name="appraisal_month")).figure("resolution").value == 0
        page = get(client, this_month, "D01", "resolution", name="appraisal_evidence")
        assert page.context["open_answers"] == set()
        assert len(page.context["page"]) == 1


def test_neither_rank_nor_order_tells_a_rating(this_month, stories, cast, signed_in):
    now = timezone.now()
    for code, satisfaction in (("D11", 1), ("D12", 5)):
        stories.tell(stories.department(code), at=now, rating=(True, satisfaction))
    best = stories.department("D13")
    for _case in range(5):
        stories.tell(best, at=now)
    rows = get(signed_in(cast.leader), this_month, name="appraisal_month").context["result"].rows
    assert [row.department.code for row in rows] == ["D13", "D01", "D02", "D11", "D12"]
    assert [row.rank for row in rows] == [None] * 5
    assert rows[0].points == 100
    rows = get(signed_in(cast.command), this_month, name="appraisal_month").context["result"].rows
    assert [(row.department.code, row.rank) for row in rows][:3] == [("D12", 1), ("D13", 1), ("D11", 3)]


def test_an_excluded_rating_cannot_be_told_from_the_difference_of_both_rates(stories, cast, signed_in):
    now = timezone.now()
    for _case in range(5):
        stories.tell(at=now, rating=(True, 5))
    page = get(signed_in(cast.water_head), month_at(now), name="appraisal_month")
    assert water(page).figure("satisfaction").value == 1
    stories.exclude(stories.tell(at=now, rating=(True, 1)), at=now)
    page = get(signed_in(cast.water_head), month_at(now), name="appraisal_month")
    assert water(page).figure("satisfaction").withheld


def test_a_settled_month_is_shown_to_all(spring, cast, signed_in):
    client = signed_in(cast.water_head)
    assert water(get(client, MARCH, name="appraisal_month")).rank == 1
    page = get(client, MARCH, "D01", "satisfaction", name="appraisal_evidence")
    assert len(page.context["open_answers"]) == 5


def test_a_late_rating_of_a_settled_month_closes_a_small_group_again(stories, cast, signed_in):
    from cases import actions

    case = stories.tell(at=SPRING, rating=None)
    client = signed_in(cast.water_head)
    assert water(get(client, MARCH, name="appraisal_month")).rank == 1
    actions.rate(case=case, rater=cast.resident, solved=True, satisfaction=5, now=timezone.now())
    assert water(get(client, MARCH, name="appraisal_month")).withheld
