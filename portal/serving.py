"""Running the portal's processes on one machine: who holds the data, the address, the programs."""

import errno
import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError
from django.utils.translation import gettext_noop as _

from portal.console import bilingual
from portal.supervisor import Program

LOCK_NAME = "running.lock"
PORT_PATIENCE = 2.0  # seconds in which the processes of a killed portal may still let go of the port
RETRY_AFTER_ERROR = 5.0
HIGHEST_PORT = 65535
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
NO_CHECKS = {"CELERY_SKIP_CHECKS": "1"}  # the web process has made them
# Four threads: Django's PostgreSQL pool has as many connections.
WEB_OPTIONS = ["--no-ws", "--blocking-threads", "4", "--workers-kill-timeout", "5"]
# Threads: prefork would close the PostgreSQL pool at each task. One worker needs no gossip.
WORKER_OPTIONS = ["-P", "threads", "-c", "4", "--without-gossip", "--without-mingle", "--without-heartbeat"]
# What leaves the portal has a worker of its own.
COURIER_OPTIONS = [*WORKER_OPTIONS, "-Q", settings.OUTSIDE_QUEUE, "-n", "courier@%h"]


@dataclass(frozen=True)
class Address:
    """Where the web process listens."""

    host: str
    port: int

    @property
    def reachable_host(self) -> str:
        """The host to use from this machine, also when the portal listens on every address."""
        return EVERYWHERE.get(self.host, self.host)

    @property
    def url(self) -> str:
        """The address of the first page, for a person on this machine."""
        host = f"[{self.reachable_host}]" if ":" in self.reachable_host else self.reachable_host
        return f"http://{host}:{self.port}/"


@contextmanager
def held(data_dir: Path, address: Address) -> Iterator[None]:
    """Hold the data folder: one portal at a time works with it.

    Raises:
        CommandError: another one runs; the sentence names its process and address.
    """
    path = data_dir / LOCK_NAME
    with path.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(
                bilingual(
                    _("The portal already runs with the data in %(folder)s: %(holder)s"),
                    folder=data_dir,
                    holder=lock.read().strip(),
                )
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()} {address.url}\n")
        lock.flush()
        yield  # the lock goes with the open file, even when this process is killed


def refuse_taken(address: Address) -> None:
    """Check that the portal can listen at the address.

    Raises:
        CommandError: it cannot; the sentence says how to choose another.
    """
    if not 0 < address.port <= HIGHEST_PORT:
        raise CommandError(bilingual(_("Port %(port)s is not between 1 and 65535."), port=address.port))
    deadline = time.monotonic() + PORT_PATIENCE
    while (error := _listening_error(address)) is not None:
        if error.errno != errno.EADDRINUSE:
            raise CommandError(
                bilingual(
                    _("The portal cannot listen on %(host)s, port %(port)s: %(reason)s"),
                    host=address.host,
                    port=address.port,
                    reason=error.strerror,
                )
            )
        if time.monotonic() > deadline:
            raise CommandError(
                bilingual(
                    _("Port %(port)s is taken by another program; choose another with --port %(other)s"),
                    port=address.port,
                    other=address.port + 1 if address.port < HIGHEST_PORT else 8000,
                )
            )
        time.sleep(0.1)


def _listening_error(address: Address) -> OSError | None:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address.host, address.port))
        except OSError as error:
            return error
    return None


def programs(address: Address) -> list[Program]:
    """Return the processes of the portal, the one that lets work in first."""
    python = sys.executable
    granian = [python, "-m", "granian", "--interface", "wsgi", *WEB_OPTIONS]
    celery = [python, "-m", "celery", "--quiet", "--app", "portal"]
    listen = ["--host", address.host, "--port", str(address.port)]
    return [
        Program(name="web", argv=[*granian, *listen, "portal.wsgi:application"]),
        Program(name="beat", argv=[*celery, "beat", "--pidfile="], environment=NO_CHECKS),
        Program(
            name="worker",
            argv=[*celery, "worker", *WORKER_OPTIONS],
            environment=NO_CHECKS,
            orphan_signal=signal.SIGKILL,  # its own warm shutdown may take as long as its longest task
        ),
        Program(
            name="courier",
            argv=[*celery, "worker", *COURIER_OPTIONS],
            environment=NO_CHECKS,
            orphan_signal=signal.SIGKILL,
        ),
    ]


class FirstPage:
    """Asks for the first page, a little at each call, so that whoever calls never waits."""

    def __init__(self, address: Address):
        self._address = address
        self._socket: socket.socket | None = None
        self._not_before = 0.0
        self.status = 0  # of the last answer

    def answered(self) -> bool:
        """Return whether the page has come, with anything but an error."""
        try:
            if self._socket is None and time.monotonic() >= self._not_before:
                self._ask()
            return self._socket is not None and self._heard()
        except BlockingIOError:
            return False
        except OSError:
            self._hang_up()
            return False

    def _ask(self) -> None:
        self._socket = socket.create_connection((self._address.reachable_host, self._address.port), timeout=1)
        head = f"GET / HTTP/1.1\r\nHost: {_host_header()}\r\nConnection: close\r\n\r\n"
        self._socket.sendall(head.encode())
        self._socket.setblocking(False)

    def _heard(self) -> bool:
        first_line = self._socket.recv(64).split(b"\r\n")[0].split()
        self._hang_up()
        self.status = int(first_line[1]) if len(first_line) > 1 else 0
        self._not_before = time.monotonic() + RETRY_AFTER_ERROR
        return 0 < self.status < 400

    def _hang_up(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()
            self._socket = None


def _host_header() -> str:
    """Return a host the portal answers to: one asks about the page here, not about ALLOWED_HOSTS."""
    host = settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else "localhost"
    return "localhost" if host == "*" else host.lstrip(".")
