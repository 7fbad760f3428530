"""Many members vote at once, on a database where connections really meet. Run by test_votes_races.py.

Each is a browser that posts its vote twice, as a phone does whose first answer was lost. The control takes the claim
off: the elector is looked at, then marked, without holding anything.
"""

import json
import os
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import django

MEMBERS, THREADS = 120, 16


def session_of(team, count: int, balloting: str):
    """Return an open vote of a meeting at which `count` further members are present, and these members."""
    from django.utils import timezone

    from accounts.models import User
    from consultation.actions.votes import open_vote
    from consultation.models import Invitation

    meeting, now = team.in_session(present=False), timezone.now()
    meeting.invitations.all().delete()
    meeting.items.update(balloting=balloting)
    names = [f"voter-{meeting.pk}-{number}" for number in range(count)]
    people = User.objects.bulk_create(User(username=name, password="!") for name in names)
    Invitation.objects.bulk_create(
        Invitation(meeting=meeting, person=person, votes=True, checked_in_at=now) for person in people
    )
    return open_vote(item=meeting.at_hand, user=team.convenor, question="同意吗"), people


def choice_of(number: int) -> str:
    """Return how the member with that number votes: three in five are in favour, one against, one abstains."""
    return ("for", "for", "for", "against", "abstain")[number % 5]


def browsers(people: list) -> list:
    """Return a signed-in browser for each of `people`; all speak to one server, whose middleware is loaded once."""
    from django.test import Client

    found, server = [], Client().handler
    server.load_middleware()
    for person in people:
        client = Client()
        client.handler = server
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        found.append(client)
    return found


def in_threads(act, rows: list) -> Counter:
    """Let `act` be done to each of `rows`, 16 at once; return how often which answer came."""
    from django.db import connection

    start = threading.Barrier(THREADS + 1)

    def run(share: list) -> list[str]:
        answers = []
        start.wait()
        for row in share:
            try:
                answers.append(str(act(row)))
            except Exception as error:  # noqa: BLE001 - what it is, is what we want to know
                answers.append(f"{type(error).__name__}: {error}")
        connection.close()
        return answers

    with ThreadPoolExecutor(THREADS) as pool:
        shares = [pool.submit(run, rows[number::THREADS]) for number in range(THREADS)]
        start.wait()
        return Counter(answer for share in shares for answer in share.result())


def outcome(vote) -> dict:
    """Return what the database says of `vote`."""
    from consultation.models import Ballot

    vote.refresh_from_db()
    return {
        "electorate": vote.electorate,
        "counted": [vote.in_favour, vote.against, vote.abstained],
        "marked": vote.electors.filter(has_voted=True).count(),
        "ballots": Ballot.objects.filter(elector__vote=vote).count(),
    }


def crowd(team, balloting: str) -> dict:
    """All members post their vote twice at the same time, the second time with another choice."""
    from django.urls import reverse

    vote, people = session_of(team, MEMBERS, balloting)
    address = reverse("vote_cast", args=[vote.pk])
    clients = browsers(people)

    def post(number: int, choice: str) -> int:
        return clients[number].post(address, {"choice": choice}).status_code

    def twice(number: int) -> tuple[int, int]:
        return post(number, choice_of(number)), post(number, choice_of(number + 1))

    answers = in_threads(twice, list(range(MEMBERS)))
    return {**outcome(vote), "answers": dict(answers)}


def same_moment(team) -> dict:
    """Both posts of each member really meet: 16 threads send the same vote of the same member at once."""
    from consultation.actions.votes import cast_vote

    vote, people = session_of(team, 3, "secret")
    answers = in_threads(lambda person: cast_vote(vote=vote, user=person, choice="for"), people[:1] * THREADS)
    return {**outcome(vote), "answers": dict(answers)}


def without_claim(team) -> dict:
    """The control: two posts of one member both see that they have not voted before either marks it."""
    from consultation.actions import votes
    from consultation.models import Elector, Vote

    vote, people = session_of(team, 3, "secret")
    kept, both = (votes._claim, votes.locked_vote), threading.Barrier(2)

    def look_then_mark(elector) -> bool:
        is_new = not Elector.objects.get(pk=elector.pk).has_voted
        both.wait(timeout=10)
        Elector.objects.filter(pk=elector.pk).update(has_voted=True)
        return is_new

    votes._claim = look_then_mark
    votes.locked_vote = lambda row: Vote.objects.get(pk=row.pk)
    try:
        meet(lambda: votes.cast_vote.__wrapped__(vote=vote, user=people[0], choice="for"))
    finally:
        votes._claim, votes.locked_vote = kept
    return outcome(vote)


def meet(act) -> None:
    """Do `act` twice at the same time, each on a connection of its own."""
    from django.db import connection

    def run(_number: int) -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))


def closed_meanwhile(team, members: int = 64) -> dict:
    """The convenor closes while members vote: who was counted was told so, and nobody else was."""
    from django.db import connection

    from accounts.errors import OutOfTurn
    from consultation.actions.votes import cast_vote, close_vote

    vote, people = session_of(team, members, "secret")
    closing = threading.Event()

    def close() -> None:
        closing.wait()
        close_vote(vote=vote, user=team.convenor)
        connection.close()

    def cast(person) -> str:
        if person is people[members // 2]:
            closing.set()
        try:
            return str(cast_vote(vote=vote, user=person, choice="against"))
        except OutOfTurn:
            return "too late"

    closer = threading.Thread(target=close)
    closer.start()
    answers = in_threads(cast, people)
    closer.join()
    found = outcome(vote)
    return {
        "state": vote.state,
        "told": answers["True"],
        "counted": sum(found["counted"]),
        "marked": found["marked"],
        "all": sum(answers.values()),
        "kinds": sorted(set(answers) - {"True", "too late"}),
    }


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    call_command("migrate", verbosity=0)
    setup_test_environment()  # lets the client's host in
    from tests.cast import make_cast
    from tests.consultation.cast import make_consultation_cast

    team = make_consultation_cast(make_cast())
    races = {
        "open": crowd(team, "open"),
        "secret": crowd(team, "secret"),
        "same_moment": same_moment(team),
        "closed_meanwhile": closed_meanwhile(team),
        "without_claim": without_claim(team),
    }
    json.dump(races, sys.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
