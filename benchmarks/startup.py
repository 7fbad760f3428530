"""Measure the README's command: from a fresh clone to the first page, and a second start.

Prints one line of a Markdown table for each: what, measured, allowed. Ends with 1 when a figure is missed.
"""

import argparse
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SET_UP = "python3 -m venv .venv && .venv/bin/pip install -q -e . -c constraints.txt"
LONGEST = 600  # seconds after which a start counts as failed


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--working-tree", action="store_true", help="copy the working tree, not the last commit")
    parser.add_argument("--keep", action="store_true", help="keep the clone and say where it is")
    return parser.parse_args()


def fresh_copy(target: Path, *, working_tree: bool) -> None:
    """Put the project into an empty folder, as a newcomer would find it."""
    if not working_tree:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(target)], check=True)
        return
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True).stdout
    target.mkdir(parents=True)
    copy = f"tar -C {shlex.quote(str(ROOT))} --null -T - -cf - | tar -C {shlex.quote(str(target))} -xf -"
    subprocess.run(copy, shell=True, check=True, input=names)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def start(folder: Path, command: str) -> tuple[float, float]:
    """Run a command until its first page answers, then stop it.

    Returns:
        The seconds to the first page and the seconds it took to stop.

    Raises:
        SystemExit: it ended, or never answered.
    """
    port = free_port()
    outside = {name: value for name, value in os.environ.items() if name not in ("DATA_DIR", "VIRTUAL_ENV")}
    began = time.monotonic()
    with (folder / "startup.log").open("ab") as log:
        portal = subprocess.Popen(
            ["bash", "-c", f"{command} --port {port}"], cwd=folder, env=outside, stdout=log, stderr=log
        )
    while not answers(f"http://127.0.0.1:{port}/"):
        if portal.poll() is not None or time.monotonic() - began > LONGEST:
            portal.kill()
            sys.exit(f"No page after {time.monotonic() - began:.0f} s; see {log.name}")
        time.sleep(0.05)
    to_first_page = time.monotonic() - began
    stopped = time.monotonic()
    portal.send_signal(signal.SIGTERM)
    if portal.wait(timeout=60) != 0:
        sys.exit(f"It did not stop cleanly; see {log.name}")
    return to_first_page, time.monotonic() - stopped


def answers(url: str) -> bool:
    """Return whether a page comes, with success."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def report(what: str, seconds: float, allowed: float) -> bool:
    """Print one line of the table; return whether the figure was met."""
    print(f"| {what} | {seconds:.1f} s | < {allowed:g} s |", flush=True)
    return seconds < allowed


def main() -> int:
    """Measure both starts."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="startup-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch) / "portal"
        fresh_copy(folder, working_tree=options.working_tree)
        demo = "exec .venv/bin/python manage.py demo"  # exec: the signal to stop reaches the portal itself
        first, _stop = start(folder, f"{SET_UP} && {demo}")
        second, stop = start(folder, demo)
        if options.keep:
            kept = Path(tempfile.mkdtemp(prefix="startup-kept-")) / "portal"
            folder.rename(kept)
            print(f"kept in {kept}", file=sys.stderr)
    met = [
        report("fresh clone to first page, warm package cache", first, 90),
        report("second start to first page", second, 6),
        report("clean stop", stop, 10),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
