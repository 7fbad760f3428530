"""A secret vote: whoever reads the whole database learns how many voted for what, and not who."""

import json

import pytest
from django.db import connection
from django.urls import reverse

from consultation.actions.votes import close_vote, open_vote
from consultation.enums import Balloting, Choice
from consultation.models import Vote
from tests.consultation.test_room_actions import invitation

WAYS = {"member": Choice.AGAINST, "secretary": Choice.FOR, "liaison": Choice.ABSTAIN}


def everything() -> dict[str, dict[tuple, dict]]:
    """Return every row of every table, by table and by its values as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            rows = [dict(zip(columns, map(_text, row), strict=True)) for row in cursor.fetchall()]
            found[table] = {tuple(row.items()): row for row in rows}
    return found


def _text(value) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def changed(before: dict, after: dict) -> dict[str, list[dict]]:
    """Return what was written between the two: the rows of `after` that were not there before, by table."""
    rows = {table: [row for key, row in found.items() if key not in before[table]] for table, found in after.items()}
    return {table: new for table, new in rows.items() if new}


@pytest.fixture
def vote(team) -> Vote:
    session = team.in_session()
    session.items.update(balloting=Balloting.SECRET)
    return open_vote(item=session.at_hand, user=team.convenor, question="同意吗")


def cast(client, vote: Vote, choice: Choice) -> None:
    assert client.post(reverse("vote_cast", args=[vote.pk]), {"choice": choice}).status_code == 302


def test_casting_writes_the_counter_and_the_mark_and_nothing_else(team, vote, signed_in):
    """With the page, its session, notices and audit: what one vote leaves behind, down to the columns."""
    client = signed_in(team.member)
    client.get(reverse("room", args=[vote.meeting_id]))
    before = everything()
    cast(client, vote, WAYS["member"])
    after = everything()
    written = changed(before, after)
    assert set(written) == {"consultation_vote", "consultation_elector"}
    [counted], [marked] = written["consultation_vote"], written["consultation_elector"]
    [old_vote] = changed(after, before)["consultation_vote"]
    [old_mark] = changed(after, before)["consultation_elector"]
    assert {name for name in counted if counted[name] != old_vote[name]} == {"against"}
    assert {name for name in marked if marked[name] != old_mark[name]} == {"has_voted"}


def test_the_database_is_the_same_whoever_voted_how_and_in_which_order(team, vote, signed_in):
    """Two histories that differ only in who chose what, and when, end in the very same rows."""

    def history(ways: list[tuple[str, Choice]]) -> dict:
        Vote.objects.filter(pk=vote.pk).update(in_favour=0, against=0, abstained=0)
        vote.electors.update(has_voted=False)
        for name, choice in ways:
            client = signed_in(getattr(team, name))
            cast(client, vote, choice)
            client.get(reverse("room", args=[vote.meeting_id]))
        tables = everything()
        # signing in, which comes before and knows of no vote, writes when it was
        return {name: set(rows) for name, rows in tables.items() if name not in {"django_session", "accounts_user"}}

    names = list(WAYS)
    first = history([(name, WAYS[name]) for name in names])
    swapped = dict(zip(names, [*list(WAYS.values())[1:], WAYS[names[0]]], strict=True))
    assert history([(name, swapped[name]) for name in reversed(names)]) == first


def test_no_row_holds_a_voter_and_a_choice(team, vote, signed_in):
    for name, choice in WAYS.items():
        cast(signed_in(getattr(team, name)), vote, choice)
    close_vote(vote=vote, user=team.convenor)
    choices = {_text(choice.value) for choice in Choice} | {_text(choice.label) for choice in Choice}
    holding = {
        (table, name)
        for table, rows in everything().items()
        for row in rows.values()
        for name, value in row.items()
        if value in choices
    }
    assert not holding
    people = {getattr(team, name).pk for name in WAYS} | {
        invitation(vote.meeting, getattr(team, name)).pk for name in WAYS
    }
    electors = [row for row in everything()["consultation_elector"].values() if int(row["person_id"]) in people]
    assert len(electors) == 3
    assert {frozenset(row) for row in electors} == {
        frozenset({"id", "vote_id", "invitation_id", "person_id", "is_absent", "has_voted"})
    }
    assert len({row["has_voted"] for row in electors}) == 1


def test_the_session_and_what_is_logged_say_nothing_of_the_choice(team, vote, signed_in, caplog):
    caplog.set_level("DEBUG")
    client = signed_in(team.member)
    before = dict(client.session)
    cast(client, vote, Choice.AGAINST)
    assert dict(client.session) == before
    assert "against" not in " ".join(str(cookie.value) for cookie in client.cookies.values())
    told = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in told if "against" in line]


def test_the_test_would_see_a_link(team, signed_in):
    """The control: the same reading of an open vote finds who chose what."""
    session = team.in_session()
    vote = open_vote(item=session.at_hand, user=team.convenor, question="同意吗")
    client = signed_in(team.member)
    before = everything()
    cast(client, vote, Choice.AGAINST)
    written = changed(before, everything())
    [ballot] = written["consultation_ballot"]
    assert ballot["choice"] == _text("against")
    assert ballot["elector_id"] == _text(vote.electors.get(person=team.member).pk)
