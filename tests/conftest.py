"""Fixtures that every test may use: the cast, and a client that reads every page it gets."""

import logging

import pytest
from django.core.cache import cache

from tests.cast import Cast, make_cast
from tests.pages import PageClient


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture
def client() -> PageClient:
    """A client that checks every HTML page it is given (see tests.pages)."""
    return PageClient()


@pytest.fixture
def signed_in(client):
    """Return a function that signs the client in as a person and returns the client."""

    def sign_in(user) -> PageClient:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture(autouse=True)
def no_errors_logged(caplog):
    """Fail a test during which anything was logged as an error."""
    yield
    errors = [r for when in ("setup", "call") for r in caplog.get_records(when) if r.levelno >= logging.ERROR]
    assert not errors, [record.getMessage() for record in errors]


@pytest.fixture(autouse=True)
def nobody_counted():
    """Start each test with an empty cache: throttles count there."""
    cache.clear()
