"""Desks and lists: what waits for whom, what is due first on top."""

from datetime import datetime

from django.db.models import CharField, Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.enums import UnitKind
from accounts.queries import grants_of
from cases.enums import OPEN_STATES, OPEN_TURNOUT_STATES, Level, State, TurnoutState
from cases.models import Case, Turnout
from cases.queries.scope import to_be_taken, visible_to
from records.models import Notice


def listed(queryset: QuerySet[Case]) -> QuerySet[Case]:
    return queryset.select_related("category", "holder", "street", "community", "grid", "building")


def on_desk_of(user) -> QuerySet[Case]:
    """Return the open cases that wait for `user`, for every unit they act for; order them by `next_due_at`.

    A grid worker also sees what waits at the community for a grid to take it.
    """
    grants = grants_of(user)
    scope = Q(holder__in=grants.units("handle_case"), level__lte=Level.STREET)
    if grids := grants.units("handle_case", UnitKind.GRID):
        scope |= to_be_taken(grids)
    if districts := grants.units("command_case"):
        scope |= Q(holder__in=districts, level=Level.COMMAND)
    if districts := grants.units("lead_case"):
        scope |= Q(holder__in=districts, level=Level.LEADING_GROUP)
    return listed(Case.objects.filter(scope, state__in=OPEN_STATES))


def desk_counts(desk: QuerySet[Case], now: datetime) -> dict[str, int]:
    """Return how many cases of `desk` are waiting, in progress, late and whistled: one query."""
    return desk.aggregate(
        waiting=Count("pk", filter=Q(state=State.LODGED)),
        in_progress=Count("pk", filter=Q(state=State.ACCEPTED)),
        late=Count("pk", filter=Q(next_due_at__lt=now)),
        whistled=Count("pk", filter=Q(open_turnouts__gt=0)),
    )


def turnouts_answered_by(user) -> QuerySet[Turnout]:
    """Return every turnout, past ones too, of the departments for which `user` answers; order by `-called_at`."""
    departments = grants_of(user).units("attend_turnout")
    return Turnout.objects.filter(department__in=departments).select_related(
        "case__category", "case__community", "case__building", "street", "department", "whistle"
    )


def department_desk_of(user) -> QuerySet[Turnout]:
    """Return the open turnouts of the departments for which `user` answers; order them by `next_due_at`."""
    return turnouts_answered_by(user).filter(state__in=OPEN_TURNOUT_STATES)


def department_counts(desk: QuerySet[Turnout], now: datetime) -> dict[str, int]:
    """Return how many turnouts of `desk` there are, wait for an answer, are late by `now`, wait for the street."""
    return desk.aggregate(
        open=Count("pk"),
        called=Count("pk", filter=Q(state=TurnoutState.CALLED)),
        late=Count("pk", filter=Q(next_due_at__lt=now) & ~Q(state=TurnoutState.REPORTED)),
        reported=Count("pk", filter=Q(state=TurnoutState.REPORTED)),
    )


def listed_for(user) -> QuerySet[Case]:
    """Return what `user` may see, with what a list shows of it; order it by `-lodged_at`."""
    return listed(visible_to(user))


def silent_since(now: datetime) -> QuerySet[Case]:
    """Return the cases whose time to be rated ran out before `now`."""
    return Case.objects.filter(state=State.RESOLVED, next_due_at__lt=now)


def rating_key(case: Case) -> str:
    """Return the key under which the resident is reminded, once, to rate the last answer to `case`."""
    return f"rate:{case.pk}:{case.reopened}"


def unrated_halfway(now: datetime) -> QuerySet[Case]:
    """Return the cases whose resident has had half of the time to rate and was not reminded.

    Only who has an account is reminded; everyone else finds the invitation on the page of the request.
    """
    key = Concat(Value("rate:"), Cast("pk", CharField()), Value(":"), Cast("reopened", CharField()), Value(":"))
    waiting = Case.objects.filter(
        state=State.RESOLVED, resolved_at__lt=now, next_due_at__gt=now, lodger__isnull=False
    ).annotate(
        left=ExpressionWrapper(F("next_due_at") - Value(now), DurationField()),
        used=ExpressionWrapper(Value(now) - F("resolved_at"), DurationField()),
        key=Concat(key, Cast("lodger", CharField())),
    )
    told = Notice.objects.filter(key=OuterRef("key"))
    return waiting.filter(~Exists(told), left__lte=F("used"))
