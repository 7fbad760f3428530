"""A message broker in a folder: what the embedded default uses when there is no Redis.

One folder per queue, one file per message, named so that they sort by age. A message appears by
``os.replace`` and belongs to whoever manages to unlink it, so no process ever sees half a message, and a
process killed at any instruction leaves nothing that another would stumble over. Kombu's own filesystem
transport does neither, and a worker that reads half a file exits.

A message is gone once a worker has taken it: a killed worker loses what it held, and the sweeps find it.
"""

import logging
import os
import re
import time
from collections import defaultdict, deque
from itertools import count
from pathlib import Path
from queue import Empty
from urllib.parse import quote

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.utils.json import dumps, loads

SCHEME = "embedded"
UNREADABLE = ".unreadable"
ABANDONED_AFTER = 3600  # seconds after which a half-written file belongs to nobody living
LONGEST_WAIT = 0.3  # seconds

logger = logging.getLogger(__name__)
_serial = count()


class Channel(virtual.Channel):
    """Queues as folders under the transport option ``folder``."""

    QUEUE_NAME = re.compile(r"\w[\w@. -]*", re.ASCII)

    def __init__(self, connection, **kwargs):
        super().__init__(connection, **kwargs)
        self._listed = defaultdict(deque)  # names seen at the last look, oldest first

    def _folder(self, queue: str) -> Path:
        if not self.QUEUE_NAME.fullmatch(queue):
            raise ChannelError(f"Not a queue name: {quote(queue)}")
        return Path(self.connection.client.transport_options["folder"]) / queue

    def _new_queue(self, queue, **kwargs):
        folder = self._folder(queue)
        folder.mkdir(parents=True, exist_ok=True)
        for unfinished in folder.glob(".*.tmp"):
            _forget_abandoned(unfinished)

    def _has_queue(self, queue, **kwargs):
        return self._folder(queue).is_dir()

    def _put(self, queue, message, **kwargs):
        folder = self._folder(queue)
        name = f"{time.time_ns():020}-{os.getpid()}-{next(_serial)}.json"
        unfinished = folder / f".{name}.tmp"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # No fsync: the truth is in the database, and a sweep repeats what a power cut takes away.
            unfinished.write_text(dumps(message), encoding="utf-8")
            unfinished.replace(folder / name)
        except OSError as error:
            raise ChannelError(f"Cannot write a message into {folder}: {error.strerror}") from error

    def _get(self, queue, timeout=None):
        folder, listed = self._folder(queue), self._listed[queue]
        if not listed:
            listed.extend(_messages(folder))
        while listed:
            if (message := _take(folder / listed.popleft())) is not None:
                return message
        raise Empty

    def _size(self, queue):
        return len(_messages(self._folder(queue)))

    def _purge(self, queue):
        folder = self._folder(queue)
        return sum(_unlinked(folder / name) for name in _messages(folder))

    def _delete(self, queue, *args, **kwargs):
        self._purge(queue)


class Transport(virtual.Transport):
    """The transport behind ``embedded://``."""

    Channel = Channel
    global_state = virtual.BrokerState()  # bindings are declared anew by every process
    polling_interval = 0.1
    default_connection_params = {}  # there is no host, and nothing to warn about
    driver_type = SCHEME
    driver_name = SCHEME

    def __init__(self, client, **kwargs):
        super().__init__(client, **kwargs)
        self.state = self.global_state

    def drain_events(self, connection, timeout=None):
        """Wait for a message, but so briefly that a worker asked to stop notices it."""
        super().drain_events(connection, timeout=timeout and min(timeout, LONGEST_WAIT))

    def driver_version(self):
        """Return the version of the driver, which is the portal's own."""
        return "1"


def register() -> None:
    """Make ``embedded://`` known to kombu, which refuses dotted class names in an address."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"


def _messages(folder: Path) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except FileNotFoundError:
        return []


def _take(path: Path):
    """Return the message in a file and remove it; None when another process was first or it is unreadable."""
    try:
        text = path.read_bytes()
        message = loads(text.decode("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:  # a power cut can leave an empty file behind a finished name
        _set_aside(path)
        return None
    return message if _unlinked(path) else None


def _set_aside(path: Path) -> None:
    aside = path.parent / UNREADABLE
    aside.mkdir(exist_ok=True)
    path.replace(aside / path.name)
    logger.warning("An unreadable message was set aside in %s", aside / path.name)


def _unlinked(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def _forget_abandoned(path: Path) -> None:
    try:
        if time.time() - path.stat().st_mtime > ABANDONED_AFTER:
            path.unlink()
    except FileNotFoundError:
        pass  # its writer has just finished
