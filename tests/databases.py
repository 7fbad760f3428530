"""Which database the tests run on."""

import pytest
from django.conf import settings

POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
on_postgresql = pytest.mark.skipif(
    not POSTGRESQL, reason="needs PostgreSQL: set TEST_DATABASE_URL (docs/operating.md, “Tests on PostgreSQL”)"
)
