"""Two claim or match at the same moment: one does it, the other is told; and what would happen without the lock."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.databases import POSTGRESQL

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def database():
    """Yield the address of an empty database: beside the tests' own on PostgreSQL, or none for a file of SQLite."""
    if not POSTGRESQL:
        yield ""
        return
    import psycopg

    address, name = os.environ["TEST_DATABASE_URL"], f"list_races_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def races(database, tmp_path_factory) -> dict:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment["DATA_DIR"] = str(tmp_path_factory.mktemp("races"))
    environment.pop("DATABASE_URL", None)
    if database:
        environment["DATABASE_URL"] = database
    run = subprocess.run(
        [sys.executable, "-m", "tests.service.lists_races"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout)


def test_a_need_is_claimed_by_one_and_the_other_is_told(races):
    assert races["claim"] == {"answers": ["OutOfTurn", "done"]}


def test_without_the_lock_nobody_is_told_that_it_is_claimed(races):
    assert "OutOfTurn" not in races["claim without lock"]["answers"]


def test_a_resource_goes_into_one_project(races):
    assert races["match"] == {"answers": ["OutOfTurn", "done"], "projects": 1}


def test_without_the_lock_it_goes_into_two(races):
    assert races["match without lock"]["projects"] == 2


def test_the_same_form_sent_eight_times_at_once_is_one_registration(races):
    assert races["register"] == {"answers": ["OutOfTurn"] * 7 + ["done"], "registrations": 1}
