"""Measure the sheet of a quarter of an employer with 2,000 members who served ten times each, once at its own call.

Uses DATABASE_URL, a database of its own that it fills, or SQLite in a new folder without it. Prints one line of a
Markdown table for each figure: what, measured, allowed. Ends with 1 when one is missed."""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
ALLOWED = 2.0  # seconds for the XLSX
ALLOWED_PDF = 3.0
ALLOWED_QUERIES = 3
FIRST_DAY = date(2026, 10, 1)


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=2_000, help="members of the employer (default: 2,000)")
    parser.add_argument("--services", type=int, default=10, help="services of each (default: 10)")
    parser.add_argument("--no-pdf", action="store_true", help="leave the PDF out")
    return parser.parse_args()


def fill(*, members: int, services: int):
    """Make the cast, the members and their hours, the last ones at a call of the employer; return the employer.

    Every fiftieth entry is corrected.
    """
    from django.utils import timezone

    from accounts.models import User
    from service.enums import AnswerState, CallState, HourKind, RegistrationState
    from service.models import HelperAnswer, HelperCall, HourEntry, Registration
    from tests.cast import make_cast

    cast, now = make_cast(), timezone.now()
    users = [User(username=f"m{n}", name=f"党员{n}", password="!") for n in range(members)]
    people = User.objects.bulk_create(users, batch_size=500)
    Registration.objects.bulk_create(
        (
            Registration(
                member=person,
                community=cast.community,
                employer=cast.employer,
                branch=f"第{n % 20 + 1}支部",
                hours_per_month=8,
                consent_version="benchmark",
                state=RegistrationState.ACTIVE,
                submitted_at=now,
                decided_by=cast.secretary,
                decided_at=now,
            )
            for n, person in enumerate(people)
        ),
        batch_size=500,
    )

    call = HelperCall.objects.create(
        community=cast.community,
        caller=cast.employer,
        title="抢修值守",
        place="变电站",
        helpers=500,
        arrive_by=now,
        until=now + timedelta(hours=6),
        state=CallState.ENDED,
        called_by=cast.liaison,
        called_at=now,
    )
    answers = HelperAnswer.objects.bulk_create(
        (HelperAnswer(call=call, member=person, state=AnswerState.RELEASED, told_at=now) for person in people),
        batch_size=500,
    )

    def entry(person, day: date, minutes: int, **given) -> HourEntry:
        return HourEntry(
            member=person,
            community=cast.community,
            employer=cast.employer,
            day=day,
            title="文明引导",
            minutes=minutes,
            attested_by=cast.secretary,
            attested_at=now,
            **given,
        )

    entries = HourEntry.objects.bulk_create(
        (entry(person, FIRST_DAY + timedelta(days=7 * n), 120) for person in people for n in range(services - 1)),
        batch_size=500,
    )
    last = FIRST_DAY + timedelta(days=7 * (services - 1))
    HourEntry.objects.bulk_create(
        (entry(made.member, last, 150, answer=made, attested_for=cast.employer) for made in answers), batch_size=500
    )
    HourEntry.objects.bulk_create(
        entry(made.member, made.day, -120, kind=HourKind.CORRECTION, corrects=made, reason="记错了人")
        for made in entries[::50]
    )
    return cast.employer


def report(what: str, measured: float, allowed: float, unit: str) -> bool:
    """Print one line of the table; return whether the figure was met."""
    limit = f"≤ {allowed:g} {unit}".strip()
    print(f"| {what} | {measured:.3g} {unit} | {limit} |", flush=True)
    return measured <= allowed


def measure(options: argparse.Namespace) -> bool:
    """Fill the database, make the sheet in both forms, print the lines; return whether all figures were met."""
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import translation

    from records.sheets import workbook
    from service import sheets
    from service.quarters import quarter_of
    from service.sheet_pdf import as_pdf

    call_command("migrate", verbosity=0)
    translation.activate("zh-hans")
    began = time.perf_counter()
    employer = fill(members=options.members, services=options.services)
    print(f"filled in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    where = f"{connection.vendor}, {options.members:,} members, {options.members * options.services:,} services"
    with CaptureQueriesContext(connection) as queries:
        began = time.perf_counter()
        sheet = sheets.sheet_of(employer, quarter_of(FIRST_DAY))
        size = len(workbook(sheets.rows_of(sheet)).read())
        seconds = time.perf_counter() - began
    print(f"{len(sheet.lines)} lines, {size:,} bytes of XLSX", file=sys.stderr)
    met = [
        sum(line.by_employers > 0 for line in sheet.lines) == options.members,
        report(f"sheet as XLSX, {where}", seconds, ALLOWED, "s"),
        report(f"queries for it, {where}", len(queries), ALLOWED_QUERIES, ""),
    ]
    if not options.no_pdf:
        as_pdf(replace(sheet, lines=[]))  # each process loads the library once
        began = time.perf_counter()
        size = len(as_pdf(sheet))
        seconds = time.perf_counter() - began
        print(f"{size:,} bytes of PDF", file=sys.stderr)
        met.append(report(f"the same sheet as PDF, {where}", seconds, ALLOWED_PDF, "s"))
    return all(met)


def main() -> int:
    """Measure, and return the exit code."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="employer-sheet-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        import django

        django.setup()
        return 0 if measure(options) else 1


if __name__ == "__main__":
    sys.exit(main())
