"""How notices about wishes read."""

TEXTS: dict[str, object] = {}
