"""Units stay a tree, posts stay sensible."""

from datetime import date

import pytest

from accounts import actions
from accounts.actions import appoint, place_unit
from accounts.enums import Role, UnitKind
from accounts.errors import Refused
from accounts.models import Post, Unit


def test_the_path_is_the_codes_from_the_root(cast):
    assert cast.grid.path == "110/110001/110001001/11000100101/"


def test_moving_a_unit_moves_what_lies_below(cast):
    community = Unit.objects.get(pk=cast.community.pk)
    community.parent = cast.neighbour_street
    place_unit(unit=community)
    cast.grid.refresh_from_db()
    assert cast.grid.path == "110/110002/110001001/11000100101/"


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (UnitKind.DISTRICT, "street"),
        (UnitKind.STREET, "grid"),
        (UnitKind.STREET, None),
        (UnitKind.COMMUNITY, "district"),
        (UnitKind.GRID, "street"),
        (UnitKind.DEPARTMENT, "street"),
        (UnitKind.DEPARTMENT, None),
    ],
)
def test_a_unit_lies_only_below_its_kind_of_parent(cast, kind, parent):
    unit = Unit(code="X1", name="不合适", kind=kind, parent=getattr(cast, parent) if parent else None)
    with pytest.raises(Refused) as refusal:
        place_unit(unit=unit)
    assert refusal.value.field == "parent"
    assert not Unit.objects.filter(code="X1").exists()


@pytest.mark.parametrize("code", ["", " ", "a/b"])
def test_a_code_is_not_empty_and_has_no_slash(cast, code):
    with pytest.raises(Refused):
        place_unit(unit=Unit(code=code, name="某街道", kind=UnitKind.STREET, parent=cast.district))


def test_a_role_is_held_only_in_its_kind_of_unit(cast):
    with pytest.raises(Refused) as refusal:
        appoint(user=cast.resident, unit=cast.water, role=Role.STREET_DISPATCHER)
    assert refusal.value.field == "role"
    assert not cast.resident.posts.exists()


def test_a_post_is_held_once_and_ends_after_it_starts(cast):
    with pytest.raises(Refused):
        appoint(user=cast.dispatcher, unit=cast.street, role=Role.STREET_DISPATCHER)
    with pytest.raises(Refused):
        appoint(
            user=cast.resident,
            unit=cast.street,
            role=Role.STREET_LEADER,
            start=date(2026, 5, 2),
            end=date(2026, 5, 1),
        )


def test_a_unit_lies_where_its_parent_lies_by_now(cast):
    stale = Unit.objects.get(pk=cast.community.pk)
    moved = Unit.objects.get(pk=cast.community.pk)
    moved.parent = cast.neighbour_street
    place_unit(unit=moved)
    grid = place_unit(unit=Unit(code="G9", name="新网格", kind=UnitKind.GRID, parent=stale))
    assert grid.path == "110/110002/110001001/G9/"


def test_a_code_that_somebody_else_took_first_is_refused(cast):
    with pytest.raises(Refused) as refusal:
        place_unit(unit=Unit(code=cast.street.code, name="又一个", kind=UnitKind.STREET, parent=cast.district))
    assert refusal.value.field == "code"


def test_a_post_that_somebody_else_gave_first_is_refused(cast, monkeypatch):
    monkeypatch.setattr(actions, "check_post", lambda **_given: None)  # as if both had asked before either wrote
    with pytest.raises(Refused) as refusal:
        appoint(user=cast.dispatcher, unit=cast.street, role=Role.STREET_DISPATCHER)
    assert refusal.value.field == "role"
    assert Post.objects.filter(user=cast.dispatcher).count() == 1
