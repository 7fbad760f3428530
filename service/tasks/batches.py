"""How a task goes through what is due: one row after the other, none keeping another waiting."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError

from accounts.errors import OutOfTurn
from service.queries.batches import Row

logger = logging.getLogger(__name__)


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
