"""How often somebody may guess a secret code: counted in the cache by digest, and written down nowhere."""

import hashlib

from django.core.cache import cache

LIMIT = 10
SECONDS = 10 * 60


def _keys(address: str, number: str) -> list[str]:
    said = (f"address:{address}", f"number:{number}")
    return [f"guess:{hashlib.sha256(text.encode()).hexdigest()}" for text in said]


def too_many(*, address: str, number: str) -> bool:
    """Return whether this network address, or anybody about this number, has guessed wrong LIMIT times lately."""
    return any(count >= LIMIT for count in cache.get_many(_keys(address, number)).values())


def count_wrong(*, address: str, number: str) -> None:
    """Count one wrong guess; the count ends SECONDS after its first."""
    for key in _keys(address, number):
        if not cache.add(key, 1, SECONDS):
            try:
                cache.incr(key)
            except ValueError:  # it ran out between the two calls
                cache.add(key, 1, SECONDS)
