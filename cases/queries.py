"""Every read of cases that means something. Lists, details, exports, photos and counts start at `visible_to`."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.queries import ancestors_of, grants_of
from cases.enums import (
    OPEN_STATES,
    OPEN_TURNOUT_STATES,
    Level,
    State,
    TurnoutState,
    Verb,
)
from cases.models import Building, Case, Category, ClockSetting, Exclusion, Movement, Turnout
from cases.workflow import (
    CASE_MOVES,
    TURNOUT_MOVES,
    Who,
    allowed_on_case,
    allowed_on_turnout,
)

PLACE_OF_KIND = {
    UnitKind.DISTRICT: "district",
    UnitKind.STREET: "street",
    UnitKind.COMMUNITY: "community",
    UnitKind.GRID: "grid",
}
HANDLER_PERMISSION = {
    Level.GRID: "handle_case",
    Level.STREET: "handle_case",
    Level.COMMAND: "command_case",
    Level.LEADING_GROUP: "lead_case",
}

# --- who may see what -------------------------------------------------------------------------------------


def _scope(user) -> Q | None:
    grants = grants_of(user)
    scope = Q()
    for kind, column in PLACE_OF_KIND.items():
        if units := grants.units("view_case", kind):
            scope |= Q(**{f"{column}__in": units})
    if departments := grants.units("view_case", UnitKind.DEPARTMENT):
        called = Turnout.objects.filter(case=OuterRef("pk"), department__in=departments)
        scope |= Exists(called.exclude(state=TurnoutState.EXCUSED))
    return scope or None


def visible_to(user) -> QuerySet[Case]:
    """Return the cases that `user` may see by the units of their posts: the one door of every list.

    A district, street, community or grid sees the cases that lie in it; a department those it was called to.
    """
    scope = _scope(user)
    return Case.objects.none() if scope is None else Case.objects.filter(scope)


def lodged_by(user) -> QuerySet[Case]:
    """Return the cases that `user` lodged as a resident, the newest first."""
    if not getattr(user, "is_active", False):
        return Case.objects.none()
    return Case.objects.filter(lodger=user).select_related("category", "holder").order_by("-lodged_at", "-pk")


def by_secret(number: str, secret: str) -> QuerySet[Case]:
    """Return the case, if any, of which somebody knows the number and the secret."""
    return Case.objects.filter(number=number.strip(), secret=secret.strip().upper().replace("-", ""))


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


# --- who may do what --------------------------------------------------------------------------------------


def is_one_of(user, who: Who, case: Case, turnout: Turnout | None = None) -> bool:
    """Return whether `user` is the `who` of a workflow row for this case (and turnout)."""
    grants = grants_of(user)
    match who:
        case Who.HANDLER:
            return grants.on(HANDLER_PERMISSION[Level(case.level)], case.holder_id)
        case Who.GRID:
            return case.holder.kind == UnitKind.COMMUNITY and bool(grids_to_take(user, case))
        case Who.DISPATCHER:
            return grants.on("dispatch_case", case.street_id)
        case Who.COMMAND:
            return grants.on("command_case", case.district_id)
        case Who.DEPARTMENT:
            return turnout is not None and grants.on("attend_turnout", turnout.department_id)
        case Who.RESIDENT:
            return case.lodger_id is not None and case.lodger_id == getattr(user, "pk", None)
    return False


def grids_to_take(user, case: Case) -> list[Unit]:
    """Return the grids of the community that holds `case` for which `user` may take it."""
    grids = grants_of(user).units("handle_case", UnitKind.GRID)
    return list(Unit.objects.filter(pk__in=grids, parent=case.holder_id, is_active=True)) if grids else []


def verbs_for(user, case: Case) -> list[Verb]:
    """Return the verbs that the workflow table allows `user` on `case` now, in the table's order."""
    return [
        verb
        for verb, move in CASE_MOVES.items()
        if allowed_on_case(verb, case.state, case.level, case.open_turnouts)
        and any(is_one_of(user, who, case) for who in move.who - {Who.RESIDENT})
    ]


def turnout_verbs_for(user, turnout: Turnout) -> list[Verb]:
    """Return the verbs that the workflow table allows `user` on `turnout` now; a second dispute is not one."""
    return [
        verb
        for verb, move in TURNOUT_MOVES.items()
        if allowed_on_turnout(verb, turnout.state)
        and not (verb == Verb.DISPUTE_TURNOUT and turnout.disputed_at)
        and any(is_one_of(user, who, turnout.case, turnout) for who in move.who)
    ]


def may_reveal(user, case: Case) -> bool:
    """Return whether `user` may have the contact shown.

    The units that work on the case may; when the resident withholds the name, only the command centre, which
    is not the unit complained about.
    """
    grants = grants_of(user)
    if grants.on("command_case", case.district_id) and grants.on("reveal_contact", case.district_id):
        return True
    if case.confidential:
        return False
    held = {case.holder_id, case.street_id, case.grid_id, case.community_id} - {None}
    if any(grants.on("reveal_contact", unit) for unit in held):
        return True
    departments = grants.units("reveal_contact", UnitKind.DEPARTMENT)
    return (
        bool(departments) and case.turnouts.filter(department__in=departments, state__in=OPEN_TURNOUT_STATES).exists()
    )


def rating_is_open(rating_at: datetime, now: datetime) -> bool:
    """Return whether a single rating may be shown to the units: once its month is over and settled.

    The handler sees no single rating before the appraisal period has closed (domain, section 1).
    """
    local = timezone.localtime(rating_at)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    next_month = (first + timedelta(days=32)).replace(day=1)
    return now >= next_month + timedelta(days=settings.RATING_SETTLEMENT_DAYS)


# --- desks and lists --------------------------------------------------------------------------------------


def _listed(queryset: QuerySet[Case]) -> QuerySet[Case]:
    return queryset.select_related("category", "holder", "street", "community", "grid", "building")


def on_desk_of(user) -> QuerySet[Case]:
    """Return the open cases that wait for `user`, for every unit they act for; order them by `next_due_at`.

    A grid worker also sees what waits at the community for a grid to take it.
    """
    grants = grants_of(user)
    holders = set(grants.units("handle_case"))
    waiting = (
        set(Unit.objects.filter(children__in=grants.units("handle_case", UnitKind.GRID)).values_list("pk", flat=True))
        if grants.units("handle_case", UnitKind.GRID)
        else set()
    )
    scope = Q(holder__in=holders | waiting, level__lte=Level.STREET)
    if districts := grants.units("command_case"):
        scope |= Q(holder__in=districts, level=Level.COMMAND)
    if districts := grants.units("lead_case"):
        scope |= Q(holder__in=districts, level=Level.LEADING_GROUP)
    return _listed(Case.objects.filter(scope, state__in=OPEN_STATES))


def department_desk_of(user) -> QuerySet[Turnout]:
    """Return the open turnouts of the departments for which `user` answers; order them by `next_due_at`."""
    return Turnout.objects.filter(
        department__in=grants_of(user).units("attend_turnout"), state__in=OPEN_TURNOUT_STATES
    ).select_related("case__category", "case__community", "case__building", "street", "department", "whistle")


def listed_for(user) -> QuerySet[Case]:
    """Return what `user` may see, with what a list shows of it; order it by `-lodged_at`."""
    return _listed(visible_to(user))


def with_details(queryset: QuerySet[Case]) -> QuerySet[Case]:
    """Return `queryset` with all that the page of one case shows."""
    movements = Movement.objects.select_related("unit", "to_unit", "actor", "turnout__department")
    turnouts = Turnout.objects.select_related("department", "street", "whistle", "case")
    return (
        _listed(queryset)
        .select_related("contact", "district", "merged_into", "lodger")
        .prefetch_related(
            Prefetch("movements", movements),
            Prefetch("turnouts", turnouts),
            "deadlines",
            "turnouts__deadlines",
        )
    )


def public_timeline(case: Case) -> QuerySet[Movement]:
    """Return the entries of the history of `case` that its resident may read."""
    return case.movements.filter(is_public=True).select_related("unit", "to_unit", "turnout__department")


def open_at(building: Building) -> QuerySet[Case]:
    """Return the open cases at `building`, for "already reported, me too": shown by category only."""
    return (
        Case.objects.filter(building=building, grid=building.grid_id, state__in=OPEN_STATES, confidential=False)
        .select_related("category")
        .order_by("-lodged_at")
    )


# --- command ----------------------------------------------------------------------------------------------


def open_by_stage(districts) -> QuerySet:
    """Return rows {level, state, cases, late} of the open cases of `districts` (unit ids)."""
    now = timezone.now()
    return (
        Case.objects.filter(district__in=districts, state__in=OPEN_STATES)
        .values("level", "state")
        .annotate(cases=Count("pk"), late=Count("pk", filter=Q(next_due_at__lt=now)))
        .order_by("level", "-state")
    )


def open_by_street(districts) -> QuerySet:
    """Return rows {street, street__name, cases, late, whistled} of the open cases, the latest street first."""
    now = timezone.now()
    return (
        Case.objects.filter(district__in=districts, state__in=OPEN_STATES)
        .values("street", "street__name")
        .annotate(
            cases=Count("pk"),
            late=Count("pk", filter=Q(next_due_at__lt=now)),
            whistled=Count("pk", filter=Q(open_turnouts__gt=0)),
        )
        .order_by("-late", "-cases", "street__code")
    )


def open_by_department(districts) -> QuerySet:
    """Return rows {department, department__name, turnouts, late, waiting} of the open turnouts."""
    now = timezone.now()
    return (
        Turnout.objects.filter(case__district__in=districts, state__in=OPEN_TURNOUT_STATES)
        .values("department", "department__name")
        .annotate(
            turnouts=Count("pk"),
            late=Count("pk", filter=Q(next_due_at__lt=now)),
            waiting=Count("pk", filter=Q(state=TurnoutState.CALLED)),
        )
        .order_by("-late", "-turnouts", "department__code")
    )


def undecided_disputes(districts) -> QuerySet[Turnout]:
    """Return the disputes that wait for command, the oldest first."""
    return (
        Turnout.objects.filter(case__district__in=districts, state=TurnoutState.DISPUTED)
        .select_related("case__category", "department", "street", "whistle")
        .order_by("disputed_at")
    )


def undecided_exclusions(districts) -> QuerySet[Exclusion]:
    """Return the exclusions that wait for command, the oldest first."""
    return (
        Exclusion.objects.filter(case__district__in=districts, decided_at__isnull=True)
        .select_related("case__category", "asking_unit")
        .order_by("asked_at")
    )


def whistle_rate(districts, since: datetime) -> QuerySet:
    """Return rows {street, street__name, escalated, whistled}: cases of streets that reached the street level.

    吹哨率 = whistled per 100 escalated cases lodged from `since` on.
    """
    return (
        Case.objects.filter(district__in=districts, lodged_at__gte=since, level__gte=Level.STREET)
        .values("street", "street__name")
        .annotate(
            escalated=Count("pk", distinct=True),
            whistled=Count("pk", filter=Q(whistles__isnull=False), distinct=True),
        )
        .order_by("street__code")
    )


# --- what the administrator sets --------------------------------------------------------------------------


def choosable_categories() -> QuerySet[Category]:
    """Return the second-level categories that are in use, with their parents."""
    return (
        Category.objects.filter(is_active=True, parent__is_active=True)
        .select_related("parent")
        .order_by("parent__position", "parent__code", "position", "code")
    )


def clocks(scope: str) -> dict[str, ClockSetting]:
    """Return the clocks of `scope` (an urgency or a kind of whistle) and those of all scopes, by step."""
    rows = ClockSetting.objects.filter(scope__in=["", scope]).order_by("scope")
    return {row.step: row for row in rows}


def silent_since(now: datetime, limit: int = 200) -> list[int]:
    """Return the keys of cases whose time to be rated ran out before `now`, at most `limit`."""
    return list(
        Case.objects.filter(state=State.RESOLVED, resolved_at__lt=now, next_due_at__lt=now).values_list(
            "pk", flat=True
        )[:limit]
    )


def places(unit: Unit) -> dict[str, Unit]:
    """Return the territorial units of which `unit` is the smallest, by kind."""
    return {kind: found for kind, found in ancestors_of(unit).items() if kind in PLACE_OF_KIND}
