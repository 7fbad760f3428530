"""What Celery does for consultation, by what it is about."""

from consultation.tasks import meetings, returns

__all__ = ["meetings", "returns"]
