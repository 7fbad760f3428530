"""A whole file: batch by batch, so that memory stays flat, in one transaction, so that nothing half-done stays."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.tabular import MOST_SHOWN, Problems, Row, read_table
from cases.imports.directory import Directory
from cases.imports.mapping import Mapping
from cases.imports.notes import Note
from cases.imports.rows import RowReader, counted
from cases.imports.writing import Writer
from cases.models import Case
from records import actions as records

BATCH = 500


@dataclass
class Summary:
    """What became of every row: read = imported + known + refused."""

    imported: int = 0
    known: int = 0
    problems: Problems = field(default_factory=Problems)
    notes: Counter[Note] = field(default_factory=Counter)
    new_units: Counter[str] = field(default_factory=Counter)
    new_categories: int = 0
    districts: Counter[Unit] = field(default_factory=Counter)

    @property
    def refused(self) -> int:
        return len(self.problems.lines)

    @property
    def read(self) -> int:
        return self.imported + self.known + self.refused

    def sentences(self) -> list[str]:
        """Return the summary as lines for a person."""
        lines = [
            _("Rows read: %(count)d") % {"count": self.read},
            "  " + _("imported: %(count)d") % {"count": self.imported},
            "  " + _("already there: %(count)d") % {"count": self.known},
            "  " + _("refused: %(count)d") % {"count": self.refused},
        ]
        for kind, count in self.new_units.items():
            lines.append(
                _("New units of the kind “%(kind)s”: %(count)d") % {"kind": UnitKind(kind).label, "count": count}
            )
        if self.new_categories:
            lines.append(_("New categories: %(count)d") % {"count": self.new_categories})
        for note, count in self.notes.items():
            lines.append(_("%(count)d rows: %(note)s") % {"count": count, "note": note.sentence})
        if self.known and self.known == self.read:
            lines.append(_("Everything was there already: 0 changes."))
        return lines


@transaction.atomic
def import_cases(
    *,
    source: BinaryIO,
    mapping: Mapping,
    skip_bad: bool = False,
    advance: Callable[[int], object] = lambda _count: None,
    now: datetime | None = None,
) -> Summary:
    """Import the requests of a CSV file and return what became of every row.

    A request whose external number is known is left as it is. `advance` is told how many bytes were read.
    Raises FileRefused with the problems by line and column, after which nothing is written, not even units;
    with `skip_bad` the sound rows are imported and the problems stand in the summary. Raises Refused when a
    unit or category that the mapping lists cannot be created.
    """
    now = now or timezone.now()
    summary = Summary(problems=Problems(None if skip_bad else MOST_SHOWN))
    directory = Directory()
    directory.prepare(mapping)
    rows = read_table(
        source,
        problems=summary.problems,
        required=mapping.required_columns,
        optional=None,
        encoding=mapping.encoding,
        delimiter=mapping.delimiter,
        advance=advance,
    )
    reader = RowReader(mapping=mapping, directory=directory, problems=summary.problems, now=now)
    _import(rows, reader, Writer(directory), summary)
    if not skip_bad:
        summary.problems.check()
    summary.new_units, summary.new_categories = directory.new_units, directory.new_categories
    for district, count in summary.districts.items():
        records.audit(
            verb="case.import", subject=district, actor=None, unit=district, detail={"imported": count}, now=now
        )
    return summary


def _import(rows: Iterator[Row], reader: RowReader, writer: Writer, summary: Summary) -> None:
    newest = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    while batch := list(islice(rows, BATCH)):
        numbers = [reader.external_id(row) for row in batch]
        there = dict(Case.objects.filter(external_id__in=filter(None, numbers)).values_list("external_id", "pk"))
        drafts, seen = [], {number for number, pk in there.items() if pk > newest}
        for number, row in zip(numbers, batch, strict=True):
            if number and number in seen:
                reader.complain(row, "external_id", _("“%(number)s” stands on an earlier line.") % {"number": number})
            elif number in there:
                summary.known += 1
            elif draft := reader.read(row):
                drafts.append(draft)
            seen.add(number)
        for case in writer.write(drafts):
            summary.districts[case.district] += 1
        summary.imported += len(drafts)
        summary.notes.update(counted(drafts))
