"""Every verb in every state through its action: it is done where the table allows it, and OutOfTurn where not."""

from dataclasses import replace

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.errors import NotAllowed, OutOfTurn, Refused
from service.enums import AnswerState, CallState, RegistrationState, ShiftState, SignUpState, Verb, WishState
from service.queries.attendance import ended_unattested
from service.queries.employers import agreements_over
from service.queries.registrations import run_out
from service.queries.sign_ups import unanswered_offers
from service.workflow import NO_SIGN_UP, Who, allowed
from tests.service.workflow_rows import DAY, answer_row, call_row, put, sign_up_row, today, wish_row
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

WHOSE = {
    "secretary": {Who.COMMUNITY, Who.CALLER, Who.ASKER, Who.OWNER},
    "liaison": {Who.EMPLOYER, Who.CLAIMANT, Who.OWNER},
    "other_member": {Who.MEMBER, Who.CLAIMANT},
    "neighbour_secretary": set(),
}
"""Who each person may be in a scene; OWNER is the one or the other."""
FOR_SOMEBODY_ELSE = [
    (name, verb)
    for name, verb in ROWS
    if Who.SYSTEM not in SCENES[name].moves[verb].who and verb not in (Verb.SIGN_UP, Verb.WAIT)
]
"""What a person might try on a row that is not theirs: one signs up for oneself alone."""


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


@pytest.mark.parametrize(("name", "verb"), FOR_SOMEBODY_ELSE)
def test_nobody_else_does_it(team, name, verb):
    scene = SCENES[name]
    person = next(person for person, roles in WHOSE.items() if not roles & scene.moves[verb].who)
    row = scene.row(team, source(name, verb), verb)
    with pytest.raises(NotAllowed):
        scene.doors[verb](team, row, user=getattr(team, person))


@pytest.mark.parametrize(
    ("name", "verb", "found", "given"),
    [
        ("member", Verb.EXPIRE, run_out, {"expires_on": today() - DAY}),
        ("employer", Verb.EXPIRE, agreements_over, {"agreed_from": today() - 9 * DAY, "agreed_until": today() - DAY}),
    ],
)
def test_what_has_run_out_is_found_by_the_table(team, monkeypatch, name, verb, found, given):
    scene = SCENES[name]
    row = put(scene.row(team, RegistrationState.SUBMITTED), **given)
    assert row not in found(today())
    monkeypatch.setitem(scene.moves, verb, replace(scene.moves[verb], sources=frozenset([RegistrationState.SUBMITTED])))
    assert row in found(today())


@pytest.mark.parametrize(
    ("verb", "found", "state"),
    [(Verb.ATTEST, ended_unattested, SignUpState.ABSENT), (Verb.LAPSE, unanswered_offers, SignUpState.WAITING)],
)
def test_sign_ups_that_are_due_are_found_by_the_table(team, monkeypatch, verb, found, state):
    moves, later = SCENES["sign-up"].moves, timezone.now() + 9 * DAY
    sign_up_row(team, state)
    assert found(later) == []
    monkeypatch.setitem(moves, verb, replace(moves[verb], sources=frozenset([state])))
    assert len(found(later)) == 1


@pytest.mark.parametrize("verb", [Verb.FINISH, Verb.END])
def test_a_call_ends_as_the_table_says(team, monkeypatch, verb):
    scene = SCENES["call"]
    row = scene.row(team, CallState.OPEN, verb)
    monkeypatch.setitem(scene.moves, verb, replace(scene.moves[verb], target=CallState.FULL))
    scene.doors[verb](team, row)
    assert state_of("call", row) == CallState.FULL


def test_an_answer_is_changed_while_the_table_says(team, monkeypatch):
    scene = SCENES["answer"]
    row = scene.row(team, AnswerState.COMING)
    monkeypatch.setitem(scene.moves, Verb.DECLINE, replace(scene.moves[Verb.DECLINE], within=frozenset()))
    assert not is_done("answer", Verb.DECLINE, team, row)
