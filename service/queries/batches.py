"""Rows that wait for a task, a batch at a time."""

from datetime import datetime

from django.db.models import Q, QuerySet

BATCH = 500
Row = tuple[datetime, int]
"""When it is due, and its key."""


def in_turn(rows: QuerySet, at: str, key: str, after: Row | None) -> list[Row]:
    """Return the fields `at` and `key` of the next BATCH of `rows`, by both, those behind `after` only."""
    if after is not None:
        moment, last = after
        rows = rows.filter(Q(**{f"{at}__gt": moment}) | Q(**{at: moment, f"{key}__gt": last}))
    return list(rows.order_by(at, key).values_list(at, key).distinct()[:BATCH])
