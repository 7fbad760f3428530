"""What an employer is told of a quarter or a year: its members' attested hours and its rated projects.

Grouped, never per row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from accounts.enums import UnitKind
from accounts.models import Unit, User
from service.enums import HourKind, ItemState, ListKind
from service.models import HourEntry, ListItem
from service.quarters import Period
from service.queries.hours import BY_EMPLOYERS, cancelled_out

OF_CALLS = Sum("minutes", filter=BY_EMPLOYERS)
"""What employers attested at their own calls: as a rule the employer itself, else one its member belonged to."""


@dataclass(frozen=True)
class MemberLine:
    """One member in the sheet: attested service only. `by_employers` are those minutes that an employer attested."""

    name: str
    branch: str
    minutes: int
    services: int
    by_employers: int = 0


@dataclass(frozen=True)
class Sums:
    """What all members of an employer did in a period."""

    members: int
    minutes: int
    services: int
    by_employers: int


def hours_at(employer: Unit, period: Period) -> QuerySet[HourEntry]:
    """Return the hours of `employer` in `period`: the index hours_of_employer."""
    return HourEntry.objects.filter(employer=employer, day__range=(period.first_day, period.last_day))


def members_at(employer: Unit, period: Period) -> QuerySet[User]:
    """Return the people who have hours of `employer` in `period`."""
    return User.objects.filter(Exists(hours_at(employer, period).filter(member=OuterRef("pk"))))


def lines_of(employer: Unit, period: Period, people: Iterable[User] | None = None) -> list[MemberLine]:
    """Return a line for each of `people`, or of all members by branch and name: two queries for any number."""
    entries = hours_at(employer, period)
    if people is not None:
        entries = entries.filter(member__in=[person.pk for person in people])
    counted = Q(kind=HourKind.ATTESTED) & ~Q(pk__in=cancelled_out(entries))
    rows = entries.order_by("member").values("member", "member__name", "member__username")
    branches = _branches(entries)
    lines = [
        MemberLine(
            row["member__name"] or row["member__username"],
            branches.get(row["member"], ""),
            row["total"],
            row["services"],
            row["by_employers"] or 0,
        )
        for row in rows.annotate(total=Sum("minutes"), services=Count("pk", filter=counted), by_employers=OF_CALLS)
    ]
    return lines if people is not None else sorted(lines, key=lambda line: (line.branch, line.name))


def _branches(entries: QuerySet[HourEntry]) -> dict[int, str]:
    """Return the branch of each member as it was when the last of `entries` was served."""
    served = entries.filter(kind=HourKind.ATTESTED).order_by().values_list("member", "branch")
    newest = served.annotate(day=Max("day"), newest=Max("pk")).order_by("day", "newest")
    return {member: branch for member, branch, _day, _newest in newest}


def sums_of(employer: Unit, period: Period) -> Sums:
    """Return the sums over all members: one query."""
    entries = hours_at(employer, period)
    counted = Q(kind=HourKind.ATTESTED) & ~Q(pk__in=cancelled_out(entries))
    found = entries.order_by().aggregate(
        by_employers=OF_CALLS,  # before `minutes`, which would hide the column of that name
        members=Count("member", distinct=True),
        minutes=Sum("minutes"),
        services=Count("pk", filter=counted),
    )
    return Sums(found["members"], found["minutes"] or 0, found["services"], found["by_employers"] or 0)


def _in(period: Period) -> tuple[datetime, datetime]:
    """Return the moments at which `period` begins and ends; the end is not part of it."""
    days = (period.first_day, period.last_day + timedelta(days=1))
    first, end = (timezone.make_aware(datetime.combine(day, time())) for day in days)
    return first, end


def projects_of(employer: Unit, period: Period) -> QuerySet[ListItem]:
    """Return the projects that `employer` carried out and that were rated in `period`: the index item_of_claimant."""
    first, end = _in(period)
    rated = ListItem.objects.filter(
        claimant=employer, kind=ListKind.PROJECT, state=ItemState.RATED, rated_at__gte=first, rated_at__lt=end
    )
    return rated.select_related("community", "asker").order_by("rated_at", "pk")


def employers_with_sheets(period: Period) -> QuerySet[Unit]:
    """Return the active employers that have something in `period`."""
    first, end = _in(period)
    hours = HourEntry.objects.filter(employer=OuterRef("pk"), day__range=(period.first_day, period.last_day))
    rated = ListItem.objects.filter(
        claimant=OuterRef("pk"), kind=ListKind.PROJECT, state=ItemState.RATED, rated_at__gte=first, rated_at__lt=end
    )
    return Unit.objects.filter(Exists(hours) | Exists(rated), kind=UnitKind.EMPLOYER, is_active=True)
