"""What cannot be read is refused with a page that says why, and leaves one line in the log."""

import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory, override_settings
from django.utils import translation
from django.utils.log import log_response

from portal.errors import bad_request
from portal.logs import BriefRefusals

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize("path", ["/lodge/", "/account/login/", "/nowhere/", "/admin/"])
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("charset", ["gbk", "utf-16", "base64"])
def test_a_form_in_another_encoding_is_refused_with_a_page(english, db, path, kind, charset):
    response = english.generic("POST", path, b"x=1", content_type=f"{kind}; charset={charset}")
    assert response.status_code == 400
    assert "UTF-8" in response.content.decode()


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "nonsense"])
def test_a_form_in_utf8_is_read_however_that_is_spelt(client, db, charset):
    response = client.generic("POST", "/preferences/", b"large=on", content_type=f"{FORM}; charset={charset}")
    assert response.status_code == 302
    assert response.cookies["large_text"].value == "on"


def test_a_page_is_shown_whatever_encoding_its_reader_declares(client, db):
    response = client.get("/lodge/?x=%C4%E3", headers={"content-type": "text/plain; charset=gbk"})
    assert response.status_code == 200


def _too_long(client):
    return client.post("/lodge/", {"text": "长" * 1_000_000})


def _too_many_files(client):
    return client.post("/lodge/", {"photos": [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(60)]})


def _too_many_fields(client):
    return client.post("/lodge/", {f"field{n}": n for n in range(1100)})


@pytest.mark.parametrize("send", [_too_long, _too_many_files, _too_many_fields])
def test_too_much_is_said_to_be_too_much(english, db, caplog, send):
    response = send(english)
    caplog.clear()  # Django logs it as an error, which the other tests do not allow
    assert response.status_code == 400
    assert "too much at once" in response.content.decode()


def test_any_other_bad_request_keeps_its_page():
    with translation.override("en"):
        response = bad_request(RequestFactory().get("/"), Exception("odd"))
    assert response.status_code == 400
    assert "The request was not understood" in response.content.decode()


@pytest.mark.parametrize(("status", "lines"), [(404, 1), (403, 1), (400, 1), (500, 4)])
def test_a_refused_request_is_one_line_in_the_log(caplog, status, lines):
    """Django gives the exception to the log whatever the status; the traceback of a fault stays."""
    handler = logging.Handler()
    written = []
    handler.emit = lambda record: written.append(handler.format(record))
    handler.addFilter(BriefRefusals())
    logger = logging.getLogger("tests.refused")
    logger.addHandler(handler)
    try:
        raise KeyError("nowhere")
    except KeyError as error:
        response = bad_request(RequestFactory().get("/"), error)
        response.status_code = status
        log_response("Refused: %s", "/nowhere/", response=response, exception=error, logger=logger)
    logger.removeHandler(handler)
    caplog.clear()
    assert written[0].startswith("Refused: /nowhere/")
    assert min(len(written[0].splitlines()), 4) == lines


def test_the_console_is_told_of_refusals_briefly(settings):
    assert "brief" in settings.LOGGING["handlers"]["console"]["filters"]


@override_settings(STATIC_URL="/static/")
def test_the_old_name_of_the_icon_leads_to_the_icon(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response.url == "/static/icons/favicon.svg"
