"""Check-in codes: six digits that change every minute (TOTP, RFC 6238). Pure: no database, no clock of its own."""

import base64
import hashlib
import hmac
import struct
from datetime import UTC, datetime, timedelta

STEP = 60  # seconds
DIGITS = 6
REMEMBERED = 36 * 3600 // STEP  # steps for which a code that has run out is still known as one
EARLIEST = timedelta(minutes=60)
"""How long before a shift begins its codes are shown and taken."""


def hotp(key: bytes, counter: int) -> str:
    """Return the six digits that `key` gives for `counter` (RFC 4226, HMAC-SHA-1)."""
    digest = hmac.digest(key, struct.pack(">Q", counter), hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def _step(at: datetime) -> int:
    return int(at.timestamp()) // STEP


def code_at(secret: str, at: datetime) -> str:
    """Return the code of the base 32 `secret` that is shown at `at`."""
    return hotp(base64.b32decode(secret), _step(at))


def shown_until(at: datetime) -> datetime:
    """Return when the code that is shown at `at` gives way to the next one."""
    return datetime.fromtimestamp((_step(at) + 1) * STEP, UTC)


def is_valid(secret: str, code: str, at: datetime) -> bool:
    """Return whether `code` is taken at `at`: it is shown now, or was until the last change (whoever types is slow)."""
    return _is_one_of(secret, code, at, steps=range(2))


def has_run_out(secret: str, code: str, at: datetime) -> bool:
    """Return whether `code` was valid at some time in the day and a half before `at`, but is not any more."""
    return _is_one_of(secret, code, at, steps=range(2, REMEMBERED))


def _is_one_of(secret: str, code: str, at: datetime, steps: range) -> bool:
    key, now, typed = base64.b32decode(secret), _step(at), code.encode()
    found = [hmac.compare_digest(hotp(key, now - back).encode(), typed) for back in steps if now >= back]
    return any(found)
