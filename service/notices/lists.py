"""How notices about lists read."""

TEXTS: dict[str, object] = {}
