"""The Celery application; its settings are the CELERY_ ones of portal/settings.py."""

import os

from celery import Celery
from django.conf import settings

from portal import (
    embedded_broker,
    task_log,  # noqa: F401 - connects its signals
)
from portal.queueing import LONGEST_RETRY

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
embedded_broker.register()

app = Celery("portal", task_cls="portal.queueing:PortalTask", amqp="portal.queueing:PortalAMQP")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def name_redbeat_settings(sender: Celery, **kwargs) -> None:
    """Give RedBeat its address under its own names: it overlooks those with our prefix, and says so at each start."""
    if settings.REDIS_URL:
        from redbeat.schedulers import RetryingConnection  # noqa: PLC0415 - installed with production only

        RetryingConnection.RETRY_MAX_WAIT = LONGEST_RETRY
        options = {"retry_period": -1, "socket_connect_timeout": 2}  # beat waits for a Redis that is away
        sender.conf.update(redbeat_redis_url=settings.REDIS_URL, redbeat_redis_options=options)
