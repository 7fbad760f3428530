"""Races on a database in a file, where two connections really meet. Run by tests/cases/test_races.py.

Each race is run with the action as it is, and with its lock taken off (the function below `transaction.atomic`,
which then reads and writes statement by statement): the control that shows that the race is there to be lost.
"""

import json
import os
import sys
import threading
import uuid

import django


def meet(*calls) -> list[str]:
    """Run `calls` at the same time, each on its own connection; return "done" or the refusal's class for each."""
    from django.db import connection

    from accounts.errors import Refused

    start = threading.Barrier(len(calls))
    answers = [""] * len(calls)

    def run(place, call):
        try:
            start.wait()
            call()
            answers[place] = "done"
        except Refused as refusal:
            answers[place] = type(refusal).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def slowly(module, name: str):
    """Make the check `name` of `module` wait, once passed, until another one has passed too (or half a second)."""
    check, both = getattr(module, name), threading.Barrier(2)

    def checked(**given):
        check(**given)
        try:
            both.wait(timeout=0.5)
        except threading.BrokenBarrierError:
            both.reset()

    setattr(module, name, checked)


def accept_twice(cast, accept) -> dict:
    case = cast.lodge()
    answers = meet(*[lambda: accept(case=case, user=cast.grid_worker)] * 2)
    return {"answers": answers, "accepted": case.movements.filter(verb="accept").count()}


def release_twice(cast, release) -> dict:
    case = cast.whistled(cast.water, cast.parks)
    turnout = case.turnouts.first()
    type(turnout).objects.filter(pk=turnout.pk).update(state="arrived", arrived_at=turnout.called_at)
    marks = {"on_time": 5, "cooperation": 5, "result": 5}
    answers = meet(*[lambda: release(turnout=turnout, user=cast.dispatcher, **marks)] * 2)
    case.refresh_from_db()
    return {"answers": answers, "open_turnouts": case.open_turnouts}


def lodge_twice(cast) -> dict:
    from cases.models import Case

    token = uuid.uuid4()
    answers = meet(*[lambda: cast.lodge(submission_token=token)] * 8)
    return {"answers": answers, "cases": Case.objects.filter(submission_token=token).count()}


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from cases import actions
    from cases.actions import handling, whistles
    from tests.cast import make_cast

    cast = make_cast()
    slowly(handling, "check_case")
    slowly(whistles, "check_turnout")
    races = {
        "accept": accept_twice(cast, actions.accept),
        "accept without lock": accept_twice(cast, actions.accept.__wrapped__),
        "release": release_twice(cast, actions.release),
        "release without lock": release_twice(cast, actions.release.__wrapped__),
        "lodge": lodge_twice(cast),
    }
    json.dump(races, sys.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
