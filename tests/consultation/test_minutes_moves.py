"""The table of moves of minutes, cell by cell: from which state each verb leads where, for whom."""

import pytest

from accounts.errors import NotAllowed, OutOfTurn
from consultation.actions.minutes import draft_minutes, edit_minutes, submit_minutes
from consultation.actions.minutes_decisions import confirm_minutes, publish_minutes, send_minutes_back
from consultation.enums import MinutesVerb
from consultation.queries.minutes import offered, record_of
from consultation.workflow import MINUTES_MOVES, allowed_on_minutes
from tests.consultation.minutes_scene import confirmed, drafted, over, submitted

NOBODYS = "-"
TABLE = {
    # verb: source → target, who
    "draft": (NOBODYS, "draft", "writer deputy"),
    "edit": ("draft", "draft", "writer deputy"),
    "submit": ("draft", "submitted", "writer deputy"),
    "confirm": ("submitted", "confirmed", "deputy member"),
    "send_back": ("submitted", "draft", "writer deputy member"),
    "publish": ("confirmed", "published", "writer deputy"),
}
PEOPLE = {"writer": "convenor", "deputy": "deputy", "member": "member", "adviser": "adviser", "resident": "resident"}
STATES = (NOBODYS, "draft", "submitted", "confirmed", "published")


def brought_to(team, state: str):
    """Return a closed meeting whose minutes, written by the convenor, are in `state`."""
    if state == "published":
        return publish_minutes(meeting=confirmed(team).meeting, user=team.convenor).meeting
    made = {"draft": drafted, "submitted": submitted, "confirmed": confirmed}.get(state)
    return made(team).meeting if made else over(team)


def do(team, verb: str, meeting, user):
    def edit():
        return edit_minutes(meeting=meeting, user=user, revision=0, opening="会议", texts={})

    return {
        "draft": lambda: draft_minutes(meeting=meeting, user=user),
        "edit": edit,
        "submit": lambda: submit_minutes(meeting=meeting, user=user, confirmer=team.member),
        "confirm": lambda: confirm_minutes(meeting=meeting, user=user, revision=0),
        "send_back": lambda: send_minutes_back(meeting=meeting, user=user, reason="不对"),
        "publish": lambda: publish_minutes(meeting=meeting, user=user),
    }[verb]()


def test_the_table_has_a_row_for_each_verb_and_the_rule_it_follows():
    assert {verb.value for verb in MINUTES_MOVES} == set(TABLE) == {verb.value for verb in MinutesVerb}
    assert all(move.rule for move in MINUTES_MOVES.values())


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", TABLE)
def test_each_verb_leads_from_its_state_to_the_next_and_from_no_other(team, verb, state):
    source, target, who = TABLE[verb]
    meeting = brought_to(team, state)
    user = getattr(team, PEOPLE[who.split()[0]])
    assert allowed_on_minutes(verb, None if state == NOBODYS else state) == (state == source)
    if state != source:
        with pytest.raises(OutOfTurn):
            do(team, verb, meeting, user)
        return
    do(team, verb, meeting, user)
    assert record_of(meeting).state == target


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("verb", TABLE)
def test_each_verb_is_for_those_of_its_row_and_offered_to_them_alone(team, verb, who):
    source, target, allowed = TABLE[verb]
    meeting, user = brought_to(team, source), getattr(team, PEOPLE[who])
    entitled = who in allowed.split()
    assert (verb in offered(user, meeting, record_of(meeting))) == entitled
    if not entitled:
        with pytest.raises(NotAllowed):
            do(team, verb, meeting, user)
        return
    do(team, verb, meeting, user)
    assert record_of(meeting).state == target
