"""Who may see what. Lists, details, exports, photos and counts all start here."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.queries import grants_of
from cases.enums import OPEN_STATES, Level, State, TurnoutState
from cases.models import Case, Movement, Turnout

PLACE_OF_KIND = {
    UnitKind.DISTRICT: "district",
    UnitKind.STREET: "street",
    UnitKind.COMMUNITY: "community",
    UnitKind.GRID: "grid",
}


def _scope(user) -> Q | None:
    grants = grants_of(user)
    scope = Q()
    for kind, column in PLACE_OF_KIND.items():
        if units := grants.units("view_case", kind):
            scope |= Q(**{f"{column}__in": units})
    if departments := grants.units("view_case", UnitKind.DEPARTMENT):
        called = Turnout.objects.filter(case=OuterRef("pk"), department__in=departments)
        scope |= Exists(called.exclude(state=TurnoutState.EXCUSED))
    if grids := grants.units("view_case", UnitKind.GRID):
        scope |= to_be_taken(grids)
    return scope or None


def to_be_taken(grids) -> Q:
    """Return the condition of the cases that wait at the community for one of its `grids` to take them."""
    communities = Unit.objects.filter(children__in=grids).values("pk")
    return Q(holder__in=communities, level=Level.GRID, state=State.LODGED)


def waiting_to_be_taken(grids) -> QuerySet:
    """Return the keys of the cases that wait at the community for one of its `grids` to take them."""
    return Case.objects.filter(to_be_taken(grids)).values("pk")


def visible_to(user) -> QuerySet[Case]:
    """Return the cases that `user` may see by the units of their posts: the one door of every list.

    A district, street, community or grid sees the cases that lie in it, a grid also what waits at its community
    to be taken; a department those it was called to.
    """
    scope = _scope(user)
    return Case.objects.none() if scope is None else Case.objects.filter(scope)


def lodged_by(user) -> QuerySet[Case]:
    """Return the cases that `user` lodged as a resident, the newest first."""
    if not getattr(user, "is_active", False):
        return Case.objects.none()
    return Case.objects.filter(lodger=user).select_related("category", "holder").order_by("-lodged_at", "-pk")


def by_secret(number: str, secret: str) -> QuerySet[Case]:
    """Return the case, if any, of which somebody knows the number and the secret, spelled in groups or not."""
    letters = "".join(secret.upper().replace("-", "").split())
    return Case.objects.filter(number=number.strip(), secret=letters)


def unfinished(queryset: QuerySet[Case]) -> QuerySet[Case]:
    """Return those of `queryset` that are open or wait for the resident's rating."""
    return queryset.filter(state__in=[*OPEN_STATES, State.RESOLVED])


def finished(queryset: QuerySet[Case]) -> QuerySet[Case]:
    """Return those of `queryset` from which the resident need not expect anything more."""
    return queryset.exclude(state__in=[*OPEN_STATES, State.RESOLVED])


def turnouts_visible_to(user) -> QuerySet[Turnout]:
    """Return the turnouts `user` may see: the own department's, and those of cases in the own territory."""
    grants = grants_of(user)
    scope = Q()
    if departments := grants.units("view_case", UnitKind.DEPARTMENT):
        scope |= Q(department__in=departments)
    if streets := grants.units("view_case", UnitKind.STREET):
        scope |= Q(street__in=streets)
    if districts := grants.units("view_case", UnitKind.DISTRICT):
        scope |= Q(case__district__in=districts)
    return Turnout.objects.filter(scope) if scope else Turnout.objects.none()


def sees_turnout(user, turnout: Turnout) -> bool:
    """Return for one turnout of a fetched case what `turnouts_visible_to` says, without asking the database."""
    grants = grants_of(user)
    units = (turnout.department_id, turnout.street_id, turnout.case.district_id)
    return any(grants.on("view_case", unit) for unit in units)


def called_from(user, turnout: Turnout) -> bool:
    """Return whether `user` is of the street or the district that called, not of a department that was called."""
    grants = grants_of(user)
    return grants.on("view_case", turnout.street_id) or grants.on("view_case", turnout.case.district_id)


def streets_seen_by(user) -> QuerySet[Unit]:
    """Return the streets among whose cases `user` may choose: their own, or all of their district."""
    grants = grants_of(user)
    streets = Q(pk__in=grants.units("view_case", UnitKind.STREET))
    of_district = Q(parent__in=grants.units("view_case", UnitKind.DISTRICT))
    of_department = Q(parent__children__in=grants.units("view_case", UnitKind.DEPARTMENT))
    return Unit.objects.filter(streets | of_district | of_department, kind=UnitKind.STREET).distinct()


def may_see_case(user, case_id: int) -> bool:
    """Return whether `user` may see the case with that key, by post or as the one who lodged it."""
    return visible_to(user).filter(pk=case_id).exists() or lodged_by(user).filter(pk=case_id).exists()


def may_see_movement(user, movement_id: int) -> bool:
    """Return whether `user` may see the history entry with that key; a resident sees the public ones."""
    movement = Movement.objects.filter(pk=movement_id).first()
    if movement is None:
        return False
    if visible_to(user).filter(pk=movement.case_id).exists():
        return True
    return movement.is_public and lodged_by(user).filter(pk=movement.case_id).exists()


def may_see_turnout(user, turnout_id: int) -> bool:
    """Return whether `user` may see the turnout with that key."""
    return turnouts_visible_to(user).filter(pk=turnout_id).exists()
