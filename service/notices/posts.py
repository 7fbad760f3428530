"""How notices about posts read."""

TEXTS: dict[str, object] = {}
