"""While Redis is down pages answer and filing works; soon after its return reminders are sent again."""

import json
import sys
import urllib.error
import urllib.request

import pytest

from tests.faults.conftest import needs_redis
from tests.faults.programs import ROOT, free_port, wait_for

pytestmark = [pytest.mark.faults, needs_redis]

PERIOD = 5
DEADLINES = 10


@pytest.fixture
def portal(programs, redis) -> str:
    """The portal as `manage.py serve` runs it; return its address."""
    programs.environment["SWEEP_SECONDS"] = str(PERIOD)
    programs.scene("prepare", 0, 0)
    port = free_port()
    programs.start("portal", sys.executable, ROOT / "manage.py", "serve", "--port", str(port))
    return f"http://127.0.0.1:{port}/"


def health(portal: str) -> tuple[int, dict]:
    try:
        with urllib.request.urlopen(f"{portal}health/", timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, json.load(answer)
    except (urllib.error.URLError, OSError):
        return 0, {}


def test_pages_answer_filing_works_and_reminders_resume(programs, redis, portal):
    wait_for(lambda: health(portal)[0] == 200, 40, "a portal that lives")

    redis.stop()
    status, found = health(portal)
    assert (status, found["parts"]["broker"]["alive"], found["parts"]["database"]["alive"]) == (503, False, True)
    filed = programs.scene("file")
    assert filed["statuses"] == {"home": 200, "account_login": 302, "my_cases": 200, "notices": 200, "lodge": 302}
    assert filed["filed"] == 1
    assert filed["slowest"] < 3
    wait_for(lambda: not health(portal)[1]["parts"]["worker"]["alive"], 4 * PERIOD, "an alarm about silence")
    programs.scene("owe", DEADLINES)

    redis.start()
    resumed = wait_for(lambda: health(portal)[1]["reminders"]["waiting"] == 0, 4 * PERIOD, "reminders")
    assert resumed <= 2 * PERIOD
    assert programs.scene("told")["handled"] == DEADLINES
    wait_for(lambda: health(portal)[0] == 200, 3 * PERIOD, "a portal that lives again")
