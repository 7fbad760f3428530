"""The list of cases as a file: CSV as a stream, XLSX as a workbook. Contacts and ratings are never in it."""

import re
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.phones import masked
from cases.models import Case
from records import actions as records
from records.sheets import neutral

LIMIT = 50_000
HEADERS = (
    _("Number"), _("Channel"), _("Kind"), _("Category"), _("Urgency"), _("State"), _("Level"), _("With"),
    _("Street or town"), _("Community or village"), _("Grid"), _("Description"), _("Supporters"), _("Lodged at"),
    _("Due at"), _("Resolved at"), _("Closed at"), _("Excluded at"),
)  # fmt: skip
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def note_export(*, user: User, queryset: QuerySet[Case], form: str, filters: Iterable[str]) -> None:
    """Record in the audit trail that `user` takes the rows of `queryset` out as a `form`, by which filters."""
    records.audit(
        verb="cases.export",
        subject=user,
        actor=user,
        detail={"format": form, "rows": queryset.count(), "filters": sorted(filters)},
    )


def rows(queryset: QuerySet[Case]) -> Iterator[list[str]]:
    """Yield the headers and then each case of `queryset` as the texts of its cells, in the active language."""
    language = get_language()
    yield [str(header) for header in HEADERS]
    for case in queryset.iterator(chunk_size=2000):
        with override(language):  # a stream is read after the language of the request has ended
            cells = _cells(case)
        yield [neutral(cell) for cell in cells]


def _cells(case: Case) -> list[object]:
    return [
        case.number,
        case.get_channel_display(),
        case.get_kind_display(),
        case.category,
        case.get_urgency_display(),
        case.get_state_display(),
        case.get_level_display(),
        case.holder,
        case.street,
        case.community,
        case.grid,
        MOBILE.sub(lambda found: masked(found[0]), case.text),
        case.supporters,
        *map(_moment, (case.lodged_at, case.due_at, case.resolved_at, case.closed_at, case.excluded_at)),
    ]


def _moment(value) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""
