"""How work is handed to the broker, so that a broker that is away hurts no request and keeps nobody waiting long."""

import logging
from functools import partial

from celery.app.amqp import AMQP
from celery.contrib.django.task import DjangoTask
from django.db import transaction
from kombu import Connection
from kombu.exceptions import OperationalError

LONGEST_RETRY = 5
"""Seconds between two attempts to reach a broker that is away: work resumes soon after its return."""

logger = logging.getLogger("portal.tasks")


class PortalTask(DjangoTask):
    """A task whose `delay_on_commit` never fails the request that it follows: a sweep repeats what was not sent."""

    def delay_on_commit(self, *args, **kwargs) -> None:
        """Send the task once the transaction is committed; when the broker is away, only log that."""
        transaction.on_commit(partial(self._send, args, kwargs))

    def _send(self, args: tuple, kwargs: dict) -> None:
        try:
            self.delay(*args, **kwargs)
        except OperationalError as error:
            logger.warning("not sent", extra={"task": self.name, "error": type(error).__name__})


class PatientConnection(Connection):
    """Tries again every few seconds, for as long as it takes; kombu would wait up to half a minute each time."""

    def ensure_connection(self, *args, **kwargs):
        return super().ensure_connection(*args, **{"interval_max": LONGEST_RETRY, **kwargs})


class PortalAMQP(AMQP):
    Connection = PatientConnection
