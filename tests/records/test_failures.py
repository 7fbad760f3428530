"""Tasks that failed for good: kept without personal data, counted, sent again once."""

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

from accounts.errors import OutOfTurn, Refused
from records.failures import note_failure, send_again
from records.models import AuditEntry, FailedTask

TASK = "records.tasks.sweep_deadlines"


@pytest.fixture
def sent(monkeypatch):
    """Collect what is sent to the broker."""
    found = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args: found.append((name, args)))
    return found


def test_the_same_failure_is_counted(db):
    for _time in range(3):
        note_failure(task=TASK, args=[7], error="ValueError")
    note_failure(task=TASK, args=[8], error="ValueError")
    assert list(FailedTask.objects.order_by("pk").values_list("args", "times")) == [([7], 3), ([8], 1)]


@pytest.mark.parametrize("arguments", [["王小明"], ["+8619900001234"], [{"name": "x"}], [None], [1.5]])
def test_what_is_not_a_key_is_not_kept(db, cast, sent, arguments):
    note_failure(task=TASK, args=arguments, error="ValueError")
    failed = FailedTask.objects.get()
    assert failed.args is None
    with pytest.raises(Refused):
        send_again(failed=failed, user=cast.sysadmin)
    assert sent == []


def test_it_is_sent_again_once(cast, sent):
    key = "7f7b1ea4-8a0d-4d35-a8a8-9c5c6d4d2a11"
    note_failure(task=TASK, args=[7, key], error="ValueError")
    failed = FailedTask.objects.get()
    send_again(failed=failed, user=cast.sysadmin)
    with pytest.raises(OutOfTurn):
        send_again(failed=failed, user=cast.sysadmin)
    assert sent == [(TASK, [7, key])]
    assert AuditEntry.objects.filter(verb="task.send_again", actor=cast.sysadmin).count() == 1


def test_while_the_queue_is_away_it_stays(cast, monkeypatch):
    def refuse(name, args):
        raise OperationalError("Connection refused")

    monkeypatch.setattr(current_app, "send_task", refuse)
    note_failure(task=TASK, args=[], error="ValueError")
    with pytest.raises(Refused):
        send_again(failed=FailedTask.objects.get(), user=cast.sysadmin)
    assert FailedTask.objects.get().sent_again_at is None


def test_the_operator_sends_it_again_in_the_admin(cast, signed_in, sent):
    note_failure(task=TASK, args=[], error="ValueError")
    failed = FailedTask.objects.get()
    client = signed_in(cast.sysadmin)
    page = client.get("/admin/records/failedtask/")
    assert TASK in page.content.decode()
    response = client.post(
        "/admin/records/failedtask/", {"action": "send_again", "_selected_action": [failed.pk]}, follow=True
    )
    assert response.status_code == 200
    assert sent == [(TASK, [])]


def test_others_do_not_see_it(cast, signed_in):
    assert signed_in(cast.auditor).get("/admin/records/failedtask/").status_code == 403
