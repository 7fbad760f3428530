"""A thousand members for ten places: ten are in, the others wait in line; and what would happen without the lock."""

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

    address, name = os.environ["TEST_DATABASE_URL"], f"races_{os.getpid()}"
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
        [sys.executable, "-m", "tests.service.sign_up_races"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout)


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
