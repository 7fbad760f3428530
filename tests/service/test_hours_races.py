"""Two at the same moment, for the hours of one day and on the day itself; and what would happen without the lock."""

import pytest

from tests.service.race_runs import run_races


@pytest.fixture(scope="module")
def races(tmp_path_factory) -> dict:
    return run_races("tests.service.hours_races", tmp_path_factory.mktemp("races"))


def test_the_day_holds_the_hours_of_one_of_them(races):
    assert races["cap"] == {"answers": ["Refused", "done"], "minutes": 300}


def test_without_the_lock_the_cap_is_broken(races):
    assert races["cap without lock"] == {"answers": ["done", "done"], "minutes": 600}


def test_who_checks_in_has_not_withdrawn(races):
    assert races["check-in"] in (
        {"answers": ["OutOfTurn", "done"], "state": "taken", "checked_in": True},
        {"answers": ["OutOfTurn", "done"], "state": "withdrawn", "checked_in": False},
    )


def test_without_the_lock_somebody_is_there_who_has_withdrawn(races):
    assert races["check-in without lock"] == {"answers": ["done", "done"], "state": "withdrawn", "checked_in": True}
