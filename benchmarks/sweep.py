"""Measure one sweep over a ledger of 1,000,000 open deadlines of which 2,000 are due, and one with none due.

Uses DATABASE_URL, a database of its own that it fills, or SQLite in a new folder without it. Prints one line of a
Markdown table for each figure: what, measured, allowed. Ends with 1 when one is missed, or when the plan does not
use the index deadline_to_be_reminded.
"""

import argparse
import os
import sys
import tempfile
import time
from copy import copy
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
INDEX = "deadline_to_be_reminded"
ALLOWED = {"postgresql": 3.0, "sqlite": 6.0}
ALLOWED_IDLE = 0.05
ALLOWED_MEMORY = 60  # MB that the sweep may add to the process
SEED = 10_000
CASE_NUMBERS = 8_000_000


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--open", type=int, default=1_000_000, help="open deadlines (default: 1,000,000)")
    parser.add_argument("--due", type=int, default=2_000, help="of which are due (default: 2,000)")
    return parser.parse_args()


def fill(*, total: int, due: int) -> None:
    """Make the cast, `due` cases whose deadline is late, and deadlines of later days up to `total`."""
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone

    from cases.models import Case
    from records.models import Deadline
    from tests.cast import make_cast

    cast = make_cast()
    template = cast.lodge()
    Deadline.objects.all().delete()
    cases = Case.objects.bulk_create((_like(template, number) for number in range(due)), batch_size=500)
    now, kind = timezone.now(), ContentType.objects.get_for_model(Case)

    def deadline(key: int, number: int, due_at, **given) -> Deadline:
        return Deadline(
            content_type=kind,
            object_id=key,
            kind="case.resolve",
            unit=(cast.grid, cast.street, cast.water, cast.parks)[number % 4],
            counted_in="minutes",
            set_at=due_at - timedelta(hours=2),
            due_at=due_at,
            first_due_at=due_at,
            reminded_until=due_at - timedelta(minutes=16),
            **given,
        )

    minute = timedelta(minutes=1)
    rows = [deadline(case.pk, n, now - minute, remind_at=now - minute) for n, case in enumerate(cases)]
    later = min(SEED, total - due)
    for n in range(later):
        at = now + timedelta(hours=3, seconds=n * 90)
        rows.append(deadline(CASE_NUMBERS + n, n, at, remind_at=at - timedelta(hours=1)))
    Deadline.objects.bulk_create(rows, batch_size=2000)
    while later < total - due:
        later += _doubled(later, at_most=total - due - later)


def _doubled(count: int, *, at_most: int) -> int:
    """Copy the `count` later deadlines for as many further cases, but no more than `at_most`; return how many."""
    from django.db import connection

    from records.models import Deadline

    columns = [field.column for field in Deadline._meta.concrete_fields if not field.primary_key]
    taken = ", ".join(f"object_id + {count}" if column == "object_id" else column for column in columns)
    copied = min(count, at_most)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Deadline._meta.db_table} ({', '.join(columns)}) SELECT {taken} "
            f"FROM {Deadline._meta.db_table} WHERE object_id >= {CASE_NUMBERS} AND object_id < {CASE_NUMBERS + copied}"
        )
    return copied


def _like(template, number: int):
    """Return a copy of a case with a number and a secret of its own."""
    case = copy(template)
    case.pk, case._state = None, type(template._state)()
    case.number, case.secret = f"2026{number:012d}"[-16:], uuid4().hex[: len(template.secret)]
    case.submission_token = uuid4()
    return case


def plan() -> str:
    """Return how the database looks for what is due."""
    from django.db import connection, transaction
    from django.utils import timezone

    from records.sweep import next_batch

    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("ANALYZE")
        return next_batch(timezone.now()).explain()


def memory() -> float:
    """Return the most memory this program has had, in MB; getrusage would count what its parent had, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def report(what: str, measured: float, allowed: float, unit: str) -> bool:
    """Print one line of the table; return whether the figure was met."""
    print(f"| {what} | {measured:.3g} {unit} | < {allowed:g} {unit} |", flush=True)
    return measured < allowed


def timed_sweep() -> tuple[int, int, float, float]:
    """Sweep in this process; return deadlines, reminders, seconds, and the MB that the process grew by."""
    import django

    django.setup()
    from django.db import connection
    from django.urls import reverse

    from records.sweep import sweep

    reverse("home")  # a worker has loaded the routes and connected long before
    connection.ensure_connection()
    before, began = memory(), time.perf_counter()
    done = sweep()
    return done.deadlines, done.reminders, time.perf_counter() - began, memory() - before


def swept() -> tuple[int, int, float, float]:
    """Sweep in a process of its own, in whose memory nothing of the filling is left."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(timed_sweep)


def measure(options: argparse.Namespace) -> bool:
    """Fill the ledger, sweep twice, print the lines; return whether all figures were met."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    fill(total=options.open, due=options.due)
    print(f"filled in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    found = plan()
    print(found, file=sys.stderr)
    where = f"{connection.vendor}, {options.open:,} open deadlines"
    connection.close()
    deadlines, reminders, seconds, added = swept()
    print(f"{deadlines} deadlines, {reminders} reminders", file=sys.stderr)
    _deadlines, _reminders, idle, _added = swept()
    return all(
        [
            INDEX in found,
            deadlines == options.due <= reminders,
            report(f"sweep, {where}, {options.due:,} due", seconds, ALLOWED[connection.vendor], "s"),
            report(f"sweep, {where}, none due", idle * 1000, ALLOWED_IDLE * 1000, "ms"),
            report(f"memory added by the sweep, {where}", added, ALLOWED_MEMORY, "MB"),
        ]
    )


def main() -> int:
    """Measure, and return the exit code."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="sweep-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        import django

        django.setup()
        return 0 if measure(options) else 1


if __name__ == "__main__":
    sys.exit(main())
