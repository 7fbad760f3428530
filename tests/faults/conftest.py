"""The programs that the fault tests need; without them a test is skipped with the line that gets them."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.faults.programs import Postgres, Programs, Redis, postgres_binaries

needs_redis = pytest.mark.skipif(
    not shutil.which("redis-server"), reason="needs Redis: apt-get install -y redis-server"
)


@pytest.fixture
def programs(tmp_path):
    """Start nothing yet; end everything afterwards."""
    found = Programs(tmp_path, SWEEP_SECONDS="1", CHANNEL_SCHEMAS="json")
    yield found
    found.end_all()


@pytest.fixture
def redis(programs) -> Redis:
    """A redis-server that runs, which the portal of `programs` uses."""
    server = Redis(programs)
    server.start()
    programs.environment["REDIS_URL"] = server.url
    return server


@pytest.fixture
def postgres_if_installed(programs):
    """A PostgreSQL that runs, which the portal of `programs` uses, in a folder that its account can reach.

    Where Debian's is not installed, the portal stays with SQLite.
    """
    if not postgres_binaries():
        yield
        return
    with tempfile.TemporaryDirectory(prefix="faults-postgres-", ignore_cleanup_errors=True) as folder:
        server = Postgres(programs, Path(folder))
        server.start()
        programs.environment["DATABASE_URL"] = server.url
        yield
        programs.end_all()
