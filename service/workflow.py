"""The tables of allowed moves, as data: from where, to where, by whom, with what, and by which rule.

Actions ask them through `service.actions.turns.check_move` or `allowed`, pages through `allowed`, to know which buttons
to show; queries find what a move may be made from by its `.sources`. Clocks, places and rights over one row are asked
beside them. What follows from another move is no move of its own: a registration that is
MOVED by the next one, a place that is OFFERED or taken back, who is CANCELLED or EXCUSED with a shift or a call.
"""

from dataclasses import dataclass
from enum import StrEnum

from service.enums import (
    LIVE_SIGN_UPS,
    RUNNING_CALLS,
    TAKES_PLACE,
    AnswerState,
    CallState,
    ItemState,
    RegistrationState,
    ShiftState,
    SignUpState,
    ThanksState,
    Verb,
    WishState,
)


class Who(StrEnum):
    """Whose verb it is."""

    MEMBER = "member"  # who registers, signs up, is called, claims a wish
    COMMUNITY = "community"  # who runs the service of the community
    EMPLOYER = "employer"  # who acts for an employer
    OWNER = "owner"  # the side that listed the item
    ASKER = "asker"  # the side for which it is done
    CLAIMANT = "claimant"  # the side, or the member, that does it
    CALLER = "caller"  # the unit that called, and the community in which it called
    RESIDENT = "resident"  # who made the wish
    SYSTEM = "system"  # the portal itself, by the passing of time


@dataclass(frozen=True)
class Move:
    """One row. `target` None leaves the state as it is; `needs` names the texts that may not be empty.

    `within` are the states in which the shift, call or wish that it belongs to must be; any, where it is empty.
    """

    sources: frozenset
    target: str | bool | None
    who: frozenset[Who]
    rule: str
    needs: tuple[str, ...] = ()
    within: frozenset = frozenset()


def _row(sources, target, who, rule, *, needs=(), within=()) -> Move:
    return Move(frozenset(sources), target, frozenset(who), rule, tuple(needs), frozenset(within))


R = RegistrationState
MEMBER_MOVES: dict[Verb, Move] = {
    Verb.CONFIRM: _row([R.SUBMITTED], R.ACTIVE, [Who.COMMUNITY], "双报到: the community confirms, also a move"),
    Verb.REFUSE: _row([R.SUBMITTED], R.REFUSED, [Who.COMMUNITY], "双报到: the community confirms", needs=["reason"]),
    Verb.CHANGE: _row([R.SUBMITTED, R.ACTIVE], None, [Who.MEMBER], "双报到: skills, hours they can give, interests"),
    Verb.RENEW: _row([R.ACTIVE], None, [Who.MEMBER], "Ours: a registration runs out unless it is renewed"),
    Verb.WITHDRAW: _row([R.SUBMITTED, R.ACTIVE], R.WITHDRAWN, [Who.MEMBER], "Ours: registering is the member's own"),
    Verb.EXPIRE: _row([R.ACTIVE], R.EXPIRED, [Who.SYSTEM], "Ours: a registration runs out unless it is renewed"),
}
EMPLOYER_MOVES: dict[Verb, Move] = {
    Verb.CONFIRM: _row([R.SUBMITTED], R.ACTIVE, [Who.COMMUNITY], "双报到: signs a co-building agreement"),
    Verb.REFUSE: _row([R.SUBMITTED], R.REFUSED, [Who.COMMUNITY], "双报到: an agreement takes two", needs=["reason"]),
    Verb.WITHDRAW: _row([R.SUBMITTED], R.WITHDRAWN, [Who.EMPLOYER], "Ours: a signed agreement is kept to its end"),
    Verb.EXPIRE: _row([R.ACTIVE], R.EXPIRED, [Who.SYSTEM], "Ours: an agreement is dated"),
}

L = ItemState
ITEM_MOVES: dict[Verb, Move] = {
    Verb.MATCH: _row([L.OPEN], L.CLAIMED, [Who.COMMUNITY, Who.EMPLOYER], "Shunyi: matched pairs become projects"),
    Verb.CLAIM: _row([L.OPEN], L.CLAIMED, [Who.COMMUNITY, Who.EMPLOYER], "Three lists: each is claimed"),
    Verb.DELIVER: _row([L.CLAIMED], L.DELIVERED, [Who.CLAIMANT], "Three lists: each is delivered", needs=["evidence"]),
    Verb.RATE: _row([L.DELIVERED], L.RATED, [Who.ASKER], "Three lists: each is rated by the side that asked"),
    Verb.GIVE_BACK: _row(
        [L.CLAIMED], L.OPEN, [Who.CLAIMANT, Who.ASKER], "Ours: what is not done is open to others", needs=["reason"]
    ),
    Verb.WITHDRAW: _row(
        [L.OPEN], L.WITHDRAWN, [Who.OWNER], "Ours: what nobody claimed can be taken off", needs=["reason"]
    ),
}
"""A project begins CLAIMED, by MATCH; GIVE_BACK opens its two parts again and leaves itself WITHDRAWN."""
COMMITMENT_MOVES: dict[Verb, Move] = {
    Verb.CLAIM: _row([L.OPEN], L.CLAIMED, [Who.CLAIMANT], "办事: who owes it claims it"),
    Verb.REPORT: _row([L.CLAIMED], None, [Who.CLAIMANT], "办事: progress is reported to the forum", needs=["text"]),
    Verb.DELIVER: _row([L.CLAIMED], L.DELIVERED, [Who.CLAIMANT], "办事: with evidence", needs=["evidence"]),
    Verb.RATE: _row([L.DELIVERED], L.RATED, [Who.ASKER], "评事: the side that asked rates it"),
    Verb.DECLINE: _row([L.OPEN], L.WITHDRAWN, [Who.CLAIMANT], "Ours: goes back to the forum", needs=["reason"]),
}
"""What is RATED, or WITHDRAWN as declined, leads nowhere: what the forum asks next is a commitment of its own."""

POST_MOVES: dict[Verb, Move] = {
    Verb.ADD_SHIFTS: _row([True], None, [Who.COMMUNITY], "Communities publish service posts with shifts"),
    Verb.EDIT: _row([True, False], None, [Who.COMMUNITY], "Communities publish service posts: places, skills"),
    Verb.CLOSE: _row([True], False, [Who.COMMUNITY], "Ours: a post pauses; who is in stays in"),
    Verb.REOPEN: _row([False], True, [Who.COMMUNITY], "Ours: a post pauses; who is in stays in"),
}
"""By whether the post is open."""

H = ShiftState
SHIFT_MOVES: dict[Verb, Move] = {
    Verb.PLACES: _row(TAKES_PLACE, None, [Who.COMMUNITY], "Waiting list: what becomes free is offered to the next"),
    Verb.MOVE: _row(TAKES_PLACE, None, [Who.COMMUNITY], "Ours: who is in keeps the place and is told"),
    Verb.CLOSE: _row([H.OPEN], H.CLOSED, [Who.COMMUNITY], "Ours: who is in stays in"),
    Verb.REOPEN: _row([H.CLOSED], H.OPEN, [Who.COMMUNITY], "Waiting list: what became free is offered to the next"),
    Verb.CANCEL: _row(TAKES_PLACE, H.CANCELLED, [Who.COMMUNITY], "Ours: everyone is told why", needs=["reason"]),
}

S = SignUpState
NO_SIGN_UP = ""
"""The state of who has never signed up."""
NOT_IN = (NO_SIGN_UP, *(state for state in SignUpState if state not in LIVE_SIGN_UPS))
SIGN_UP_MOVES: dict[Verb, Move] = {
    Verb.SIGN_UP: _row(
        [*NOT_IN, S.WAITING],
        S.TAKEN,
        [Who.MEMBER],
        "Members sign up; who waits too, when a place is free",
        within=[H.OPEN],
    ),
    Verb.WAIT: _row(NOT_IN, S.WAITING, [Who.MEMBER], "Over-subscription goes to a waiting list", within=[H.OPEN]),
    Verb.TAKE: _row(
        [S.OFFERED], S.TAKEN, [Who.MEMBER], "Waiting list: who is offered the place must take it", within=TAKES_PLACE
    ),
    Verb.LAPSE: _row([S.OFFERED], S.LAPSED, [Who.SYSTEM], "Waiting list: who is offered the place must take it"),
    Verb.WITHDRAW: _row(
        LIVE_SIGN_UPS, S.WITHDRAWN, [Who.MEMBER], "Ours: late, the community reads why", within=TAKES_PLACE
    ),
    Verb.CHECK_IN: _row(
        [S.TAKEN], None, [Who.MEMBER], "Attendance is checked in: code on site", needs=["code"], within=TAKES_PLACE
    ),
    Verb.CHECK_OUT: _row([S.TAKEN], None, [Who.MEMBER], "Attendance is checked in: and out", within=TAKES_PLACE),
    Verb.PRESENT: _row(
        [S.TAKEN, S.ABSENT], S.TAKEN, [Who.COMMUNITY], "Ours: for who could not check in", needs=["reason"]
    ),
    Verb.ABSENT: _row([S.TAKEN], S.ABSENT, [Who.COMMUNITY], "Ours: who did not come reads why", needs=["reason"]),
    Verb.ATTEST: _row(
        [S.TAKEN], S.SERVED, [Who.COMMUNITY], "Hours: attested by someone else than the member", within=TAKES_PLACE
    ),
}

C = CallState
CALL_MOVES: dict[Verb, Move] = {
    Verb.FINISH: _row([*RUNNING_CALLS, C.ENDED], C.ENDED, [Who.CALLER], "事不完、人不走: the caller releases"),
    Verb.CALL_OFF: _row(RUNNING_CALLS, C.CANCELLED, [Who.CALLER], "Ours: everyone is told why", needs=["reason"]),
    Verb.END: _row(RUNNING_CALLS, C.ENDED, [Who.SYSTEM], "支部吹哨、党员报到: for now"),
}
A = AnswerState
ANSWER_MOVES: dict[Verb, Move] = {
    Verb.COME: _row(
        [A.TOLD, A.DECLINED], A.COMING, [Who.MEMBER], "党员报到: members are told and answer", within=[C.OPEN]
    ),
    Verb.DECLINE: _row(
        [A.TOLD, A.COMING],
        A.DECLINED,
        [Who.MEMBER],
        "党员报到: members are told and answer",
        within=RUNNING_CALLS,
    ),
    Verb.ARRIVE: _row(
        [A.COMING],
        A.ARRIVED,
        [Who.MEMBER, Who.COMMUNITY],
        "党员报到: the time of the server counts",
        within=RUNNING_CALLS,
    ),
    Verb.RELEASE: _row(
        [A.ARRIVED],
        A.RELEASED,
        [Who.CALLER],
        "事不完、人不走: hours are attested by someone else",
        within=[*RUNNING_CALLS, C.ENDED],
    ),
    Verb.ATTEST: _row(
        [A.RELEASED],
        None,
        [Who.CALLER],
        "Hours: attested later, where none were at the release",
        needs=["reason"],
        within=[*RUNNING_CALLS, C.ENDED],
    ),
}
"""COME makes a call FULL, DECLINE makes it OPEN again. Who says the same twice changes nothing."""

W = WishState
WISH_MOVES: dict[Verb, Move] = {
    Verb.PUBLISH: _row(
        [W.SUBMITTED], W.PUBLISHED, [Who.COMMUNITY], "微心愿: published after review", needs=["title", "text"]
    ),
    Verb.REFUSE: _row(
        [W.SUBMITTED, W.PUBLISHED], W.REFUSED, [Who.COMMUNITY], "Only what a moderator released", needs=["reason"]
    ),
    Verb.CLAIM: _row([W.PUBLISHED], W.CLAIMED, [Who.MEMBER, Who.EMPLOYER], "微心愿: a member or employer may claim"),
    Verb.FULFIL: _row([W.CLAIMED], W.FULFILLED, [Who.CLAIMANT], "微心愿: claimed, fulfilled", needs=["outcome"]),
    Verb.GIVE_BACK: _row(
        [W.CLAIMED], W.PUBLISHED, [Who.CLAIMANT, Who.COMMUNITY], "Ours: open to others again", needs=["reason"]
    ),
    Verb.WITHDRAW: _row([W.SUBMITTED, W.PUBLISHED], W.WITHDRAWN, [Who.RESIDENT], "Ours: a wish is the resident's own"),
}
N = ThanksState
THANKS_MOVES: dict[Verb, Move] = {
    Verb.THANK: _row(
        [N.NONE, N.REFUSED],
        N.SUBMITTED,
        [Who.RESIDENT],
        "微心愿: claimed, fulfilled, thanked",
        needs=["thanks"],
        within=[W.FULFILLED],
    ),
    Verb.PUBLISH_THANKS: _row(
        [N.SUBMITTED], N.PUBLISHED, [Who.COMMUNITY], "Only what a moderator released", needs=["thanks"]
    ),
    Verb.REFUSE_THANKS: _row(
        [N.SUBMITTED], N.REFUSED, [Who.COMMUNITY], "Only what a moderator released", needs=["reason"]
    ),
}


def allowed(move: Move, state: str | bool, within: str = "") -> bool:
    """Return whether `move` may be made from `state`; where `within` is given, of a thing that belongs to one in it."""
    return state in move.sources and (not within or not move.within or within in move.within)
