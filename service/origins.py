"""Where a commitment comes from: told at start-up by the app in which it is resolved."""

from collections.abc import Callable

from records.registry import Subject
from service.models import ListItem

_finders: list[Callable] = []


def register_origins(find: Callable[[ListItem, object], Subject | None]) -> None:
    """Let `find(item, user)` say what asks for a commitment and where `user` reads it, or None."""
    _finders.append(find)


def origin_of(item: ListItem, user) -> Subject | None:
    """Return what asks for `item` as far as `user` may read it."""
    return next((origin for find in _finders if (origin := find(item, user))), None)
