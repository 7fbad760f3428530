"""Open deadlines are planned anew when the plan of reminders or the calendar changes: a part at each sweep.

A million of them at once would keep everybody else from writing, and a minute clock from being looked at.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from records.clocks import units_of
from records.enums import ClockFamily
from records.models import Deadline, Replanning

PART = 10_000


def ask_replanning(*, family: str, kind: str = "") -> None:
    """Let the next sweeps plan anew the open deadlines of `kind`, or of all kinds, whose clocks are of `family`."""
    Replanning.objects.create(kind=kind, family=family, asked_at=timezone.now())


@transaction.atomic
def replan_some(*, now: datetime | None = None) -> int:
    """Let the sweep at `now` look at the next part of what is to be planned anew; return how many deadlines that is."""
    asked = Replanning.objects.select_for_update(skip_locked=True).order_by("pk").first()
    if asked is None:
        return 0
    open_now = Deadline.objects.filter(met_at__isnull=True, cancelled_at__isnull=True, pk__gt=asked.after)
    part = list(open_now.order_by("pk").values_list("pk", flat=True)[:PART])
    if not part:
        asked.delete()
        return 0
    concerned = Deadline.objects.filter(pk__in=part, counted_in__in=units_of(ClockFamily(asked.family)))
    if asked.kind:
        concerned = concerned.filter(kind=asked.kind)
    asked.after = part[-1]
    asked.save(update_fields=["after"])
    return concerned.filter(paused_at__isnull=True).update(remind_at=now or timezone.now())
