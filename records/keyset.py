"""Keyset pagination: the cost of a page does not grow with its distance from the first."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import BadRequest
from django.db.models import DateTimeField, Field, Model, Q, QuerySet


@dataclass(frozen=True)
class Page:
    """One page of a list: the rows, and the cursors of its neighbours (None where there is no more)."""

    rows: list
    older: str | None
    newer: str | None

    def __iter__(self):
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def _cursor(row: Model, field: str, turned: bool) -> str:
    value = getattr(row, field)
    text = json.dumps([value.isoformat() if isinstance(value, datetime) else value, row.pk, int(turned)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, column: Field) -> tuple[datetime | int, int, bool]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        value, pk, turned = json.loads(base64.urlsafe_b64decode(padded))
        if isinstance(column, DateTimeField):
            value = datetime.fromisoformat(value)
            if not 1900 < value.year < 3000 or value.tzinfo is None:
                raise ValueError(value)
        return (value if isinstance(value, datetime) else int(value)), int(pk), bool(turned)
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error, UnicodeError) as error:
        raise BadRequest("A page cursor that this portal did not make.") from error


def page(queryset: QuerySet, field: str, cursor: str = "", size: int = 25) -> Page:
    """Return one page of `queryset` ordered by `field` ("-" for descending), then by primary key.

    `cursor` comes from `older` or `newer` of another page; empty means the first page. The column, of
    times or whole numbers, may not be null. Raises BadRequest, answered with 400, for a cursor that was tampered with.
    """
    descending = field.startswith("-")
    name = field.lstrip("-")
    turned = False
    if cursor:
        value, pk, turned = _read(cursor, queryset.model._meta.get_field(name))
        forward = "lt" if descending != turned else "gt"
        queryset = queryset.filter(
            Q(**{f"{name}__{forward}e": value}) & (Q(**{f"{name}__{forward}": value}) | Q(**{f"pk__{forward}": pk}))
        )
    sign = "-" if descending != turned else ""
    rows = list(queryset.order_by(f"{sign}{name}", f"{sign}pk")[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if turned:
        rows.reverse()
    has_older, has_newer = (bool(cursor), more) if turned else (more, bool(cursor))
    return Page(
        rows=rows,
        older=_cursor(rows[-1], name, False) if rows and has_older else None,
        newer=_cursor(rows[0], name, True) if rows and has_newer else None,
    )
