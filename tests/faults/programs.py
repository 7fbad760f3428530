"""Real processes for the fault tests: the portal's own, redis-server and PostgreSQL, each in a folder of the test."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from django.conf import settings

from portal.serving import WORKER_OPTIONS

ROOT = Path(__file__).resolve().parents[2]
CELERY = [sys.executable, "-m", "celery", "--quiet", "--app", "portal"]
SERVERS = {"redis", "postgres"}
NUMBER = re.compile(r"\d{8}-\d{7}")
DROPPED = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL", "DEMO", "DATA_DIR", "SWEEP_SECONDS")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait until `condition()` holds and return the seconds that took; fail when it does not in time."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - began


class Programs:
    """Processes of one test by name; all of them, and what they started, end with it."""

    def __init__(self, folder: Path, **environment: str):
        self.folder = folder
        outside = {name: value for name, value in os.environ.items() if name not in DROPPED}
        self.environment = {**outside, "DATA_DIR": str(folder / "data"), "CELERY_SKIP_CHECKS": "1", **environment}
        self._running: dict[str, subprocess.Popen] = {}

    def start(self, name: str, *argv: str | Path) -> None:
        """Start a process in a group of its own; its output goes to NAME.log."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [str(word) for word in argv],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def end(self, name: str, signum: int = signal.SIGKILL) -> None:
        """Send a signal to the group of a process and wait until it has ended."""
        process = self._running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signum)
        process.wait(timeout=30)

    def end_all(self) -> None:
        for name in list(self._running):
            self.end(name)

    def end_portal(self) -> None:
        """End what belongs to the portal; broker and database go on."""
        for name in set(self._running) - SERVERS:
            self.end(name)

    def worker(self) -> None:
        self.start("worker", *CELERY, "worker", *WORKER_OPTIONS, "-Q", f"celery,{settings.OUTSIDE_QUEUE}")

    def beat(self, name: str, *options: str) -> None:
        self.start(name, *CELERY, "beat", "--pidfile=", "--schedule", self.folder / f"{name}.schedule", *options)

    def scene(self, *words: str | int) -> dict:
        """Run a command of tests.faults.scene and return what it printed."""
        command = [sys.executable, "-m", "tests.faults.scene", *map(str, words)]
        run = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert run.returncode == 0, run.stderr[-3000:]
        return json.loads(run.stdout) if run.stdout else {}


class Redis:
    """A redis-server on a free port, set up as docs/operating.md asks; it keeps its data over a restart."""

    def __init__(self, programs: Programs):
        self._programs, self.port = programs, free_port()
        self._folder = programs.folder / "redis"
        self._folder.mkdir()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = ["--bind", "127.0.0.1", "--appendonly", "yes", "--maxmemory-policy", "noeviction", "--save", ""]
        self._programs.start(
            "redis", shutil.which("redis-server"), "--port", str(self.port), "--dir", self._folder, *options
        )
        wait_for(self._answers, 10, "an answer of redis-server")

    def stop(self, signum: int = signal.SIGTERM) -> None:
        self._programs.end("redis", signum)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
                link.sendall(b"PING\r\n")
                return link.recv(16).startswith(b"+PONG")
        except OSError:
            return False


class Robot:
    """The other end of a group robot on a free port: counts the matters it is told of, many in a message."""

    def __init__(self) -> None:
        self.heard = 0
        self._counting = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._ear())
        self.port = self._server.server_port

    def __enter__(self) -> "Robot":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _ear(self) -> type[BaseHTTPRequestHandler]:
        robot = self

        class Ear(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["message"]
                with robot._counting:
                    robot.heard += len(NUMBER.findall(message))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_arguments) -> None:
                """Say nothing."""

        return Ear


def postgres_binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL server that Debian has installed."""
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


class Postgres:
    """A PostgreSQL cluster of the test's own, run by the account `postgres` when the test is run by root."""

    def __init__(self, programs: Programs, folder: Path):
        self._programs, self.port, self._folder = programs, free_port(), folder
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def start(self) -> None:
        """Make the cluster, start it and wait until it answers."""
        binaries = postgres_binaries()
        if self._as:
            shutil.chown(self._folder, "postgres", "postgres")
        data = self._folder / "cluster"
        make = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run([*self._as, *make], cwd="/", check=True, stdout=subprocess.DEVNULL)
        options = ["-p", str(self.port), "-k", "", "-c", "listen_addresses=127.0.0.1"]
        self._programs.start("postgres", *self._as, binaries / "postgres", "-D", data, *options)
        ready = [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        wait_for(lambda: subprocess.run(ready, check=False).returncode == 0, 20, "an answer of PostgreSQL")
