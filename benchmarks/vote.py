"""Measure 500 members who vote at once, each sending the vote twice: an open vote and a secret one.

The portal's own web server, started as `manage.py up` starts it, answers real HTTP; the phones are a process of their
own (benchmarks/phones.py), signed in beforehand. Uses DATABASE_URL, a database of its own that it fills, or SQLite in a
new folder without it. Prints one line of a Markdown table for each figure: what, measured, allowed. Ends with 1 when
one is missed or a vote is lost or counted twice. That each counts once whatever meets is proved, in a smaller crowd,
by tests/consultation/test_votes_races.py.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
ALLOWED_SECONDS = 10
LONGEST_START = 60  # seconds
TOKEN = "0" * 32  # what the browser sends twice against forged posts


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=500, help="members who vote, a multiple of 5 (default: 500)")
    parser.add_argument("--workers", type=int, default=1, help="web processes (default: 1, as the portal starts)")
    return parser.parse_args()


def report(what: str, measured: str, allowed: str, met: bool) -> bool:
    """Print one line of the table; return whether the figure was met."""
    print(f"| {what} | {measured} | {allowed} |", flush=True)
    return met


@contextmanager
def web_server(workers: int, folder: Path) -> Iterator[tuple[int, int]]:
    """Run the portal's web server on a free port; give the port and its process group."""
    from benchmarks.startup import answers, free_port
    from portal.serving import Address, programs

    port = free_port()
    argv = [*programs(Address("127.0.0.1", port))[0].argv, "--workers", str(workers)]
    with (folder / "web.log").open("wb") as log:
        web = subprocess.Popen(argv, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    try:
        began = time.monotonic()
        while not answers(f"http://127.0.0.1:{port}/"):
            if web.poll() is not None or time.monotonic() - began > LONGEST_START:
                sys.exit(f"The web server does not answer: {(folder / 'web.log').read_text()[-2000:]}")
            time.sleep(0.1)
        yield port, web.pid
    finally:
        os.killpg(web.pid, signal.SIGTERM)
        web.wait(timeout=30)


def seconds_of_processor(group: int) -> float:
    """Return how many seconds the processes of `group` have had of a processor (Linux)."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def cookie_of(person) -> str:
    """Sign `person` in; return what their phone sends."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={TOKEN}"


def crowd(team, balloting: str, members: int, port: int, group: int) -> dict:
    """Let all members post their vote twice at once, the second time with another choice; return what came of it."""
    from django.urls import reverse

    from tests.consultation.votes_races import choice_of, outcome, session_of

    vote, people = session_of(team, members, balloting)
    cookies = [cookie_of(person) for person in people]
    bodies = [f"csrfmiddlewaretoken={TOKEN}&choice={choice_of(number)}" for number in range(members + 1)]
    told = {
        "host": "127.0.0.1",
        "port": port,
        "path": reverse("vote_cast", args=[vote.pk]),
        "phones": [(cookie, bodies[number : number + 2]) for number, cookie in enumerate(cookies)],
    }
    before = seconds_of_processor(group)
    run = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "phones.py"],
        input=json.dumps(told),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return {**json.loads(run.stdout), "processor": seconds_of_processor(group) - before, **outcome(vote)}


def measure(options: argparse.Namespace, folder: Path) -> bool:
    """Let everybody vote, print the lines; return whether all figures were met."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from tests.cast import make_cast
    from tests.consultation.cast import make_consultation_cast

    team, met, members = make_consultation_cast(make_cast()), [], options.members
    right = [members * 3 // 5, members // 5, members // 5]
    with web_server(options.workers, folder) as (port, group):
        for balloting in ("open", "secret"):
            found = crowd(team, balloting, members, port, group)
            web = f"web processes: {options.workers}"
            where = f"{balloting} vote, {connection.vendor}, {members} members × 2 posts, {web}"
            exact = found["counted"] == right and found["marked"] == members
            exact = exact and found["answers"] == {"302 302": members}
            met.append(report(f"{where}: counted", f"{found['counted']}, {found['answers']}", str(right), exact))
            seconds = found["seconds"]
            taken = f"{seconds:.1f} s, the slowest answer {found['slowest']:.1f} s"
            met.append(report(f"{where}: time", taken, f"≤ {ALLOWED_SECONDS} s", seconds <= ALLOWED_SECONDS))
            report(f"{where}: processor of the web server", f"{found['processor']:.1f} s", "–", met=True)
    return all(met)


def main() -> int:
    """Measure, and return the exit code."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="vote-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        import django

        django.setup()
        return 0 if measure(options, Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
