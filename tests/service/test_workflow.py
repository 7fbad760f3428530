"""The tables of moves, cell by cell: from which state each verb leads where, for whom, and within what."""

import pytest

from service.enums import CallState, ShiftState, WishState
from service.workflow import Who, allowed
from tests.service.workflow_scenes import SCENES

# verb: sources → target, who, and the states of the shift, call or wish it belongs to; "-" is no sign-up at all
ITEM = {
    "match": ("open", "claimed", "community employer"),
    "claim": ("open", "claimed", "community employer"),
    "deliver": ("claimed", "delivered", "claimant"),
    "rate": ("delivered", "rated", "asker"),
    "give_back": ("claimed", "open", "claimant asker"),
    "withdraw": ("open", "withdrawn", "owner"),
}
OUT = "- lapsed withdrawn cancelled absent served"
TABLES = {
    "member": {
        "confirm": ("submitted", "active", "community"),
        "refuse": ("submitted", "refused", "community"),
        "change": ("submitted active", None, "member"),
        "renew": ("active", None, "member"),
        "withdraw": ("submitted active", "withdrawn", "member"),
        "expire": ("active", "expired", "system"),
    },
    "employer": {
        "confirm": ("submitted", "active", "community"),
        "refuse": ("submitted", "refused", "community"),
        "withdraw": ("submitted", "withdrawn", "employer"),
        "expire": ("active", "expired", "system"),
    },
    "need": ITEM,
    "resource": ITEM,
    "post": {
        "add_shifts": ("True", None, "community"),
        "edit": ("True False", None, "community"),
        "close": ("True", False, "community"),
        "reopen": ("False", True, "community"),
    },
    "shift": {
        "places": ("open closed", None, "community"),
        "move": ("open closed", None, "community"),
        "close": ("open", "closed", "community"),
        "reopen": ("closed", "open", "community"),
        "cancel": ("open closed", "cancelled", "community"),
    },
    "sign-up": {
        "sign_up": (f"{OUT} waiting", "taken", "member", "open"),
        "wait": (OUT, "waiting", "member", "open"),
        "take": ("offered", "taken", "member", "open closed"),
        "lapse": ("offered", "lapsed", "system"),
        "withdraw": ("taken offered waiting", "withdrawn", "member", "open closed"),
        "check_in": ("taken", None, "member", "open closed"),
        "check_out": ("taken", None, "member", "open closed"),
        "present": ("taken absent", "taken", "community"),
        "absent": ("taken", "absent", "community"),
        "attest": ("taken", "served", "community", "open closed"),
    },
    "call": {
        "finish": ("open full ended", "ended", "caller"),
        "call_off": ("open full", "cancelled", "caller"),
        "end": ("open full", "ended", "system"),
    },
    "answer": {
        "come": ("told declined", "coming", "member", "open"),
        "decline": ("told coming", "declined", "member", "open full"),
        "arrive": ("coming", "arrived", "member community", "open full"),
        "release": ("arrived", "released", "caller", "open full ended"),
        "attest": ("released", None, "caller", "open full ended"),
    },
    "wish": {
        "publish": ("submitted", "published", "community"),
        "refuse": ("submitted published", "refused", "community"),
        "claim": ("published", "claimed", "member employer"),
        "fulfil": ("claimed", "fulfilled", "claimant"),
        "give_back": ("claimed", "published", "claimant community"),
        "withdraw": ("submitted published", "withdrawn", "resident"),
    },
    "thanks": {
        "thank": ("none refused", "submitted", "resident", "fulfilled"),
        "publish_thanks": ("submitted", "published", "community"),
        "refuse_thanks": ("submitted", "refused", "community"),
    },
}
AROUND = {"sign-up": ShiftState, "answer": CallState, "thanks": WishState}
ROWS = [(name, verb) for name, rows in TABLES.items() for verb in rows]


def test_every_verb_of_the_tables_is_written_here_and_has_a_door():
    assert {name: set(rows) for name, rows in TABLES.items()} == {name: set(s.moves) for name, s in SCENES.items()}
    assert all(set(scene.doors) == set(scene.moves) for scene in SCENES.values())


@pytest.mark.parametrize(("name", "verb"), ROWS)
def test_cells(name, verb):
    scene, sources = SCENES[name], TABLES[name][verb][0].split()
    cells = {state: allowed(scene.moves[verb], state) for state in scene.states}
    assert cells == {state: (str(state) or "-") in sources for state in scene.states}


@pytest.mark.parametrize(("name", "verb"), [row for row in ROWS if row[0] in AROUND])
def test_cells_within(name, verb):
    move = SCENES[name].moves[verb]
    source = next(iter(move.sources))
    _sources, _target, _who, *within = TABLES[name][verb]
    cells = {state: allowed(move, source, state) for state in AROUND[name]}
    assert cells == {state: not within or state in within[0].split() for state in AROUND[name]}


@pytest.mark.parametrize(("name", "verb"), ROWS)
def test_target_who_and_rule(name, verb):
    move, (_sources, target, who, *_within) = SCENES[name].moves[verb], TABLES[name][verb]
    assert (move.target, move.who) == (target, {Who(one) for one in who.split()})
    assert move.rule
