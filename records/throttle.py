"""How often somebody may do what a machine could do without end: counted in the cache by digest, written nowhere."""

import hashlib
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True)
class Throttle:
    """At most `limit` times in `seconds`, which start with the first, for each of those who are counted."""

    name: str
    limit: int
    seconds: int

    def _keys(self, who: tuple[str, ...]) -> list[str]:
        return [f"{self.name}:{hashlib.sha256(text.encode()).hexdigest()}" for text in who]

    def is_full(self, *who: str) -> bool:
        """Return whether any of `who` (an address, a number) has used up the times."""
        return any(count >= self.limit for count in cache.get_many(self._keys(who)).values())

    def count(self, *who: str) -> None:
        """Count once for each of `who`."""
        for key in self._keys(who):
            if not cache.add(key, 1, self.seconds):
                try:
                    cache.incr(key)
                except ValueError:  # it ran out between the two calls
                    cache.add(key, 1, self.seconds)
