"""Composition: the settings, the doors and the processes. Nothing imports this package but itself."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
