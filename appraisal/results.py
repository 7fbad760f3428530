"""A month's result: the one sheet that the page, the command and the export read."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from accounts.models import Unit
from appraisal.enums import MEANING, RATED_CODES, SOURCE_OF, Code
from appraisal.formula import SMALL, Facts, points, ranks, total, written
from appraisal.models import Indicator, Scheme
from appraisal.months import bounds
from appraisal.queries import departments_in, facts_of, indicators_for, reach_of
from cases.queries import rating_is_open


@dataclass(frozen=True)
class Figure:
    """One indicator of one department. Without `weight` it is shown but not part of the scheme."""

    code: Code
    value: Fraction | None
    sample: int
    weight: int | None = None
    with_excluded: Fraction | None = None
    excluded: int = 0
    withheld: bool = False

    @property
    def label(self) -> str:
        return Code(self.code).label

    @property
    def source(self) -> str:
        return SOURCE_OF[self.code].label

    @property
    def meaning(self):
        return MEANING[self.code]

    @property
    def points(self) -> Decimal | None:
        return points(self.value)

    @property
    def points_with_excluded(self) -> Decimal | None:
        return points(self.with_excluded)

    @property
    def exact(self) -> str | None:
        return written(self.value)

    @property
    def is_small(self) -> bool:
        return 0 < self.sample < SMALL


@dataclass(frozen=True)
class Row:
    """One department: its facts, its figures in the order of the catalogue, its total and its rank."""

    department: Unit
    facts: Facts
    figures: tuple[Figure, ...]
    total: Fraction | None
    rank: int | None = None
    withheld: bool = False

    @property
    def points(self) -> Decimal | None:
        return points(self.total)

    @property
    def exact(self) -> str | None:
        return written(self.total)

    @property
    def counted(self) -> list[Figure]:
        """The figures that make up the total: in the scheme, and with data."""
        return [figure for figure in self.figures if figure.weight and figure.value is not None]

    @property
    def counted_weight(self) -> int:
        return sum(figure.weight for figure in self.counted)

    @property
    def remark(self) -> str:
        """Why there is no total, or an empty text."""
        if not self.facts.called:
            return _("Not whistled")
        if not self.facts.marks:
            return _("Not marked by any street yet")
        return _("Not shown before all ratings of the month are settled") if self.withheld else ""

    def figure(self, code: str) -> Figure:
        return next(figure for figure in self.figures if figure.code == code)


@dataclass(frozen=True)
class Result:
    """All departments of one district in one month, by rank, those without one last."""

    district: Unit
    month: date
    indicators: list[Indicator]
    rows: tuple[Row, ...]
    settled: bool

    @property
    def scheme(self) -> Scheme | None:
        """The scheme in force in the month, if there was one."""
        return self.indicators[0].scheme if self.indicators else None

    @property
    def withholds(self) -> bool:
        return any(row.withheld for row in self.rows)


def _row(department: Unit, facts: Facts, weights: dict[str, int]) -> Row:
    figures = []
    for code in Code:
        rate = facts.rate(code)
        figures.append(
            Figure(
                code=code,
                value=facts.value(code),
                sample=facts.sample(code),
                weight=weights.get(code),
                with_excluded=rate and rate.with_excluded,
                excluded=rate.excluded_whole if rate else 0,
            )
        )
    return Row(department, facts, tuple(figures), total({f.code: f.value for f in figures}, weights))


def result_of(district: Unit, month: date, now: datetime) -> Result:
    """Return the whole result of `district` for `month` with what is known by `now`."""
    indicators = indicators_for(month)
    weights = {indicator.code: indicator.weight for indicator in indicators}
    facts = facts_of(district, month, now)
    rows = [_row(unit, facts.get(unit.pk, Facts()), weights) for unit in departments_in(district, facts)]
    ranked = [replace(row, rank=rank) for row, rank in zip(rows, ranks([r.points for r in rows]), strict=True)]
    ranked.sort(key=lambda row: (row.rank is None, row.rank or 0, row.department.code))
    return Result(district, month, indicators, tuple(ranked), rating_is_open(bounds(month)[0], now))


def for_reader(result: Result, user, now: datetime) -> Result:
    """Return `result` as `user` may read it; whoever oversees the district reads every figure.

    Whoever works on cases sees neither resident rates nor totals nor ranks, and the departments in order of their
    codes, until every rating of the month is open. The size of the sample is no protection: whoever reads a figure
    from six ratings, and next day the one from seven, knows the seventh.
    """
    if reach_of(user, result.district).whole or _all_ratings_open(result, now):
        return result
    rows = sorted(map(_withheld, result.rows), key=lambda row: row.department.code)
    return replace(result, rows=tuple(rows))


def _all_ratings_open(result: Result, now: datetime) -> bool:
    last_given = (row.facts.last_rated_at for row in result.rows)
    return all(rating_is_open(at, now) for at in last_given if at)


def _withheld(row: Row) -> Row:
    figures = tuple(
        # where nobody has rated there is nothing to withhold
        replace(figure, value=None, with_excluded=None, withheld=figure.with_excluded is not None)
        if figure.code in RATED_CODES
        else figure
        for figure in row.figures
    )
    return replace(row, figures=figures, total=None, rank=None, withheld=True)
