"""Who sees what, what lies on whose desk, and who may do what: cell by cell for every role of the cast."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.actions import deactivate, place_unit
from accounts.enums import Role
from accounts.models import Post, Unit, User
from cases import queries
from cases.actions import (
    Place,
    accept,
    accept_turnout,
    arrive,
    ask_exclusion,
    assign,
    decide_dispute,
    dispute_turnout,
    escalate,
    rate,
    release,
    resolve,
)
from cases.enums import Channel, Verb
from cases.models import Building, Case
from tests.cast import person

PEOPLE = (
    "resident", "grid_worker", "secretary", "dispatcher", "leader", "neighbour", "water_officer", "water_head",
    "parks_officer", "command", "district_leader", "appraiser", "sysadmin", "auditor", "outsider",
    "outside_officer", "outside_command",
)  # fmt: skip
DISTRICT = {"command", "district_leader"}
STREET = {"dispatcher", "leader"} | DISTRICT
COMMUNITY = {"secretary"} | STREET
GRID = {"grid_worker"} | COMMUNITY


@pytest.fixture
def second_grid(cast) -> Unit:
    """A second grid in the community, so that a case of the community waits for one of them."""
    unit = Unit(code="11000100102", name="槐树第二网格", kind="grid", parent=cast.community)
    return place_unit(unit=unit)


@pytest.fixture
def in_grid(cast) -> Case:
    return cast.lodge()


@pytest.fixture
def at_community(cast, second_grid) -> Case:
    return cast.lodge(place=Place(cast.community))


@pytest.fixture
def in_street(cast) -> Case:
    return cast.lodge(place=Place(cast.street))


@pytest.fixture
def at_neighbours(cast) -> Case:
    return cast.lodge(place=Place(cast.neighbour_grid))


@pytest.fixture
def called(cast) -> Case:
    return cast.whistled(cast.water)


@pytest.fixture
def disputed(cast, called) -> Case:
    dispute_turnout(turnout=called.turnouts.get(), user=cast.water_officer, reason="属于园林")
    return called


@pytest.fixture
def excused(cast, disputed) -> Case:
    decide_dispute(turnout=disputed.turnouts.get(), user=cast.command, uphold=True, reason="确属园林")
    return disputed


@pytest.fixture
def released(cast, called) -> Case:
    turnout = accept_turnout(turnout=called.turnouts.get(), user=cast.water_officer)
    turnout = arrive(turnout=turnout, user=cast.water_officer)
    release(turnout=turnout, user=cast.dispatcher, on_time=5, cooperation=5, result=5)
    called.refresh_from_db()
    return called


@pytest.fixture
def elsewhere(cast) -> Case:
    return cast.lodge(place=Place(cast.other_street))


def seen_by(cast, case: Case) -> set[str]:
    return {name for name in PEOPLE if queries.visible_to(getattr(cast, name)).filter(pk=case.pk).exists()}


WATER = {"water_officer", "water_head"}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("in_grid", GRID),
        ("at_community", GRID),
        ("in_street", STREET),
        ("at_neighbours", {"neighbour"} | DISTRICT),
        ("called", GRID | WATER),
        ("disputed", GRID | WATER),
        ("excused", GRID),
        ("released", GRID | WATER),
        ("elsewhere", {"outsider", "outside_command"}),
    ],
)
def test_who_sees_a_case(cast, request, where, expected):
    assert seen_by(cast, request.getfixturevalue(where)) == expected


def test_a_case_that_another_grid_has_taken_is_no_longer_seen(cast, second_grid, at_community):
    other = person("othergrid", "别的网格员", second_grid, Role.GRID_WORKER)
    assert queries.visible_to(other).filter(pk=at_community.pk).exists()
    assign(case=at_community, user=cast.dispatcher, to=cast.grid, reason="就近")
    assert not queries.visible_to(other).filter(pk=at_community.pk).exists()


def test_nothing_is_seen_after_the_post_has_ended_or_the_person_is_deactivated(cast, in_grid):
    yesterday = timezone.localdate() - timedelta(days=1)
    Post.objects.filter(user=cast.grid_worker).update(start=yesterday, end=yesterday)
    deactivate(user=cast.dispatcher)
    for person_ in (cast.grid_worker, cast.dispatcher):
        fresh = User.objects.get(pk=person_.pk)
        assert not queries.visible_to(fresh).exists()
        assert not queries.on_desk_of(fresh).exists()


def test_two_posts_add_up(cast, in_grid, at_neighbours):
    from accounts.actions import appoint

    appoint(user=cast.grid_worker, unit=cast.neighbour_grid, role=Role.GRID_WORKER)
    assert set(queries.visible_to(cast.grid_worker)) == {in_grid, at_neighbours}


def test_a_case_is_listed_once(cast):
    case = cast.whistled(cast.water, cast.parks)
    assert list(queries.listed_for(cast.water_officer)) == [case]
    assert list(queries.listed_for(cast.command)) == [case]


def test_a_case_is_found_by_number_and_secret_only(in_grid):
    spelled = f" {in_grid.secret[:4]}-{in_grid.secret[4:8].lower()} {in_grid.secret[8:]} "
    assert queries.by_secret(in_grid.number, spelled).get() == in_grid
    assert not queries.by_secret(in_grid.number, "A" * 12).exists()
    assert not queries.by_secret("20200101-0000000", in_grid.secret).exists()


def test_what_somebody_lodged_is_theirs(cast, in_grid, at_neighbours):
    cast.lodge(lodger=cast.neighbour)
    assert set(queries.lodged_by(cast.resident)) == {in_grid, at_neighbours}
    deactivate(user=cast.resident)
    assert not queries.lodged_by(cast.resident).exists()


# --- turnouts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("called", {"water_officer", "water_head"} | STREET),
        ("excused", {"water_officer", "water_head"} | STREET),
    ],
)
def test_who_sees_a_turnout(cast, request, where, expected):
    turnout = request.getfixturevalue(where).turnouts.get()
    people = {name: getattr(cast, name) for name in PEOPLE}
    assert {name for name in PEOPLE if queries.turnouts_visible_to(people[name]).exists()} == expected
    assert {name for name in PEOPLE if queries.sees_turnout(people[name], turnout)} == expected
    assert {name for name in PEOPLE if queries.may_see_turnout(people[name], turnout.pk)} == expected


# --- photos -----------------------------------------------------------------------------------------------


def test_a_resident_sees_the_public_entries_of_the_own_case_only(cast):
    case = cast.on_street()
    public, internal = case.movements.get(verb=Verb.LODGE), case.movements.get(verb=Verb.ESCALATE)
    case.movements.create(at=timezone.now(), verb=Verb.REFUSE, is_public=False)
    hidden = case.movements.get(verb=Verb.REFUSE)
    assert queries.may_see_movement(cast.resident, public.pk)
    assert queries.may_see_movement(cast.resident, internal.pk) == internal.is_public
    assert not queries.may_see_movement(cast.resident, hidden.pk)
    assert queries.may_see_movement(cast.dispatcher, hidden.pk)
    assert not queries.may_see_movement(cast.neighbour, public.pk)
    assert not queries.may_see_movement(cast.dispatcher, 999_999)


@pytest.mark.parametrize(("who", "expected"), [("resident", True), ("dispatcher", True), ("neighbour", False)])
def test_who_may_see_the_photos_of_a_case(cast, in_grid, who, expected):
    assert queries.may_see_case(getattr(cast, who), in_grid.pk) == expected


# --- desks ------------------------------------------------------------------------------------------------


@pytest.fixture
def sent_up(cast) -> Case:
    return escalate(case=cast.lodge(), user=cast.grid_worker, reason="网格无法解决")


@pytest.fixture
def at_command(cast) -> Case:
    return escalate(case=cast.on_street(), user=cast.dispatcher, reason="街道无法解决")


@pytest.fixture
def at_leading_group(cast, at_command) -> Case:
    case = accept(case=at_command, user=cast.command)
    return escalate(case=case, user=cast.command, reason="一事一议")


@pytest.fixture
def accepted_at_community(cast, at_community) -> Case:
    return accept(case=at_community, user=cast.secretary)


@pytest.fixture
def answered(cast) -> Case:
    return cast.resolved()


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("in_grid", {"grid_worker"}),
        ("at_community", {"grid_worker", "secretary"}),
        ("accepted_at_community", {"secretary"}),
        ("in_street", {"dispatcher"}),
        ("sent_up", {"dispatcher"}),
        ("called", {"dispatcher"}),
        ("at_neighbours", set()),
        ("at_command", {"command"}),
        ("at_leading_group", {"district_leader"}),
        ("answered", set()),
        ("elsewhere", {"outsider"}),
    ],
)
def test_on_whose_desk_a_case_lies(cast, request, where, expected):
    case = request.getfixturevalue(where)
    found = {name for name in PEOPLE if queries.on_desk_of(getattr(cast, name)).filter(pk=case.pk).exists()}
    assert found == expected


def test_a_desk_shows_only_what_its_person_may_open(cast, at_community, in_grid, at_command):
    for name in PEOPLE:
        user = getattr(cast, name)
        assert set(queries.on_desk_of(user)) <= set(queries.visible_to(user)), name


def test_the_desk_of_a_department_is_its_open_turnouts(cast, called):
    assert [turnout.case for turnout in queries.department_desk_of(cast.water_officer)] == [called]
    assert not queries.department_desk_of(cast.parks_officer).exists()
    assert not queries.department_desk_of(cast.dispatcher).exists()


def test_counts_of_a_desk(cast, in_grid, at_community):
    accept(case=in_grid, user=cast.grid_worker)
    late = cast.lodge(now=timezone.now() - timedelta(days=2))
    counts = queries.desk_counts(queries.on_desk_of(cast.grid_worker), timezone.now())
    assert counts == {"waiting": 2, "in_progress": 1, "late": 1, "whistled": 0}
    assert late.next_due_at < timezone.now()


# --- verbs ------------------------------------------------------------------------------------------------

RAISED = {Verb.ASSIGN, Verb.MERGE}
HANDLING = {Verb.ATTEND, Verb.REPORT_PROGRESS, Verb.RESOLVE, Verb.ESCALATE, Verb.ASK_EXCLUSION}
DECIDING = {Verb.APPROVE_EXCLUSION, Verb.REJECT_EXCLUSION}


@pytest.mark.parametrize(
    ("where", "who", "expected"),
    [
        ("in_grid", "grid_worker", {Verb.ACCEPT, Verb.ESCALATE, Verb.REFUSE, Verb.ASK_EXCLUSION}),
        ("in_grid", "secretary", set()),
        ("in_grid", "dispatcher", RAISED),
        ("in_grid", "leader", RAISED),
        ("in_grid", "command", DECIDING),
        ("in_grid", "district_leader", set()),
        ("in_grid", "resident", set()),
        ("in_grid", "neighbour", set()),
        ("in_grid", "outside_command", set()),
        ("at_community", "grid_worker", {Verb.TAKE}),
        ("at_community", "secretary", {Verb.ACCEPT, Verb.ESCALATE, Verb.REFUSE, Verb.ASK_EXCLUSION}),
        ("sent_up", "grid_worker", set()),
        ("sent_up", "dispatcher", {Verb.ACCEPT, Verb.ESCALATE, Verb.REFUSE, Verb.ASK_EXCLUSION} | RAISED),
        ("called", "dispatcher", (HANDLING - {Verb.RESOLVE}) | {Verb.BLOW_WHISTLE}),
        ("called", "leader", {Verb.BLOW_WHISTLE}),
        ("called", "water_officer", set()),
        ("released", "dispatcher", HANDLING | RAISED | {Verb.BLOW_WHISTLE}),
        ("at_command", "command", {Verb.ACCEPT, Verb.ESCALATE} | RAISED | DECIDING),
        ("at_leading_group", "district_leader", {Verb.ACCEPT}),
        ("answered", "grid_worker", {Verb.ASK_EXCLUSION}),
        ("answered", "dispatcher", set()),
        ("answered", "command", DECIDING),
    ],
)
def test_verbs(cast, request, where, who, expected):
    case = Case.objects.get(pk=request.getfixturevalue(where).pk)
    assert set(queries.verbs_for(getattr(cast, who), case)) == expected


def test_verbs_come_in_the_order_of_the_table(cast, in_grid):
    verbs = queries.verbs_for(cast.grid_worker, in_grid)
    assert verbs == [Verb.ACCEPT, Verb.ESCALATE, Verb.REFUSE, Verb.ASK_EXCLUSION]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("dispatcher", [Verb.RESOLVE, Verb.ASSIGN, Verb.MERGE]),
        ("leader", [Verb.ASSIGN, Verb.MERGE]),
        ("grid_worker", []),
    ],
)
def test_what_an_unreleased_department_holds_back(cast, called, who, expected):
    assert queries.held_back_verbs(getattr(cast, who), called) == expected


def test_nothing_is_held_back_once_all_are_released(cast, released):
    assert queries.held_back_verbs(cast.dispatcher, released) == []


@pytest.mark.parametrize(
    ("where", "who", "expected"),
    [
        ("called", "water_officer", [Verb.ACCEPT_TURNOUT, Verb.DISPUTE_TURNOUT]),
        ("called", "water_head", [Verb.ACCEPT_TURNOUT, Verb.DISPUTE_TURNOUT]),
        ("called", "parks_officer", []),
        ("called", "dispatcher", [Verb.WITHDRAW_TURNOUT]),
        ("called", "neighbour", []),
        ("disputed", "command", [Verb.UPHOLD_DISPUTE, Verb.REJECT_DISPUTE]),
        ("disputed", "outside_command", []),
        ("released", "dispatcher", []),
    ],
)
def test_verbs_of_a_turnout(cast, request, where, who, expected):
    turnout = request.getfixturevalue(where).turnouts.select_related("case").get()
    assert queries.turnout_verbs_for(getattr(cast, who), turnout) == expected


def test_a_second_dispute_is_not_offered(cast, disputed):
    turnout = disputed.turnouts.get()
    turnout = decide_dispute(turnout=turnout, user=cast.command, uphold=False, reason="确属水务")
    assert queries.turnout_verbs_for(cast.water_officer, turnout) == [Verb.ACCEPT_TURNOUT]


# --- contact and rating -----------------------------------------------------------------------------------


@pytest.mark.parametrize("confidential", [False, True])
def test_to_whom_a_contact_may_be_shown(cast, confidential):
    case = cast.whistled(cast.water, confidential=confidential)
    looking = {name for name in PEOPLE if queries.may_reveal(getattr(cast, name), case)}
    assert looking == {"grid_worker", "secretary", "dispatcher", "water_officer", "command"}
    units = {name: queries.revealing_unit(getattr(cast, name), case) for name in looking}
    kept_from = {name for name, unit in units.items() if queries.withholds(case, unit)}
    assert kept_from == (looking - {"command"} if confidential else set())


def test_a_released_department_needs_no_contact(cast, released):
    assert not queries.may_reveal(cast.water_officer, released)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 30, 23, 59), False),
        (datetime(2026, 12, 5, 23, 59), False),
        (datetime(2026, 12, 6, 0, 0), True),
        (datetime(2027, 1, 1, 0, 0), True),
    ],
)
@pytest.mark.parametrize("day", [1, 30])
def test_a_rating_is_open_when_its_month_is_settled(settings, now, expected, day):
    settings.RATING_SETTLEMENT_DAYS = 5
    shanghai = ZoneInfo("Asia/Shanghai")
    rated_at = datetime(2026, 11, day, 12, 0, tzinfo=shanghai)
    assert queries.rating_is_open(rated_at, now.replace(tzinfo=shanghai)) == expected


def test_only_settled_ratings_come_out(cast):
    now = timezone.now()
    case = rate(case=cast.resolved(), rater=None, solved=False, satisfaction=1, now=now - timedelta(days=80))
    resolve(case=case, user=cast.grid_worker, text="再次处理")
    rate(case=case, rater=None, solved=True, satisfaction=4, now=now)
    found = queries.with_details(Case.objects.all()).get(pk=case.pk)
    assert [rating.satisfaction for rating in queries.open_ratings(found, now)] == [1]


def test_the_last_word_on_an_exclusion(cast, in_grid):
    from cases.actions import decide_exclusion

    def word():
        return queries.last_word_on_exclusion(Case.objects.get(pk=in_grid.pk))

    assert word() is None
    exclusion = ask_exclusion(case=in_grid, user=cast.grid_worker, code="judicial", text="已起诉")
    assert word() == Verb.ASK_EXCLUSION
    decide_exclusion(exclusion=exclusion, user=cast.command, approve=False, reason="不成立")
    assert word() == Verb.REJECT_EXCLUSION


# --- units to choose from ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("in_grid", {"槐树社区", "槐树第一网格"}),
        ("sent_up", {"槐树社区", "槐树第一网格"}),
        ("at_command", {"长青街道", "河湾街道"}),
    ],
)
def test_departments_and_units_within_reach(cast, request, where, expected):
    case = request.getfixturevalue(where)
    assert {unit.name for unit in queries.within_reach(case)} == expected | {cast.water.name, cast.parks.name}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("dispatcher", {"长青街道"}),
        ("command", {"长青街道", "河湾街道"}),
        ("outside_command", {"松林街道"}),
        ("grid_worker", set()),
        ("leader", set()),
    ],
)
def test_for_whose_callers_a_person_lodges(cast, who, expected):
    assert {street.name for street in queries.streets_answered_by(getattr(cast, who))} == expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("grid_worker", {"槐树第一网格"}),
        ("secretary", {"槐树社区", "槐树第一网格"}),
        ("dispatcher", {"长青街道", "槐树社区", "槐树第一网格"}),
        ("command", set()),
    ],
)
def test_on_which_ground_a_person_patrols(cast, who, expected):
    assert {unit.name for unit in queries.grounds_of(getattr(cast, who))} == expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("dispatcher", {"长青街道"}),
        ("grid_worker", set()),
        ("command", {"长青街道", "河湾街道"}),
        ("water_officer", {"长青街道", "河湾街道"}),
    ],
)
def test_among_which_streets_a_list_is_narrowed(cast, who, expected):
    assert {street.name for street in queries.streets_seen_by(getattr(cast, who))} == expected


def test_what_is_open_at_a_building_is_shown_without_the_withheld(cast):
    place = Place(cast.grid, Building.objects.get())
    shown = cast.lodge(place=place, channel=Channel.QR)
    cast.lodge(place=place, confidential=True)
    cast.lodge()
    assert list(queries.open_at(cast.building)) == [shown]
