"""Two people at the same moment: one takes the last place, or the wish; and what would happen without the lock."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def races(tmp_path_factory) -> dict:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment["DATA_DIR"] = str(tmp_path_factory.mktemp("races"))
    run = subprocess.run(
        [sys.executable, "-m", "tests.service.calls_races"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout)


def test_the_last_place_is_taken_by_one(races):
    assert races["place"] == {"answers": ["OutOfTurn", "done"], "coming": 1, "yes": 1}


def test_without_the_lock_two_take_the_last_place(races):
    assert races["place without lock"] == {"answers": ["done", "done"], "coming": 1, "yes": 2}


def test_a_wish_is_claimed_by_one_and_the_other_is_told(races):
    assert races["wish"] == {"answers": ["OutOfTurn", "done"]}


def test_without_the_lock_nobody_is_told_that_it_is_claimed(races):
    assert "OutOfTurn" not in races["wish without lock"]["answers"]
