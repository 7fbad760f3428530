"""Settings of the test suite: as in production, but in memory, quick to sign in, and without a broker.

TEST_DATABASE_URL runs the tests on PostgreSQL, in a database of their own beside the one it names.
"""

import tempfile
from pathlib import Path

from portal.databases import with_options
from portal.environment import env
from portal.settings import *  # noqa: F403

SECRET_KEY = "only-for-tests"
DEMO = False
DATABASES = {"default": with_options(env.dj_db_url("TEST_DATABASE_URL", "sqlite://:memory:"))}
DATABASES["default"]["OPTIONS"].pop("pool", None)  # at the end the test database is dropped, with nobody in it
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_scratch = Path(tempfile.mkdtemp(prefix="portal-tests-"))
MEDIA_ROOT = _scratch / "attachments"
STATIC_ROOT = _scratch / "static"
STATIC_ROOT.mkdir()
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
ACCOUNT_RATE_LIMITS = False
OVERVIEW_CACHE_SECONDS = 0
