"""import_cases: every row accounted for, times kept, nothing invented, twice is as once, nothing half-done."""

import csv
import io
import shutil
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from accounts.errors import Refused
from accounts.models import Unit
from accounts.tabular import FileRefused
from cases.actions import accept_turnout, arrive, release, report, resolve
from cases.enums import Channel, Kind, Level, State, Step, TurnoutState, Urgency, Verb
from cases.imports import import_cases, load_mapping, portal_mapping
from cases.imports.loading import MAPPINGS
from cases.models import Case, Category, Movement, Turnout
from cases.queries import visible_to
from records.models import AuditEntry, Deadline, Reminder
from records.replanning import ask_replanning
from records.sweep import sweep

pytestmark = pytest.mark.django_db

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
HEAD = ["external_id", "lodged_at", "category", "unit", "text"]
NYC311 = MAPPINGS / "nyc311.toml"
COLUMNS = {
    "Unique Key": "19937896",
    "Created Date": "03/01/2011 02:27:57 PM",
    "Closed Date": "03/14/2011 03:59:20 PM",
    "Agency": "NYPD",
    "Agency Name": "New York City Police Department",
    "Complaint Type": "Noise - Residential",
    "Descriptor": "Loud Music/Party",
    "Location Type": "Residential Building/House",
    "Incident Zip": "11232",
    "Incident Address": "186 25 STREET",
    "City": "BROOKLYN",
    "Status": "Closed",
    "Due Date": "03/22/2011 02:27:57 PM",
    "Resolution Description": "The Police Department took action.",
    "Resolution Action Updated Date": "03/14/2011 03:59:20 PM",
    "Community Board": "07 BROOKLYN",
    "Borough": "BROOKLYN",
}
OPEN = {"Closed Date": "", "Status": "Assigned", "Resolution Action Updated Date": "03/02/2011 08:00:00 AM"}


def table(head: list[str], *rows: list[str]) -> BytesIO:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return BytesIO(text.getvalue().encode())


def own(cast, *changes: dict) -> BytesIO:
    """Return a file of the portal's own columns, one request of the cast's grid for each of `changes`."""
    base = {
        "external_id": "A-1",
        "lodged_at": "2026-03-02 09:00",
        "category": cast.category.code,
        "unit": cast.grid.code,
        "text": "井盖坏了",
    }
    head = list(dict.fromkeys([*HEAD, *(name for change in changes for name in change)]))
    rows = [{**base, "external_id": f"A-{n}", **change} for n, change in enumerate(changes)]
    return table(head, *([row.get(name, "") for name in head] for row in rows))


def take_own(source: BytesIO, **options):
    return import_cases(source=source, mapping=portal_mapping(), **options)


def nyc(*changes: dict) -> BytesIO:
    rows = [{**COLUMNS, "Unique Key": str(n), **change} for n, change in enumerate(changes)]
    return table(list(COLUMNS), *([row[name] for name in COLUMNS] for row in rows))


def take_nyc(*changes: dict, **options):
    return import_cases(source=nyc(*changes), mapping=load_mapping(NYC311), **options)


def refused(source: BytesIO, mapping=None) -> list[tuple[int, str]]:
    with pytest.raises(FileRefused) as refusal:
        import_cases(source=source, mapping=mapping or portal_mapping())
    return [(problem.line, problem.column) for problem in refusal.value.problems]


# --- the portal's own columns -----------------------------------------------------------------------------


def test_a_request_lies_on_the_desk_of_its_place(cast):
    summary = take_own(own(cast, {"name": "王小明", "phone": "139 1234 5678", "due_at": "2026-03-09T09:00:00+08:00"}))
    assert (summary.read, summary.imported) == (1, 1)
    case = Case.objects.get(external_id="A-0")
    assert (case.channel, case.state, case.kind) == (Channel.IMPORT, State.LODGED, Kind.HELP)
    assert (case.holder, case.level, case.street, case.district) == (cast.grid, Level.GRID, cast.street, cast.district)
    assert case.lodged_at == datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    assert case.due_at == case.next_due_at == datetime(2026, 3, 9, 9, tzinfo=SHANGHAI)
    assert (case.contact.name, case.contact.phone) == ("王小明", "+8613912345678")
    assert case.responded_at is None
    assert visible_to(cast.grid_worker).filter(pk=case.pk).exists()
    deadline = case.deadlines.get()
    assert (deadline.kind, deadline.unit, deadline.due_at, deadline.is_open) == (
        Step.RESOLVE,
        cast.grid,
        case.due_at,
        True,
    )


def test_an_open_request_without_a_due_time_gets_the_clock_of_its_urgency(cast):
    take_own(own(cast, {"urgency": Urgency.URGENT}))
    assert Case.objects.get().due_at == datetime(2026, 3, 3, 9, tzinfo=SHANGHAI)


def test_what_is_late_when_it_comes_waits_on_the_desk_without_reminders(cast):
    soon = f"{timezone.localtime() + timedelta(hours=1):%Y-%m-%d %H:%M}"
    take_own(own(cast, {"due_at": "2026-03-04 09:00"}, {"external_id": "soon", "due_at": soon}))
    sweep()
    ask_replanning(family="days")
    sweep()
    assert set(Reminder.objects.values_list("is_late", flat=True)) <= {False}
    assert Deadline.objects.get(due_at__lt=timezone.now() - timedelta(days=30)).remind_at is None


def test_a_finished_request_without_a_due_time_is_never_late(cast):
    summary = take_own(own(cast, {"state": "closed", "closed_at": "2026-06-01 12:00", "answer": "已更换"}))
    case = Case.objects.get()
    assert case.due_at == case.resolved_at == case.closed_at
    assert not case.deadlines.exists()
    assert sum(summary.notes.values()) == 1


def test_late_answers_are_late(cast):
    times = {"due_at": "2026-03-04 09:00", "resolved_at": "2026-03-05 09:00", "closed_at": "2026-03-06 09:00"}
    take_own(own(cast, times))
    case = Case.objects.get()
    assert (case.state, case.solved) == (State.CLOSED, None)
    assert case.deadlines.get().is_late()
    verbs = list(Movement.objects.filter(case=case).values_list("verb", "at__day"))
    assert verbs == [(Verb.LODGE, 2), (Verb.RESOLVE, 5), (Verb.CLOSE_SILENT, 6)]


def test_an_answered_request_waits_for_its_rating(cast):
    take_own(own(cast, {"resolved_at": "2026-03-05 09:00", "answer": "已更换", "state": "resolved"}))
    case = Case.objects.get()
    assert case.state == State.RESOLVED
    assert case.next_due_at > case.resolved_at


def test_a_withdrawn_request_owes_nothing(cast):
    take_own(own(cast, {"state": "withdrawn", "closed_at": "2026-03-05 09:00", "due_at": "2026-03-09 09:00"}))
    assert Deadline.objects.get().cancelled_at is not None
    assert Case.objects.get().next_due_at is None


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"external_id": ""}, "external_id"),
        ({"external_id": "x" * 61}, "external_id"),
        ({"external_id": "a\x07"}, "external_id"),
        ({"lodged_at": ""}, "lodged_at"),
        ({"lodged_at": "0001-01-01 00:00"}, "lodged_at"),
        ({"lodged_at": "2026-02-30 09:00"}, "lodged_at"),
        ({"lodged_at": "gestern"}, "lodged_at"),
        ({"lodged_at": "2099-01-01 09:00"}, "lodged_at"),
        ({"due_at": "2026-03-01 09:00"}, "due_at"),
        ({"closed_at": "2026-03-01 09:00"}, "closed_at"),
        ({"closed_at": "2026-03-04 09:00", "resolved_at": "2026-03-05 09:00"}, "closed_at"),
        ({"state": "closed"}, "closed_at"),
        ({"state": "resolved"}, "resolved_at"),
        ({"state": "accepted", "closed_at": "2026-03-05 09:00"}, "state"),
        ({"state": "merged"}, "state"),
        ({"state": "finished"}, "state"),
        ({"category": "nothing"}, "category"),
        ({"category": "public-space"}, "category"),
        ({"unit": "999"}, "unit"),
        ({"unit": "D01"}, "unit"),
        ({"unit": "110"}, "unit"),
        ({"department": "E01", "state": "accepted"}, "department"),
        ({"department": "110001", "state": "accepted"}, "department"),
        ({"department": "D01", "state": "lodged"}, "state"),
        ({"text": ""}, "text"),
        ({"text": "长" * 2001}, "text"),
        ({"text": "钟\x08"}, "text"),
        ({"text": "空\x00"}, ""),
        ({"phone": "12"}, "phone"),
        ({"confidential": "maybe"}, "confidential"),
        ({"kind": "wish"}, "kind"),
        ({"answer": "正在处理", "state": "accepted"}, "answered_at"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(cast, change, column):
    assert refused(own(cast, {}, change)) == [(3, column)]
    assert not Case.objects.exists()


def test_a_missing_column_is_named(cast):
    assert refused(table(["external_id", "lodged_at", "unit", "text"])) == [(1, "category")]


def test_emoji_line_breaks_and_scripts_are_only_text(cast):
    text = "路灯坏了💡\n<script>alert(1)</script>"
    take_own(own(cast, {"text": text}))
    assert Case.objects.get().text == text


def test_the_same_number_twice_in_a_file_is_refused(cast):
    assert refused(own(cast, {"external_id": "X"}, {"external_id": "X"})) == [(3, "external_id")]


def test_skip_bad_imports_the_sound_rows_and_accounts_for_the_others(cast):
    summary = take_own(own(cast, {}, {"unit": "999"}, {"lodged_at": "x", "text": ""}, {}), skip_bad=True)
    assert (summary.read, summary.imported, summary.refused) == (4, 2, 2)
    assert [(p.line, p.column) for p in summary.problems] == [(3, "unit"), (4, "lodged_at"), (4, "text")]


def test_a_second_time_everything_is_there(cast):
    take_own(own(cast, {}, {}))
    summary = take_own(own(cast, {"text": "另一件事"}, {}, {}))
    assert (summary.read, summary.imported, summary.known) == (3, 1, 2)
    assert Case.objects.get(external_id="A-0").text == "井盖坏了"


def test_an_import_is_audited(cast):
    take_own(own(cast, {}, {}))
    entry = AuditEntry.objects.get(verb="case.import")
    assert (entry.unit, entry.detail) == (cast.district, {"imported": 2})


def test_a_department_that_still_works_on_it_can_go_on(cast):
    take_own(own(cast, {"department": "D01", "state": "accepted", "due_at": "2026-03-09 09:00"}))
    case, turnout = Case.objects.get(), Turnout.objects.get()
    assert (case.holder, case.level, case.open_turnouts) == (cast.street, Level.STREET, 1)
    assert (turnout.state, turnout.accepted_at, turnout.arrived_at) == (TurnoutState.CALLED, None, None)
    accept_turnout(turnout=turnout, user=cast.water_officer)
    arrive(turnout=turnout, user=cast.water_officer)
    report(turnout=turnout, user=cast.water_officer, text="已修好")
    release(turnout=turnout, user=cast.dispatcher, on_time=1, cooperation=3, result=5)
    assert resolve(case=case, user=cast.dispatcher, text="已修好").state == State.RESOLVED


# --- another city's export --------------------------------------------------------------------------------


def test_new_york_becomes_a_district_with_departments_and_streets(db):
    summary = take_nyc({}, {"Agency": "XYZ", "Community Board": "0 Unspecified", "Borough": "Unspecified"})
    assert summary.imported == 2
    case = Case.objects.get(external_id="NYC311-0")
    assert (case.district.code, case.street.code, case.street.name) == ("NYC", "NYC-07-BROOKLYN", "07 BROOKLYN")
    assert case.category.code == "NYC-NYPD-Noise-Residential"
    assert (case.category.parent.code, case.category.department.code) == ("NYC-NYPD", "NYC-NYPD")
    assert Unit.objects.get(code="NYC-XYZ").name == "XYZ"
    assert Category.objects.get(code="NYC-XYZ-Noise-Residential").parent.name == "XYZ"


def test_times_are_kept_as_they_were(db):
    take_nyc({})
    case = Case.objects.get()
    assert case.lodged_at == datetime(2011, 3, 1, 14, 27, 57, tzinfo=NEW_YORK)
    assert case.closed_at == case.resolved_at == datetime(2011, 3, 14, 15, 59, 20, tzinfo=NEW_YORK)
    assert case.due_at == datetime(2011, 3, 22, 14, 27, 57, tzinfo=NEW_YORK)
    assert not case.deadlines.get().is_late()


def test_the_departments_work_is_counted_without_inventing_marks(db):
    take_nyc({})
    turnout = Turnout.objects.get()
    assert (turnout.state, turnout.is_open) == (TurnoutState.IMPORTED, False)
    assert turnout.reported_at == Case.objects.get().closed_at
    assert {turnout.accepted_at, turnout.arrived_at, turnout.on_time, turnout.released_at} == {None}
    assert turnout.whistle.blown_by is None
    history = Movement.objects.order_by("at", "pk")
    assert [row.verb for row in history] == [Verb.LODGE, Verb.BLOW_WHISTLE, Verb.RESOLVE, Verb.CLOSE_SILENT]
    assert history[2].text == "The Police Department took action."
    assert history[2].is_public


def test_open_requests_stay_open_with_their_news(db):
    take_nyc(OPEN, {**OPEN, "Status": "Pending"})
    assert set(Case.objects.values_list("state", "open_turnouts", "closed_at")) == {(State.ACCEPTED, 1, None)}
    assert set(Turnout.objects.values_list("state", "reported_at")) == {(TurnoutState.CALLED, None)}
    assert Movement.objects.filter(verb=Verb.REPORT_PROGRESS).count() == 2


def test_oddities_are_kept_and_counted(db):
    broken = "The Department contacted you.\u00c2\u00a0 No further updates."
    summary = take_nyc(
        {"Resolution Description": broken},
        {"Due Date": ""},
        {"Resolution Action Updated Date": "03/14/2011 03:59:21 PM"},
        {"Due Date": "03/13/2011 02:30:00 AM"},
    )
    with translation.override("en"):
        sentences = summary.sentences()
    assert sorted(line for line in sentences if line.startswith("1 rows")) == [
        "1 rows: a time in the hour when the clocks were changed; read as before the change.",
        "1 rows: characters that had been encoded twice; repaired.",
        "1 rows: no due time in the file; never counted as late.",
        "1 rows: the answer is dated after the closing; kept as it was.",
    ]
    assert Movement.objects.filter(text="The Department contacted you.  No further updates.").exists()


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"Closed Date": "03/01/2011 02:27:56 PM"}, "Closed Date"),
        ({"Closed Date": "01/01/0001 12:00:00 AM"}, "Closed Date"),
        ({"Created Date": "02/30/2011 02:27:57 PM"}, "Created Date"),
        ({"Status": "Reopened"}, "Status"),
        ({"Agency": ""}, "Agency"),
        ({"Community Board": ""}, "Community Board"),
        ({"Complaint Type": ""}, "Complaint Type"),
    ],
)
def test_what_the_mapping_cannot_read_is_named_by_the_files_own_columns(db, change, column):
    assert (3, column) in refused(nyc({}, change), load_mapping(NYC311))
    assert not Unit.objects.exists()


def test_a_city_with_chinese_types_in_gbk_can_be_read(cast, tmp_path):
    toml = """
        encoding = "gb18030"
        delimiter = ";"
        date_formats = ["%Y年%m月%d日 %H:%M"]
        [fields]
        external_id = { column = "编号" }
        lodged_at = { column = "登记时间" }
        text = { column = "内容" }
        category = { column = "类别", prefix = "X-", create = { parent = "public-space", urgency = "long" } }
        unit = { column = "街道", values = { "长青" = "110001" } }
        kind = { column = "性质", default = "求助", values = { "求助" = "help", "投诉" = "complaint" } }
    """
    (tmp_path / "m.toml").write_text(toml, "utf-8")
    row = "2026年03月02日 09:00;路面坑洼;路面破损;长青"
    rows = f"编号;登记时间;内容;类别;街道;性质\n1;{row};投诉\n2;{row};\n"
    summary = import_cases(source=BytesIO(rows.encode("gb18030")), mapping=load_mapping(tmp_path / "m.toml"))
    assert (summary.imported, summary.new_categories) == (2, 1)
    first, second = Case.objects.order_by("external_id")
    assert (first.category.name, first.urgency, first.kind, second.kind) == ("路面破损", "long", "complaint", "help")


@pytest.mark.parametrize(
    "broken",
    [
        ("[fields.lodged_at]", "[fields.born_at]"),
        ('time_zone = "America/New_York"', 'time_zone = "America/Gotham"'),
        ('time_zone = "America/New_York"', 'encoding = "utf-16"'),
        ('Closed = "closed"', 'Closed = "finished"'),
        ('kind = "street", parent = "NYC"', 'kind = "planet", parent = "NYC"'),
        ('create = { parent_column = "Agency" }', "create = { colour = 1 }"),
        ('[fields.external_id]\ncolumn = "Unique Key"', "[fields.external_id]"),
        ('column = "Unique Key"', 'column = "Unique Key"\ncolour = "red"'),
        ("[fields.due_at]", "[fields.due_at"),
    ],
)
def test_a_mapping_that_is_wrong_says_where(tmp_path, broken):
    text = NYC311.read_text("utf-8")
    assert broken[0] in text
    path = tmp_path / "m.toml"
    path.write_text(text.replace(*broken, 1), "utf-8")
    with pytest.raises(Refused) as refusal:
        load_mapping(path)
    assert str(refusal.value)


def test_many_rows_cost_queries_by_the_batch(cast, django_assert_max_num_queries):
    with django_assert_max_num_queries(120):
        take_own(own(cast, *({} for _n in range(1200))))
    assert Case.objects.values("number").distinct().count() == 1200


# --- the command ------------------------------------------------------------------------------------------


def test_the_command_accounts_for_every_row(tmp_path, capsys):
    path = tmp_path / "nyc.csv"
    path.write_bytes(nyc({}, OPEN, {}).getvalue())
    with translation.override("en"):
        call_command("import_cases", path, mapping=NYC311)
        printed = capsys.readouterr()
        call_command("import_cases", path, mapping=NYC311)
    assert printed.out.splitlines()[:4] == ["Rows read: 3", "  imported: 3", "  already there: 0", "  refused: 0"]
    assert "100%" in printed.err
    assert "Everything was there already: 0 changes." in capsys.readouterr().out


def test_the_command_writes_nothing_when_it_refuses(tmp_path, capsys):
    path = tmp_path / "nyc.csv"
    path.write_bytes(nyc({}, {"Status": "?"}).getvalue())
    with translation.override("en"), pytest.raises(CommandError, match="Line 3, column “Status”"):
        call_command("import_cases", path, mapping=NYC311)
    assert not Case.objects.exists()
    assert not Unit.objects.exists()
    with translation.override("en"):
        call_command("import_cases", path, mapping=NYC311, skip_bad=True)
    printed = capsys.readouterr()
    assert "  refused: 1" in printed.out.splitlines()
    assert "Line 3, column “Status”" in printed.err


def test_the_command_says_which_mapping_it_cannot_read(tmp_path):
    shutil.copy(NYC311, tmp_path / "x.csv")
    with pytest.raises(CommandError, match=r"none\.toml"):
        call_command("import_cases", tmp_path / "x.csv", mapping=Path(tmp_path / "none.toml"))
