"""Signs of life of worker and beat, and what waits in the ledger: what /health/ tells the operator."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from records.enums import DeliveryState
from records.models import Delivery, FailedTask, Heartbeat
from records.queries import ready_to_leave, to_be_reminded

PERIODS = 2
"""Silence over so many periods of the sweep is an alarm."""


def show(*, name: str, now: datetime | None = None) -> None:
    """Note that the process `name` ("worker" or "beat") is at work."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now or timezone.now()})


def silences(now: datetime) -> dict[str, timedelta]:
    """Return how long each process that was ever seen has been silent."""
    return {name: max(now - at, timedelta()) for name, at in Heartbeat.objects.values_list("name", "at")}


def is_alive(silence: timedelta | None) -> bool:
    """Return whether a process that has been silent for so long (None: for ever) counts as alive."""
    return silence is not None and silence <= timedelta(seconds=PERIODS * settings.SWEEP_SECONDS)


@dataclass(frozen=True)
class Waiting:
    """How much waits, and since when the oldest of it does."""

    count: int
    oldest: timedelta | None


def waiting_reminders(now: datetime) -> Waiting:
    """Return the open deadlines whose moment has come and which no sweep has looked at yet."""
    return _waiting(to_be_reminded(now), "remind_at", now)


def waiting_messages(now: datetime) -> Waiting:
    """Return the messages that may leave the portal at `now` and have not: e-mail, group robots, SMS gateways."""
    return _waiting(ready_to_leave(now), "not_before", now)


def _waiting(queryset: QuerySet, since: str, now: datetime) -> Waiting:
    found = queryset.aggregate(count=Count("pk"), first=Min(since))
    return Waiting(found["count"], found["first"] and now - found["first"])


def failures() -> int:
    """Return how many messages and background tasks failed for good and were not sent again."""
    return (
        Delivery.objects.filter(state=DeliveryState.FAILED).count()
        + FailedTask.objects.filter(sent_again_at__isnull=True).count()
    )
