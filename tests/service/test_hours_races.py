"""Two communities attest the same day of one member at the same moment; and what would happen without the lock."""

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
        [sys.executable, "-m", "tests.service.hours_races"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout)


def test_the_day_holds_the_hours_of_one_of_them(races):
    assert races["cap"] == {"answers": ["Refused", "done"], "minutes": 300}


def test_without_the_lock_the_cap_is_broken(races):
    assert races["cap without lock"] == {"answers": ["done", "done"], "minutes": 600}
