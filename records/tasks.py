"""Background work of the records."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from records import actions

DRAFT_LIFE = timedelta(hours=24)


@shared_task
def discard_old_drafts() -> int:
    """Delete photos whose form was not finished within a day; return how many."""
    return actions.discard_drafts(older_than=timezone.now() - DRAFT_LIFE)
