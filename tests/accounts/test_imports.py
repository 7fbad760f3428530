"""import_units and import_people: all or nothing, every mistake by line and column, twice is as once."""

import stat
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.actions import appoint
from accounts.enums import Role, UnitKind
from accounts.imports import import_people, import_units
from accounts.models import Post, Unit, User
from accounts.queries import grants_of
from accounts.tabular import MOST_SHOWN, FileRefused

pytestmark = pytest.mark.django_db

UNITS = "code,name,kind,parent_code\n"
TREE = f"{UNITS}1102,和平里街道,street,110\n110,东城区,district,\n110201,民旺社区,community,1102\n"
PEOPLE = "username,name,phone,role,unit_code\n"


def file(text: str) -> BytesIO:
    return BytesIO(text.encode())


def places_of_problems(take, content) -> list[tuple[int, str]]:
    """Return line and column of each problem for which `take` refuses the file."""
    source = BytesIO(content) if isinstance(content, bytes) else file(content)
    with pytest.raises(FileRefused) as refusal:
        take(source=source)
    assert all(problem.sentence for problem in refusal.value.problems)
    return [(problem.line, problem.column) for problem in refusal.value.problems]


def sums(report) -> list[tuple[int, int, int]]:
    return [(tally.created, tally.changed, tally.unchanged) for tally in report.tallies.values()]


# --- units ------------------------------------------------------------------------------------------------


def test_parents_may_stand_after_their_children():
    assert sums(import_units(source=file(TREE))) == [(3, 0, 0)]
    assert Unit.objects.get(code="110201").path == "110/1102/110201/"
    assert Unit.objects.get(code="1102").history.count() == 1


def test_a_second_time_nothing_changes():
    import_units(source=file(TREE))
    assert sums(import_units(source=file(TREE))) == [(0, 0, 3)]
    assert Unit.history.count() == 3


def test_a_unit_that_moves_takes_along_what_lies_below_it():
    import_units(source=file(TREE))
    moved = f"{UNITS}120,西城区,district,\n1102,和平里街道办,street,120\n"
    assert sums(import_units(source=file(moved))) == [(1, 1, 0)]
    assert Unit.objects.get(code="110201").path == "120/1102/110201/"
    assert Unit.objects.get(code="1102").name == "和平里街道办"


def test_the_units_of_a_city_are_one_quick_file(django_assert_max_num_queries):
    streets = "".join(f"{n // 30 + 1:02}{n:04},第{n}街道,street,{n // 30 + 1:02}\n" for n in range(349))
    districts = "".join(f"{n + 1:02},第{n}区,district,\n" for n in range(12))
    with django_assert_max_num_queries(30):
        report = import_units(source=file(UNITS + streets + districts))
    assert sums(report) == [(361, 0, 0)]


@pytest.mark.parametrize(
    ("rows", "places"),
    [
        ("110,东城区,district,\n110,西城区,district,\n", [(3, "code")]),
        ("11/0,东城区,district,\n", [(2, "code")]),
        (",东城区,district,\n", [(2, "code")]),
        ("110,,district,\n", [(2, "name")]),
        ("110,东城区,county,\n", [(2, "kind")]),
        ("1102,和平里街道,street,999\n", [(2, "parent_code")]),
        ("1102,和平里街道,street,\n", [(2, "parent_code")]),
        ("110,东城区,district,\nD1,水务局,department,1102\n1102,和平里街道,street,110\n", [(3, "parent_code")]),
        (f"110,{'长' * 101},district,\n", [(2, "name")]),
        (f"{'1' * 33},东城区,district,\n", [(2, "code")]),
        ("110,东城\x07区,district,\n", [(2, "name")]),
        ("110,东\x00城区,district,\n", [(2, "")]),
        ("110,东城区,district\n", [(2, "")]),
        ("110,东城区,district,,\n", [(2, "")]),
        ('110,"东城区,district,\n', [(2, "")]),
        ('110,"东城\n区",district,\n1102,x,street,9\n', [(2, "name"), (4, "parent_code")]),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(rows, places):
    assert places_of_problems(import_units, UNITS + rows) == places
    assert not Unit.objects.exists()


@pytest.mark.parametrize(
    ("content", "places"),
    [
        (b"", [(1, "")]),
        (b"\n\n", [(1, "")]),
        (b"code,name,kind\n110,x,district\n", [(1, "parent_code")]),
        (b"code,name,kind,parent_code,colour\n", [(1, "colour")]),
        (b"code,name,kind,parent_code,\n", [(1, "5")]),
        (b"code,code,name,kind,parent_code\n", [(1, "code")]),
        (f"{UNITS}110,东城区,district,\n".encode("gb18030"), [(2, "")]),
        (f"{UNITS}110,东城区,district,\n".encode("utf-16"), [(1, "")]),
    ],
)
def test_a_file_that_cannot_be_read_says_where(content, places):
    assert places_of_problems(import_units, content) == places


def test_the_wrong_encoding_names_the_byte_and_what_to_do():
    with translation.override("en"), pytest.raises(FileRefused) as refusal:
        import_units(source=BytesIO(f"{UNITS}110,东城区,district,\n".encode("gb18030")))
    with translation.override("en"):
        sentences = refusal.value.problems.sentences()
    assert sentences == ["Line 2: Byte 5 is not UTF-8. Save the file anew as “CSV UTF-8” and try again."]


def test_a_byte_order_mark_is_allowed():
    assert sums(import_units(source=BytesIO(b"\xef\xbb\xbf" + TREE.encode()))) == [(3, 0, 0)]


def test_a_circle_is_refused_also_when_the_database_holds_half_of_it():
    circle = "a,甲,district,b\nb,乙,street,a\n"
    assert (2, "parent_code") in places_of_problems(import_units, UNITS + circle)
    import_units(source=file(f"{UNITS}d,区,district,\ns,街,street,d\nc,社,community,s\n"))
    assert (2, "parent_code") in places_of_problems(import_units, f"{UNITS}s,街,street,c\n")
    assert Unit.objects.get(code="s").parent.code == "d"


def test_the_kind_of_a_unit_does_not_change(cast):
    row = f"{cast.water.code},水务局,street,{cast.district.code}\n"
    assert places_of_problems(import_units, UNITS + row) == [(2, "kind")]


def test_all_problems_are_listed_up_to_a_limit():
    rows = "".join(f"{n},x,county,\n" for n in range(MOST_SHOWN + 7))
    with translation.override("en"), pytest.raises(FileRefused) as refusal:
        import_units(source=file(UNITS + rows))
    with translation.override("en"):
        sentences = refusal.value.problems.sentences()
    assert len(sentences) == MOST_SHOWN + 1
    assert sentences[-1] == "… and 7 more."


# --- people -----------------------------------------------------------------------------------------------


def row_for(cast, username="zhang", phone="139 1234 5678", role="street_dispatcher", *, unit=None, tail="") -> str:
    unit = cast.street.code if unit is None else unit
    return f"{username},张三,{phone},{role},{unit}{tail}\n"


def test_people_get_posts_grants_and_one_spelling_of_their_number(cast):
    report = import_people(source=file(PEOPLE + row_for(cast) + row_for(cast, "li", "", "resident", unit="")))
    assert sums(report) == [(2, 0, 0), (1, 0, 0)]
    zhang = User.objects.get(username="zhang")
    assert (zhang.phone, zhang.has_usable_password()) == ("+8613912345678", False)
    assert grants_of(zhang).on("dispatch_case", cast.street)
    assert not User.objects.get(username="li").posts.exists()


def test_people_a_second_time_change_nothing(cast):
    content = PEOPLE + row_for(cast) + row_for(cast, role="street_leader")
    import_people(source=file(content))
    history = Post.history.count()
    assert sums(import_people(source=file(content))) == [(0, 0, 1), (0, 0, 2)]
    assert Post.history.count() == history


def test_rows_with_dates_also_change_nothing_a_second_time(cast):
    head = PEOPLE.replace("\n", ",start,end\n")
    content = (
        head + row_for(cast, tail=",2026-01-01,2026-02-01") + row_for(cast, role="street_leader", tail=",,2026-03-01")
    )
    import_people(source=file(content))
    posts = set(Post.objects.filter(user__username="zhang").values_list("role", "start__month", "end__month"))
    assert posts == {("street_dispatcher", 1, 2), ("street_leader", 3, 3)}
    assert sums(import_people(source=file(content)))[1] == (0, 0, 2)


def test_an_end_in_the_file_takes_the_grants_of_a_held_post(cast):
    user = User.objects.create_user(username="zhang", name="张三")
    post = appoint(user=user, unit=cast.street, role=Role.STREET_DISPATCHER)
    head = PEOPLE.replace("\n", ",start,end\n")
    yesterday = str(post.start.replace(year=post.start.year - 1))
    content = head + row_for(cast, tail=f",{yesterday},{yesterday}")
    assert sums(import_people(source=file(content)))[1] == (1, 0, 0)
    content = head + row_for(cast, tail=f",,{post.start}")
    assert sums(import_people(source=file(content)))[1] == (0, 1, 0)
    post.refresh_from_db()
    assert post.end == post.start


def test_a_later_file_corrects_name_and_number_and_keeps_what_it_does_not_say(cast):
    import_people(source=file(PEOPLE + row_for(cast)))
    corrected = f"{PEOPLE}zhang,张三丰,,street_dispatcher,{cast.street.code}\n"
    assert sums(import_people(source=file(corrected)))[0] == (0, 1, 0)
    zhang = User.objects.get(username="zhang")
    assert (zhang.name, zhang.phone) == ("张三丰", "+8613912345678")


@pytest.mark.parametrize(
    ("row", "places"),
    [
        (",张三,,resident,\n", [(2, "username")]),
        ("zhang san,张三,,resident,\n", [(2, "username")]),
        ("zhang,,,resident,\n", [(2, "name")]),
        ("zhang,张三,12,resident,\n", [(2, "phone")]),
        ("zhang,张三,,emperor,110001\n", [(2, "role")]),
        ("zhang,张三,,street_dispatcher,999\n", [(2, "unit_code")]),
        ("zhang,张三,,street_dispatcher,\n", [(2, "unit_code")]),
        ("zhang,张三,,resident,110001\n", [(2, "unit_code")]),
        ("zhang,张三,,street_dispatcher,D01\n", [(2, "role")]),
        ("a1,甲,13912345678,resident,\na2,乙,+86 139 1234 5678,resident,\n", [(3, "phone")]),
        ("zhang,张三,,street_dispatcher,110001\nzhang,李四,,street_leader,110001\n", [(3, "name")]),
        ("zhang,张三,,street_dispatcher,110001\nzhang,张三,,street_dispatcher,110001\n", [(3, "role")]),
        (f"{'z' * 61},张三,,resident,\n", [(2, "username")]),
        ("zhang\x00,张三,,resident,\n", [(2, "")]),
    ],
)
def test_what_is_wrong_with_people_is_named_by_line_and_column(cast, row, places):
    before = User.objects.count()
    assert places_of_problems(import_people, PEOPLE + row) == places
    assert User.objects.count() == before


def test_dates_that_cannot_be_are_named(cast):
    head = PEOPLE.replace("\n", ",start,end\n")
    rows = [",2026-02-30,", ",0001-01-01,", ",2026-03-01,2026-02-01"]
    content = head + "".join(row_for(cast, f"u{n}", "", tail=tail) for n, tail in enumerate(rows))
    assert places_of_problems(import_people, content) == [(2, "start"), (3, "start"), (4, "end")]


def test_a_number_of_somebody_else_is_refused(cast):
    User.objects.create_user(username="wang", phone="+8613912345678")
    assert places_of_problems(import_people, PEOPLE + row_for(cast)) == [(2, "phone")]


def test_thousands_of_people_cost_a_few_queries(cast, django_assert_max_num_queries):
    rows = "".join(row_for(cast, f"u{n}", "") for n in range(1000))
    with django_assert_max_num_queries(70):
        import_people(source=file(PEOPLE + rows))
    assert Post.objects.filter(unit=cast.street).count() >= 1000


# --- the commands -----------------------------------------------------------------------------------------


def test_the_command_says_what_changed_and_that_nothing_did(tmp_path, capsys):
    path = tmp_path / "units.csv"
    path.write_text(TREE, "utf-8")
    with translation.override("en"):
        call_command("import_units", path)
        call_command("import_units", path)
    assert capsys.readouterr().out.splitlines() == [
        "Units: 3 new, 0 changed, 0 as they were.",
        "Units: 0 new, 0 changed, 3 as they were.",
        "Everything was there already: 0 changes.",
    ]


def test_the_command_refuses_with_line_and_column(tmp_path):
    path = tmp_path / "units.csv"
    path.write_text(f"{UNITS}110,东城区,county,\n", "utf-8")
    with translation.override("en"), pytest.raises(CommandError, match="Line 2, column “kind”"):
        call_command("import_units", path)
    with pytest.raises(CommandError):
        call_command("import_units", tmp_path / "nothing.csv")
    assert not Unit.objects.filter(kind=UnitKind.DISTRICT).exists()


def test_first_passwords_are_written_for_new_people_and_only_the_owner_reads_them(cast, tmp_path, client):
    people, out = tmp_path / "people.csv", tmp_path / "out.csv"
    people.write_text(PEOPLE + row_for(cast), "utf-8")
    call_command("import_people", people, password_file=str(out))
    assert stat.S_IMODE(Path(out).stat().st_mode) == 0o600
    username, password = out.read_text("utf-8").splitlines()[1].split(",")
    assert User.objects.get(username=username).check_password(password)


def test_an_existing_password_file_is_not_overwritten(cast, tmp_path):
    people, out = tmp_path / "people.csv", tmp_path / "out.csv"
    people.write_text(PEOPLE + row_for(cast), "utf-8")
    out.write_text("precious", "utf-8")
    with pytest.raises(CommandError):
        call_command("import_people", people, password_file=str(out))
    assert out.read_text("utf-8") == "precious"
    assert not User.objects.filter(username="zhang").exists()
