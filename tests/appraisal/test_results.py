"""The month's figures: from whistles told through the cases app to the page, the command and the files."""

import csv
import io
import json
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from appraisal.enums import Code
from appraisal.months import bounds, month_at
from appraisal.queries import span
from appraisal.results import result_of
from cases import actions
from tests.appraisal.conftest import SPRING

MARCH = date(2024, 3, 1)


def row_of(cast, unit, month=MARCH):
    result = result_of(cast.district, month, timezone.now())
    return next(row for row in result.rows if row.department == unit)


def printed(*arguments) -> dict:
    out = io.StringIO()
    call_command("appraise", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_every_figure_of_a_month(spring, cast):
    row = row_of(cast, cast.water)
    # own street: 15+15+3+9 of three marks over 4 releases = (42-12)/48; neighbour: (18-6)/24
    assert row.figure("turnout_marks").value == (Fraction(30, 48) + Fraction(12, 24)) / 2
    assert row.figure("response").value == Fraction(4, 5)
    assert row.figure("response").with_excluded == Fraction(5, 6)
    assert row.figure("resolution").value == Fraction(4, 4)
    assert row.figure("satisfaction").value == Fraction(3, 4)
    assert row.figure("satisfaction").with_excluded == Fraction(3, 5)
    assert row.facts.unrated == 1
    expected = (40 * Fraction(9, 16) + 20 * Fraction(4, 5) + 20 * Fraction(1) + 20 * Fraction(3, 4)) / 100
    assert (row.total, row.rank, str(row.points)) == (expected, 1, "73.50")


def test_a_department_that_nobody_marked_has_no_total(spring, cast):
    row = row_of(cast, cast.parks)
    assert row.figure("response").value == 0  # its clock has run out: that is 0, and not missing
    assert (row.total, row.rank) == (None, None)
    assert row.figure("satisfaction").value is None


def test_a_department_that_nobody_whistled_is_said_to_be_so(spring, cast):
    unit = spring.department("D09")
    row = row_of(cast, unit)
    assert (row.facts.called, row.total, row.rank) == (0, None, None)
    assert all(figure.value is None for figure in row.figures)


def test_months_end_at_midnight_in_shanghai(stories, cast):
    _first, april = bounds(MARCH)
    stories.call(at=april - timedelta(seconds=1))
    stories.call(at=april)
    assert row_of(cast, cast.water).facts.called == 1
    assert row_of(cast, cast.water, date(2024, 4, 1)).facts.called == 1


def test_excused_withdrawn_and_disputed_whistles_do_not_count(stories, cast):
    for verb in ("withdraw", "dispute", "excuse", "reject"):
        turnout = stories.call().turnouts.get()
        if verb == "withdraw":
            actions.withdraw_turnout(turnout=turnout, user=cast.dispatcher, reason="误吹", now=SPRING)
            continue
        actions.dispute_turnout(turnout=turnout, user=cast.water_officer, reason="非本局职责", now=SPRING)
        if verb != "dispute":
            actions.decide_dispute(
                turnout=turnout, user=cast.command, uphold=verb == "excuse", reason="查明", now=SPRING
            )
    facts = row_of(cast, cast.water).facts
    assert (facts.called, facts.response.part, facts.response.whole) == (1, 0, 1)  # the rejected one counts again


def taken_back(stories, minutes, *, accepted=False):
    """A whistle with 30 minutes to arrive, taken back after `minutes`; its case is answered and rated."""
    cast, at = stories.cast, SPRING + timedelta(minutes=minutes)
    case = stories.call()
    turnout = case.turnouts.get()
    if accepted:
        actions.accept_turnout(turnout=turnout, user=cast.water_officer, now=SPRING)
    actions.withdraw_turnout(turnout=turnout, user=cast.dispatcher, reason="已自行处置", now=at)
    actions.resolve(case=case, user=cast.dispatcher, text="好了", now=at)
    return actions.rate(case=case, rater=cast.resident, solved=False, satisfaction=1, now=at)


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.usefixtures("english")
def test_taking_a_late_whistle_back_does_not_wipe_it_out(stories, cast, signed_in, accepted):
    stories.tell()
    late = taken_back(stories, 31, accepted=accepted)
    row = row_of(cast, cast.water)
    assert (row.figure("response").value, row.facts.called) == (Fraction(1, 2), 2)
    assert (row.figure("turnout_marks").value, row.figure("turnout_marks").sample) == (1, 1)
    assert (row.figure("satisfaction").value, row.figure("satisfaction").sample) == (1, 1)
    assert row.facts.unrated == 0
    client = signed_in(cast.dispatcher)
    behind = evidence(client, "response")
    assert late in [turnout.case for turnout in behind] and len(behind) == 2
    assert len(evidence(client, "turnout_marks")) == len(evidence(client, "satisfaction")) == 1
    page = client.get(reverse("appraisal_evidence", args=[MARCH, "D01", "response"])).content.decode()
    assert page.count("Taken back unanswered, after its time had run out") == 1
    assert "No answer yet" not in page


def test_a_whistle_taken_back_in_time_counts_for_nothing(stories, cast, signed_in):
    taken_back(stories, 30)
    row = row_of(cast, cast.water)
    assert (row.facts.called, row.figure("response").sample) == (0, 0)
    assert evidence(signed_in(cast.command), "response") == []


def by_telephone(stories, **told):
    """A case that the telephone desk typed for a caller without an account."""
    return stories.tell(channel="phone", lodger=None, rating=None, **told)


@pytest.mark.usefixtures("english")
def test_an_unverified_rating_counts_in_no_rate_and_is_shown(stories, cast, signed_in):
    stories.tell(rating=(False, 2))
    for _case in range(2):
        actions.rate(case=by_telephone(stories), rater=None, solved=True, satisfaction=5, now=SPRING)
    facts = row_of(cast, cast.water).facts
    assert (facts.resolution.part, facts.resolution.whole) == (0, 1)
    assert (facts.satisfaction.part, facts.satisfaction.whole) == (0, 1)
    assert (facts.unverified, facts.unrated) == (2, 0)
    (district,) = printed("2024-03", "--district", "110")["districts"]
    assert district["departments"][0]["unverified"] == 2
    client = signed_in(cast.command)
    page = client.get(reverse("appraisal_department", args=[MARCH, "D01"])).content.decode()
    assert "2 unverified ratings, not counted" in page
    cases = evidence(client, "satisfaction")
    assert sorted(case.unverified or 0 for case in cases) == [0, 1, 1]
    page = client.get(reverse("appraisal_evidence", args=[MARCH, "D01", "satisfaction"])).content.decode()
    assert page.count("1 unverified rating, not counted") == 2
    assert "Satisfaction 2 of 5" in page and "Satisfaction 5 of 5" not in page


def test_an_unverified_rating_does_not_replace_the_answer_of_the_resident(stories, cast):
    case = stories.tell(channel="phone", rating=(False, 1))  # by the caller's own account: verified
    actions.resolve(case=case, user=cast.dispatcher, text="返工完成", now=SPRING)
    actions.rate(case=case, rater=None, solved=True, satisfaction=5, now=SPRING)
    facts = row_of(cast, cast.water).facts
    assert (facts.resolution.part, facts.resolution.whole, facts.unverified) == (0, 1, 1)


def test_an_excluded_case_with_an_unverified_rating_counts_in_neither_rate(stories, cast):
    case = by_telephone(stories)
    actions.rate(case=case, rater=None, solved=True, satisfaction=5, now=SPRING)
    stories.exclude(case)
    facts = row_of(cast, cast.water).facts
    assert (facts.satisfaction.whole, facts.satisfaction.excluded_whole, facts.unverified) == (0, 0, 1)


def test_a_case_counts_once_for_each_department_called_to_it(stories, cast):
    stories.tell(cast.water, cast.parks, rating=(True, 5))
    for unit in (cast.water, cast.parks):
        assert row_of(cast, unit).facts.resolution.whole == 1
    case = stories.call()
    for time in range(2):
        turnout = case.turnouts.filter(state="called").get()
        actions.accept_turnout(turnout=turnout, user=cast.water_officer, now=SPRING)
        actions.arrive(turnout=turnout, user=cast.water_officer, now=SPRING)
        actions.release(turnout=turnout, user=cast.dispatcher, on_time=5, cooperation=5, result=5, now=SPRING)
        if time == 0:
            actions.blow_whistle(
                case=case,
                user=cast.dispatcher,
                kind="emergency",
                place="北门",
                calls=[actions.Call(cast.water, "再来一次")],
                now=SPRING,
            )
    actions.resolve(case=case, user=cast.dispatcher, text="好了", now=SPRING)
    actions.rate(case=case, rater=cast.resident, solved=True, satisfaction=3, now=SPRING)
    facts = row_of(cast, cast.water).facts
    assert (facts.called, facts.resolution.whole, facts.satisfaction.part) == (3, 2, 1)


def test_the_last_answer_of_a_reopened_case_stands(stories, cast):
    case = stories.tell(rating=(False, 1))
    assert row_of(cast, cast.water).facts.resolution == row_of(cast, cast.water).facts.satisfaction
    assert row_of(cast, cast.water).figure("resolution").value == 0
    actions.resolve(case=case, user=cast.dispatcher, text="返工完成", now=SPRING)
    actions.rate(case=case, rater=cast.resident, solved=True, satisfaction=5, now=SPRING)
    figure = row_of(cast, cast.water).figure("resolution")
    assert (figure.value, figure.sample) == (1, 1)


def test_a_report_without_an_arrival_answers(stories, cast):
    turnout = stories.call().turnouts.get()
    turnout.state, turnout.reported_at = "reported", SPRING + timedelta(minutes=5)  # as an import leaves it
    turnout.save()
    assert row_of(cast, cast.water).figure("response").value == 1


def test_a_whistle_whose_clock_runs_is_not_counted_yet(stories, cast):
    now = timezone.now()
    stories.call(at=now)
    row = row_of(cast, cast.water, month_at(now))
    assert (row.facts.called, row.figure("response").sample) == (1, 0)


def test_another_district_is_not_counted(stories, cast):
    stories.tell()
    found = result_of(cast.other_district, MARCH, timezone.now())
    assert [row.facts.called for row in found.rows] == [0]


def test_the_best_comes_first_and_the_unranked_last(spring, cast):
    for code, given in (("D03", (4, 4, 4)), ("D04", (5, 5, 5)), ("D05", (5, 5, 5))):
        spring.tell(spring.department(code), marks=given)
    rows = result_of(cast.district, MARCH, timezone.now()).rows
    assert [(row.department.code, row.rank) for row in rows] == [
        ("D04", 1),
        ("D05", 1),
        ("D03", 3),
        ("D01", 4),
        ("D02", None),
    ]


def test_small_samples_are_marked(spring, cast):
    row = row_of(cast, cast.water)
    assert not row.figure("turnout_marks").is_small
    assert row.figure("satisfaction").is_small


# --- the command, the page and the files say the same -----------------------------------------------------


def test_the_command_prints_the_figures_of_the_page(spring, cast, signed_in):
    data = printed("2024-03", "--district", "110")
    page = signed_in(cast.command).get(reverse("appraisal_month", args=[MARCH]))
    shown = {row.department.code: row for row in page.context["result"].rows}
    html = page.content.decode()
    (district,) = data["districts"]
    assert district["scheme"]["street_share"] == "40/100"
    assert "40/100" in html
    for department in district["departments"]:
        row = shown.pop(department["code"])
        assert (department["rank"], department["total"]) == (row.rank, row.exact)
        for figure in row.figures:
            told = department["figures"][figure.code]
            assert told["value"] == figure.exact
            if figure.value is not None:
                assert told["points"] == str(figure.points)
                assert told["points"] in html
    assert not shown
    water = next(row for row in district["departments"] if row["code"] == "D01")
    assert (water["total"], water["total_points"]) == ("147/200", "73.50")
    assert water["figures"]["response"]["points_with_excluded"] == "83.33"


def test_the_command_prints_a_table(spring):
    out = io.StringIO()
    call_command("appraise", "2024-03", stdout=out)
    assert "73.50" in out.getvalue()
    assert "75.00 (4*)" in out.getvalue()


@pytest.mark.parametrize(
    "arguments", [["0001-01"], ["2026-13"], ["2024-3"], ["9999-01"], ["x"], ["2024-03", "--district", "nowhere"]]
)
def test_the_command_refuses_what_it_does_not_know(cast, arguments):
    with pytest.raises(CommandError):
        call_command("appraise", *arguments)


def test_the_files_hold_the_figures_and_no_formula(spring, cast, signed_in):
    unit = spring.department("D08")
    unit.name = "=1+1"
    unit.save()
    client = signed_in(cast.command)
    content = b"".join(client.get(reverse("appraisal_export", args=[MARCH, "csv"])).streaming_content)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    water = next(row for row in rows if row[2] == cast.water.name)
    assert water[1] == "1" and water[3] == "73.50"
    assert any(row[2] == "'=1+1" for row in rows)
    content = b"".join(client.get(reverse("appraisal_export", args=[MARCH, "xlsx"])).streaming_content)
    sheet = load_workbook(io.BytesIO(content)).active
    cells = next(row for row in sheet.iter_rows(values_only=True) if row[2] == cast.water.name)
    assert float(cells[3]) == 73.5
    assert len(cells) == len(water)
    assert client.get(reverse("appraisal_export", args=[MARCH, "pdf"])).status_code == 404


# --- the evidence sums up to the figure -------------------------------------------------------------------


def evidence(client, indicator, code="D01") -> list:
    rows, address = [], reverse("appraisal_evidence", args=[MARCH, code, indicator])
    cursor = ""
    while cursor is not None:
        page = client.get(address, {"cursor": cursor} if cursor else {}).context["page"]
        rows += page.rows
        cursor = page.older
    return rows


def test_the_evidence_sums_up_to_each_figure(spring, cast, signed_in):
    for _more in range(30):
        spring.tell(marks=(4, 5, 4), rating=(True, 4))
    facts = row_of(cast, cast.water).facts
    client = signed_in(cast.command)
    releases = evidence(client, "turnout_marks")
    assert len(releases) == sum(row.releases for row in facts.marks) == 36
    assert sum(t.on_time + t.cooperation + t.result for t in releases) == sum(row.marks for row in facts.marks)
    called = evidence(client, "response")
    counted = [t for t in called if not t.case.excluded_at]
    assert len(counted) == facts.response.whole
    assert sum(t.answered_at <= t.arrive_due_at for t in counted) == facts.response.part
    cases = evidence(client, "satisfaction")
    rated = [case for case in cases if case.rated_at and not case.excluded_at]
    assert len(rated) == facts.satisfaction.whole
    assert sum(case.rated_satisfaction >= 4 for case in rated) == facts.satisfaction.part
    assert sum(case.rated_solved for case in rated) == facts.resolution.part
    assert sum(not case.rated_at for case in cases) == facts.unrated


def test_a_department_page_puts_the_numbers_into_the_formula(spring, cast, signed_in):
    page = signed_in(cast.command).get(reverse("appraisal_department", args=[MARCH, "D01"])).content.decode()
    for text in ("(42 − 3×4) ÷ (12×4) = 5/8", "9/16", "4 ÷ 5 = 4/5", "147/200", "73.50"):
        assert text in page


def test_other_months_do_not_leak_into_the_evidence(spring, cast, signed_in):
    spring.tell(at=SPRING + timedelta(days=40))
    assert len(evidence(signed_in(cast.command), "turnout_marks")) == 6


def test_the_newest_month_with_whistles_comes_first(spring, cast, signed_in):
    response = signed_in(cast.command).get(reverse("appraisal"))
    assert response.url == "/appraisal/2024-03/"


def test_finding_the_months_does_not_read_every_turnout(stories, cast):
    if connection.vendor != "sqlite":
        pytest.skip("counts the steps of SQLite")
    stories.call(at=SPRING - timedelta(days=60))
    turnout = stories.call().turnouts.get()
    turnout.state = "excused"

    def steps():
        counted = []
        connection.connection.set_progress_handler(lambda: counted.append(1), 1)
        try:
            assert span(cast.district) == (date(2024, 1, 1), MARCH)
        finally:
            connection.connection.set_progress_handler(None, 0)
        return len(counted)

    few = steps()
    for number in range(200):
        turnout.pk, turnout.called_at = None, SPRING - timedelta(hours=number)
        turnout.save(force_insert=True)
    assert steps() <= few + 20


def test_without_whistles_the_present_month_is_shown(cast, signed_in):
    response = signed_in(cast.command).get(reverse("appraisal"), follow=True)
    assert response.status_code == 200
    assert response.redirect_chain[0][0] == f"/appraisal/{month_at(timezone.now()):%Y-%m}/"


@pytest.mark.parametrize(
    "path",
    [
        "0001-01/",
        "2026-13/",
        "1999-12/",
        "9999-12/",
        "2024-3/",
        "2024-03/nowhere/",
        "2024-03/%00/",
        "2024-03/D01/bribes/",
        "2024-03/E01/",
        "2024-03/?district=nowhere",
        "2024-03/?district=%00",
    ],
)
def test_bad_addresses_are_not_found(cast, signed_in, path):
    assert signed_in(cast.command).get(f"/appraisal/{path}").status_code == 404


def test_a_cursor_from_elsewhere_is_a_bad_request(spring, cast, signed_in, caplog):
    address = reverse("appraisal_evidence", args=[MARCH, "D01", Code.RESPONSE])
    assert signed_in(cast.command).get(address, {"cursor": "junk"}).status_code == 400
    caplog.clear()  # Django logs a tampered address as an error


@pytest.mark.parametrize("name", ["appraisal_month", "appraisal_department", "appraisal_evidence"])
def test_queries_do_not_grow(stories, cast, signed_in, name):
    arguments = {"appraisal_month": [], "appraisal_department": ["D01"], "appraisal_evidence": ["D01", "response"]}
    address = reverse(name, args=[MARCH, *arguments[name]])
    stories.tell()
    client = signed_in(cast.water_head)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(30):
        stories.tell(cast.water, stories.department(f"X{number}"))
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(few) == len(many) <= 12
