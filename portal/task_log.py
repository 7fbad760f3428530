"""What background tasks do, as structured lines without personal data; what fails for good is kept.

A line holds names, keys of the queue, durations and the class of an exception, never its message or the task's
arguments: these may quote what a resident wrote. Connected by portal.celery.
"""

import json
import logging
import time
import traceback
from datetime import UTC, datetime

from celery import signals
from django.db import DatabaseError, close_old_connections

FIELDS = ("task", "task_id", "seconds", "error")
OWN = ("celery", "kombu", "redbeat", "portal.tasks")
SWEEP = "records.tasks.sweep_deadlines"

logger = logging.getLogger("portal.tasks")
_began: dict[str, float] = {}


class OfTasks(logging.Filter):
    """Passes what comes from the background machinery; with `other`, all the rest."""

    def __init__(self, other: bool = False):
        super().__init__()
        self._other = other

    def filter(self, record: logging.LogRecord) -> bool:
        of_tasks = any(record.name == name or record.name.startswith(f"{name}.") for name in OWN)
        return of_tasks != self._other


class JsonFormatter(logging.Formatter):
    """One JSON object a line; of an exception only its class and where it happened."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [f"{f.filename}:{f.lineno}" for f in traceback.extract_tb(record.exc_info[2])[-6:]]
        return json.dumps(line, ensure_ascii=False)


@signals.setup_logging.connect
def leave_to_django(**kwargs) -> None:
    """Keep Celery from setting its own level and handlers beside those of LOGGING."""


@signals.task_prerun.connect
def started(task_id: str, **kwargs) -> None:
    """Remember when a task began."""
    _began[task_id] = time.monotonic()


@signals.task_postrun.connect
def ended(task_id: str, task, state: str | None = None, **kwargs) -> None:
    """Log how a task ended, and how long it took."""
    seconds = round(time.monotonic() - _began.pop(task_id, time.monotonic()), 3)
    logger.info("%s", (state or "ended").lower(), extra={"task": task.name, "task_id": task_id, "seconds": seconds})


@signals.task_retry.connect
def to_be_retried(request, reason, sender, **kwargs) -> None:
    """Log that a task will be tried again."""
    cause = getattr(reason, "exc", None) or reason
    logger.warning("tried again", extra={"task": sender.name, "task_id": request.id, "error": type(cause).__name__})


@signals.task_failure.connect
def failed(sender, *, task_id: str, exception, args, kwargs, traceback=None, **rest) -> None:
    """Log a failure for good, and keep it for the operator."""
    from records.failures import note_failure  # noqa: PLC0415 - the apps are not loaded yet at import

    logger.error(
        "failed",
        extra={"task": sender.name, "task_id": task_id},
        exc_info=(type(exception), exception, traceback),
    )
    try:
        note_failure(task=sender.name, args=args, named=kwargs, error=type(exception).__name__)
    except DatabaseError:
        logger.warning("a failure could not be kept", extra={"task": sender.name, "task_id": task_id})


@signals.after_task_publish.connect(sender=SWEEP)
def beat_lives(**kwargs) -> None:
    """Note that beat is at work: it is the one who sends the sweep."""
    from records import life  # noqa: PLC0415 - the apps are not loaded yet at import

    try:
        life.show(name="beat")
    except DatabaseError as error:
        logger.warning("beat could not sign in", extra={"error": type(error).__name__})
    finally:
        close_old_connections()
