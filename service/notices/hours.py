"""How notices about hours read."""

TEXTS: dict[str, object] = {}
