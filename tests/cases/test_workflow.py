"""The transition tables, cell by cell: every verb in every state, at every level."""

import pytest

from cases.enums import Level, State, TurnoutState, Verb
from cases.workflow import CASE_MOVES, TURNOUT_MOVES, Who, allowed_on_case, allowed_on_turnout

# verb: the states in which it is allowed (L A R C M W = lodged accepted resolved closed merged withdrawn),
# the levels (G S C L), and whether an open turnout forbids it.
CASES = {
    Verb.ACCEPT: ("L", "GSCL", False),
    Verb.TAKE: ("L", "G", False),
    Verb.ATTEND: ("A", "GSCL", False),
    Verb.REPORT_PROGRESS: ("A", "GSCL", False),
    Verb.RESOLVE: ("A", "GSCL", True),
    Verb.ESCALATE: ("LA", "GSC", False),
    Verb.REFUSE: ("L", "GS", False),
    Verb.ASSIGN: ("LA", "GSCL", True),
    Verb.BLOW_WHISTLE: ("A", "S", False),
    Verb.MERGE: ("LA", "GSCL", True),
    Verb.ASK_EXCLUSION: ("LARC", "GS", False),
    Verb.APPROVE_EXCLUSION: ("LARC", "GSCL", False),
    Verb.REJECT_EXCLUSION: ("LARC", "GSCL", False),
    Verb.ADD_INFORMATION: ("LA", "GSCL", False),
    Verb.WITHDRAW: ("LA", "GSCL", True),
    Verb.RATE: ("R", "GSCL", False),
    Verb.CLOSE_SILENT: ("R", "GSCL", False),
}
STATES = dict(zip("LARCMW", State, strict=True))
LEVELS = dict(zip("GSCL", Level, strict=True))

# verb: sources → target, in the letters c a v r d l e w =
# called accepted arrived reported disputed released excused withdrawn
TURNOUTS = {
    Verb.ACCEPT_TURNOUT: ("called", "accepted", Who.DEPARTMENT),
    Verb.DISPUTE_TURNOUT: ("called", "disputed", Who.DEPARTMENT),
    Verb.UPHOLD_DISPUTE: ("disputed", "excused", Who.COMMAND),
    Verb.REJECT_DISPUTE: ("disputed", "called", Who.COMMAND),
    Verb.ARRIVE: ("accepted", "arrived", Who.DEPARTMENT),
    Verb.REPORT: ("arrived", "reported", Who.DEPARTMENT),
    Verb.SEND_BACK: ("reported", "arrived", Who.DISPATCHER),
    Verb.RELEASE: ("arrived reported", "released", Who.DISPATCHER),
    Verb.WITHDRAW_TURNOUT: ("called accepted disputed", "withdrawn", Who.DISPATCHER),
}


def test_every_verb_of_the_tables_is_written_here():
    assert set(CASES) == set(CASE_MOVES)
    assert set(TURNOUTS) == set(TURNOUT_MOVES)


@pytest.mark.parametrize("verb", CASES)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("open_turnouts", [0, 2])
def test_case_cell(verb, state, level, open_turnouts):
    states, levels, blocked = CASES[verb]
    expected = state in states and level in levels and not (blocked and open_turnouts)
    assert allowed_on_case(verb, STATES[state], LEVELS[level], open_turnouts) is expected


@pytest.mark.parametrize("verb", TURNOUTS)
@pytest.mark.parametrize("state", TurnoutState)
def test_turnout_cell(verb, state):
    assert allowed_on_turnout(verb, state) is (state in TURNOUTS[verb][0].split())


@pytest.mark.parametrize("verb", TURNOUTS)
def test_turnout_target_and_who(verb):
    _sources, target, who = TURNOUTS[verb]
    assert TURNOUT_MOVES[verb].target == target
    assert TURNOUT_MOVES[verb].who == {who}


@pytest.mark.parametrize("move", [*CASE_MOVES.values(), *TURNOUT_MOVES.values()])
def test_every_row_names_its_rule(move):
    assert move.rule
    assert move.who


@pytest.mark.parametrize("verb", [Verb.ASSIGN, Verb.MERGE])
@pytest.mark.parametrize(
    ("level", "who"),
    [
        (Level.GRID, Who.DISPATCHER),
        (Level.STREET, Who.DISPATCHER),
        (Level.COMMAND, Who.COMMAND),
        (Level.LEADING_GROUP, Who.COMMAND),
    ],
)
def test_street_and_command_give_cases_away_each_at_their_levels(verb, level, who):
    assert CASE_MOVES[verb].who_at(level) == {who}
