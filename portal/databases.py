"""The databases the portal knows, and the options it needs of them."""

from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
    ),
}
ENGINES = {
    "django.db.backends.sqlite3": SQLITE_OPTIONS,
    "django.db.backends.postgresql": {"pool": True},
}


def with_options(database: dict) -> dict:
    """Return the settings of `database` with our options for its engine added to those of its address.

    The address wins, as with `?sslmode=require`. Raises ImproperlyConfigured for any other engine: triggers, locks
    and search are written for these two. (A system check would come after its driver was asked for.)
    """
    engine = database["ENGINE"]
    if engine not in ENGINES:
        raise ImproperlyConfigured(
            f"DATABASE_URL names {engine}, which the portal does not know. "
            "Use postgres://user:password@host:5432/name, or unset it for SQLite."
        )
    return {**database, "OPTIONS": {**ENGINES[engine], **database.get("OPTIONS", {})}}
