"""Measure how long it takes to call a meeting of 40 items and 300 seats, and to send its invitations.

Uses DATABASE_URL, a database of its own that it fills, or SQLite in a new folder without it. Prints one line of a
Markdown table for each figure: what, measured, allowed. Ends with 1 when one is missed.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
ALLOWED_SECONDS = 3
ALLOWED_SECONDS_IN_BACKGROUND = 60


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seats", type=int, default=300, help="seats on the forum (default: 300)")
    parser.add_argument("--items", type=int, default=40, help="items of the agenda (default: 40)")
    return parser.parse_args()


def fill(*, seats: int, items: int):
    """Make a forum of `seats` with a planned meeting of `items`; return its convenor and the meeting."""
    from django.utils import timezone

    from accounts.models import User
    from consultation.models import Seat
    from tests.cast import make_cast
    from tests.consultation.cast import make_consultation_cast

    team, now = make_consultation_cast(make_cast()), timezone.now()
    people = User.objects.bulk_create(
        User(username=f"delegate-{number}", name=f"代表{number}", email=f"d{number}@example.com", password="!")
        for number in range(seats - team.forum.seats.count())
    )
    Seat.objects.bulk_create(Seat(forum=team.forum, person=person, since=now) for person in people)
    meeting = team.meeting()
    for number in range(items):
        team.item(meeting, title=f"议题{number}")
    return team.convenor, meeting


def report(what: str, measured: float, allowed: float) -> bool:
    """Print one line of the table; return whether the figure was met."""
    print(f"| {what} | {measured:.3g} s | ≤ {allowed:g} s |", flush=True)
    return measured <= allowed


def timed(act) -> float:
    """Return how many seconds `act` takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def measure(options: argparse.Namespace) -> bool:
    """Fill the database, call the meeting, print the lines; return whether all figures were met."""
    from django.core.management import call_command
    from django.db import connection

    from consultation.actions.invitation_mail import mail_invitations
    from consultation.actions.invitations import send_invitations
    from consultation.actions.meetings import call_meeting

    call_command("migrate", verbosity=0)
    convenor, meeting = fill(seats=options.seats, items=options.items)
    where = f"{connection.vendor}, {options.seats} invited, {options.items} items"
    called = timed(lambda: call_meeting(meeting=meeting, user=convenor))
    sent = timed(lambda: send_invitations(meeting=meeting))
    mailed = timed(lambda: mail_invitations(meeting=meeting))
    return all(
        [
            report(f"meeting called ({where})", called, ALLOWED_SECONDS),
            report(f"invitations into the inboxes, in the background ({where})", sent, ALLOWED_SECONDS_IN_BACKGROUND),
            report(f"invitations mailed as files, in the background ({where})", mailed, ALLOWED_SECONDS_IN_BACKGROUND),
        ]
    )


def main() -> int:
    """Measure, and return the exit code."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="call-meeting-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        os.environ["REDIS_URL"] = ""  # nothing is queued: what the worker does is measured apart
        import django

        django.setup()
        from consultation.tasks import meetings

        for task in (meetings.send_invitations, meetings.mail_invitations):
            task.delay_on_commit = lambda key: None
        return 0 if measure(options) else 1


if __name__ == "__main__":
    sys.exit(main())
