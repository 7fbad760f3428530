"""Two convenors arrange one agenda at once: no item is lost or doubled; and what would happen without the lock."""

import pytest

from tests.service.race_runs import run_races


@pytest.fixture(scope="module")
def races(tmp_path_factory) -> dict:
    return run_races("tests.consultation.agenda_races", tmp_path_factory.mktemp("races"))


def test_moves_at_once_leave_each_item_on_a_place_of_its_own(races):
    assert races["moves"] == {"lost": [], "doubled": 0, "places": True, "errors": {}}


def test_items_added_and_removed_meanwhile_are_there_and_gone(races):
    found = races["moves_adds_and_removes"]
    assert (found["lost"], found["doubled"], found["places"], found["count"]) == ([], 0, True, 19)
    assert set(found["errors"]) <= {"OutOfTurn"}


def test_without_the_lock_two_items_have_one_place(races):
    assert races["without_locks"] == {"places": False}
