"""How often somebody may guess, file and support."""

from records.throttle import Throttle

GUESSES = Throttle("guess", limit=10, seconds=10 * 60)
# A whole office or mobile network may stand behind one address, so these only stop machines.
FILINGS = Throttle("filing", limit=60, seconds=60 * 60)
SUPPORTS = Throttle("support", limit=60, seconds=60 * 60)
