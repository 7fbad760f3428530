"""What a person's units owe, cell by cell; the counts of the header; the district by unit."""

from datetime import datetime, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType

from accounts.actions import appoint, place_unit
from accounts.enums import Role, UnitKind
from accounts.models import Post, Unit
from cases import actions
from cases.actions import Place
from cases.models import Case
from records.actions import notify
from records.circles import answers_for
from records.clocks import SHANGHAI
from records.models import Deadline
from records.queries import answered_by, header_counts, owed_by, owed_by_unit

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

ANSWERING = {
    "resident": set(),
    "grid_worker": {"grid"},
    "secretary": {"community"},
    "dispatcher": {"street"},
    "leader": {"street"},
    "neighbour": {"neighbour_street"},
    "water_officer": {"water"},
    "water_head": {"water"},
    "parks_officer": {"parks"},
    "command": {"district"},
    "district_leader": set(),
    "appraiser": set(),
    "sysadmin": set(),
    "auditor": set(),
    "outsider": {"other_street"},
    "outside_officer": {"other_department"},
    "outside_command": {"other_district"},
}
UNITS = sorted({unit for units in ANSWERING.values() for unit in units} | {"neighbour_grid", "neighbour_community"})


def owe(case: Case, unit, *, due_at=NOON, kind: str = "case.resolve", **given) -> Deadline:
    """Let `unit` owe one thing about `case`."""
    given = {"set_at": due_at - DAY, "first_due_at": due_at, "reminded_until": due_at - DAY, **given}
    return Deadline.objects.create(subject=case, unit=unit, kind=kind, due_at=due_at, **given)


@pytest.fixture
def case(cast) -> Case:
    """A case whose own deadlines are out of the way."""
    found = cast.lodge()
    Deadline.objects.all().delete()
    return found


@pytest.fixture
def everyone_owes(cast, case) -> dict[int, str]:
    """One open deadline of every unit of the cast, by its key."""
    return {owe(case, getattr(cast, name), round=n).pk: name for n, name in enumerate(UNITS, 1)}


@pytest.mark.parametrize("person", ANSWERING)
def test_everyone_is_shown_what_the_own_units_owe_and_nothing_else(cast, everyone_owes, person):
    found = {everyone_owes[deadline.pk] for deadline in owed_by(getattr(cast, person))}
    assert found == ANSWERING[person]
    assert {unit.pk for unit in answered_by(getattr(cast, person))} == {getattr(cast, name).pk for name in found}


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.GRID_WORKER, {UnitKind.GRID, UnitKind.COMMUNITY}),
        (Role.COMMUNITY_SECRETARY, {UnitKind.COMMUNITY}),
        (Role.STREET_DISPATCHER, {UnitKind.STREET}),
        (Role.STREET_LEADER, {UnitKind.STREET}),
        (Role.DUTY_OFFICER, {UnitKind.DEPARTMENT}),
        (Role.DEPARTMENT_HEAD, {UnitKind.DEPARTMENT}),
        (Role.COMMAND_CENTRE, {UnitKind.DISTRICT}),
        (Role.DISTRICT_LEADER, set()),
        (Role.APPRAISAL_ADMINISTRATOR, set()),
        (Role.SYSTEM_ADMINISTRATOR, set()),
        (Role.SECURITY_ADMINISTRATOR, set()),
        (Role.AUDITOR, set()),
    ],
)
def test_who_answers_in_which_kind_of_unit(role, kinds):
    assert {kind for kind in UnitKind if answers_for(role, kind)} == kinds


def test_a_grid_is_shown_what_waits_at_its_community_until_somebody_takes_it(cast):
    for number, community in enumerate([cast.community, cast.neighbour_community]):  # two grids each: none is certain
        place_unit(unit=Unit(code=f"G{number}", name="第二网格", kind=UnitKind.GRID, parent=community))
    case = cast.lodge(place=Place(cast.community))
    elsewhere = cast.lodge(place=Place(cast.neighbour_community))
    kept = cast.lodge(place=Place(cast.community))
    actions.accept(case=kept, user=cast.secretary)
    owed = owed_by(cast.grid_worker)
    assert set(owed.values_list("object_id", flat=True)) == {case.pk}
    assert set(owed_by(cast.secretary).values_list("object_id", flat=True)) == {case.pk, kept.pk}
    assert set(owed.values_list("unit", flat=True)) == {cast.community.pk}
    actions.take(case=case, user=cast.grid_worker)
    assert {row.unit for row in owed_by(cast.grid_worker)} == {cast.grid}
    assert elsewhere.pk not in set(owed_by(cast.grid_worker).values_list("object_id", flat=True))


def test_all_units_of_a_person_with_two_posts(cast, everyone_owes):
    appoint(user=cast.dispatcher, unit=cast.neighbour_street, role=Role.STREET_LEADER)
    found = {everyone_owes[deadline.pk] for deadline in owed_by(cast.dispatcher)}
    assert found == {"street", "neighbour_street"}


def test_nothing_after_a_post_has_ended_or_the_person_was_deactivated(cast, everyone_owes):
    Post.objects.filter(user=cast.dispatcher).update(start=NOON - 9 * DAY, end=NOON - 8 * DAY)
    cast.command.is_active = False
    assert not owed_by(cast.dispatcher).exists()
    assert not owed_by(cast.command).exists()


def test_only_what_is_open(cast, case):
    owe(case, cast.street, kind="case.accept", met_at=NOON)
    owe(case, cast.street, kind="case.on_spot", cancelled_at=NOON)
    open_one = owe(case, cast.street)
    assert list(owed_by(cast.dispatcher)) == [open_one]


# --- the header -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "expected"),
    [(-MINUTE, (1, 0, 1)), (0 * HOUR, (1, 1, 0)), (24 * HOUR - MINUTE, (1, 1, 0)), (24 * HOUR, (1, 0, 0))],
)
def test_late_and_due_within_a_day_do_not_overlap(cast, case, left, expected):
    owe(case, cast.street, due_at=NOON + left)
    assert header_counts(cast.dispatcher, NOON)[:3] == expected


def test_a_paused_clock_is_open_and_neither_late_nor_soon(cast, case):
    owe(case, cast.street, due_at=NOON - HOUR, paused_at=NOON - 2 * HOUR)
    owe(case, cast.street, due_at=NOON + HOUR, kind="case.accept", paused_at=NOON - 2 * HOUR)
    assert header_counts(cast.dispatcher, NOON)[:3] == (2, 0, 0)


def test_the_header_asks_once_for_all_counts(cast, case, django_assert_num_queries):
    ContentType.objects.get_for_model(Case)
    owe(case, cast.street, due_at=NOON - HOUR)
    notify(recipients=[cast.dispatcher], kind="case.closed", parameters={"number": "1"})
    unread = cast.dispatcher.notices.filter(read_at=None).count()
    answered_by(cast.dispatcher)  # the posts are read for the navigation anyway
    with django_assert_num_queries(1):
        counts = header_counts(cast.dispatcher, NOON, cast.dispatcher.posts.all())
    assert counts == (1, 0, 1, unread, (1,))


def test_a_resident_has_notices_and_owes_nothing(cast, everyone_owes):
    notify(recipients=[cast.resident], kind="case.closed", parameters={"number": "1"})
    counts = header_counts(cast.resident, NOON)
    assert counts[:3] == (0, 0, 0)
    assert counts.unread == cast.resident.notices.count()


# --- the district -----------------------------------------------------------------------------------------


def test_the_district_by_unit_the_latest_first(cast, case):
    owe(case, cast.grid, due_at=NOON - HOUR)
    owe(case, cast.grid, due_at=NOON + DAY, kind="case.accept")
    owe(case, cast.water, due_at=NOON + HOUR, round=2)
    owe(case, cast.district, due_at=NOON + 12 * HOUR, round=3)  # midnight is tomorrow
    owe(case, cast.parks, due_at=NOON - HOUR, round=4, met_at=NOON)
    owe(case, cast.other_street, due_at=NOON - HOUR, round=5)
    rows = owed_by_unit([cast.district], NOON)
    assert [(row["unit__name"], row["open"], row["today"], row["late"]) for row in rows] == [
        (cast.grid.name, 2, 0, 1),
        (cast.water.name, 1, 1, 0),
        (cast.district.name, 1, 0, 0),
    ]


def test_no_district_is_no_unit(cast, everyone_owes):
    assert not owed_by_unit([], NOON)
