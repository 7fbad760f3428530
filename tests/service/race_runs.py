"""How the races of this app are run: in a process of their own, on an empty database of the kind the tests use."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit, urlunsplit

from django.db.models import QuerySet

from tests.databases import POSTGRESQL

ROOT = Path(__file__).resolve().parents[2]


def run_races(module: str, directory: Path) -> dict:
    """Run `module`, which prints what came of its races; return that. A file of SQLite goes into `directory`."""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment["DATA_DIR"] = str(directory)
    environment.pop("DATABASE_URL", None)
    with _database(module) as address:
        if address:
            environment["DATABASE_URL"] = address
        run = subprocess.run(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout)


@contextmanager
def _database(module: str) -> Iterator[str]:
    """Give the address of an empty database: beside the tests' own on PostgreSQL, or none for a file of SQLite."""
    if not POSTGRESQL:
        yield ""
        return
    import psycopg

    address, name = os.environ["TEST_DATABASE_URL"], f"{module.rpartition('.')[2]}_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def without_locks() -> Iterator[None]:
    """Let rows be read without holding them: for an action without its transaction, which could hold nothing."""
    with patch.object(QuerySet, "select_for_update", lambda rows, **_given: rows.all()):
        yield
