"""Quorum and majority, in integers. Pure: no database, no clock of its own."""

from consultation.enums import Majority


def needed_for_quorum(seats: int, percent: int) -> int:
    """Return how many of `seats` voting seats must be present for a quorum of `percent` (1 to 100), at least one."""
    return max(1, -(-seats * percent // 100))


def has_quorum(present: int, seats: int, percent: int) -> bool:
    """Return whether `present` of `seats` voting seats are a quorum of `percent`."""
    return present >= needed_for_quorum(seats, percent)


def is_adopted(majority: str, *, in_favour: int, against: int, electorate: int) -> bool:
    """Return whether a vote carries: abstentions and votes not cast count only where all who may vote count.

    SIMPLE compares those in favour with those against; a tie does not carry. ABSOLUTE and TWO_THIRDS are taken of
    the `electorate`, all who might vote.
    """
    if majority == Majority.SIMPLE:
        return in_favour > against
    if majority == Majority.ABSOLUTE:
        return in_favour * 2 > electorate
    return electorate > 0 and in_favour * 3 >= electorate * 2
