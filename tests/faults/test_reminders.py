"""Nobody is told twice and nobody is forgotten, whatever is killed: with real workers, beats, broker and database."""

import signal
import time

import pytest

from tests.faults.conftest import needs_redis
from tests.faults.programs import Programs, Robot, wait_for

pytestmark = pytest.mark.faults

DEADLINES, PEOPLE = 1000, 2  # 2,000 reminders
KILLS, BETWEEN_KILLS = 8, 2
ALL_TOLD = {
    "deadlines": DEADLINES,
    "handled": DEADLINES,
    "reminders": DEADLINES * PEOPLE,
    "told": DEADLINES * PEOPLE,
    "levels": [3],
    "notices": [DEADLINES] * PEOPLE,
    "keys": DEADLINES * PEOPLE,
    "to_people": DEADLINES,
    "to_channels": DEADLINES,
    "not_sent": 0,
}


def remind_through_kills(programs: Programs, *, between=lambda kill: None) -> None:
    """Let all deadlines fall due while the worker is killed again and again, and compare with what was told.

    Two beats as configured and two plain ones send each sweep up to three times, and each sweep hands over anew
    what has not left the portal within four seconds; `between` does its own harm after each kill.
    """
    with Robot() as robot:
        programs.scene("prepare", DEADLINES, KILLS * BETWEEN_KILLS)
        programs.scene("channels", robot.port)
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
        wait_for(lambda: _is_quiet(programs.scene("told")), 120, "every deadline handled, every message sent")
        programs.end_portal()
        told = programs.scene("told")
        assert told.pop("mail") >= DEADLINES
        assert told == ALL_TOLD
        assert robot.heard >= DEADLINES


def _is_quiet(told: dict) -> bool:
    return told["handled"] == DEADLINES and told["not_sent"] == 0


def test_on_the_embedded_broker(programs):
    remind_through_kills(programs)


@needs_redis
def test_on_redis_that_is_restarted_twice(programs, postgres_if_installed, redis):
    signals = {KILLS // 3: signal.SIGTERM, 2 * KILLS // 3: signal.SIGKILL}

    def harm_redis(kill: int) -> None:
        if kill in signals:
            redis.stop(signals[kill])
            redis.start()

    remind_through_kills(programs, between=harm_redis)
