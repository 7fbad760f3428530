"""System checks: each bad combination is named once, with a hint, and the good ones pass."""

from types import SimpleNamespace

import pytest

from portal import checks

PUBLIC = ["portal.example.cn"]
LOCAL = ["localhost", "127.0.0.1", "[::1]"]
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
POSTGRESQL = {"default": {"ENGINE": "django.db.backends.postgresql"}}

CASES = [
    (checks.debug_in_public, {"DEBUG": True, "ALLOWED_HOSTS": PUBLIC}, "portal.E001"),
    (checks.debug_in_public, {"DEBUG": True, "ALLOWED_HOSTS": ["*"]}, "portal.E001"),
    (checks.debug_in_public, {"DEBUG": True, "ALLOWED_HOSTS": LOCAL}, None),
    (checks.debug_in_public, {"DEBUG": False, "ALLOWED_HOSTS": PUBLIC}, None),
    (checks.demo_in_public, {"DEMO": True, "ALLOWED_HOSTS": [*LOCAL, "192.168.1.5"]}, "portal.W002"),
    (checks.demo_in_public, {"DEMO": True, "ALLOWED_HOSTS": LOCAL}, None),
    (checks.demo_in_public, {"DEMO": False, "ALLOWED_HOSTS": PUBLIC}, None),
    (checks.plain_http_in_public, {"HTTPS": False, "DEMO": False, "ALLOWED_HOSTS": PUBLIC}, "portal.W003"),
    (checks.plain_http_in_public, {"HTTPS": True, "DEMO": False, "ALLOWED_HOSTS": PUBLIC}, None),
    (checks.plain_http_in_public, {"HTTPS": False, "DEMO": False, "ALLOWED_HOSTS": LOCAL}, None),
    (checks.https_without_proxy, {"HTTPS": True, "ALLAUTH_TRUSTED_PROXY_COUNT": 0}, "portal.I004"),
    (checks.https_without_proxy, {"HTTPS": True, "ALLAUTH_TRUSTED_PROXY_COUNT": 1}, None),
    (checks.https_without_proxy, {"HTTPS": False, "ALLAUTH_TRUSTED_PROXY_COUNT": 0}, None),
    (checks.shared_database_without_redis, {"REDIS_URL": "", "DATABASES": POSTGRESQL}, "portal.W005"),
    (checks.shared_database_without_redis, {"REDIS_URL": "redis://cache", "DATABASES": POSTGRESQL}, None),
    (checks.shared_database_without_redis, {"REDIS_URL": "", "DATABASES": SQLITE}, None),
    (checks.mail_into_files, {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}, "portal.W006"),
    (checks.mail_into_files, {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}, None),
    (checks.messages_without_links, {"PUBLIC_URL": ""}, "portal.W007"),
    (checks.messages_without_links, {"PUBLIC_URL": "portal.example.cn"}, "portal.W007"),
    (checks.messages_without_links, {"PUBLIC_URL": "https://portal.example.cn"}, None),
]


@pytest.mark.parametrize(("check", "given", "expected"), CASES)
def test_a_combination_is_named_or_passes(monkeypatch, check, given, expected):
    monkeypatch.setattr(checks, "settings", SimpleNamespace(**given))

    messages = check(app_configs=None)

    assert [message.id for message in messages] == ([expected] if expected else [])
    assert all(message.hint for message in messages)


def test_only_names_of_this_machine_are_local():
    assert checks.only_local(LOCAL)
    assert not checks.only_local([*LOCAL, "portal.example.cn"])
    assert not checks.only_local(["*"])
