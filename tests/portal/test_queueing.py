"""A broker that is away fails no request."""

import logging

import pytest
from kombu.exceptions import OperationalError

from portal.queueing import LONGEST_RETRY, PatientConnection, PortalTask
from records.tasks import sweep_deadlines


def test_a_task_that_cannot_be_sent_does_not_fail_what_was_committed(
    db, django_capture_on_commit_callbacks, monkeypatch, caplog
):
    def refuse(self, *args, **kwargs):
        raise OperationalError("Connection refused")

    monkeypatch.setattr(PortalTask, "delay", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        sweep_deadlines.delay_on_commit()
    assert [record.levelno for record in caplog.records if record.name == "portal.tasks"] == [logging.WARNING]


def test_a_fault_of_ours_is_not_hidden(db, django_capture_on_commit_callbacks, monkeypatch):
    def fail(self, *args, **kwargs):
        raise TypeError

    monkeypatch.setattr(PortalTask, "delay", fail)
    with pytest.raises(TypeError), django_capture_on_commit_callbacks(execute=True):
        sweep_deadlines.delay_on_commit()


def test_a_broker_that_is_away_is_asked_every_few_seconds(monkeypatch):
    waits = []

    def note(exc, interval):
        waits.append(interval)
        if len(waits) == 8:
            raise KeyboardInterrupt

    monkeypatch.setattr("kombu.utils.functional.sleep", lambda seconds: None)
    with PatientConnection("redis://127.0.0.1:1/0") as connection, pytest.raises(KeyboardInterrupt):
        connection.ensure_connection(note)
    assert max(waits) <= LONGEST_RETRY
