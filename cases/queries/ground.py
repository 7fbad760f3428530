"""The territory: places, buildings, and where a person is at home by post."""

from django.db.models import Q, QuerySet

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.queries import ancestors_of, grants_of
from cases.enums import OPEN_STATES
from cases.models import Building, Case
from cases.queries.scope import PLACE_OF_KIND


def places(unit: Unit) -> dict[str, Unit]:
    """Return the territorial units of which `unit` is the smallest, by kind."""
    return {kind: found for kind, found in ancestors_of(unit).items() if kind in PLACE_OF_KIND}


def places_and_grids(unit: Unit) -> tuple[dict[str, Unit], list[Unit]]:
    """Return the territorial units of which `unit` is the smallest, by kind, and the active grids in it: one query."""
    codes = unit.path.rstrip("/").split("/")
    rows = Unit.objects.filter(Q(code__in=codes) | Q(parent=unit, kind=UnitKind.GRID, is_active=True))
    found = list(rows.order_by("code"))
    territory = {row.kind: row for row in found if row.code in codes and row.kind in PLACE_OF_KIND}
    return territory, [row for row in found if row.parent_id == unit.pk]


def buildings_of(user) -> QuerySet[Building]:
    """Return the buildings in the streets, communities and grids whose cases `user` handles or dispatches."""
    grants = grants_of(user)
    units = grants.units("handle_case") | grants.units("dispatch_case")
    return Building.objects.filter(
        Q(grid__in=units) | Q(grid__parent__in=units) | Q(grid__parent__parent__in=units), is_active=True
    ).select_related("grid__parent")


def communities_with_buildings(user) -> QuerySet[Unit]:
    """Return the communities in which `buildings_of` the person lie, in the order of their codes."""
    return Unit.objects.filter(pk__in=buildings_of(user).values("grid__parent")).order_by("code")


def open_at(building: Building) -> QuerySet[Case]:
    """Return the open cases at `building`, for "already reported, me too": shown by category only."""
    return (
        Case.objects.filter(building=building, grid=building.grid_id, state__in=OPEN_STATES, confidential=False)
        .select_related("category")
        .order_by("-lodged_at")
    )


def streets_answered_by(user) -> QuerySet[Unit]:
    """Return the streets for whose callers `user` lodges: the own street, or all of the own district."""
    grants = grants_of(user)
    own = Q(pk__in=grants.units("lodge_for_caller", UnitKind.STREET))
    of_district = Q(parent__in=grants.units("lodge_for_caller", UnitKind.DISTRICT))
    return Unit.objects.filter(own | of_district, kind=UnitKind.STREET, is_active=True).order_by("code")


def grounds_of(user) -> QuerySet[Unit]:
    """Return the streets, communities and grids in which `user` patrols: those of the own posts and below."""
    units = grants_of(user).units("patrol")
    return Unit.objects.filter(
        Q(pk__in=units) | Q(parent__in=units) | Q(parent__parent__in=units),
        kind__in=[UnitKind.STREET, UnitKind.COMMUNITY, UnitKind.GRID],
        is_active=True,
    )
