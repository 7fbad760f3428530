"""A thousand members for ten places: ten are in, the others wait in line; and what would happen without the lock."""

import pytest

from tests.service.race_runs import run_races


@pytest.fixture(scope="module")
def races(tmp_path_factory) -> dict:
    return run_races("tests.service.sign_up_races", tmp_path_factory.mktemp("races"))


def test_ten_are_in_and_the_others_wait_in_one_line(races):
    assert races["crowd"] == {
        "states": {"taken": 10, "waiting": 990},
        "taken": 10,
        "errors": {},
        "in_order": True,
        "positions": True,
    }


def test_places_that_become_free_at_once_are_offered_in_order(races):
    assert races["freed"] == {
        "states": {"withdrawn": 10, "offered": 10, "waiting": 980},
        "taken": 10,
        "errors": {},
        "in_order": True,
        "positions": True,
        "asked_in_order": True,
    }


def test_one_member_cannot_be_in_two_places_at_the_same_hour(races):
    assert races["same_member"] == {"held": 1, "refused": 15, "kinds": 1}


def test_without_the_lock_two_have_the_same_place_and_one_is_counted(races):
    assert races["without_locks"]["states"] == {"taken": 2}
    assert races["without_locks"]["taken"] == 1
