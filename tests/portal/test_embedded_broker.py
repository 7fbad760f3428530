"""The broker in a folder: nothing is read by half, taken twice, or in the way after a kill."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError

from portal import embedded_broker

QUEUE = "letters"

APP = """
import pathlib, sys, time
import embedded_broker
from celery import Celery

embedded_broker.register()
here = pathlib.Path(__file__).parent
app = Celery("app", broker="embedded://")
app.conf.update(
    broker_transport_options={"folder": str(here / "broker")},
    task_acks_late=True, worker_prefetch_multiplier=1, task_ignore_result=True,
)

@app.task(name="touch")
def touch(name, seconds=0):
    (here / f"{name}.begun").touch()
    time.sleep(seconds)
    (here / f"{name}.done").touch()
"""


@pytest.fixture
def connect(tmp_path):
    embedded_broker.register()
    opened = []

    def connection():
        opened.append(Connection("embedded://", transport_options={"folder": str(tmp_path / "broker")}))
        return opened[-1]

    yield connection
    for each in opened:
        each.release()


def wait_for(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def put(connection, *bodies):
    with connection.SimpleQueue(QUEUE) as queue:
        for body in bodies:
            queue.put(body)


def take_all(connection):
    taken = []
    with connection.SimpleQueue(QUEUE) as queue:
        try:
            while True:
                message = queue.get(block=False)
                message.ack()
                taken.append(message.payload)
        except queue.Empty:
            return taken


def test_messages_come_out_once_and_in_order(connect):
    put(connect(), *({"number": n, "text": "吹哨"} for n in range(25)))

    assert [each["number"] for each in take_all(connect())] == list(range(25))
    assert take_all(connect()) == []


def test_size_and_purge_count_waiting_messages(connect):
    put(connect(), 1, 2, 3)

    with connect().SimpleQueue(QUEUE) as queue:
        assert queue.qsize() == 3
        assert queue.clear() == 3
        assert queue.qsize() == 0


def test_writers_and_readers_at_once_lose_and_double_nothing(connect):
    taken, writing = [], threading.Event()
    writing.set()

    def write(start):
        put(connect(), *({"number": n, "filling": "字" * 3000} for n in range(start, start + 60)))

    def read():
        own = []
        while writing.is_set():
            own += take_all(connect())
        taken.extend(own + take_all(connect()))

    readers = [threading.Thread(target=read) for _ in range(3)]
    writers = [threading.Thread(target=write, args=(n * 60,)) for n in range(3)]
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    writing.clear()
    for thread in readers:
        thread.join()

    assert sorted(each["number"] for each in taken) == list(range(180))


def test_a_message_appears_whole_or_not_at_all(connect, tmp_path, monkeypatch):
    """A writer killed before the last step leaves nothing a reader would take."""

    def killed(self, target):
        raise OSError(5, "killed here")

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(ChannelError):
        put(connect(), "half a message")
    monkeypatch.undo()

    folder = tmp_path / "broker" / QUEUE
    [unfinished] = folder.iterdir()
    assert take_all(connect()) == []

    os.utime(unfinished, (0, 0))
    assert take_all(connect()) == []  # looking at the queue declares it, which clears away what is old
    assert list(folder.iterdir()) == []


def test_an_unreadable_message_is_set_aside_and_the_next_one_taken(connect, tmp_path, caplog):
    put(connect(), "first")
    folder = tmp_path / "broker" / QUEUE
    (folder / "0.json").write_bytes(b"")

    assert take_all(connect()) == ["first"]
    assert (folder / embedded_broker.UNREADABLE / "0.json").exists()
    assert "set aside" in caplog.text


@pytest.mark.parametrize("name", ["../outside", "/etc", ".hidden", ""])
def test_a_queue_name_stays_inside_the_folder(connect, name):
    with pytest.raises(ChannelError):
        connect().default_channel._folder(name)


def test_a_rejected_message_comes_back(connect):
    put(connect(), "again")
    with connect().SimpleQueue(QUEUE) as queue:
        queue.get(block=False).reject(requeue=True)
        assert queue.get(block=False).payload == "again"


def test_a_killed_worker_leaves_a_queue_that_the_next_one_works_off(tmp_path):
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    shutil.copy(embedded_broker.__file__, tmp_path)  # without the portal, so that Django stays out of it
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment["PYTHONPATH"] = str(tmp_path)
    command = [sys.executable, "-m", "celery", "-q", "-A", "app"]

    def worker():
        options = "worker -P threads -c 1 --without-gossip --without-mingle --without-heartbeat"
        return subprocess.Popen(
            [*command, *options.split()],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def send(*arguments):
        line = f"import app; app.touch.delay(*{arguments!r})"
        subprocess.run([sys.executable, "-c", line], cwd=tmp_path, env=environment, check=True)

    send("held", 60)
    first = worker()
    try:
        wait_for((tmp_path / "held.begun").exists)
        send("waiting")
    finally:
        first.kill()
        first.wait()
    assert not (tmp_path / "waiting.begun").exists()

    second = worker()
    try:
        wait_for((tmp_path / "waiting.done").exists)
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=10) == 0
    finally:
        second.kill()
        second.wait()
