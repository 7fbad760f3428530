"""Whether the parts of the portal live: what /health/ shows to the operator and to what watches over it."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import KombuError, OperationalError

from records import life

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """One part: does it live, and for how long has it been silent, where that is known."""

    name: str
    label: str | Promise
    is_alive: bool
    silence: timedelta | None = None


@dataclass(frozen=True)
class Health:
    """All parts, and what waits; the latter is None while the database does not answer."""

    parts: list[Part]
    reminders: life.Waiting | None
    messages: life.Waiting | None
    failures: int | None

    @property
    def is_alive(self) -> bool:
        return all(part.is_alive for part in self.parts)

    def as_json(self) -> dict:
        """Return it as plain values: seconds for times, without anything about people."""
        return {
            "status": "ok" if self.is_alive else "alarm",
            "parts": {
                part.name: {"alive": part.is_alive, "silent_seconds": _seconds(part.silence)} for part in self.parts
            },
            "reminders": _as_json(self.reminders),
            "messages": _as_json(self.messages),
            "failed_for_good": self.failures,
        }


def _as_json(waiting: life.Waiting | None) -> dict | None:
    return waiting and {"waiting": waiting.count, "oldest_seconds": _seconds(waiting.oldest)}


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())


def look(now: datetime) -> Health:
    """Look at every part once; takes a few seconds at most."""
    silences: dict[str, timedelta] = {}
    reminders = messages = failures = None
    try:
        silences, reminders = life.silences(now), life.waiting_reminders(now)
        messages, failures = life.waiting_messages(now), life.failures()
    except DatabaseError as error:
        logger.warning("The database does not answer (%s).", type(error).__name__)
    worker, beat = silences.get("worker"), silences.get("beat")
    parts = [
        Part("web", _("Web"), True),
        Part("database", _("Database"), failures is not None),
        Part("broker", _("Queue"), _broker_answers()),
        Part("worker", _("Background work"), life.is_alive(worker), worker),
        Part("beat", _("Clock of periodic work"), life.is_alive(beat), beat),
    ]
    return Health(parts, reminders, messages, failures)


def _broker_answers() -> bool:
    try:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=2)
            return connection.connected
    except (OperationalError, KombuError, OSError) as error:
        logger.warning("The queue does not answer (%s).", type(error).__name__)
        return False
