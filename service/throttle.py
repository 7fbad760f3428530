"""How often somebody may type a wrong code."""

from records.throttle import Throttle

CHECK_INS = Throttle("check-in", limit=10, seconds=24 * 3600)  # of one sign-up, on the day of its shift
# A whole office may stand behind one address, and a code has 80 bits: this only stops machines.
CERTIFICATES = Throttle("certificate", limit=30, seconds=10 * 60)
