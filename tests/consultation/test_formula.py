"""Quorum and majority, at their edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.enums import Majority
from consultation.formula import has_quorum, is_adopted, needed_for_quorum


@pytest.mark.parametrize(
    ("seats", "percent", "needed"),
    [(10, 50, 5), (11, 50, 6), (3, 66, 2), (3, 67, 3), (100, 1, 1), (7, 100, 7), (0, 50, 1), (1, 1, 1)],
)
def test_the_quorum_is_rounded_up_and_is_never_nobody(seats, percent, needed):
    assert needed_for_quorum(seats, percent) == needed
    assert has_quorum(needed, seats, percent)
    assert not has_quorum(needed - 1, seats, percent)


@pytest.mark.parametrize(
    ("majority", "in_favour", "against", "electorate", "adopted"),
    [
        (Majority.SIMPLE, 1, 0, 100, True),
        (Majority.SIMPLE, 5, 5, 10, False),
        (Majority.SIMPLE, 0, 0, 10, False),
        (Majority.ABSOLUTE, 5, 0, 10, False),
        (Majority.ABSOLUTE, 6, 4, 10, True),
        (Majority.TWO_THIRDS, 6, 0, 10, False),
        (Majority.TWO_THIRDS, 7, 3, 10, True),
        (Majority.TWO_THIRDS, 6, 3, 9, True),
        (Majority.TWO_THIRDS, 0, 0, 0, False),
    ],
)
def test_each_majority_at_its_edge(majority, in_favour, against, electorate, adopted):
    assert is_adopted(majority, in_favour=in_favour, against=against, electorate=electorate) is adopted


@given(st.sampled_from(list(Majority)), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_one_more_in_favour_never_defeats(majority, in_favour, against, rest):
    electorate = in_favour + against + rest + 1
    before = is_adopted(majority, in_favour=in_favour, against=against, electorate=electorate)
    assert not before or is_adopted(majority, in_favour=in_favour + 1, against=against, electorate=electorate)
