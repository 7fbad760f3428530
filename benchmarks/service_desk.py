"""Measure the service desk of a community with 5,000 members and 20,000 sign-ups.

Uses DATABASE_URL, a database of its own that it fills, or SQLite in a new folder without it. Prints one line of a
Markdown table for each figure: what, measured, allowed. Ends with 1 when one is missed.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
ALLOWED_QUERIES = 10
ALLOWED_MILLISECONDS = 100
SHIFTS = 800
ROUNDS = 30


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=5_000, help="registered members (default: 5,000)")
    parser.add_argument("--sign-ups", type=int, default=20_000, help="sign-ups (default: 20,000)")
    return parser.parse_args()


def fill(*, members: int, sign_ups: int):
    """Make a community with members, past and coming shifts and their sign-ups; return its secretary."""
    from django.utils import timezone

    from accounts.models import User
    from service.enums import RegistrationState, SignUpState
    from service.models import Registration, Shift, SignUp
    from tests.cast import make_cast
    from tests.service.cast import make_service_cast

    team, now = make_service_cast(make_cast()), timezone.now()
    people = User.objects.bulk_create(
        (User(username=f"member-{number}", name=f"党员{number}", password="!") for number in range(members)),
        batch_size=1000,
    )
    Registration.objects.bulk_create(
        (
            Registration(
                member=person,
                community=team.community,
                hours_per_month=4,
                born_on=date(1990, 1, 1),
                consent_version="benchmark",
                state=RegistrationState.ACTIVE,
                submitted_at=now,
                decided_by=team.secretary,
                decided_at=now,
                expires_on=timezone.localdate(now) + timedelta(days=365),
            )
            for person in people
        ),
        batch_size=1000,
    )
    posts = [team.post(title=f"岗位{number}") for number in range(40)]
    each, places = sign_ups // SHIFTS, sign_ups // SHIFTS - 5
    shifts = Shift.objects.bulk_create(
        Shift(
            post=posts[number % len(posts)],
            community=team.community,
            starts_at=now + timedelta(hours=12 * (number - SHIFTS // 2) + 1),
            ends_at=now + timedelta(hours=12 * (number - SHIFTS // 2) + 3),
            places=places,
            taken=places,
        )
        for number in range(SHIFTS)
    )
    SignUp.objects.bulk_create(
        (
            SignUp(
                shift=shift,
                member=people[(number * 7 + place) % len(people)],
                state=SignUpState.TAKEN if place < places else SignUpState.WAITING,
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                signed_up_at=now,
                queued_at=None if place < places else now,
            )
            for number, shift in enumerate(shifts)
            for place in range(each)
        ),
        batch_size=1000,
    )
    return team.secretary


def report(what: str, measured: float, allowed: float, unit: str = "") -> bool:
    """Print one line of the table; return whether the figure was met."""
    print(f"| {what} | {measured:.3g}{unit} | ≤ {allowed:g}{unit} |", flush=True)
    return measured <= allowed


def visits(secretary, address: str) -> tuple[int, float]:
    """Open `address` again and again; return its queries and the median of its server time in milliseconds."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(secretary, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
        asked = len(queries)
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - began) * 1000)
    return asked, statistics.median(times)


def measure(options: argparse.Namespace) -> bool:
    """Fill the database, open the desk, print the lines; return whether all figures were met."""
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import setup_test_environment

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    secretary = fill(members=options.members, sign_ups=options.sign_ups)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"filled in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    setup_test_environment()  # lets the client's host in; templates are rendered as they are otherwise
    where = f"{connection.vendor}, {options.members:,} members, {options.sign_ups:,} sign-ups"
    met = []
    for name, address in (("shifts", "/service/posts/"), ("posts", "/service/posts/?tab=posts")):
        queries, milliseconds = visits(secretary, address)
        met.append(report(f"service desk ({name}), {where}: queries", queries, ALLOWED_QUERIES))
        met.append(report(f"service desk ({name}), {where}: server time", milliseconds, ALLOWED_MILLISECONDS, " ms"))
    return all(met)


def main() -> int:
    """Measure, and return the exit code."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="service-desk-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        import django

        django.setup()
        return 0 if measure(options) else 1


if __name__ == "__main__":
    sys.exit(main())
