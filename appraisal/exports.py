"""The table of a month as a file: the same figures as the page."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from appraisal.enums import Code
from appraisal.results import Figure, Result, Row
from records.sheets import neutral


def lines(result: Result) -> Iterator[list]:
    """Yield the headers and then each department; what is missing or withheld is an empty cell."""
    weights = {row.code: row.weight for row in result.indicators}
    headers = [_("Month"), _("Rank"), _("Department"), _("Total score")]
    for code in Code:
        weight = weights.get(code, 0)
        headers.append(_("%(figure)s (weight %(weight)d)") % {"figure": code.label, "weight": weight})
        headers.append(_("%(figure)s: sample") % {"figure": code.label})
        if code != Code.TURNOUT_MARKS:
            headers.append(_("%(figure)s with excluded cases") % {"figure": code.label})
    yield [*headers, _("Whistles"), _("Unrated cases"), _("Note")]
    for row in result.rows:
        yield _line(result, row)


def _line(result: Result, row: Row) -> list:
    cells = [f"{result.month:%Y-%m}", row.rank, neutral(row.department.name), row.points]
    for figure in row.figures:
        cells += _cells(figure)
    return [*cells, row.facts.called, row.facts.unrated, row.remark]


def _cells(figure: Figure) -> list:
    with_excluded = [] if figure.code == Code.TURNOUT_MARKS else [figure.points_with_excluded]
    return [figure.points, figure.sample, *with_excluded]
