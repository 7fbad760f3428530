"""The supervisor: programs are started again, ended as whole groups, and never left behind."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from portal.supervisor import Patience, Program, Supervisor

QUICK = Patience(quick=30, quick_deaths=3, first_delay=0.01, longest_delay=0.05)

# Each writes its process number into the folder it is given, so that a test can wait for it.
LIVES = "import os, sys, time; open(f'{sys.argv[1]}/{os.getpid()}', 'w').close(); time.sleep(60)"
DIES = "import os, sys; open(f'{sys.argv[1]}/{os.getpid()}', 'w').close(); print('no such table'); sys.exit(3)"
HAS_CHILD = f"""
import subprocess, sys
subprocess.Popen([sys.executable, '-I', '-S', '-c', {LIVES!r}, sys.argv[1]])
{LIVES}
"""
IS_DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{LIVES}"


def wait_for(condition, seconds=15.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def alive(pid):
    """Return whether a process runs; one that only waits to be collected does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.fixture
def seen(tmp_path):
    """Give a folder of process numbers, and end whatever a failing test left."""
    folder = tmp_path / "seen"
    folder.mkdir()
    yield folder
    for pid in pids(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def pids(folder):
    return [int(path.name) for path in folder.iterdir()]


def program(script, seen, **options):
    argv = [sys.executable, "-I", "-S", "-c", script, str(seen)]
    return Program(name=options.pop("name", "thing"), argv=argv, **options)


def supervise(tmp_path, *programs, on_tick, **options):
    """Run a supervisor here; return its exit code and what it said."""
    said = []
    supervisor = Supervisor(programs, logs=tmp_path / "logs", say=said.append, tick=0.01, **options)
    deadline = time.monotonic() + 20

    def tick():
        assert time.monotonic() < deadline, "the supervisor was never asked to stop"
        on_tick()

    return supervisor.run(on_tick=tick), said


def stop_when(condition, signum=signal.SIGTERM):
    def tick():
        if condition():
            os.kill(os.getpid(), signum)

    return tick


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_every_program_and_is_a_clean_end(tmp_path, seen, signum):
    programs = [program(LIVES, seen, name="one"), program(LIVES, seen, name="two")]

    code, _said = supervise(tmp_path, *programs, on_tick=stop_when(lambda: len(pids(seen)) == 2, signum))

    assert code == 0
    assert len(pids(seen)) == 2
    assert not any(map(alive, pids(seen)))


def test_the_handlers_of_before_are_put_back(tmp_path, seen):
    before = signal.getsignal(signal.SIGTERM)
    supervise(tmp_path, program(LIVES, seen), on_tick=stop_when(lambda: True))
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_a_program_started_is_ended_with_it(tmp_path, seen):
    supervise(tmp_path, program(HAS_CHILD, seen), on_tick=stop_when(lambda: len(pids(seen)) == 2))
    assert len(pids(seen)) == 2
    wait_for(lambda: not any(map(alive, pids(seen))))


def test_a_program_that_does_not_listen_is_killed_after_its_grace(tmp_path, seen):
    began = time.monotonic()
    supervise(tmp_path, program(IS_DEAF, seen, grace=0.2), on_tick=stop_when(lambda: pids(seen)))
    assert not any(map(alive, pids(seen)))
    assert time.monotonic() - began < 10


def test_a_killed_program_starts_again_and_its_children_do_not_stay(tmp_path, seen):
    killed = []

    def tick():
        if not killed and len(pids(seen)) == 2:
            leader = min(pids(seen))
            killed.extend(pids(seen))
            os.kill(leader, signal.SIGKILL)
        if killed and len(pids(seen)) == 4:
            assert not any(map(alive, killed))
            os.kill(os.getpid(), signal.SIGTERM)

    code, said = supervise(tmp_path, program(HAS_CHILD, seen, name="web"), on_tick=tick, patience=QUICK)

    assert code == 0
    assert "web" in said[0]
    assert "-9" in said[0]


def test_repeated_quick_deaths_end_everything_with_the_last_words(tmp_path, seen):
    programs = [program(LIVES, seen, name="good"), program(DIES, seen, name="bad")]

    code, said = supervise(tmp_path, *programs, on_tick=lambda: None, patience=QUICK)

    assert code == 1
    assert len(pids(seen)) == 4  # one that lived, and three attempts
    assert not any(map(alive, pids(seen)))
    assert any(str(tmp_path / "logs" / "bad.log") in line for line in said)
    assert "no such table" in said[-1]


def test_warnings_of_a_program_reach_the_console_and_the_rest_its_log(tmp_path, seen):
    script = f"print('INFO all well'); print('WARNING it rains', flush=True)\n{LIVES}"
    said = []
    supervisor = Supervisor([program(script, seen, name="web")], logs=tmp_path, say=said.append, tick=0.01)

    supervisor.run(on_tick=stop_when(lambda: said))

    assert said == ["[web] WARNING it rains"]
    assert "all well" in (tmp_path / "web.log").read_text(encoding="utf-8")


def test_a_terminal_that_is_gone_does_not_disturb(tmp_path, seen):
    def gone(line):
        raise BrokenPipeError

    script = f"print('WARNING it rains', flush=True)\n{LIVES}"
    supervisor = Supervisor([program(script, seen)], logs=tmp_path, say=gone, tick=0.01)
    assert supervisor.run(on_tick=stop_when(lambda: pids(seen))) == 0


def test_an_error_in_the_supervisor_leaves_nothing_behind(tmp_path, seen):
    def fail_once_started():
        if pids(seen):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        supervise(tmp_path, program(LIVES, seen), on_tick=fail_once_started)
    assert not any(map(alive, pids(seen)))


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells a process that its parent was killed.")
def test_a_killed_supervisor_leaves_no_orphans(tmp_path, seen):
    script = f"""
import pathlib, sys
from portal.supervisor import Program, Supervisor
argv = [sys.executable, "-I", "-S", "-c", {LIVES!r}, {str(seen)!r}]
programs = [Program(name=name, argv=argv) for name in "ab"]
Supervisor(programs, logs=pathlib.Path({str(tmp_path)!r})).run()
"""
    supervisor = subprocess.Popen([sys.executable, "-c", script], cwd=os.getcwd())
    try:
        wait_for(lambda: len(pids(seen)) == 2)
    finally:
        supervisor.kill()
        supervisor.wait()
    wait_for(lambda: not any(map(alive, pids(seen))), seconds=5)


def test_delays_double_up_to_the_longest():
    patience = Patience(first_delay=0.5, longest_delay=3)
    assert [patience.delay(deaths) for deaths in range(6)] == [0.5, 0.5, 1.0, 2.0, 3, 3]
