"""The Celery application; its settings are the CELERY_ ones of portal/settings.py."""

import os

from celery import Celery
from django.conf import settings

from portal import embedded_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
embedded_broker.register()

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def name_redbeat_settings(sender: Celery, **kwargs) -> None:
    """Give RedBeat its address under its own names: it overlooks those with our prefix, and says so at each start."""
    if settings.REDIS_URL:
        sender.conf.update(redbeat_redis_url=settings.REDIS_URL, redbeat_redis_options={})
