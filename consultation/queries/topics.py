"""每月一题: which categories recurred in a street in a month, and what was raised of them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.queries import grants_of
from cases.models import Category
from cases.queries.topics import frequent_categories
from consultation.enums import MatterState
from consultation.models import Matter
from service.months import after, before
from service.queries.shifts import midnight

TERRITORIES = (UnitKind.GRID, UnitKind.COMMUNITY, UnitKind.STREET, UnitKind.DISTRICT)
SHOWN = 10
MONTHS_BACK = 12


@dataclass(frozen=True)
class Change:
    """How a count compares with what it `was`: `direction` is "up", "down" or "same", `by` how much."""

    was: float
    direction: str
    by: float

    @classmethod
    def of(cls, now: int, was: float) -> "Change":
        """Return how `now` compares with `was`, to one decimal."""
        by = round(now - was, 1)
        return cls(round(was, 1), "up" if by > 0 else "down" if by < 0 else "same", abs(by))


@dataclass(frozen=True)
class Topic:
    """A category that recurred: in how many of all cases of the month, and how that compares.

    `month_before` compares with the month before, `average` with the three months before; `matters` are what was
    raised of it.
    """

    category: Category
    cases: int
    total: int
    month_before: Change
    average: Change
    matters: list[Matter]

    @property
    def percent(self) -> float:
        """Its share of all cases of the month."""
        return self.cases * 100 / self.total


def _held(user) -> dict[UnitKind, frozenset[int]]:
    grants = grants_of(user)
    return {kind: grants.units("represent_unit", kind) | grants.units("convene", kind) for kind in TERRITORIES}


def deals_with_topics(user) -> bool:
    """Return whether the topics of any street are for `user`."""
    return any(_held(user).values())


def streets_of(user) -> QuerySet[Unit]:
    """Return the streets whose topics are for `user`: of the units for which they speak or at which they convene."""
    held = _held(user)
    scope = (
        Q(pk__in=held[UnitKind.STREET])
        | Q(children__in=held[UnitKind.COMMUNITY])
        | Q(children__children__in=held[UnitKind.GRID])
        | Q(parent__in=held[UnitKind.DISTRICT])
    )
    found = Unit.objects.filter(scope, kind=UnitKind.STREET, is_active=True).select_related("parent")
    return found.distinct().order_by("code")


def months(today: date) -> list[date]:
    """Return the months whose topics may be chosen, that of `today` first."""
    found = [today.replace(day=1)]
    while len(found) <= MONTHS_BACK:
        found.append(before(found[-1]))
    return found


def current_month() -> date:
    """Return the first day of the month that runs."""
    return timezone.localdate().replace(day=1)


def topics_of(street: Unit, month: date) -> list[Topic]:
    """Return the most frequent categories of the cases of `street` in `month`, with what was raised of them."""
    last = before(month)
    rows = list(
        frequent_categories(
            street=street,
            earlier=midnight(before(before(last))),
            before=midnight(last),
            since=midnight(month),
            until=midnight(after(month)),
        )
    )
    total, rows = sum(row["cases"] for row in rows), rows[:SHOWN]
    keys = [row["category"] for row in rows]
    categories = Category.objects.in_bulk(keys)
    matters = Matter.objects.filter(street=street, month=month, category__in=keys)
    raised = list(
        matters.exclude(state=MatterState.WITHDRAWN).select_related("forum", "unit").order_by("raised_at", "pk")
    )
    return [
        Topic(
            category=categories[row["category"]],
            cases=row["cases"],
            total=total,
            month_before=Change.of(row["cases"], row["cases_before"]),
            average=Change.of(row["cases"], row["cases_earlier"] / 3),
            matters=[matter for matter in raised if matter.category_id == row["category"]],
        )
        for row in rows
    ]
