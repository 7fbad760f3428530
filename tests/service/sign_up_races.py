"""A thousand members at once, on a database where connections really meet. Run by test_sign_ups_races.py.

The control takes the locks off: the action without its transaction, and rows read without holding them.
"""

import json
import os
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import django

MEMBERS, PLACES, THREADS = 1000, 10, 16


def in_threads(act, people: list) -> Counter:
    """Let each of `people` `act` at the same time, 16 at once; return how often which error came."""
    from django.db import connection

    start = threading.Barrier(THREADS)

    def run(share: list) -> list[str]:
        errors = []
        start.wait()
        for person in share:
            try:
                act(person)
            except Exception as error:  # noqa: BLE001 - what it is, is what we want to know
                errors.append(f"{type(error).__name__}: {error}")
        connection.close()
        return errors

    with ThreadPoolExecutor(THREADS) as pool:
        shares = [people[number::THREADS] for number in range(THREADS)]
        return Counter(error for errors in pool.map(run, shares) for error in errors)


def members(team, count: int) -> list:
    """Return `count` further people, all registered with the community."""
    from django.utils import timezone

    from accounts.models import User
    from service.enums import RegistrationState
    from service.models import Registration

    people = User.objects.bulk_create(User(username=f"racer{number}", password="!") for number in range(count))
    now = timezone.now()
    Registration.objects.bulk_create(
        Registration(
            member=person,
            community=team.community,
            hours_per_month=4,
            born_on=date(1990, 1, 1),
            consent_version="test",
            state=RegistrationState.ACTIVE,
            submitted_at=now,
            decided_by=team.secretary,
            decided_at=now,
            expires_on=timezone.localdate(now) + timedelta(days=365),
        )
        for person in people
    )
    return people


def outcome(shift, errors: Counter) -> dict:
    """Return who got what, whether the counter is right, and whether the waiting list is one line without gaps."""
    from service.enums import SignUpState
    from service.queries.sign_ups import position_of, waiting_list

    shift.refresh_from_db()
    waiting = list(waiting_list(shift))
    keys = [(row.queued_at, row.pk) for row in waiting]
    last_in = shift.sign_ups.filter(state=SignUpState.TAKEN).order_by("-signed_up_at").first()
    return {
        "states": dict(Counter(shift.sign_ups.values_list("state", flat=True))),
        "taken": shift.taken,
        "errors": dict(errors),
        "in_order": keys == sorted(set(keys)) and (not (waiting and last_in) or last_in.signed_up_at <= keys[0][0]),
        "positions": all(position_of(row) == place for place, row in list(enumerate(waiting, 1))[::33]),
    }


def crowd(team) -> dict:
    from service.actions.sign_ups import sign_up

    people, shift = members(team, MEMBERS), team.shift(places=PLACES)
    return outcome(shift, in_threads(lambda person: sign_up(shift=shift, user=person, may_wait=True), people))


def freed(team) -> dict:
    """All ten withdraw at once while ten others look for a place: ten are asked, in the order of the list."""
    from service.actions.sign_ups import withdraw
    from service.enums import SignUpState
    from service.models import Shift

    shift = Shift.objects.get(places=PLACES)
    first = list(shift.sign_ups.filter(state=SignUpState.WAITING).order_by("queued_at", "pk")[:PLACES])
    held = list(shift.sign_ups.filter(state=SignUpState.TAKEN).select_related("member"))
    errors = in_threads(lambda row: withdraw(sign_up=row, user=row.member), held)
    asked = set(shift.sign_ups.filter(state=SignUpState.OFFERED).values_list("pk", flat=True))
    return {**outcome(shift, errors), "asked_in_order": asked == {row.pk for row in first}}


def same_member(team) -> dict:
    """One member takes 16 shifts at the same hour at once: one place, since all others clash."""
    from service.actions.sign_ups import sign_up
    from service.enums import SignUpState
    from service.models import SignUp

    post, starts_at = team.post(), team.shift().starts_at
    shifts = [team.shift(post, starts_at=starts_at + timedelta(minutes=number)) for number in range(THREADS)]
    errors = in_threads(lambda shift: sign_up(shift=shift, user=team.member), shifts)
    held = SignUp.objects.filter(member=team.member, state=SignUpState.TAKEN).count()
    return {"held": held, "refused": sum(errors.values()), "kinds": len({text.split(":")[0] for text in errors})}


def without_locks(team) -> dict:
    """Two members for one place: both see it free before either writes."""
    from service.actions import sign_ups
    from service.models import Shift

    people, shift = team_of_two(team), team.shift(places=1)
    both, check = threading.Barrier(2), sign_ups.check_member
    kept = sign_ups.locked_member, sign_ups.locked_shift

    def checked(**given):
        registration = check(**given)
        both.wait(timeout=10)
        return registration

    sign_ups.check_member = checked
    sign_ups.locked_member = lambda user: user
    sign_ups.locked_shift = lambda shift: Shift.objects.select_related("post", "community").get(pk=shift.pk)
    try:
        errors = meet(lambda person: sign_ups.sign_up.__wrapped__(shift=shift, user=person), people)
    finally:
        sign_ups.check_member = check
        sign_ups.locked_member, sign_ups.locked_shift = kept
    return outcome(shift, errors)


def team_of_two(team) -> list:
    return [team.other_member, team.new_member(77)]


def meet(act, people: list) -> Counter:
    """Let both `people` `act` at once, each on a connection of its own."""
    from django.db import connection

    def run(person) -> None:
        try:
            act(person)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(run, people))
    return Counter()


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.cast import make_cast
    from tests.service.cast import make_service_cast

    team = make_service_cast(make_cast())
    races = {race.__name__: race(team) for race in (crowd, freed, same_member, without_locks)}
    json.dump(races, sys.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
