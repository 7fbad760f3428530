"""Settings of the test suite: as in production, but in memory, quick to sign in, and without a broker."""

import tempfile
from pathlib import Path

from portal.settings import *  # noqa: F403
from portal.settings import SQLITE_OPTIONS

SECRET_KEY = "only-for-tests"
DEMO = False
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {
            **SQLITE_OPTIONS,
            "init_command": "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;",
        },
    }
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_scratch = Path(tempfile.mkdtemp(prefix="portal-tests-"))
MEDIA_ROOT = _scratch / "attachments"
STATIC_ROOT = _scratch / "static"
STATIC_ROOT.mkdir()
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
ACCOUNT_RATE_LIMITS = False
