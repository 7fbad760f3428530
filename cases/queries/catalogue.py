"""What the administrator sets: categories and clocks."""

from django.db.models import QuerySet

from cases.enums import Step, WhistleKind
from cases.models import Category, ClockSetting
from records.registry import Clock


def finer_categories() -> QuerySet[Category]:
    """Return the second-level categories with their parents, also those that are no longer in use."""
    return (
        Category.objects.filter(parent__isnull=False)
        .select_related("parent")
        .order_by("parent__position", "parent__code", "position", "code")
    )


def choosable_categories() -> QuerySet[Category]:
    """Return the second-level categories that are in use, with their parents."""
    return finer_categories().filter(is_active=True, parent__is_active=True)


def clocks(scope: str) -> dict[str, ClockSetting]:
    """Return the clocks of `scope` (an urgency or a kind of whistle) and those of all scopes, by step."""
    rows = ClockSetting.objects.filter(scope__in=["", scope]).order_by("scope")
    return {row.step: row for row in rows}


def arrival_clocks() -> dict[str, ClockSetting]:
    """Return how soon a department must be on the spot, by kind of whistle; a kind without a clock is missing."""
    rows = {row.scope: row for row in ClockSetting.objects.filter(step=Step.TURNOUT_ARRIVE)}
    return {kind: rows.get(kind) or rows[""] for kind in WhistleKind if kind in rows or "" in rows}


def lengths_of(kind: str) -> list[Clock]:
    """Return how long deadlines of `kind`, or of any kind if it is empty, may take, setting by setting."""
    rows = ClockSetting.objects.filter(step=kind) if kind else ClockSetting.objects.all()
    return [
        Clock(f"{row.get_step_display()} · {row.get_scope_display()}", row.amount, row.unit)
        for row in rows
        if row.step != Step.RATE  # what a resident may do is no deadline of a unit
    ]
