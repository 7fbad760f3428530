"""The arithmetic of the audit chain: no database, no clock."""

import hashlib
import json
from datetime import UTC

GENESIS = "0" * 64


def canonical(entry) -> str:
    """Return the JSON of an AuditEntry's content, the same bytes for the same content on every database.

    The time is in UTC, whatever zone it was given in.
    """
    return json.dumps(
        {
            "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": entry.actor_id,
            "unit": entry.unit_id,
            "verb": entry.verb,
            "subject": entry.subject,
            "detail": entry.detail,
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def digest(previous: str, entry) -> str:
    """Return the SHA-256, 64 hexadecimal digits, that links `entry` to the digest `previous`."""
    return hashlib.sha256(f"{previous}{canonical(entry)}".encode()).hexdigest()
