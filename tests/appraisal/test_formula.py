from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.enums import Code
from appraisal.formula import (
    Facts,
    Rate,
    StreetMarks,
    holds_third,
    points,
    ranks,
    street_and_total,
    street_score,
    total,
)

WEIGHTS = {Code.TURNOUT_MARKS: 40, Code.RESPONSE: 20, Code.RESOLUTION: 20, Code.SATISFACTION: 20}
weights = st.fixed_dictionaries(
    {Code.TURNOUT_MARKS: st.integers(1, 1_000_000)},
    optional={code: st.integers(1, 1_000_000) for code in (Code.RESPONSE, Code.RESOLUTION, Code.SATISFACTION)},
)
shares = st.integers(1, 200).flatmap(lambda whole: st.integers(0, whole).map(lambda part: Fraction(part, whole)))
values = st.fixed_dictionaries({code: st.none() | shares for code in Code})
marks = st.lists(st.tuples(st.sampled_from("ABC"), st.lists(st.integers(1, 5), min_size=3, max_size=3)), min_size=1)


def by_street(given_marks) -> list[StreetMarks]:
    found = {}
    for street, three in given_marks:
        found.setdefault(street, []).append(sum(three))
    return [StreetMarks(street, street, len(sums), sum(sums)) for street, sums in found.items()]


@pytest.mark.parametrize(
    ("street", "whole", "holds"), [(1, 3, True), (34, 100, True), (33, 100, False), (3333, 10_000, False)]
)
def test_the_third_is_exact(street, whole, holds):
    assert holds_third(street, whole) is holds


@given(weights)
def test_the_third_is_that_of_fractions(given_weights):
    street, whole = street_and_total(given_weights)
    assert holds_third(street, whole) is (Fraction(street, whole) >= Fraction(1, 3))


@given(values, weights, st.integers(2, 1000))
def test_scaling_the_weights_changes_nothing(given_values, given_weights, factor):
    scaled = {code: weight * factor for code, weight in given_weights.items()}
    assert total(given_values, scaled) == total(given_values, given_weights)


@given(marks, st.data(), values, weights)
def test_raising_a_mark_never_lowers_the_total(given_marks, data, given_values, given_weights):
    index = data.draw(st.integers(0, len(given_marks) - 1))
    raised = [(street, list(three)) for street, three in given_marks]
    place = data.draw(st.integers(0, 2))
    raised[index][1][place] = data.draw(st.integers(raised[index][1][place], 5))

    def whole(rows):
        return total({**given_values, Code.TURNOUT_MARKS: street_score(by_street(rows))}, given_weights)

    assert whole(raised) >= whole(given_marks)


@given(marks, st.randoms())
def test_the_order_of_marks_does_not_matter(given_marks, random):
    shuffled = list(given_marks)
    random.shuffle(shuffled)
    assert street_score(by_street(shuffled)) == street_score(by_street(given_marks))


@given(values, weights)
def test_a_total_lies_between_the_figures_it_is_made_of(given_values, given_weights):
    found = total(given_values, given_weights)
    if given_values[Code.TURNOUT_MARKS] is None:
        assert found is None
    else:
        present = [given_values[code] for code in given_weights if given_values[code] is not None]
        assert min(present) <= found <= max(present)


def test_the_lowest_marks_are_0_and_the_highest_100():
    assert points(street_score([StreetMarks("A", "A", 2, 6)])) == Decimal("0.00")
    assert points(street_score([StreetMarks("A", "A", 2, 30)])) == Decimal("100.00")


def test_each_street_has_one_voice_however_often_it_whistles():
    busy, quiet = StreetMarks("A", "A", 30, 30 * 15), StreetMarks("B", "B", 1, 3)
    assert street_score([busy, quiet]) == Fraction(1, 2)


def test_a_missing_figure_is_left_out_and_the_rest_keep_their_proportions():
    found = total({Code.TURNOUT_MARKS: Fraction(1, 2), Code.RESPONSE: Fraction(1)}, WEIGHTS)
    assert found == (40 * Fraction(1, 2) + 20) / 60


def test_nothing_at_all_is_missing_and_not_zero():
    facts = Facts()
    assert [facts.value(code) for code in Code] == [None] * 4
    assert total({code: facts.value(code) for code in Code}, WEIGHTS) is None
    assert points(None) is None


def test_without_a_scheme_there_is_no_total():
    assert total({code: Fraction(1) for code in Code}, {}) is None


def test_the_excluded_are_counted_beside():
    rate = Rate(part=3, whole=4, excluded_part=0, excluded_whole=1)
    assert (rate.value, rate.with_excluded) == (Fraction(3, 4), Fraction(3, 5))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 3), "33.33"),
        (Fraction(2, 3), "66.67"),
        (Fraction(1, 1), "100.00"),
        (Fraction(1, 20_000), "0.01"),  # 0.005: a half is rounded up
        (Fraction(5, 20_000), "0.03"),  # 0.025: not to the even neighbour
    ],
)
def test_halves_are_rounded_up(value, text):
    assert str(points(value)) == text


def test_equal_totals_share_a_rank_and_none_has_none():
    assert ranks([Decimal(9), None, Decimal(9), Decimal(8), Decimal(10)]) == [2, None, 2, 4, 1]
