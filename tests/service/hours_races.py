"""Races for the hours of one day, on a database in a file. Run by tests/service/test_hours_races.py.

Each is run with the action as it is, and with its lock taken off (see tests/cases/races.py).
"""

import json
import os
import sys
import threading

import django

from tests.cases.races import meet


def together(*checks):
    """Make each of `checks`, (module, name), wait once passed until a second one has passed too (or half a second)."""
    both = threading.Barrier(2)

    def waiting(check):
        def checked(*given):
            found = check(*given)
            try:
                both.wait(timeout=0.5)
            except threading.BrokenBarrierError:
                both.reset()
            return found

        return checked

    for module, name in checks:
        setattr(module, name, waiting(getattr(module, name)))


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


def check_in_and_withdraw(team, check_in, withdraw) -> dict:
    """One member checks in on one device while they withdraw on another."""
    from service.codes import code_at
    from service.models import Shift
    from tests.service.hours_scene import HOUR, NINE, place, shift_at

    shift = Shift.objects.get(pk=shift_at(team).pk)
    sign_up, now = place(shift, team.member), NINE - HOUR / 2
    given = {"sign_up": sign_up, "user": team.member, "now": now}
    answers = meet(
        lambda: check_in(code=code_at(shift.secret, now), **given),
        lambda: withdraw(reason="发烧", **given),
    )
    sign_up.refresh_from_db()
    return {"answers": answers, "state": sign_up.state, "checked_in": sign_up.checked_in_at is not None}


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from service.actions import check_in, hours, sign_ups
    from tests.cast import make_cast
    from tests.service.cast import make_service_cast
    from tests.service.race_runs import without_locks

    team = make_service_cast(make_cast())
    together((hours, "_check_all"))
    together((check_in, "_check_code"), (sign_ups, "check_ahead"))
    races = {
        "cap": attest_in_two_communities(team, hours.attest_hours, 0),
        "check-in": check_in_and_withdraw(team, check_in.check_in, sign_ups.withdraw),
    }
    with without_locks():
        races["cap without lock"] = attest_in_two_communities(team, hours.attest_hours.__wrapped__, 1)
        races["check-in without lock"] = check_in_and_withdraw(
            team, check_in.check_in.__wrapped__, sign_ups.withdraw.__wrapped__
        )
    json.dump(races, sys.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
