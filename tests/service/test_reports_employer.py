"""The employer's quarter and year: attested hours and rated projects, nothing else, as a page, XLSX and PDF."""

import builtins
import re
import zlib
from contextlib import suppress
from datetime import datetime
from html import unescape
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook

from accounts.models import User
from records.clocks import SHANGHAI
from records.models import AuditEntry, Notice
from service.actions.corrections import correct_hours
from service.actions.hours import attest_hours
from service.actions.reports import announce_sheets
from service.enums import ItemState, ListKind, RegistrationState
from service.models import HourEntry, ListItem, Registration
from service.quarters import Year, quarter_of
from service.queries.reports import MemberLine
from service.sheet_pdf import table_rows
from tests.service.hours_scene import DAY, ELEVEN, HOUR, MINUTE, NINE, come, place, serve, shift_at

QUARTER = {"quarter": "2026Q4"}


def _pango_is_there() -> bool:
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


needs_pango = pytest.mark.skipif(not _pango_is_there(), reason="needs Pango: apt-get install -y libpangoft2-1.0-0")


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def body(response) -> str:
    return unescape(response.content.decode())


def project(team, *, rated_at=NINE, claimant=None, title="电路检修") -> ListItem:
    shared = {"community": team.community, "title": title, "created_by": team.secretary, "created_at": NINE}
    need = ListItem.objects.create(kind=ListKind.NEED, owner=team.community, resource_kind="other", **shared)
    resource = ListItem.objects.create(kind=ListKind.RESOURCE, owner=team.employer, resource_kind="other", **shared)
    return ListItem.objects.create(
        kind=ListKind.PROJECT, owner=team.community, asker=team.community, claimant=claimant or team.employer,
        need=need, resource=resource, resource_kind="other", state=ItemState.RATED, due_at=NINE,
        delivered_at=rated_at - DAY, rated_at=rated_at, rating=5, **shared,
    )  # fmt: skip


def page(client, team, **asked):
    return client.get(reverse("employer_hours", args=[team.employer.pk]), {**QUARTER, **asked})


def export(client, team, form, **asked):
    return client.get(reverse("employer_hours_export", args=[team.employer.pk]), {**QUARTER, "format": form, **asked})


def cells(response) -> list[tuple]:
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    return list(book.active.iter_rows(values_only=True))


def unpacked(pdf: bytes) -> bytes:
    """Return the streams of a PDF, unpacked."""
    found = b""
    for stream in re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            found += zlib.decompress(stream)
    return found


# --- the page -----------------------------------------------------------------------------------------------


def test_the_liaison_reads_names_branches_hours_and_times_of_the_quarter(team, signed_in):
    serve(team, team.member, 90)
    serve(team, team.member, 60, starts_at=NINE + DAY)
    serve(team, team.member, 30, starts_at=NINE - 100 * DAY)
    serve(team, team.other_member, 45)
    response = page(signed_in(team.liaison), team)
    [(line, hours, _part)] = response.context["rows"]
    assert (line.name, line.branch, line.minutes, line.services, hours) == (
        "尤党员", "供电公司第一支部", 150, 2, "2 h 30 min",
    )  # fmt: skip
    html = body(response)
    assert "党员乙" not in html
    assert "陪独居" not in html  # what exactly somebody did is not the employer's business


def test_a_correction_changes_the_hours_and_what_was_taken_back_is_no_service(team, signed_in):
    lowered, gone = serve(team, team.member, 90), serve(team, team.member, 60, starts_at=NINE + DAY)
    correct_hours(entry=lowered, user=team.secretary, minutes=80, reason="早退")
    correct_hours(entry=gone, user=team.secretary, minutes=0, reason="记错了人")
    response = page(signed_in(team.liaison), team)
    [(line, _hours, _part)] = response.context["rows"]
    sums = response.context["sums"]
    assert (line.minutes, line.services) == (80, 1)
    assert (sums.members, sums.minutes, sums.services) == (1, 80, 1)


def test_who_left_the_employer_stays_in_the_sheet_of_that_time(team, signed_in):
    serve(team, team.member, 90)
    Registration.objects.filter(member=team.member).update(employer=team.other_employer, branch="新支部")
    response = page(signed_in(team.liaison), team)
    assert [line.minutes for line, _hours, _part in response.context["rows"]] == [90]
    assert "新支部" not in body(response)


def test_each_quarter_names_the_branch_of_its_own_time(team, signed_in):
    serve(team, team.member, 30, starts_at=NINE - 100 * DAY)
    Registration.objects.filter(member=team.member).update(branch="第二支部")
    member = User.objects.get(pk=team.member.pk)
    serve(team, member, 90)
    team.register(member, employer=team.employer, branch="未经确认的支部", state=RegistrationState.REFUSED)
    client = signed_in(team.liaison)
    for quarter, branch in (("2026Q3", "供电公司第一支部"), ("2026Q4", "第二支部")):
        [(line, _hours, _part)] = page(client, team, quarter=quarter).context["rows"]
        assert line.branch == branch


def test_a_branch_that_was_not_kept_is_left_out(team, signed_in):
    shift = shift_at(team)
    sign_up = come(place(shift, team.member, branch=""))
    attest_hours(shift=shift, user=team.secretary, minutes={sign_up.pk: 60}, now=ELEVEN + MINUTE)
    [(line, _hours, _part)] = page(signed_in(team.liaison), team).context["rows"]
    assert line.branch == ""


def test_rated_projects_of_the_quarter_alone(team, signed_in):
    project(team)
    project(team, title="上季度的项目", rated_at=datetime(2026, 9, 30, 23, 59, tzinfo=SHANGHAI))
    project(team, title="别人的项目", claimant=team.other_employer)
    project(team, title="季度第一刻", rated_at=datetime(2026, 10, 1, 0, 0, tzinfo=SHANGHAI))
    html = body(page(signed_in(team.liaison), team))
    assert "电路检修" in html
    assert "季度第一刻" in html
    assert "上季度的项目" not in html
    assert "别人的项目" not in html


def test_only_its_own_liaison_opens_it(team, client, signed_in):
    for answer in (page, lambda client, team: export(client, team, "xlsx")):
        assert answer(client, team).status_code == 302
        for person, status in (
            (team.other_liaison, 404),
            (team.secretary, 403),
            (team.member, 403),
            (team.resident, 403),
        ):
            assert answer(signed_in(person), team).status_code == status
        client.logout()


def test_the_menu_leads_to_the_own_employer(team, signed_in):
    response = signed_in(team.liaison).get(reverse("employer_sheets"))
    assert response["location"] == reverse("employer_hours", args=[team.employer.pk])


@pytest.mark.parametrize("quarter", ["2026Q5", "abc", "\x00"])
def test_a_quarter_that_does_not_exist_leads_back_with_a_sentence(team, signed_in, quarter):
    client = signed_in(team.liaison)
    for response in (
        client.get(reverse("employer_hours", args=[team.employer.pk]), {"quarter": quarter}, follow=True),
        client.get(
            reverse("employer_hours_export", args=[team.employer.pk]),
            {"quarter": quarter, "format": "xlsx"},
            follow=True,
        ),
    ):
        assert "There is no such quarter" in body(response)
    assert not AuditEntry.objects.filter(verb="hours.export").exists()


@pytest.mark.parametrize("members", [1, 30])
def test_page_and_sheet_cost_the_same_for_any_number(team, signed_in, members, django_assert_max_num_queries):
    people = User.objects.bulk_create(User(username=f"m{number}", name=f"党员{number}") for number in range(members))
    HourEntry.objects.bulk_create(
        HourEntry(
            member=person, community=team.community, employer=team.employer, day=NINE.date(), title="服务",
            minutes=60, attested_by=team.secretary, attested_at=NINE,
        )
        for person in people
    )  # fmt: skip
    client = signed_in(team.liaison)
    with django_assert_max_num_queries(11):
        response = page(client, team)
    assert len(response.context["rows"]) == min(members, 25)
    if members > 25:
        rest = page(client, team, cursor=response.context["page"].older)
        assert len(rest.context["rows"]) == members - 25
    with django_assert_max_num_queries(13):  # five of them write the audit trail
        assert len(cells(export(client, team, "xlsx"))) == members + 6


# --- the year -----------------------------------------------------------------------------------------------


def test_the_year_holds_its_quarters_and_leads_to_them_and_back(team, signed_in):
    serve(team, team.member, 90)
    serve(team, team.member, 60, starts_at=NINE - 100 * DAY)
    serve(team, team.member, 30, starts_at=NINE - 400 * DAY)
    project(team, rated_at=NINE - 200 * DAY)
    client, url = signed_in(team.liaison), reverse("employer_hours", args=[team.employer.pk])
    response = client.get(url, {"year": "2026"})
    [(line, _hours, _part)] = response.context["rows"]
    assert (line.minutes, line.services, response.context["sums"].minutes) == (150, 2, 150)
    html = body(response)
    assert "in the year 2026" in html
    assert "电路检修" in html
    assert "?year=2025" in html
    for quarter in ("2026Q1", "2026Q4"):
        assert f'href="?quarter={quarter}"' in html
        assert 'href="?year=2026"' in body(client.get(url, {"quarter": quarter}))


@pytest.mark.parametrize("kind", ["year", "quarter"])
def test_what_still_runs_is_marked_as_not_final_on_the_page_and_in_the_file_and_nothing_lies_ahead(
    team, signed_in, kind
):
    today = timezone.localdate()
    current = Year(today.year) if kind == "year" else quarter_of(today)
    client, url = signed_in(team.liaison), reverse("employer_hours", args=[team.employer.pk])
    for period, final in ((current, False), (current.previous, True)):
        html = body(client.get(url, {kind: str(period)}))
        assert ("not final" in html) is not final
        assert (f"?{period.next.asked}" in html) is final
        file = client.get(f"{url}export/", {kind: str(period), "format": "xlsx"})
        assert ("not final" in str(cells(file)[1])) is not final
    for address in (url, f"{url}export/"):
        ahead = client.get(address, {kind: str(current.next), "format": "xlsx"}, follow=True)
        assert "has not begun yet" in body(ahead)
    assert 'rel="prev"' not in body(client.get(url, {kind: "2000" if kind == "year" else "2000Q1"}))


def test_the_year_is_a_workbook_and_on_record(team, signed_in):
    serve(team, team.member, 90)
    serve(team, team.member, 60, starts_at=NINE - 100 * DAY)
    url = reverse("employer_hours_export", args=[team.employer.pk])
    response = signed_in(team.liaison).get(url, {"year": "2026", "format": "xlsx"})
    assert 'filename="service-Y001-2026.xlsx"' in response["Content-Disposition"]
    assert ("尤党员", "供电公司第一支部", 2, 150, "2 h 30 min", 0) in cells(response)
    assert AuditEntry.objects.get(verb="hours.export").detail["period"] == "2026"


@needs_pango
def test_the_year_is_a_pdf(team, signed_in):
    serve(team, team.member, 90)
    url = reverse("employer_hours_export", args=[team.employer.pk])
    response = signed_in(team.liaison).get(url, {"year": "2026", "format": "pdf"})
    assert response.content.startswith(b"%PDF-")


@pytest.mark.parametrize("year", ["2026Q4", "1999", "20260", "２０２６", "\x00", ""])
def test_a_year_that_does_not_exist_leads_back_with_a_sentence(team, signed_in, year):
    url = reverse("employer_hours", args=[team.employer.pk])
    response = signed_in(team.liaison).get(url, {"year": year}, follow=True)
    assert "There is no such year" in body(response)


# --- the files ----------------------------------------------------------------------------------------------


def test_the_workbook_holds_the_same_and_is_on_record(team, signed_in):
    serve(team, team.member, 90)
    project(team)
    response = export(signed_in(team.liaison), team, "xlsx")
    assert 'filename="service-Y001-2026Q4.xlsx"' in response["Content-Disposition"]
    rows = cells(response)
    assert ("尤党员", "供电公司第一支部", 1, 90, "1 h 30 min", 0) in rows
    assert ("电路检修", "槐树社区", "2026-11-23", "2026-11-24", 5, None) in rows
    entry = AuditEntry.objects.get(verb="hours.export")
    assert (entry.actor, entry.detail) == (team.liaison, {"period": "2026Q4", "format": "xlsx", "members": 1})


def test_no_cell_is_run_by_a_spreadsheet(team, signed_in):
    User.objects.filter(pk=team.member.pk).update(name="=1+1")
    Registration.objects.filter(member=team.member).update(branch="@SUM(A1)")
    serve(team, User.objects.get(pk=team.member.pk))
    project(team, title="+cmd|' /C calc'!A0")
    response = export(signed_in(team.liaison), team, "xlsx")
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    found = [cell for row in book.active.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in found} == {"s", "n"}  # texts, and numbers to count with
    assert not [cell.value for cell in found if str(cell.value)[0] in "=+-@"]
    assert "'=1+1" in {cell.value for cell in found}


@needs_pango
def test_the_pdf_has_the_chinese_names(team, signed_in):
    serve(team, team.member, 90)
    project(team)
    response = export(signed_in(team.liaison), team, "pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert b"CJK" in unpacked(response.content)  # the font is in the file
    assert AuditEntry.objects.get(verb="hours.export").detail["format"] == "pdf"


def line(name="尤党员", branch="第一支部", minutes=90, by_employers=0) -> MemberLine:
    return MemberLine(name, branch, minutes, 1, by_employers)


def test_members_share_rows_in_their_order_and_long_words_have_a_row_of_their_own():
    long = line(name="买买提·艾合买提·阿卜杜热西提")
    rows = list(table_rows([line(), line(name="B\tC\nD"), long, *[line()] * 6]))
    assert [(row.lines.count("\n") + 1 if row.lines else 0, len(row.cells)) for row in rows] == [
        (2, 0), (0, 5), (5, 0), (1, 0),
    ]  # fmt: skip
    assert rows[0].lines.splitlines() == ["1\t1 h 30 min\t–\t尤党员\t第一支部", "1\t1 h 30 min\t–\tB C D\t第一支部"]
    assert rows[1].cells == ("1", "1 h 30 min", "–", long.name, "第一支部")


@pytest.mark.parametrize(("language", "hours"), [("en", "100 h 30 min"), ("zh-hans", "100小时30分钟")])
def test_members_with_hours_of_their_employer_share_rows_too(language, hours):
    with override(language):
        [row] = table_rows([line(minutes=6030, by_employers=6030)] * 5)
    assert row.lines.splitlines() == [f"1\t{hours}\t{hours}\t尤党员\t第一支部"] * 5


@pytest.mark.parametrize("wide", "WMm@%")
def test_of_wide_letters_no_more_fit_than_of_chinese_characters(wide):
    [fits] = table_rows([line(name=wide * 8)])
    [too_wide] = table_rows([line(name=wide * 9)])
    assert (bool(fits.lines), bool(too_wide.lines)) == (True, False)


@needs_pango
def test_nothing_typed_makes_the_pdf_fetch_anything(team, signed_in, caplog):
    User.objects.filter(pk=team.member.pk).update(name='<img src="file:///etc/passwd">')
    serve(team, User.objects.get(pk=team.member.pk))
    assert export(signed_in(team.liaison), team, "pdf").status_code == 200
    assert "passwd" not in caplog.text


def test_without_the_extra_a_sentence_says_what_to_install(team, signed_in, monkeypatch):
    real = builtins.__import__

    def missing(name, *given, **more):
        if name == "weasyprint":
            raise ImportError(name)
        return real(name, *given, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    client = signed_in(team.liaison)
    response = export(client, team, "pdf")
    assert response.status_code == 302
    assert "the operator must install the extra “pdf”" in body(client.get(response["location"]))
    assert not AuditEntry.objects.filter(verb="hours.export").exists()


def test_there_is_no_other_form(team, signed_in):
    assert export(signed_in(team.liaison), team, "docx").status_code == 404


# --- the liaisons are told ----------------------------------------------------------------------------------


def told(team) -> list[str]:
    return list(Notice.objects.filter(kind="service.sheet_ready").values_list("recipient__username", flat=True))


def test_in_the_first_week_the_liaisons_are_told_once(team):
    serve(team, team.member)
    new_year = datetime(2027, 1, 3, 9, 0, tzinfo=SHANGHAI)
    assert announce_sheets(now=new_year) == 2  # of the quarter and of the year
    announce_sheets(now=new_year + HOUR)
    assert told(team) == [team.liaison.username]
    notice = Notice.objects.get(kind="service.sheet_ready")
    assert notice.url == f"{reverse('employer_hours', args=[team.employer.pk])}?quarter=2026Q4"
    assert "2026Q4" in str(notice)


def test_the_sheet_of_the_year_is_announced_once_in_its_first_week_after(team):
    serve(team, team.member)
    announce_sheets(now=datetime(2026, 12, 31, 9, 0, tzinfo=SHANGHAI))
    assert not Notice.objects.filter(kind="service.year_sheet_ready").exists()
    for hour in (9, 10):
        announce_sheets(now=datetime(2027, 1, 3, hour, 0, tzinfo=SHANGHAI))
    notice = Notice.objects.get(kind="service.year_sheet_ready")
    assert notice.recipient == team.liaison
    assert notice.url == f"{reverse('employer_hours', args=[team.employer.pk])}?year=2026"
    assert "for the year 2026" in str(notice)
    announce_sheets(now=datetime(2027, 4, 1, 9, 0, tzinfo=SHANGHAI))
    assert Notice.objects.filter(kind="service.year_sheet_ready").count() == 1


def test_an_employer_with_a_rated_project_alone_is_told_too(team):
    project(team, claimant=team.other_employer)
    announce_sheets(now=datetime(2027, 1, 1, 0, 30, tzinfo=SHANGHAI))
    assert told(team) == [team.other_liaison.username]


def test_later_in_the_quarter_nobody_is_told(team):
    serve(team, team.member)
    assert announce_sheets(now=datetime(2027, 1, 8, 0, 30, tzinfo=SHANGHAI)) == 0
    assert announce_sheets(now=NINE) == 0
    assert told(team) == []
