"""How notices about registrations read."""

TEXTS: dict[str, object] = {}
