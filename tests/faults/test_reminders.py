"""Nobody is told twice and nobody is forgotten, whatever is killed: with real workers, beats, broker and database.

FAULTS=full runs them at full size: 2,000 reminders, the worker killed every 2 seconds for a minute.
"""

import os
import signal
import time

import pytest

from tests.faults.conftest import needs_postgres, needs_redis
from tests.faults.programs import Programs, wait_for

pytestmark = pytest.mark.faults

FULL = os.environ.get("FAULTS") == "full"
DEADLINES, KILLS = (2000, 30) if FULL else (300, 5)
BETWEEN_KILLS = 2
PEOPLE = 2
ALL_TOLD = {
    "deadlines": DEADLINES,
    "handled": DEADLINES,
    "reminders": DEADLINES * PEOPLE,
    "told": DEADLINES * PEOPLE,
    "levels": [3],
    "notices": [DEADLINES] * PEOPLE,
    "keys": DEADLINES * PEOPLE,
}


def remind_through_kills(programs: Programs, *, between=lambda kill: None) -> None:
    """Let all deadlines fall due while the worker is killed again and again, and compare with what was told.

    Two beats as configured and two plain ones send each sweep up to three times; `between` does its own harm
    after each kill.
    """
    programs.scene("prepare", DEADLINES, KILLS * BETWEEN_KILLS)
    for name in ("beat", "second-beat"):
        programs.beat(name)
    for name in ("third-beat", "fourth-beat"):
        programs.beat(name, "--scheduler", "celery.beat.PersistentScheduler")
    for kill in range(KILLS):
        programs.worker()
        time.sleep(BETWEEN_KILLS)
        programs.end("worker", signal.SIGKILL)
        between(kill)
    programs.worker()
    wait_for(lambda: programs.scene("told")["handled"] == DEADLINES, 60, "every deadline handled")
    programs.end_portal()
    assert programs.scene("told") == ALL_TOLD


def test_on_the_embedded_broker(programs):
    remind_through_kills(programs)


def harmed(redis):
    """Return what restarts Redis twice on the way: once in order, once killed."""
    signals = {KILLS // 3: signal.SIGTERM, 2 * KILLS // 3: signal.SIGKILL}

    def between(kill: int) -> None:
        if kill in signals:
            redis.stop(signals[kill])
            redis.start()

    return between


@needs_redis
def test_on_redis_that_is_restarted_twice(programs, redis):
    remind_through_kills(programs, between=harmed(redis))


@needs_redis
@needs_postgres
def test_on_redis_and_postgresql(programs, postgres, redis):
    remind_through_kills(programs, between=harmed(redis))
