"""How often somebody may type a wrong code, and how often somebody may call or wish."""

from records.throttle import Throttle

CALLS = Throttle("helper-call", limit=10, seconds=60 * 60)  # of one person: each tells hundreds of people
CHECK_INS = Throttle("check-in", limit=10, seconds=24 * 3600)  # of one sign-up, on the day of its shift
# A whole office may stand behind one address, and a code has 80 bits: this only stops machines.
CERTIFICATES = Throttle("certificate", limit=30, seconds=10 * 60)
WISHES = Throttle("wish", limit=5, seconds=24 * 3600)  # of one person: each is read by the community
