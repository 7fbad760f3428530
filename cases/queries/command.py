"""The whole district, in a few grouped queries."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cases.enums import OPEN_STATES, OPEN_TURNOUT_STATES, Level, TurnoutState
from cases.models import Case, Exclusion, Turnout
from cases.queries.desks import listed


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
    """Return rows {department, department__name, turnouts, late, waiting, disputed, to_arrive} of open turnouts.

    `to_arrive` counts those that should be on the spot by now and are not.
    """
    now = timezone.now()
    return (
        Turnout.objects.filter(case__district__in=districts, state__in=OPEN_TURNOUT_STATES)
        .values("department", "department__name")
        .annotate(
            turnouts=Count("pk"),
            late=Count("pk", filter=Q(next_due_at__lt=now) & ~Q(state=TurnoutState.REPORTED)),
            waiting=Count("pk", filter=Q(state=TurnoutState.CALLED)),
            disputed=Count("pk", filter=Q(state=TurnoutState.DISPUTED)),
            to_arrive=Count("pk", filter=Q(arrived_at__isnull=True, arrive_due_at__lt=now)),
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


def exclusions_in(districts) -> QuerySet[Exclusion]:
    """Return every exclusion asked for in `districts` (unit ids), decided or not."""
    return Exclusion.objects.filter(case__district__in=districts).select_related("case__category", "asking_unit")


def undecided_exclusions(districts) -> QuerySet[Exclusion]:
    """Return the exclusions that wait for command, the oldest first."""
    return exclusions_in(districts).filter(decided_at__isnull=True).order_by("asked_at")


def lifted_to_command(districts) -> QuerySet[Case]:
    """Return the open cases that were sent up to command or the leading group, the newest first."""
    lifted = Case.objects.filter(district__in=districts, level__gte=Level.COMMAND, state__in=OPEN_STATES)
    return listed(lifted).order_by("-lodged_at", "-pk")


def late_to_arrive(districts, now: datetime) -> QuerySet[Turnout]:
    """Return the turnouts that should be on the spot by `now` and are not, the longest overdue first."""
    return (
        Turnout.objects.filter(
            case__district__in=districts,
            state__in=OPEN_TURNOUT_STATES,
            arrived_at__isnull=True,
            arrive_due_at__lt=now,
        )
        .select_related("case", "department", "street", "whistle")
        .order_by("arrive_due_at", "pk")
    )


def whistle_rate(districts, since: datetime) -> QuerySet:
    """Return rows {street, street__name, escalated, whistles} of the cases that went up to a street from `since` on.

    吹哨率 = whistles per 100 escalated cases, whatever became of a case later.
    """
    return (
        Case.objects.filter(district__in=districts, escalated_at__gte=since)
        .values("street", "street__name")
        .annotate(escalated=Count("pk", distinct=True), whistles=Count("whistles", distinct=True))
        .order_by("street__code")
    )
