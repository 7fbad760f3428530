"""No log line holds the secret code of a resident's link."""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from portal.logs import masked

SECRET = "ABCDEFGH2345"
NUMBER = "20260301-1234567"


@pytest.mark.parametrize(
    "text",
    [
        f"Not Found: /follow/{NUMBER}/{SECRET}/",
        f'"POST /follow/{NUMBER}/{SECRET}/rate/ HTTP/1.1" 403',
        f"/follow/{NUMBER}/{SECRET}",
        f"https://portal.example.cn/lodge/done/{NUMBER}/{SECRET}/?a=b",
        f"/account/login/?next=%2Ffollow%2F{NUMBER}%2F{SECRET}%2F",
        f"Reverse for 'x' with arguments '('{NUMBER}', '{SECRET}')' not found",
    ],
)
def test_the_code_is_masked_and_the_number_stays(text):
    assert SECRET not in masked(text)
    assert NUMBER in masked(text)


@pytest.mark.parametrize("text", ["Not Found: /cases/20260301-1234567/", "GET /follow/ HTTP/1.1", "/lodge/places/"])
def test_other_lines_stay(text):
    assert masked(text) == text


def _lines(caplog) -> str:
    assert caplog.records
    return "\n".join(logging.Formatter().format(record) for record in caplog.records)


@pytest.mark.parametrize("name", ["follow_case", "lodged"])
def test_a_page_not_found_is_logged_without_the_code(cast, client, caplog, name):
    client.get(reverse(name, args=[NUMBER, SECRET]))
    assert f"{NUMBER}/***" in _lines(caplog)
    assert SECRET not in _lines(caplog)


def test_a_form_too_old_is_logged_without_the_code(cast, caplog):
    Client(enforce_csrf_checks=True).post(reverse("follow_verb", args=[NUMBER, SECRET, "rate"]))
    assert "CSRF" in _lines(caplog)
    assert SECRET not in _lines(caplog)


def test_a_traceback_is_logged_without_the_code(caplog):
    try:
        raise LookupError(f"/follow/{NUMBER}/{SECRET}/")
    except LookupError:
        logging.getLogger("any").warning("failed", exc_info=True)
    assert "LookupError" in _lines(caplog)
    assert SECRET not in _lines(caplog)
