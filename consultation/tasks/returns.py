"""Background work of what comes back to forums; it may run twice and does nothing the second time."""

from functools import partial

from celery import shared_task
from django.utils import timezone

from consultation.actions.returns import bring_back
from consultation.models import Meeting
from consultation.queries.returns import meetings_to_fill
from records.batches import each, in_turn


@shared_task
def bring_back_unkept() -> int:
    """Put what was not kept on the next planned agenda of its forum; return how many agendas grew."""
    return each("meeting", partial(in_turn, meetings_to_fill(timezone.now()), "starts_at", "pk"), _fill)


def _fill(key: int) -> bool:
    return bool(bring_back(meeting=Meeting.objects.select_related("forum").get(pk=key)))
