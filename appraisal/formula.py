"""How a department's month becomes a figure: exact fractions in, exact fractions out, no database and no clock.

docs/appraisal.md says the same in words. Nothing is rounded before `points`, which is called last.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import floor

from appraisal.enums import STREET_CODES, Code

LOWEST, HIGHEST, MARKS = 1, 5, 3  # three marks of 1 to 5 with every release
SATISFIED = 4  # of 5: what counts as satisfied
SMALL = 5  # a figure from fewer than this many is marked as a small sample
HALF = Fraction(1, 2)


def holds_third(street: int, total: int) -> bool:
    """Return whether the streets' weight is at least one third of the total, in whole numbers."""
    return 3 * street >= total


def street_and_total(weights: Mapping[str, int]) -> tuple[int, int]:
    """Return the weight of the streets and the weight of all, of `weights` by indicator code."""
    return sum(weight for code, weight in weights.items() if code in STREET_CODES), sum(weights.values())


def written(value: Fraction | None) -> str | None:
    """Return `value` as it is, e.g. 17/20."""
    return None if value is None else f"{value.numerator}/{value.denominator}"


def ratio(part: int, whole: int) -> Fraction | None:
    """Return `part` of `whole`, or None where there is nothing to divide by: missing is not 0."""
    return Fraction(part, whole) if whole else None


@dataclass(frozen=True)
class StreetMarks:
    """The marks that one street gave: the sum of all three over `releases` releases, at least one."""

    code: str
    street: str
    releases: int
    marks: int

    @property
    def value(self) -> Fraction:
        """All ones are 0, all fives are 1: the streets' weight moves the total over its whole breadth."""
        return Fraction(self.marks - MARKS * LOWEST * self.releases, MARKS * (HIGHEST - LOWEST) * self.releases)

    @property
    def exact(self) -> str:
        return written(self.value)


@dataclass(frozen=True)
class Rate:
    """A rate without the excluded cases, which are counted beside it: `value` is the one that is scored."""

    part: int = 0
    whole: int = 0
    excluded_part: int = 0
    excluded_whole: int = 0

    @property
    def value(self) -> Fraction | None:
        return ratio(self.part, self.whole)

    @property
    def with_excluded(self) -> Fraction | None:
        return ratio(self.part + self.excluded_part, self.whole + self.excluded_whole)


@dataclass(frozen=True)
class Facts:
    """What is counted of one department in one month; `called` are the whistles that count at all.

    `unverified` ratings count in no rate; `last_rated_at` is when the last one that counts was given.
    """

    called: int = 0
    marks: tuple[StreetMarks, ...] = ()
    response: Rate = field(default_factory=Rate)
    resolution: Rate = field(default_factory=Rate)
    satisfaction: Rate = field(default_factory=Rate)
    unrated: int = 0
    unverified: int = 0
    last_rated_at: datetime | None = None

    def rate(self, code: str) -> Rate | None:
        """Return the rate behind `code`, or None for the street score."""
        return None if code == Code.TURNOUT_MARKS else getattr(self, code)

    def value(self, code: str) -> Fraction | None:
        """Return the value of `code` from 0 to 1, or None without data."""
        return street_score(self.marks) if code == Code.TURNOUT_MARKS else self.rate(code).value

    def sample(self, code: str) -> int:
        """Return from how many releases, whistles or rated cases `code` is reckoned."""
        return sum(row.releases for row in self.marks) if code == Code.TURNOUT_MARKS else self.rate(code).whole


def street_score(marks: Iterable[StreetMarks]) -> Fraction | None:
    """Return the mean of the streets' own means, or None where no street has marked anything.

    A street that whistles more often has no louder voice: how often it whistles is in its own hand.
    """
    values = [row.value for row in marks]
    return sum(values, Fraction()) / len(values) if values else None


def total(values: Mapping[str, Fraction | None], weights: Mapping[str, int]) -> Fraction | None:
    """Return the weighted mean, 0 to 1, of the indicators that have data.

    One without data is left out and the others keep their proportions. None where a street indicator has no
    data: a department that no street has marked has no total.
    """
    if any(values.get(code) is None for code in weights if code in STREET_CODES):
        return None
    present = {code: weight for code, weight in weights.items() if values.get(code) is not None}
    whole = sum(present.values())
    return sum((values[code] * weight for code, weight in present.items()), Fraction()) / whole if whole else None


def points(value: Fraction | None) -> Decimal | None:
    """Return `value` as points of 100 with two decimals, halves rounded up: the one place where we round."""
    return None if value is None else Decimal(floor(value * 10_000 + HALF)).scaleb(-2)


def ranks(totals: Sequence[Decimal | None]) -> list[int | None]:
    """Return the rank of each published total: equals share one (1, 1, 3), None has none."""
    return [None if own is None else 1 + sum(other > own for other in totals if other is not None) for own in totals]
