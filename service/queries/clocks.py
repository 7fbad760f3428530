"""How long the steps may take."""

from collections.abc import Iterable
from datetime import datetime

from records import step_clocks
from records.clocks import Due
from records.registry import Clock
from service.enums import Step
from service.models import ServiceClock


def due_times(*, steps: Iterable[Step], now: datetime) -> dict[str, Due]:
    """Return when each of `steps` is due when it starts at `now`."""
    return step_clocks.due_times(ServiceClock, steps, now)


def lengths_of(kind: str) -> list[Clock]:
    """Return how long deadlines of `kind`, or of any kind if it is empty, may take."""
    return step_clocks.lengths_of(ServiceClock, kind)
