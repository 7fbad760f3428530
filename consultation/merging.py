"""Two people who write in the same minutes: what only one of them changed is taken. Pure: no database."""

from hashlib import sha256


def digest(text: str) -> str:
    """Return what tells `text` from others in a form, whatever a browser makes of the ends of its lines."""
    return sha256("\n".join(text.strip().splitlines()).encode()).hexdigest()[:32]


def kept(stored: str, typed: str, read: str) -> bool:
    """Return whether what is `stored` stays: whoever sent `typed` changed nothing in what they had `read`, a digest."""
    return digest(typed) in (read, digest(stored))


def taken(stored: str, read: str) -> bool:
    """Return whether what was typed may replace `stored`: it is what was `read`."""
    return digest(stored) == read


def joined(stored: dict, typed: dict, read: dict) -> dict | None:
    """Return the texts in which both sides' changes stand, or None when both changed the same one."""
    found = {}
    for key, text in stored.items():
        if kept(text, typed[key], read.get(key, "")):
            found[key] = text
        elif taken(text, read.get(key, "")):
            found[key] = typed[key]
        else:
            return None
    return found
