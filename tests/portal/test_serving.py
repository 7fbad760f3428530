"""Holding the data folder, refusing a taken port, and knowing when the first page is there."""

import multiprocessing
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from django.core.management import CommandError

from portal import serving
from portal.serving import Address, FirstPage, held, programs, refuse_taken


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def pages(monkeypatch):
    """Serve pages whose status each test chooses."""
    monkeypatch.setattr(serving, "RETRY_AFTER_ERROR", 0)
    chosen = SimpleNamespace(status=200, hosts=[])

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            chosen.hosts.append(self.headers["Host"])
            self.send_response(chosen.status)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    chosen.address = Address("127.0.0.1", server.server_port)
    yield chosen
    server.shutdown()
    server.server_close()


def hold_and_wait(data_dir, holding, release):
    with held(data_dir, Address("127.0.0.1", 8123)):
        holding.set()
        release.wait(20)


def until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_a_second_portal_on_the_same_data_is_refused_and_named_the_first(tmp_path):
    spawn = multiprocessing.get_context("fork")
    holding, release = spawn.Event(), spawn.Event()
    first = spawn.Process(target=hold_and_wait, args=(tmp_path, holding, release))
    first.start()
    try:
        assert holding.wait(20)
        with pytest.raises(CommandError) as refusal, held(tmp_path, Address("127.0.0.1", 8000)):
            pass
        assert str(first.pid) in str(refusal.value)
        assert "http://127.0.0.1:8123/" in str(refusal.value)
    finally:
        first.kill()  # as hard as can be: the folder is free all the same
        first.join()
    with held(tmp_path, Address("127.0.0.1", 8000)):
        pass


def test_a_taken_port_is_refused_with_another_one(listener, monkeypatch):
    monkeypatch.setattr(serving, "PORT_PATIENCE", 0)
    port = listener.getsockname()[1]
    with pytest.raises(CommandError, match=f"--port {port + 1}"):
        refuse_taken(Address("127.0.0.1", port))


def test_a_port_about_to_be_freed_is_waited_for(listener):
    closing = threading.Timer(0.2, listener.close)
    closing.start()
    refuse_taken(Address("127.0.0.1", listener.getsockname()[1]))
    closing.join()


@pytest.mark.parametrize("port", [0, -1, 65536, 10**9])
def test_an_impossible_port_is_refused(port):
    with pytest.raises(CommandError, match="65535"):
        refuse_taken(Address("127.0.0.1", port))


@pytest.mark.parametrize("host", ["203.0.113.1"])
def test_an_address_that_is_not_of_this_machine_is_refused(host):
    with pytest.raises(CommandError, match=host):
        refuse_taken(Address(host, 8000))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),
        ("::", "http://[::1]:8000/"),
        ("portal.example.cn", "http://portal.example.cn:8000/"),
    ],
)
def test_the_url_is_one_a_person_here_can_open(host, url):
    assert Address(host, 8000).url == url


@pytest.mark.parametrize("status", [200, 302])
def test_a_page_or_a_redirect_is_an_answer(pages, status):
    pages.status = status
    assert until(FirstPage(pages.address).answered)


def test_an_error_is_no_answer_until_it_passes(pages):
    pages.status = 500
    page = FirstPage(pages.address)
    assert until(lambda: page.answered() or page.status == 500)
    assert not page.answered()
    pages.status = 200
    assert until(page.answered)


def test_nobody_listening_is_no_answer(listener):
    address = Address("127.0.0.1", listener.getsockname()[1])
    listener.close()
    assert not FirstPage(address).answered()


@pytest.mark.parametrize(
    ("allowed", "host"),
    [(["portal.example.cn"], "portal.example.cn"), ([".example.cn"], "example.cn"), (["*"], "localhost")],
)
def test_it_asks_for_a_host_the_portal_answers_to(pages, settings, allowed, host):
    settings.ALLOWED_HOSTS = allowed
    assert until(FirstPage(pages.address).answered)
    assert pages.hosts == [host]


def test_web_is_ended_first_and_no_beat_lives_inside_the_worker():
    web, beat, *workers = programs(Address("127.0.0.1", 8000))
    assert (web.name, beat.name, *(worker.name for worker in workers)) == ("web", "beat", "worker", "courier")
    assert not any("-B" in worker.argv for worker in workers)
