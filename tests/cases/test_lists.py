"""The list of cases with its filters, and the same list as a file."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cases.actions import Place, accept, ask_exclusion, decide_exclusion
from cases.models import Case
from records.models import AuditEntry
from records.sheets import neutral

LIST, EXPORT = reverse("cases"), reverse("cases_export")


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def shown(response) -> list[str]:
    return [case.number for case in response.context["page"]]


@pytest.fixture
def cases(cast) -> dict[str, Case]:
    """Four cases that differ in everything that can be filtered by."""
    now = timezone.now()
    found = {
        "lamp": cast.lodge(text="路灯不亮", channel="qr", now=now - timedelta(days=40)),
        "litter": accept(case=cast.lodge(text="垃圾成堆", category=cast.photo_category), user=cast.grid_worker),
        "flood": cast.on_street(text="道路积水", category=cast.urgent_category),
        "river": cast.lodge(text="河边护栏松动", place=Place(cast.neighbour_grid)),
    }
    exclusion = ask_exclusion(case=found["litter"], user=cast.grid_worker, code="judicial", text="已起诉")
    decide_exclusion(exclusion=exclusion, user=cast.command, approve=True, reason="属实")
    return found


def test_the_newest_stands_first(cast, signed_in, cases):
    response = signed_in(cast.command).get(LIST)
    assert shown(response) == [cases[name].number for name in ("river", "flood", "litter", "lamp")]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("grid_worker", {"lamp", "litter", "flood"}),
        ("dispatcher", {"lamp", "litter", "flood"}),
        ("neighbour", {"river"}),
        ("command", {"lamp", "litter", "flood", "river"}),
        ("water_officer", set()),
        ("outsider", set()),
    ],
)
def test_the_list_and_the_file_begin_at_what_the_person_may_see(cast, signed_in, cases, who, expected):
    client, numbers = signed_in(getattr(cast, who)), {cases[name].number for name in expected}
    assert set(shown(client.get(LIST))) == numbers
    assert {row["Number"] for row in rows_of(client.get(EXPORT, {"format": "csv"}))} == numbers


@pytest.mark.parametrize("who", ["resident", "auditor", "sysadmin"])
@pytest.mark.parametrize("address", [LIST, f"{EXPORT}?format=csv"])
def test_who_handles_no_cases_is_sent_away(cast, signed_in, who, address):
    assert signed_in(getattr(cast, who)).get(address).status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "路灯"}, {"lamp"}),
        ({"q": "垃圾 成堆"}, {"litter"}),
        ({"state": "accepted"}, {"litter", "flood"}),
        ({"level": "2"}, {"flood"}),
        ({"urgency": "emergency"}, {"flood"}),
        ({"category": "litter"}, {"litter"}),
        ({"category": "public-space"}, {"lamp", "litter", "flood", "river"}),
        ({"channel": "qr"}, {"lamp"}),
        ({"late": "on"}, {"lamp"}),
        ({"excluded": "yes"}, {"litter"}),
        ({"excluded": "no"}, {"lamp", "flood", "river"}),
        ({"state": "accepted", "level": "1"}, {"litter"}),
        ({"q": "路灯", "state": "accepted"}, set()),
    ],
)
def test_the_list_is_narrowed(cast, signed_in, cases, query, expected):
    numbers = {cases[name].number for name in expected}
    client = signed_in(cast.command)
    assert set(shown(client.get(LIST, query))) == numbers
    assert {row["Number"] for row in rows_of(client.get(EXPORT, {**query, "format": "csv"}))} == numbers


def test_a_number_is_found_exactly(cast, signed_in, cases):
    wanted = cases["flood"].number
    assert shown(signed_in(cast.command).get(LIST, {"q": f" {wanted} "})) == [wanted]


def test_days_are_whole_days_of_shanghai(cast, signed_in, cases):
    client = signed_in(cast.command)
    day = timezone.localdate(cases["lamp"].lodged_at).isoformat()
    assert shown(client.get(LIST, {"lodged_from": day, "lodged_to": day})) == [cases["lamp"].number]
    assert cases["lamp"].number not in shown(client.get(LIST, {"lodged_from": timezone.localdate().isoformat()}))


def test_the_street_is_chosen_by_whoever_sees_several(cast, signed_in, cases):
    found = signed_in(cast.command).get(LIST, {"street": cast.neighbour_street.pk})
    assert shown(found) == [cases["river"].number]
    assert "street" in found.context["filter"].form.fields
    assert "street" not in signed_in(cast.dispatcher).get(LIST).context["filter"].form.fields


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"state": "junk"}, "state"),
        ({"level": "99999999999999999999"}, "level"),
        ({"street": "x'--"}, "street"),
        ({"channel": "x\x00"}, "channel"),
        ({"category": "../etc"}, "category"),
        ({"lodged_from": "0001-01-01"}, "lodged_from"),
        ({"lodged_to": "9999-12-31"}, "lodged_to"),
        ({"lodged_to": "tomorrow"}, "lodged_to"),
        ({"lodged_from": "2026-12-01", "lodged_to": "2026-01-01"}, "lodged_to"),
        ({"q": "长" * 101}, "q"),
    ],
)
def test_a_bad_value_is_an_error_of_the_form(cast, signed_in, cases, query, field):
    client = signed_in(cast.command)
    response = client.get(LIST, query)
    assert response.status_code == 200
    assert field in response.context["filter"].form.errors
    assert client.get(EXPORT, {**query, "format": "csv"}, follow=True).context["filter"].form.errors


@pytest.mark.parametrize("typed", ["\x00", "😀", "'; DROP TABLE", "%", "<script>alert(1)</script>"])
def test_odd_words_are_harmless(cast, signed_in, cases, typed):
    response = signed_in(cast.command).get(LIST, {"q": typed})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_filters_stay_on_the_next_page(cast, signed_in):
    numbers = {cast.lodge(text="路灯不亮").number for _i in range(27)}
    cast.lodge(text="垃圾成堆")
    client = signed_in(cast.grid_worker)
    first = client.get(LIST, {"q": "路灯"})
    address = next(part for part in first.content.decode().split('"') if part.startswith("?") and "cursor=" in part)
    second = client.get(f"{LIST}{address.replace('&amp;', '&')}")
    assert {*shown(first), *shown(second)} == numbers


def test_a_junk_cursor_is_a_bad_request(cast, signed_in):
    assert signed_in(cast.command).get(LIST, {"cursor": "junk"}).status_code == 400


def test_an_empty_list_says_so(cast, signed_in):
    client = signed_in(cast.command)
    assert "There are no cases of your units yet." in client.get(LIST).content.decode()
    assert "No case fits this filter." in client.get(LIST, {"q": "路灯"}).content.decode()


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("who", ["grid_worker", "command"])
def test_the_list_takes_eight_queries(cast, signed_in, django_assert_max_num_queries, rows, who):
    for _i in range(rows):
        cast.lodge()
    client = signed_in(getattr(cast, who))
    client.get(LIST)
    with django_assert_max_num_queries(8):
        assert len(shown(client.get(LIST))) == min(rows, 25)


# --- the file ---------------------------------------------------------------------------------------------


def rows_of(response) -> list[dict]:
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text[1:])))


def test_the_file_holds_the_case_and_nobody_s_contact(cast, signed_in):
    case = cast.lodge(text="井盖坏了，电话13912345678，请尽快")
    response = signed_in(cast.dispatcher).get(EXPORT, {"format": "csv"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    [row] = rows_of(response)
    assert (row["Number"], row["With"], row["State"]) == (case.number, "槐树第一网格", "Waiting to be accepted")
    assert row["Description"] == "井盖坏了，电话139******78，请尽快"
    whole = " ".join(row.values())
    assert not any(secret in whole for secret in ("王小明", "19900001234", "3号楼2单元501", case.secret))


def test_the_workbook_holds_the_same_rows(cast, signed_in, cases):
    client = signed_in(cast.command)
    response = client.get(EXPORT, {"format": "xlsx", "q": "路灯"})
    assert response["Content-Disposition"].startswith('attachment; filename="cases-')
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    header, row = sheet.iter_rows(values_only=True)
    assert header[0] == "Number"
    assert row[0] == cases["lamp"].number


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        (" =1+1", "'=1+1"),
        ("+861", "'+861"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("\x00\x1f=1+1", "'=1+1"),
        ("\t=1+1", "'\t=1+1"),
        ("\r\n=1+1", "'\n=1+1"),
        ("普通", "普通"),
        (None, ""),
        (0, "0"),
    ],
)
def test_no_cell_is_a_formula(text, cell):
    assert neutral(text) == cell


def test_a_formula_in_a_description_stays_text(cast, signed_in):
    cast.lodge(text='=HYPERLINK("http://x","y")\x07')
    client = signed_in(cast.dispatcher)
    [row] = rows_of(client.get(EXPORT, {"format": "csv"}))
    assert row["Description"].startswith("'=HYPERLINK")
    response = client.get(EXPORT, {"format": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


def test_an_export_is_recorded_without_the_words_searched_for(cast, signed_in, cases):
    signed_in(cast.command).get(EXPORT, {"format": "csv", "q": "路灯", "level": "1"})
    entry = AuditEntry.objects.get(verb="cases.export")
    assert entry.actor == cast.command
    assert entry.detail == {"format": "csv", "rows": 1, "filters": ["level", "q"]}


@pytest.mark.parametrize("form", ["", "pdf", "csv\x00"])
def test_an_unknown_format_is_not_found(cast, signed_in, form):
    assert signed_in(cast.command).get(EXPORT, {"format": form}).status_code == 404


def test_too_long_a_list_goes_back_with_a_sentence(cast, signed_in, cases, monkeypatch):
    monkeypatch.setattr("cases.exports.LIMIT", 2)
    response = signed_in(cast.command).get(EXPORT, {"format": "csv", "level": "1"}, follow=True)
    assert "A file may hold up to 2 cases" in response.content.decode()
    assert response.redirect_chain[0][0].startswith(f"{LIST}?")
    assert not AuditEntry.objects.filter(verb="cases.export").exists()
