"""Two people at the same moment: one takes the last place, or the wish; and what would happen without the lock."""

import pytest

from tests.service.race_runs import run_races


@pytest.fixture(scope="module")
def races(tmp_path_factory) -> dict:
    return run_races("tests.service.calls_races", tmp_path_factory.mktemp("races"))


def test_the_last_place_is_taken_by_one(races):
    assert races["place"] == {"answers": ["OutOfTurn", "done"], "coming": 1, "yes": 1}


def test_without_the_lock_two_take_the_last_place(races):
    assert races["place without lock"] == {"answers": ["done", "done"], "coming": 1, "yes": 2}


def test_a_wish_is_claimed_by_one_and_the_other_is_told(races):
    assert races["wish"] == {"answers": ["OutOfTurn", "done"]}


def test_without_the_lock_nobody_is_told_that_it_is_claimed(races):
    assert "OutOfTurn" not in races["wish without lock"]["answers"]


def test_a_release_and_the_end_of_the_call_do_not_wait_for_each_other(races):
    assert races["end"] == {"answers": ["done", "done"], "call": "ended", "released": "released", "there": "arrived"}
