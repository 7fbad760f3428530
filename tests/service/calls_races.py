"""Races for the last place of a call and for a wish, on a database in a file. Run by tests/service/test_calls_races.py.

Each race is run with the action as it is, and with its lock taken off (the function below `transaction.atomic`):
the control that shows that the race is there to be lost.
"""

import json
import os
import sys
import threading
from datetime import timedelta

import django


def meet(*calls) -> list[str]:
    """Run `calls` at the same time, each on its own connection; return "done" or the class of what was raised."""
    from django.db import connection

    start = threading.Barrier(len(calls))
    answers = [""] * len(calls)

    def run(place, call):
        try:
            start.wait()
            call()
            answers[place] = "done"
        except Exception as error:  # noqa: BLE001 - without the lock anything may happen: it is what is asked
            answers[place] = type(error).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def slowly(module, name: str) -> None:
    """Make the check `name` of `module` wait, once passed, until another one has passed too (or half a second)."""
    check, both = getattr(module, name), threading.Barrier(2)

    def checked(*given):
        check(*given)
        try:
            both.wait(timeout=0.5)
        except threading.BrokenBarrierError:
            both.reset()

    setattr(module, name, checked)


def last_place(team, answer) -> dict:
    from django.utils import timezone

    from service.actions.calls import call_helpers

    now = timezone.now()
    call = call_helpers(
        user=team.secretary,
        caller=team.community,
        title="搬运沙袋",
        place="东门",
        helpers=1,
        arrive_by=now + timedelta(hours=1),
        until=now + timedelta(hours=2),
    )
    people = (team.member, team.other_member)
    answers = meet(*[lambda user=user: answer(call=call, user=user, coming=True) for user in people])
    call.refresh_from_db()
    return {"answers": answers, "coming": call.coming, "yes": call.answers.filter(state="coming").count()}


def one_wish(team, claim) -> dict:
    from django.utils import timezone

    from service.actions.wishes import make_wish, publish_wish

    wish = make_wish(user=team.resident, community=team.community, title="老花镜", text="看不清", contact="501")
    publish_wish(wish=wish, user=team.secretary, title="老花镜", text="看不清")
    people = (team.member, team.other_member)
    day = timezone.localdate() + timedelta(days=3)
    return {"answers": meet(*[lambda user=user: claim(wish=wish, user=user, due_on=day) for user in people])}


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from service.actions import call_answers, wish_claims
    from tests.cast import make_cast
    from tests.service.cast import make_service_cast

    team = make_service_cast(make_cast())
    slowly(call_answers, "check_running")
    slowly(wish_claims, "check_state")
    races = {
        "place": last_place(team, call_answers.answer_call),
        "place without lock": last_place(team, call_answers.answer_call.__wrapped__),
        "wish": one_wish(team, wish_claims.claim_wish),
        "wish without lock": one_wish(team, wish_claims.claim_wish.__wrapped__),
    }
    json.dump(races, sys.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
