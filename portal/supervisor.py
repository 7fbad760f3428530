"""A small supervisor: a few programs started, kept alive, and ended with everything they started.

Each program leads a session of its own, so Ctrl-C in the terminal reaches only the supervisor, which then
ends the programs one after the other, each with its whole process group. When the supervisor itself is
killed, the kernel tells the programs (Linux).
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext_noop as _

from portal.console import LogTail, bilingual

PR_SET_PDEATHSIG = 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LARGEST_LOG = 5 * 1024 * 1024
LAST_LINES = 15

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run: name, command, additions to the environment, and how it is to be ended.

    grace: seconds it may take to end after SIGTERM before its group is killed.
    orphan_signal: what it gets at once when the supervisor dies without a word.
    """

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    grace: float = 10.0
    orphan_signal: int = signal.SIGTERM


@dataclass(frozen=True, kw_only=True)
class Patience:
    """When a program that died is started again, and when the supervisor gives up on it."""

    quick: float = 10.0  # a life shorter than this is a failed start
    quick_deaths: int = 5  # as many failed starts in a row end everything
    first_delay: float = 0.5
    longest_delay: float = 30.0

    def delay(self, deaths: int) -> float:
        """Return the seconds to wait before the next start after so many quick deaths in a row."""
        return min(self.longest_delay, self.first_delay * 2 ** max(0, deaths - 1))


class Child:
    """One program's present process, its log file, and its record of quick deaths."""

    def __init__(self, program: Program, log: Path):
        self.program = program
        self.log = log
        self.tail = LogTail(log)
        self.process: subprocess.Popen | None = None
        self.started_at = 0.0
        self.start_at = 0.0
        self.quick_deaths = 0

    def start(self) -> None:
        """Start the process in a session of its own, its output going to the log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.program.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.program.environment},
                start_new_session=True,
                # Safe here: the supervisor has a single thread.
                preexec_fn=_tied_to(os.getpid(), self.program.orphan_signal),  # noqa: PLW1509
            )
        self.started_at = time.monotonic()

    def ended(self) -> bool:
        """Return whether there is no process, or there is one no longer."""
        return self.process is None or self.process.poll() is not None

    def signal_group(self, signum: int) -> None:
        """Send a signal to the process and to all it started; nothing happens when none is left."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):  # macOS: EPERM for a group of zombies
                os.killpg(self.process.pid, signum)


class Supervisor:
    """Runs programs until a stop signal comes or one of them cannot be kept alive.

    programs are started in the order given and ended in that order too, so the one that lets work in
    comes first. say prints one line for people; it may fail, as when the terminal is gone.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        logs: Path,
        say: Callable[[str], None] = print,
        patience: Patience | None = None,
        tick: float = 0.1,
    ):
        logs.mkdir(parents=True, exist_ok=True)
        self.children = [Child(program, logs / f"{program.name}.log") for program in programs]
        self._say = say
        self._patience = patience or Patience()
        self._tick = tick
        self._signals = 0
        self._gave_up = False

    def run(self, on_tick: Callable[[], None] = lambda: None) -> int:
        """Start everything, look after it, and end it.

        Args:
            on_tick: called at every round, a few times a second; it must not wait.

        Returns:
            The exit code: 0 after a stop signal, 1 when a program could not be kept alive.
        """
        with self._listening():
            try:
                self._supervise(on_tick)
            finally:
                self._stop()
        return int(self._gave_up)

    def _supervise(self, on_tick: Callable[[], None]) -> None:
        for child in self.children:
            _turn_over(child.log)
            child.tail.skip()
            child.start()
        while not self._signals and not self._gave_up:
            for child in self.children:
                self._look_after(child)
            on_tick()
            time.sleep(self._tick)

    def _look_after(self, child: Child) -> None:
        for line in child.tail.warnings():
            self.say(f"[{child.program.name}] {line}")
        if not child.ended():
            return
        if child.process is not None:
            self._mourn(child)
        elif time.monotonic() >= child.start_at:
            child.start()

    def _mourn(self, child: Child) -> None:
        """Clear away what a dead process left, and decide when, and whether, to start another."""
        code = child.process.returncode
        child.signal_group(signal.SIGKILL)
        child.process = None
        lived = time.monotonic() - child.started_at
        child.quick_deaths = child.quick_deaths + 1 if lived < self._patience.quick else 0
        delay = self._patience.delay(child.quick_deaths)
        child.start_at = time.monotonic() + delay
        if child.quick_deaths >= self._patience.quick_deaths:
            self._give_up(child)
            return
        self.say(
            bilingual(
                _("“%(name)s” ended by itself (%(code)s) and starts again in %(delay)s seconds."),
                name=child.program.name,
                code=code,
                delay=round(delay, 1),
            )
        )

    def _give_up(self, child: Child) -> None:
        self._gave_up = True
        self.say(
            bilingual(
                _("“%(name)s” ended %(count)s times right after its start, so everything stops; see %(log)s"),
                name=child.program.name,
                count=child.quick_deaths,
                log=child.log,
            )
        )
        for line in child.tail.last(LAST_LINES):
            self.say(f"    {line}")

    def _stop(self) -> None:
        for child in self.children:
            if child.process is None:
                continue
            child.signal_group(signal.SIGTERM)
            deadline = time.monotonic() + child.program.grace
            # A second Ctrl-C means now.
            while not child.ended() and time.monotonic() < deadline and self._signals < 2:
                time.sleep(0.02)
            child.signal_group(signal.SIGKILL)
            child.process.wait()
            child.process = None

    def say(self, line: str) -> None:
        """Print a line; a terminal that is gone must not keep the programs from being looked after."""
        with suppress(OSError, ValueError):
            self._say(line)

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Take the stop signals; a SIGHUP ignored by nohup stays ignored."""
        before = {signum: signal.getsignal(signum) for signum in STOP_SIGNALS}
        taken = [s for s in STOP_SIGNALS if s != signal.SIGHUP or before[s] is not signal.SIG_IGN]
        for signum in taken:
            signal.signal(signum, self._on_signal)
        try:
            yield
        finally:
            for signum in taken:
                signal.signal(signum, before[signum])

    def _on_signal(self, signum, frame) -> None:
        self._signals += 1


def _tied_to(parent: int, signum: int) -> Callable[[], None]:
    """Return what a new process does before its program: ask the kernel for a signal when its parent dies."""

    def tie() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
            if os.getppid() != parent:  # the parent died before the kernel was asked
                os._exit(1)

    return tie


def _turn_over(log: Path) -> None:
    """Keep one older log once the present one has grown large."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
