"""What the deadlines of this app are about, for desks and reminders: a number and a category, never a person."""

from collections.abc import Iterable

from cases.models import Case, Exclusion, Turnout
from records.registry import Subject


def cases_as_subjects(keys: Iterable[int]) -> dict[int, Subject]:
    """Return the subjects of deadlines on the cases with these `keys`."""
    rows = Case.objects.filter(pk__in=keys).select_related("category")
    return {row.pk: Subject(f"{row.category} {row.number}", row.get_absolute_url()) for row in rows}


def turnouts_as_subjects(keys: Iterable[int]) -> dict[int, Subject]:
    """Return the subjects of deadlines on the turnouts with these `keys`."""
    rows = Turnout.objects.filter(pk__in=keys).select_related("case__category", "department")
    return {
        row.pk: Subject(f"{row.case.category} {row.case.number} · {row.department}", row.get_absolute_url())
        for row in rows
    }


def exclusions_as_subjects(keys: Iterable[int]) -> dict[int, Subject]:
    """Return the subjects of deadlines on the exclusions with these `keys`: the case, which leads to the decision."""
    rows = Exclusion.objects.filter(pk__in=keys).select_related("case__category")
    return {row.pk: Subject(f"{row.case.category} {row.case.number}", row.case.get_absolute_url()) for row in rows}
