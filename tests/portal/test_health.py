"""/health/: every part is looked at, silence over two periods is an alarm, and nothing personal is shown."""

from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway

from records import life
from records.models import Deadline, Delivery, FailedTask, Heartbeat
from records.tasks import sweep_deadlines

PERIOD = timedelta(seconds=settings.SWEEP_SECONDS)


@pytest.fixture
def alive(db):
    for name in ("worker", "beat"):
        life.show(name=name)


def state(client) -> tuple[int, dict]:
    response = client.get("/health/")
    return response.status_code, response.json()


def dead(found: dict) -> list[str]:
    return [name for name, part in found["parts"].items() if not part["alive"]]


def test_all_live(client, alive):
    status, found = state(client)
    assert (status, found["status"], dead(found)) == (200, "ok", [])
    assert set(found["parts"]) == {"web", "database", "broker", "worker", "beat"}


@pytest.mark.parametrize("name", ["worker", "beat"])
@pytest.mark.parametrize(("periods", "status"), [(1.5, 200), (2.5, 503)])
def test_silence_over_two_periods_is_an_alarm(client, alive, name, periods, status):
    Heartbeat.objects.filter(name=name).update(at=timezone.now() - periods * PERIOD)
    found_status, found = state(client)
    assert found_status == status
    assert dead(found) == ([name] if status == 503 else [])


def test_what_was_never_seen_does_not_live(client, db):
    status, found = state(client)
    assert status == 503
    assert dead(found) == ["worker", "beat"]


def test_the_sweep_task_is_the_sign_of_life_of_the_worker(db):
    sweep_deadlines.delay()
    assert Heartbeat.objects.get().name == "worker"


@pytest.mark.filterwarnings("ignore::celery.exceptions.AlwaysEagerIgnored")
def test_sending_the_sweep_is_the_sign_of_life_of_beat(db, tmp_path):
    with current_app.connection_for_write(transport_options={"folder": str(tmp_path)}) as connection:
        current_app.send_task(sweep_deadlines.name, connection=connection)
        assert Heartbeat.objects.get().name == "beat"
        current_app.send_task("records.tasks.discard_old_drafts", connection=connection)
    assert Heartbeat.objects.count() == 1


def test_a_queue_that_is_away_is_named(client, alive, monkeypatch):
    def refuse(*args, **kwargs):
        raise BrokerAway("Connection refused")

    monkeypatch.setattr("portal.queueing.PatientConnection.ensure_connection", refuse)
    status, found = state(client)
    assert (status, dead(found)) == (503, ["broker"])


def test_a_database_that_is_away_is_named(client, alive, monkeypatch):
    def refuse(*args):
        raise OperationalError("gone")

    monkeypatch.setattr(life, "silences", refuse)
    response = client.get("/health/", headers={"accept": "text/html"})
    assert response.status_code == 503
    assert "database" in dead(response.json())


def test_waiting_reminders_and_the_age_of_the_oldest(client, alive, cast):
    cast.lodge()
    now = timezone.now()
    Deadline.objects.update(remind_at=now + timedelta(hours=1))
    assert state(client)[1]["reminders"] == {"waiting": 0, "oldest_seconds": None}
    Deadline.objects.update(remind_at=now - timedelta(minutes=5))
    found = state(client)[1]["reminders"]
    assert found["waiting"] == Deadline.objects.count()
    assert 300 <= found["oldest_seconds"] < 330


def test_messages_that_wait_and_what_failed_for_good(client, alive, cast):
    cast.lodge()
    deadline, now = Deadline.objects.first(), timezone.now()
    minute = timedelta(minutes=1)
    for level, state_of, not_before in [
        (1, "waiting", now - 3 * minute),
        (2, "waiting", now + minute),
        (3, "failed", now - minute),
        (4, "sent", now - minute),
    ]:
        given = {"deadline": deadline, "recipient": cast.grid_worker, "created_at": now, "not_before": not_before}
        given["unit"] = cast.grid
        Delivery.objects.create(level=level, state=state_of, **given)
    FailedTask.objects.create(task="a", error="E", first_at=now, last_at=now)
    FailedTask.objects.create(task="b", error="E", first_at=now, last_at=now, sent_again_at=now)
    found = state(client)[1]
    assert found["messages"]["waiting"] == 1
    assert 180 <= found["messages"]["oldest_seconds"] < 210
    assert found["failed_for_good"] == 2


@pytest.mark.parametrize("lives", [True, False])
def test_a_browser_gets_a_page(client, db, lives):
    if lives:
        life.show(name="worker")
        life.show(name="beat")
    response = client.get("/health/", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert response.status_code == (200 if lives else 503)
    assert response["Content-Type"].startswith("text/html")
    assert response["Cache-Control"].count("no-store")


def test_only_reading(client, db):
    assert client.post("/health/").status_code == 405
