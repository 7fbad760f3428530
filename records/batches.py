"""How a task goes through what is due: one row after the other, a batch at a time, none keeping another waiting."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet

from accounts.errors import OutOfTurn

logger = logging.getLogger(__name__)

BATCH = 500
Row = tuple[datetime, int]
"""When it is due, and its key."""


def in_turn(rows: QuerySet, at: str, key: str, after: Row | None) -> list[Row]:
    """Return the fields `at` and `key` of the next BATCH of `rows`, by both, those behind `after` only."""
    if after is not None:
        moment, last = after
        rows = rows.filter(Q(**{f"{at}__gt": moment}) | Q(**{at: moment, f"{key}__gt": last}))
    return list(rows.order_by(at, key).values_list(at, key).distinct()[:BATCH])


def each(what: str, find: Callable[[Row | None], list[Row]], act: Callable[[int], bool]) -> int:
    """Let `act` do what is due to each key that `find` gives, batch after batch; return for how many it did.

    What was done in the meantime is passed over. A row that cannot be handled is logged as `what` and its key.
    """
    done, last = 0, None
    while batch := find(last):
        done += sum(_try(what, act, key) for _at, key in batch)
        last = batch[-1]
    return done


def _try(what: str, act: Callable[[int], bool], key: int) -> bool:
    try:
        return act(key)
    except OutOfTurn:
        return False
    except (OperationalError, InterfaceError):  # the database is away, and so is everything
        raise
    except Exception as error:  # noqa: BLE001 - whatever one row does, the others are handled
        logger.error("%s %d could not be handled: %s", what, key, type(error).__name__)
        return False
