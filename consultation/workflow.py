"""The tables of allowed moves, as data: from where, to where, by whom, with what, and by which rule.

Actions ask them through `check_matter` and `check_meeting` (consultation.actions.steps) and `check_minutes`
(consultation.actions.minutes_steps), pages to know what to offer.
"""

from dataclasses import dataclass
from enum import StrEnum

from consultation.enums import MatterState, MatterVerb, MeetingState, MeetingVerb, MinutesState, MinutesVerb


class Who(StrEnum):
    """Whose verb it is; how that is decided is in consultation.queries.rights, of minutes in queries.minutes."""

    CONVENOR = "convenor"  # who convenes at the unit that keeps the forum
    PROPOSER = "proposer"  # who raised the matter
    INVITED = "invited"  # who is invited to the meeting, or comes for one who is
    SECOND = "second"  # who was there or convenes, and did not write the minutes
    SECOND_OR_CONVENOR = "second_or_convenor"
    SYSTEM = "system"  # what follows from another verb


@dataclass(frozen=True)
class Move:
    """One row. `target` None leaves the state as it is; `needs` names the inputs that may not be empty."""

    sources: frozenset
    target: str | None
    who: Who
    rule: str
    needs: tuple[str, ...] = ()


def _row(sources, target, who, rule, *needs) -> Move:
    return Move(frozenset(sources), target, who, rule, needs)


M = MatterState
MATTER_MOVES: dict[MatterVerb, Move] = {
    MatterVerb.ACCEPT: _row([M.RAISED], M.ACCEPTED, Who.CONVENOR, "提事: the convenor decides what is tabled"),
    MatterVerb.REFUSE: _row(
        [M.RAISED, M.ACCEPTED], M.REFUSED, Who.CONVENOR, "提事: refused with a reason the proposer sees", "reason"
    ),
    MatterVerb.MERGE: _row(
        [M.RAISED, M.ACCEPTED], M.MERGED, Who.CONVENOR, "The same matter is discussed once", "reason"
    ),
    MatterVerb.PASS_UP: _row(
        [M.RAISED, M.ACCEPTED], M.RAISED, Who.CONVENOR, "A matter moves up a level with its record", "reason"
    ),
    MatterVerb.PASS_DOWN: _row(
        [M.RAISED, M.ACCEPTED], M.RAISED, Who.CONVENOR, "A matter moves down a level with its record", "reason"
    ),
    MatterVerb.TABLE: _row([M.ACCEPTED], M.TABLED, Who.CONVENOR, "议事: the agenda takes accepted matters"),
    MatterVerb.UNTABLE: _row([M.TABLED], M.ACCEPTED, Who.CONVENOR, "What is not dealt with waits for the next meeting"),
    MatterVerb.DECIDE: _row([M.TABLED], M.DECIDED, Who.SYSTEM, "决事: by the vote or the noted decision"),
    MatterVerb.WITHDRAW: _row([M.RAISED, M.ACCEPTED], M.WITHDRAWN, Who.PROPOSER, "A matter is its proposer's own"),
}

S = MeetingState
MEETING_MOVES: dict[MeetingVerb, Move] = {
    MeetingVerb.CHANGE: _row([S.PLANNED], None, Who.CONVENOR, "What is called is postponed, not changed"),
    MeetingVerb.ARRANGE: _row([S.PLANNED], None, Who.CONVENOR, "Who is invited knows what will be discussed"),
    MeetingVerb.CALL: _row([S.PLANNED], S.CALLED, Who.CONVENOR, "Notice with lead time, or urgent with a reason"),
    MeetingVerb.INVITE: _row([S.PLANNED, S.CALLED], None, Who.CONVENOR, "Guests come for a unit, without a vote"),
    MeetingVerb.POSTPONE: _row([S.CALLED], S.POSTPONED, Who.CONVENOR, "Who is invited is told why", "reason"),
    MeetingVerb.RESCHEDULE: _row([S.POSTPONED], S.PLANNED, Who.CONVENOR, "A new time is called anew"),
    MeetingVerb.CANCEL: _row(
        [S.PLANNED, S.CALLED, S.POSTPONED], S.CANCELLED, Who.CONVENOR, "Who is invited is told why", "reason"
    ),
    MeetingVerb.REPLY: _row([S.CALLED], None, Who.INVITED, "Replies and substitutes come back"),
    MeetingVerb.CHECK_IN: _row([S.CALLED, S.OPENED], None, Who.INVITED, "Check-in by the code on site"),
    MeetingVerb.OPEN: _row([S.CALLED], S.OPENED, Who.CONVENOR, "议事"),
    MeetingVerb.LEAD: _row([S.OPENED], None, Who.CONVENOR, "议事: item by item, notes, votes"),
    MeetingVerb.CLOSE: _row([S.OPENED], S.CLOSED, Who.CONVENOR, "决事: not while a vote is open"),
    MeetingVerb.DRAFT_MINUTES: _row([S.CLOSED], None, Who.CONVENOR, "Minutes are drafted from what happened"),
    MeetingVerb.CONFIRM_MINUTES: _row([S.CLOSED], S.MINUTED, Who.SECOND, "Confirmed by a second person"),
    MeetingVerb.PUBLISH: _row([S.MINUTED], S.PUBLISHED, Who.CONVENOR, "公开: without the names the rules keep out"),
}

D = MinutesState
MINUTES_MOVES: dict[MinutesVerb, Move] = {
    MinutesVerb.DRAFT: _row([None], D.DRAFT, Who.CONVENOR, "Minutes are drafted once, from what happened"),
    MinutesVerb.EDIT: _row([D.DRAFT], None, Who.CONVENOR, "Who reads them to confirm reads what stays"),
    MinutesVerb.SUBMIT: _row([D.DRAFT], D.SUBMITTED, Who.CONVENOR, "A second person is asked by name"),
    MinutesVerb.CONFIRM: _row([D.SUBMITTED], D.CONFIRMED, Who.SECOND, "Nobody confirms what they wrote; then locked"),
    MinutesVerb.SEND_BACK: _row(
        [D.SUBMITTED], D.DRAFT, Who.SECOND_OR_CONVENOR, "Sent back with a reason, or taken back by the convenor"
    ),
    MinutesVerb.PUBLISH: _row([D.CONFIRMED], D.PUBLISHED, Who.CONVENOR, "公开: without the names the rules keep out"),
}
"""The state None is that of a meeting whose minutes nobody has drafted."""


def allowed_on_matter(verb: MatterVerb, state: str) -> bool:
    """Return whether the table allows `verb` on a matter in `state`."""
    return state in MATTER_MOVES[verb].sources


def allowed_on_meeting(verb: MeetingVerb, state: str) -> bool:
    """Return whether the table allows `verb` on a meeting in `state`."""
    return state in MEETING_MOVES[verb].sources


def allowed_on_minutes(verb: MinutesVerb, state: str | None) -> bool:
    """Return whether the table allows `verb` on minutes in `state`; None is before there are any."""
    return state in MINUTES_MOVES[verb].sources
