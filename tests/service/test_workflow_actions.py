"""Every verb in every state through its action: it is done where the table allows it, and OutOfTurn where not."""

import pytest
from django.db import transaction

from accounts.errors import NotAllowed, OutOfTurn, Refused
from service.enums import CallState, ShiftState, Verb, WishState
from service.workflow import NO_SIGN_UP, allowed
from tests.service.workflow_rows import answer_row, call_row, sign_up_row, wish_row
from tests.service.workflow_scenes import SCENES

ROWS = [(name, verb) for name, scene in SCENES.items() for verb in scene.moves]
NEEDS = [(name, verb, need) for name, verb in ROWS for need in SCENES[name].moves[verb].needs]
NOT_FOR_NOBODY = [
    (name, verb, state)
    for name, verb in ROWS
    for state in SCENES[name].states
    if state != NO_SIGN_UP or verb in (Verb.SIGN_UP, Verb.WAIT)
]
"""Without a sign-up there is nothing that the other verbs could be done to."""


def source(name: str, verb: Verb):
    """Return a state from which `verb` leads on."""
    scene = SCENES[name]
    return next(state for state in scene.states if state in scene.moves[verb].sources and state != NO_SIGN_UP)


def is_done(name: str, verb: Verb, team, row) -> bool:
    """Return whether `verb` is done to `row`; where not, it is OutOfTurn.

    Who claimed a wish is nobody before it is claimed: then fulfilling it is NotAllowed.
    """
    refusals = (OutOfTurn, NotAllowed) if verb == Verb.FULFIL else OutOfTurn
    try:
        with transaction.atomic():
            SCENES[name].doors[verb](team, row)
    except refusals:
        return False
    return True


def state_of(name: str, row):
    if row.pk is None:
        row = row.shift.sign_ups.get(member=row.member)
    row.refresh_from_db()
    return getattr(row, SCENES[name].column)


@pytest.mark.parametrize(("name", "verb", "state"), NOT_FOR_NOBODY)
def test_each_verb_in_each_state(team, name, verb, state):
    scene, move = SCENES[name], SCENES[name].moves[verb]
    row = scene.row(team, state, verb)
    says_it_again = verb in (Verb.COME, Verb.DECLINE) and state == move.target
    assert is_done(name, verb, team, row) is (allowed(move, state) or says_it_again)
    if allowed(move, state):
        assert state_of(name, row) == (state if move.target is None else move.target)
    else:
        assert state_of(name, row) == state


@pytest.mark.parametrize("verb", [verb for verb, move in SCENES["sign-up"].moves.items() if move.within])
@pytest.mark.parametrize("around", ShiftState)
def test_each_verb_of_a_sign_up_in_each_state_of_its_shift(team, verb, around):
    row = sign_up_row(team, source("sign-up", verb), verb, shift=team.shift(state=around))
    assert is_done("sign-up", verb, team, row) is (around in SCENES["sign-up"].moves[verb].within)


@pytest.mark.parametrize("verb", SCENES["answer"].moves)
@pytest.mark.parametrize("around", CallState)
def test_each_verb_of_an_answer_in_each_state_of_its_call(team, verb, around):
    row = answer_row(team, source("answer", verb), call=call_row(team, around))
    assert is_done("answer", verb, team, row) is (around in SCENES["answer"].moves[verb].within)


@pytest.mark.parametrize("around", WishState)
def test_thanks_in_each_state_of_the_wish(team, around):
    row = wish_row(team, around)
    assert is_done("thanks", Verb.THANK, team, row) is (around in SCENES["thanks"].moves[Verb.THANK].within)


@pytest.mark.parametrize(("name", "verb", "need"), NEEDS)
def test_what_is_needed_may_not_be_empty(team, name, verb, need):
    row = SCENES[name].row(team, source(name, verb), verb)
    with pytest.raises(Refused) as refusal:
        SCENES[name].doors[verb](team, row, **{need: " "})
    assert refusal.value.field == need
