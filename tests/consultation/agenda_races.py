"""Two convenors arrange one agenda at once, where connections really meet. Run by test_agenda_races.py.

The control takes the lock off: the action without its transaction, and rows read without holding them.
"""

import json
import os
import sys
import threading

import django

ITEMS, MOVES = 12, 40


def scene(team):
    """Return a meeting ten days on with ITEMS items, each with a title of its own."""
    from datetime import timedelta

    from django.utils import timezone

    meeting = team.meeting(starts_at=timezone.now() + timedelta(days=10 + team.forum.meetings.count()))
    return meeting, [team.item(meeting, title=f"{number}") for number in range(ITEMS)]


def outcome(meeting, expected: set[str], errors: dict) -> dict:
    """Return whether each item is there once, on a place of its own, and what was refused."""
    rows = list(meeting.items.order_by("position", "pk"))
    titles = [row.title for row in rows]
    return {
        "lost": sorted(expected - set(titles)),
        "doubled": len(titles) - len(set(titles)),
        "places": [row.position for row in rows] == list(range(1, len(rows) + 1)),
        "errors": errors,
    }


def both(*acts) -> dict:
    """Let the `acts` run at the same time, each on a connection of its own; return how often which error came."""
    from collections import Counter

    from django.db import connection

    start, errors = threading.Barrier(len(acts)), Counter()

    def run(act) -> None:
        start.wait()
        try:
            errors.update(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return dict(errors)


def shuffler(user, items: list, step: int):
    """Return an act that moves items up and down, always from a page that is older than the agenda."""

    def act() -> list[str]:
        from consultation.actions.agenda import move_item

        errors = []
        for number in range(MOVES):
            item, after = items[number * step % ITEMS], items[(number * step + 5) % ITEMS]
            try:
                move_item(item=item, user=user, after=None if number % 7 == 0 else after, revision=number)
            except Exception as error:  # noqa: BLE001 - what it is, is what we want to know
                errors.append(type(error).__name__)
        return errors

    return act


def moves(team) -> dict:
    meeting, items = scene(team)
    errors = both(shuffler(team.convenor, items, 5), shuffler(team.deputy, items, 7))
    return outcome(meeting, {item.title for item in items}, errors)


def moves_adds_and_removes(team) -> dict:
    """While one moves, another adds ten items and takes three away: moves behind these are refused."""
    from consultation.actions.agenda import add_item, remove_item

    meeting, items = scene(team)

    def change() -> list[str]:
        for number in range(10):
            add_item(
                meeting=meeting,
                user=team.deputy,
                kind="report",
                title=f"new {number}",
                text="",
                minutes=5,
                presenter=None,
                matter=None,
                balloting="open",
            )
            if number in (2, 5, 8):
                remove_item(item=items[number], user=team.deputy)
        return []

    errors = both(shuffler(team.convenor, items, 5), change)
    expected = {item.title for item in items} - {"2", "5", "8"} | {f"new {number}" for number in range(10)}
    found = outcome(meeting, expected, errors)
    meeting.refresh_from_db()
    return {**found, "errors": sorted(found["errors"]), "count": meeting.items.count()}


def without_locks(team) -> dict:
    """Both have read the agenda before either writes: two items end up on one place."""
    from consultation.actions import agenda
    from tests.service.race_runs import without_locks as unlocked

    meeting, items = scene(team)
    met, number = threading.Barrier(2), agenda._number

    def numbered(rows):
        met.wait(timeout=10)
        number(rows)

    def mover(user, item, after):
        def act() -> list[str]:
            agenda.move_item.__wrapped__(item=item, user=user, after=after, revision=0)
            return []

        return act

    agenda._number = numbered
    try:
        with unlocked():
            both(mover(team.convenor, items[0], items[8]), mover(team.deputy, items[11], items[2]))
    finally:
        agenda._number = number
    return {"places": outcome(meeting, set(), {})["places"]}


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.cast import make_cast
    from tests.consultation.cast import make_consultation_cast

    team = make_consultation_cast(make_cast())
    races = {race.__name__: race(team) for race in (moves, moves_adds_and_removes, without_locks)}
    json.dump(races, sys.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
