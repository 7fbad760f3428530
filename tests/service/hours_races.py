"""Races for the hours of one day, on a database in a file. Run by tests/service/test_hours_races.py.

Each is run with the action as it is, and with its lock taken off (see tests/cases/races.py).
"""

import json
import os
import sys
import threading

import django

from tests.cases.races import meet


def together(module, name: str):
    """Make the check `name` of `module` wait, once passed, until another one has passed too (or half a second)."""
    check, both = getattr(module, name), threading.Barrier(2)

    def checked(*given):
        found = check(*given)
        try:
            both.wait(timeout=0.5)
        except threading.BrokenBarrierError:
            both.reset()
        return found

    setattr(module, name, checked)


def attest_in_two_communities(team, attest, day: int) -> dict:
    """Attest five hours to one member in either of two communities, at the same time, on a day that holds eight."""
    from service.models import HourEntry
    from tests.service.hours_scene import DAY, HOUR, NINE, come, place, shift_at

    morning = NINE + day * DAY
    post = team.post(community=team.cast.neighbour_community, created_by=team.neighbour_secretary)
    rows = [
        (shift_at(team, morning, hours=5), team.secretary),
        (shift_at(team, morning + 5 * HOUR, hours=5, post=post), team.neighbour_secretary),
    ]
    calls = []
    for shift, user in rows:
        given = {come(place(shift, team.member), shift.starts_at).pk: 300}
        calls.append(lambda s=shift, u=user, g=given: attest(shift=s, user=u, minutes=g, now=morning + 11 * HOUR))
    answers = meet(*calls)
    minutes = HourEntry.objects.filter(member=team.member, day=morning.date()).values_list("minutes", flat=True)
    return {"answers": answers, "minutes": sum(minutes)}


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from service.actions import hours
    from tests.cast import make_cast
    from tests.service.cast import make_service_cast

    team = make_service_cast(make_cast())
    together(hours, "_check_all")
    races = {
        "cap": attest_in_two_communities(team, hours.attest_hours, 0),
        "cap without lock": attest_in_two_communities(team, hours.attest_hours.__wrapped__, 1),
    }
    json.dump(races, sys.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
