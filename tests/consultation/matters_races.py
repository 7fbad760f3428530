"""Races of matters, where connections really meet. Run by test_matters_races.py; the control takes the locks off."""

import json
import os
import sys
from uuid import uuid4

import django

from tests.service.calls_races import meet, slowly


def raiser(action, team, user, case, token=None):
    def call() -> None:
        action(
            forum=team.street_forum, user=user, unit=team.cast.street, case=case, title="井盖", text="破损", token=token
        )

    return call


def one_case(team, action) -> dict:
    """Two officials raise the same case at the same forum."""
    case = team.cast.on_street()
    people = (team.cast.dispatcher, team.cast.leader)
    answers = meet(*[raiser(action, team, user, case) for user in people])
    return {"answers": answers, "matters": case.matters.count()}


def one_form(team, action) -> dict:
    """One form is posted twice."""
    case, token = team.cast.on_street(), uuid4()
    answers = meet(*[raiser(action, team, team.cast.dispatcher, case, token) for _time in range(2)])
    return {"answers": answers, "matters": case.matters.count()}


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from consultation.actions import matters
    from tests.cast import make_cast
    from tests.consultation.cast import make_consultation_cast
    from tests.service.race_runs import without_locks

    team = make_consultation_cast(make_cast())
    slowly(matters, "check_case")
    with without_locks():
        unlocked = matters.raise_matter.__wrapped__
        controls = {"case without lock": one_case(team, unlocked), "form without lock": one_form(team, unlocked)}
    races = {"case": one_case(team, matters.raise_matter), "form": one_form(team, matters.raise_matter), **controls}
    json.dump(races, sys.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
