"""A member reads their own hours; the community corrects an entry."""

from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.actions import appoint
from accounts.enums import Role
from service.models import HourEntry
from service.quarters import Quarter, Year, before, is_running, quarter_of, read_quarter, read_year
from tests.service.hours_scene import DAY, HOUR, NINE, serve


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def body(response) -> str:
    return unescape(response.content.decode())


def test_quarters():
    assert str(quarter_of(NINE.date())) == "2026Q4"
    assert read_quarter(" 2026q1 ") == Quarter(2026, 1)
    assert Quarter(2026, 4).next == Quarter(2027, 1)
    assert Quarter(2026, 1).previous == Quarter(2025, 4)
    first, last = Quarter(2028, 1).first_day, Quarter(2028, 1).last_day
    assert (f"{first}", f"{last}") == ("2028-01-01", "2028-03-31")


def test_years():
    year = read_year(" 2026 ")
    assert (year.previous, year.next, str(year)) == (Year(2025), Year(2027), "2026")
    assert (f"{year.first_day}", f"{year.last_day}") == ("2026-01-01", "2026-12-31")
    assert year.quarters(NINE.date()) == [Quarter(2026, number) for number in (1, 2, 3, 4)]
    assert year.quarters(year.first_day) == [Quarter(2026, 1)]


@pytest.mark.parametrize("period", [Quarter(2026, 4), Year(2026)])
def test_a_period_runs_from_its_first_day_to_its_last(period):
    days = [period.first_day - DAY, period.first_day, period.last_day, period.last_day + DAY]
    assert [is_running(period, day) for day in days] == [False, True, True, False]


def test_what_lies_before_is_named_only_where_it_can_be_read_back():
    assert (before(Quarter(2026, 1)), before(Year(2026))) == (Quarter(2025, 4), Year(2025))
    assert (before(Quarter(2000, 1)), before(Year(2000))) == (None, None)


@pytest.mark.parametrize("text", ["2026Q5", "2026Q0", "2026", "0000Q1", "２０２６Q1", "2026Q1;", "\x00", ""])
def test_there_is_no_such_quarter(text):
    assert read_quarter(text) is None


def test_entries_of_a_quarter_with_the_sum_of_the_year(team, signed_in):
    serve(team, team.member, 90)
    serve(team, team.member, 60, starts_at=NINE - 100 * DAY)
    serve(team, team.member, 30, starts_at=NINE - 400 * DAY)
    serve(team, team.other_member, 120)
    response = signed_in(team.member).get(reverse("my_hours"), {"quarter": "2026Q4"})
    html = body(response)
    assert [entry.minutes for entry, _words in response.context["rows"]] == [90]
    assert "2 h 30 min" in html
    assert "?quarter=2026Q3" in html


def test_a_correction_stands_beside_the_entry_with_its_reason(team, signed_in):
    entry = serve(team, team.member)
    client = signed_in(team.secretary)
    url = reverse("correct_hours", args=[entry.pk])
    assert "2 h" in body(client.get(url))
    html = body(client.post(url, {"minutes": "90", "reason": "早退半小时"}, follow=True))
    assert "has been entered" in html
    assert "−30 min" in html
    html = body(signed_in(team.member).get(reverse("my_hours"), {"quarter": "2026Q4"}))
    assert "早退半小时" in html
    assert "1 h 30 min" in html


def test_a_refused_correction_keeps_what_was_typed(team, signed_in):
    entry = serve(team, team.member)
    html = body(
        signed_in(team.secretary).post(reverse("correct_hours", args=[entry.pk]), {"minutes": "121", "reason": "多算"})
    )
    assert "between 0 and 120" in html
    assert 'value="121"' in html
    assert "多算</textarea>" in html
    assert HourEntry.objects.count() == 1


def test_only_the_own_community_corrects_and_nobody_their_own(team, client, signed_in):
    url = reverse("correct_hours", args=[serve(team, team.member).pk])
    assert client.get(url).status_code == 302
    for person, status in ((team.neighbour_secretary, 404), (team.member, 403), (team.liaison, 404)):
        assert signed_in(person).get(url).status_code == status
    appoint(user=team.member, unit=team.community, role=Role.COMMUNITY_SECRETARY)
    assert "your own hours" in body(signed_in(team.member).get(url))
    signed_in(team.member).post(url, {"minutes": "10", "reason": "x"})
    assert HourEntry.objects.count() == 1


def test_a_quarter_that_does_not_exist_leads_back_with_a_sentence(team, signed_in):
    html = body(signed_in(team.member).get(reverse("my_hours"), {"quarter": "2026Q5"}, follow=True))
    assert "There is no such quarter" in html
    assert "No hours of yours" in html


def test_a_quarter_ahead_is_refused_and_the_first_one_leads_no_further_back(team, signed_in):
    client, ahead = signed_in(team.member), quarter_of(timezone.localdate()).next
    assert "has not begun yet" in body(client.get(reverse("my_hours"), {"quarter": ahead}, follow=True))
    assert 'rel="prev"' not in body(client.get(reverse("my_hours"), {"quarter": "2000Q1"}))


def test_the_page_needs_an_account_and_shows_nobody_elses(team, client, signed_in):
    serve(team, team.member)
    assert client.get(reverse("my_hours")).status_code == 302
    response = signed_in(team.secretary).get(reverse("my_hours"), {"quarter": "2026Q4"})
    assert response.context["rows"] == []


@pytest.mark.parametrize("entries", [1, 30])
def test_the_list_costs_the_same_for_any_number(team, signed_in, entries, django_assert_max_num_queries):
    now = timezone.now()
    HourEntry.objects.bulk_create(
        HourEntry(
            member=team.member, community=team.community, day=NINE.date(), title="服务", minutes=1,
            attested_by=team.secretary, attested_at=now + number * HOUR,
        )
        for number in range(entries)
    )  # fmt: skip
    client = signed_in(team.member)
    with django_assert_max_num_queries(10):
        response = client.get(reverse("my_hours"), {"quarter": "2026Q4"})
    assert len(response.context["rows"]) == min(entries, 25)


def test_a_correction_from_an_old_page_is_refused_and_what_was_typed_is_kept(team, signed_in):
    entry, client = serve(team, team.member), signed_in(team.secretary)
    url = reverse("correct_hours", args=[entry.pk])
    assert 'name="shown" value="120"' in body(client.get(url))
    client.post(url, {"minutes": "90", "reason": "早退", "shown": "120"})
    html = body(client.post(url, {"minutes": "100", "reason": "多算", "shown": "120"}))
    assert "it is 90 minutes now" in html
    assert 'name="shown" value="90"' in html
    assert 'value="100"' in html
    assert "多算</textarea>" in html
    assert entry.corrections.count() == 1
    client.post(url, {"minutes": "100", "reason": "多算", "shown": "90"})
    assert entry.corrections.count() == 2
