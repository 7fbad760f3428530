"""The Celery application; its settings are the CELERY_ ones of portal/settings.py."""

import os

from celery import Celery

from portal import embedded_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
embedded_broker.register()

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
