"""Two at the same moment, on a database where connections really meet. Run by test_lists_races.py.

The control takes the lock off: the action without its transaction, and rows read without holding them.
"""

import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import django


def meet(*calls) -> list[str]:
    """Run `calls` at the same time, each on its own connection; return "done" or the error's class for each."""
    from django.db import connection

    start = threading.Barrier(len(calls))

    def run(call) -> str:
        start.wait()
        try:
            call()
        except Exception as error:  # noqa: BLE001 - what it is, is what we want to know
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def slowly() -> None:
    """Make the last check of a claim wait, once passed, until another one has passed too (or half a second)."""
    from service.actions import lists_claims

    check, both = lists_claims.check_registered, threading.Barrier(2)

    def checked(*given) -> None:
        check(*given)
        try:
            both.wait(timeout=0.5)
        except threading.BrokenBarrierError:
            both.reset()

    lists_claims.check_registered = checked


def unlocked(*items) -> list:
    from service.models import ListItem

    return [ListItem.objects.select_related("community", "owner", "asker", "claimant").get(pk=row.pk) for row in items]


def claimed_twice(team, claim) -> dict:
    """Two employers claim the same need."""
    from django.utils import timezone

    from tests.service.test_lists_actions import need

    item, today = need(team), timezone.localdate()
    pairs = [(team.liaison, team.employer), (team.other_liaison, team.other_employer)]
    calls = [
        lambda user=user, employer=employer: claim(item=item, user=user, employer=employer, due_on=today)
        for user, employer in pairs
    ]
    return {"answers": meet(*calls)}


def matched_twice(team, match) -> dict:
    """The same resource is matched with two needs."""
    from django.utils import timezone

    from service.models import ListItem
    from tests.service.test_lists_actions import need, resource

    offer, needs, today = resource(team), [need(team), need(team)], timezone.localdate()
    calls = [lambda row=row: match(need=row, resource=offer, user=team.secretary, due_on=today) for row in needs]
    return {"answers": meet(*calls), "projects": ListItem.objects.filter(resource=offer).count()}


def registered_eight_times(team) -> dict:
    """One member sends the form eight times at once."""
    from tests.service.test_registrations_actions import register

    answers = meet(*[lambda: register(team)] * 8)
    return {"answers": answers, "registrations": team.resident.registrations.count()}


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from service.actions import lists_claims
    from tests.cast import make_cast
    from tests.service.cast import make_service_cast
    from tests.service.test_lists_actions import partner

    team = make_service_cast(make_cast())
    partner(team)
    slowly()
    races = {
        "register": registered_eight_times(team),
        "claim": claimed_twice(team, lists_claims.claim_need),
        "match": matched_twice(team, lists_claims.match_items),
    }
    lists_claims.locked = unlocked
    races["claim without lock"] = claimed_twice(team, lists_claims.claim_need.__wrapped__)
    races["match without lock"] = matched_twice(team, lists_claims.match_items.__wrapped__)
    json.dump(races, sys.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
