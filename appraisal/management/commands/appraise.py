"""`manage.py appraise YYYY-MM`: the figures of the appraisal page, as a table or as JSON."""

import json
from datetime import date
from unicodedata import east_asian_width

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.models import Unit
from appraisal.enums import Code
from appraisal.months import month_at, month_of
from appraisal.results import Figure, Result, Row, result_of

WIDE = ("W", "F")  # characters that take two columns of a terminal


class Command(BaseCommand):
    help = "Print the appraisal of a month: rank, total, street score and the three resident rates per department."

    def add_arguments(self, parser):
        parser.add_argument("month", metavar="YYYY-MM")
        parser.add_argument("--district", metavar="CODE", help="only this district (default: all with departments)")
        parser.add_argument("--json", action="store_true", help="exact fractions and rounded points, as JSON")

    def handle(self, *args, month, district, **options):
        now = timezone.now()
        results = [result_of(found, _month(month, now), now) for found in _districts(district)]
        if options["json"]:
            found = {"month": month, "districts": [as_data(result) for result in results]}
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
            return
        for result in results:
            self.stdout.write("\n".join(as_text(result)))


def _month(text: str, now) -> date:
    try:
        month = month_of(text)
    except ValueError as error:
        raise CommandError(_("“%s” is not a month: write it as YYYY-MM, e.g. 2026-10.") % text) from error
    if month > month_at(now):
        raise CommandError(_("The month %s has not begun yet.") % text)
    return month


def _districts(code: str | None) -> list[Unit]:
    districts = Unit.objects.filter(kind=UnitKind.DISTRICT).order_by("code")
    if code is None:
        return list(districts.filter(children__kind=UnitKind.DEPARTMENT).distinct())
    found = list(districts.filter(code=code))
    if not found:
        raise CommandError(_("There is no district with the code “%s”.") % code)
    return found


def as_data(result: Result) -> dict:
    """Return `result` as plain data: fractions as texts, rounded points as texts with two decimals."""
    scheme = result.scheme
    return {
        "district": result.district.code,
        "name": result.district.name,
        "scheme": scheme
        and {
            "version": scheme.version,
            "street_share": scheme.share,
            "weights": {row.code: row.weight for row in result.indicators},
        },
        "departments": [_department(row) for row in result.rows],
    }


def _department(row: Row) -> dict:
    return {
        "code": row.department.code,
        "name": row.department.name,
        "rank": row.rank,
        "total": row.exact,
        "total_points": _text(row.points),
        "whistles": row.facts.called,
        "unrated": row.facts.unrated,
        "unverified": row.facts.unverified,
        "remark": row.remark,
        "figures": {figure.code.value: _figure(figure) for figure in row.figures},
    }


def _figure(figure: Figure) -> dict:
    return {
        "value": figure.exact,
        "points": _text(figure.points),
        "points_with_excluded": _text(figure.points_with_excluded),
        "sample": figure.sample,
        "excluded": figure.excluded,
        "small": figure.is_small,
    }


def _text(points) -> str | None:
    return None if points is None else str(points)


def as_text(result: Result) -> list[str]:
    """Return `result` as the lines of a table; the number in brackets is the sample, * a small one."""
    share = _("The streets' share: %s") % (result.scheme.share if result.scheme else "—")
    lines = [f"{result.district.name} {result.month:%Y-%m} · {share}"]
    table = [["#", _("Department"), _("Total score"), *(str(code.label) for code in Code), ""]]
    for row in result.rows:
        figures = [_cell(figure) for figure in row.figures]
        table.append([str(row.rank or "—"), row.department.name, _text(row.points) or "—", *figures, row.remark])
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        lines.append("  ".join(cells).rstrip())
    return lines


def _cell(figure: Figure) -> str:
    if figure.value is None:
        return "—"
    return f"{figure.points} ({figure.sample}{'*' if figure.is_small else ''})"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in WIDE else 1 for character in text)
