"""How notices about calls read."""

TEXTS: dict[str, object] = {}
