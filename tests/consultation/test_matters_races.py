"""Two raise the same at the same moment: one matter; and what would happen without the lock."""

import pytest

from tests.service.race_runs import run_races


@pytest.fixture(scope="module")
def races(tmp_path_factory) -> dict:
    return run_races("tests.consultation.matters_races", tmp_path_factory.mktemp("races"))


def test_a_case_is_raised_at_a_forum_once_and_the_other_official_is_told(races):
    assert races["case"] == {"answers": ["Refused", "done"], "matters": 1}


def test_without_the_lock_a_case_is_raised_twice(races):
    assert races["case without lock"] == {"answers": ["done", "done"], "matters": 2}


def test_a_form_posted_twice_raises_one_matter_and_both_are_led_to_it(races):
    assert races["form"] == {"answers": ["done", "done"], "matters": 1}


def test_without_the_lock_the_second_post_fails(races):
    assert races["form without lock"] == {"answers": ["IntegrityError", "done"], "matters": 1}
