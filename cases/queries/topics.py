"""每月一题: what recurs in the cases of a street."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from accounts.models import Unit
from cases.models import Case


def frequent_categories(
    *, street: Unit, earlier: datetime, before: datetime, since: datetime, until: datetime
) -> QuerySet:
    """Return rows {category, cases, cases_before, cases_earlier} of what was lodged in `street`, the most first.

    `cases` from `since` on and before `until`, `cases_before` in the span from `before` to `since`,
    `cases_earlier` in that from `earlier` to `since`. Every case counts, whatever became of it. One query, by the index
    case_of_street.
    """
    lodged = Case.objects.filter(street=street, lodged_at__gte=earlier, lodged_at__lt=until)
    return (
        lodged.order_by()
        .values("category")
        .annotate(
            cases=Count("pk", filter=Q(lodged_at__gte=since)),
            cases_before=Count("pk", filter=Q(lodged_at__gte=before, lodged_at__lt=since)),
            cases_earlier=Count("pk", filter=Q(lodged_at__lt=since)),
        )
        .filter(cases__gt=0)
        .order_by("-cases", "category__position", "category__code")
    )
