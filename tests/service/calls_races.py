"""Races of calls and wishes, where connections really meet. Run by tests/service/test_calls_races.py.

The races for a place and for a wish are run with the action as it is, and with its locks taken off (the function
below `transaction.atomic`, and rows that are read without being held): the control that shows that the race is
there to be lost.
"""

import json
import os
import sys
import threading
import time
from datetime import timedelta
from unittest.mock import patch

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
        passed = check(*given)
        try:
            both.wait(timeout=0.5)
        except threading.BrokenBarrierError:
            both.reset()
        return passed

    setattr(module, name, checked)


def blown(team, helpers: int):
    from django.utils import timezone

    from service.actions.calls import call_helpers
    from service.models import HelperCall

    now = timezone.now()
    return call_helpers(
        user=team.secretary,
        caller=team.community,
        title=f"搬运沙袋{HelperCall.objects.count()}",
        place="东门",
        helpers=helpers,
        arrive_by=now + timedelta(hours=1),
        until=now + timedelta(hours=2),
    )


def last_place(team, answer) -> dict:
    call = blown(team, 1)
    people = (team.member, team.other_member)
    answers = meet(*[lambda user=user: answer(call=call, user=user, coming=True) for user in people])
    call.refresh_from_db()
    return {"answers": answers, "coming": call.coming, "yes": call.answers.filter(state="coming").count()}


def release_and_end(team) -> dict:
    """The end of a call, which holds the call, tells somebody whom a release holds that waits for the call.

    It is a helper who also runs the service of the community.
    """
    from accounts.actions import appoint
    from accounts.enums import Role
    from service.actions import call_ends, call_release
    from service.actions.call_answers import answer_call, arrive

    appoint(user=team.member, unit=team.community, role=Role.COMMUNITY_SECRETARY)
    call = blown(team, 2)
    people = (team.member, team.other_member)
    told, other = (arrive(answer=answer_call(call=call, user=user, coming=True), user=user) for user in people)
    end_holds_call, release_holds_member = threading.Event(), threading.Event()
    end, lock = call_ends.end, call_release.locked_call

    def ended(*given):
        end_holds_call.set()
        release_holds_member.wait(timeout=2)
        time.sleep(0.2)  # until the release waits for the call
        return end(*given)

    def locked(found):
        release_holds_member.set()
        return lock(found)

    def release():
        end_holds_call.wait(timeout=2)
        call_release.release_helper(answer=told, user=team.secretary, now=call.until)

    with patch.object(call_ends, "end", ended), patch.object(call_release, "locked_call", locked):
        answers = meet(lambda: call_ends.end_call(call=call, now=call.until), release)
    call.refresh_from_db()
    told.refresh_from_db()
    other.refresh_from_db()
    return {"answers": answers, "call": call.state, "released": told.state, "there": other.state}


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
    from tests.service.race_runs import without_locks

    team = make_service_cast(make_cast())
    slowly(call_answers, "check_running")
    slowly(wish_claims, "check_wish")
    with without_locks():
        controls = {
            "place without lock": last_place(team, call_answers.answer_call.__wrapped__),
            "wish without lock": one_wish(team, wish_claims.claim_wish.__wrapped__),
        }
    races = {
        "place": last_place(team, call_answers.answer_call),
        "wish": one_wish(team, wish_claims.claim_wish),
        **controls,
        "end": release_and_end(team),
    }
    json.dump(races, sys.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
