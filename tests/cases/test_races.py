"""Two people at the same moment: one does it, the other is told; and what would happen without the lock."""

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
        [sys.executable, "-m", "tests.cases.races"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout)


def test_a_case_is_accepted_by_one(races):
    assert races["accept"] == {"answers": ["OutOfTurn", "done"], "accepted": 1}


def test_without_the_lock_both_accept(races):
    assert races["accept without lock"] == {"answers": ["done", "done"], "accepted": 2}


def test_a_department_is_released_once_and_counted_once(races):
    assert races["release"] == {"answers": ["OutOfTurn", "done"], "open_turnouts": 1}


def test_without_the_lock_it_is_released_twice(races):
    assert races["release without lock"]["answers"] == ["done", "done"]


def test_the_same_form_sent_eight_times_at_once_is_one_case(races):
    assert races["lodge"] == {"answers": ["done"] * 8, "cases": 1}
