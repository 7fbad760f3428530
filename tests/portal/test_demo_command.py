"""The one command, as a person meets it: it starts, says where, refuses a twin, stops and starts again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.conf import settings

PATIENCE = 180  # seconds, on a machine that runs other tests beside; benchmarks/startup.py measures the start


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def run_demo(data_dir, port, *options, **environment):
    outside = {n: v for n, v in os.environ.items() if n not in ("DEMO", "DATABASE_URL", "REDIS_URL")}
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port), *options],
        cwd=settings.BASE_DIR,
        env={**outside, "DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "portal.settings", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def lines_until(demo, text):
    """Return the lines up to the one that holds a text."""
    lines, deadline = [], time.monotonic() + PATIENCE
    for line in demo.stdout:
        lines.append(line)
        if text in line:
            return lines
        assert time.monotonic() < deadline, "".join(lines)
    raise AssertionError("".join(lines))


@pytest.fixture
def started():
    """Collect what a test starts, and end it whatever happens."""
    demos = []
    yield demos
    for demo in demos:
        demo.kill()
        demo.wait()
        demo.stdout.close()


def test_it_starts_refuses_a_twin_stops_and_starts_again_where_it_was(tmp_path, started):
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    first = run_demo(tmp_path, port)
    started.append(first)

    lines_until(first, url)
    with urllib.request.urlopen(url, timeout=30) as page:
        assert page.status == 200

    twin = run_demo(tmp_path, free_port())
    started.append(twin)
    assert url in twin.communicate(timeout=PATIENCE)[0]
    assert twin.returncode == 1

    first.send_signal(signal.SIGINT)
    rest, _none = first.communicate(timeout=30)
    assert first.returncode == 0, rest
    assert "ERROR" not in rest

    again = run_demo(tmp_path, port)
    started.append(again)
    lines = lines_until(again, url)
    assert len(lines) < 10, "".join(lines)  # nothing is migrated or loaded a second time
    again.send_signal(signal.SIGTERM)
    assert again.wait(timeout=30) == 0


def test_it_refuses_debug_pages_for_everybody(tmp_path, started):
    demo = run_demo(tmp_path, free_port(), "--host", "0.0.0.0", DEBUG="on", ALLOWED_HOSTS="portal.example.cn")
    started.append(demo)
    said = demo.communicate(timeout=PATIENCE)[0]
    assert demo.returncode == 1, said
    assert "portal.E001" in said
    assert "HINT" in said
    assert not (tmp_path / "portal.sqlite3").exists()
