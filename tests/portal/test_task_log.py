"""Lines about tasks: structured, without personal data; what fails for good is kept."""

import json
import logging
import sys

import pytest
from celery import shared_task

from portal.task_log import JsonFormatter, OfTasks
from records.models import FailedTask

PERSON = "王小明 19900001234"


@shared_task
def fails(key):
    raise ValueError(f"{PERSON} {key}")


@shared_task
def works(key):
    return PERSON


def lines(caplog) -> list[dict]:
    return [json.loads(JsonFormatter().format(record)) for record in caplog.records if record.name == "portal.tasks"]


def test_a_failure_is_logged_by_class_and_place_and_kept(db, caplog):
    fails.apply(args=[7], throw=False)
    failed = next(line for line in lines(caplog) if line["event"] == "failed")
    assert (failed["error"], failed["level"], failed["task"]) == ("ValueError", "ERROR", fails.name)
    assert any("test_task_log.py" in place for place in failed["where"])
    assert PERSON not in json.dumps(lines(caplog), ensure_ascii=False)
    assert list(FailedTask.objects.values_list("task", "args", "error")) == [(fails.name, [7], "ValueError")]
    caplog.clear()


def test_the_end_of_a_task_is_logged_with_its_time_and_without_its_result(db, caplog):
    caplog.set_level(logging.INFO)
    works.delay(7)
    [line] = lines(caplog)
    assert (line["event"], line["task"]) == ("success", works.name)
    assert line["seconds"] >= 0
    assert "王小明" not in json.dumps(line, ensure_ascii=False)


def test_an_exception_of_the_machinery_is_shown_without_its_message():
    try:
        raise KeyError(PERSON)
    except KeyError:
        record = logging.LogRecord("celery.worker", logging.ERROR, "x.py", 1, "broke", (), sys.exc_info())
    line = JsonFormatter().format(record)
    assert json.loads(line)["error"] == "KeyError"
    assert "王小明" not in line


@pytest.mark.parametrize(("name", "of_tasks"), [("celery", True), ("celery.beat", True), ("celerity", False)])
def test_each_line_is_printed_once(name, of_tasks):
    record = logging.LogRecord(name, logging.INFO, "x.py", 1, "x", (), None)
    assert OfTasks().filter(record) is of_tasks
    assert OfTasks(other=True).filter(record) is not of_tasks
