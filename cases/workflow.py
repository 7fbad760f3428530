"""The table of allowed moves, as data: from where, to where, by whom, with what, and by which rule.

Actions ask it through `check_case` and `check_turnout`, pages to know which buttons to show. A resident's "me too"
(SUPPORT) and the reopening that follows a rating (REOPEN) are no moves of their own.
"""

from dataclasses import dataclass
from enum import StrEnum

from cases.enums import Level, State, TurnoutState, Verb


class Who(StrEnum):
    """Whose verb it is; which permission on which unit that takes is in cases.queries.rights."""

    RESIDENT = "resident"  # the person who lodged, or who has the secret link
    HANDLER = "handler"  # the unit that holds the case
    GRID = "grid"  # a grid of the community that holds the case
    DISPATCHER = "dispatcher"  # the street in which the case lies
    COMMAND = "command"  # the district's command centre
    DEPARTMENT = "department"  # the department that was called
    SYSTEM = "system"  # the portal itself, by the passing of time


@dataclass(frozen=True)
class Move:
    """One row. `target` None leaves the state as it is; `needs` names the inputs that may not be empty."""

    sources: frozenset
    target: str | None
    who: frozenset[Who]
    rule: str
    levels: frozenset[Level] = frozenset(Level)
    needs: tuple[str, ...] = ()
    no_open_turnout: bool = False

    def who_at(self, level: int) -> frozenset[Who]:
        """Return whose verb it is at `level`: where street and command share one, each has its own levels."""
        if {Who.DISPATCHER, Who.COMMAND} <= self.who:
            return self.who - {Who.DISPATCHER if level >= Level.COMMAND else Who.COMMAND}
        return self.who


def _row(sources, target, who, rule, *, levels=tuple(Level), needs=(), no_open_turnout=False) -> Move:
    return Move(frozenset(sources), target, frozenset(who), rule, frozenset(levels), tuple(needs), no_open_turnout)


LODGED, ACCEPTED, RESOLVED = State.LODGED, State.ACCEPTED, State.RESOLVED

CASE_MOVES: dict[Verb, Move] = {
    Verb.ACCEPT: _row([LODGED], ACCEPTED, [Who.HANDLER], "Qingdao: the first receiver answers for it"),
    Verb.TAKE: _row(
        [LODGED],
        ACCEPTED,
        [Who.GRID],
        "Qingdao: a request first goes to the grid",
        levels=[Level.GRID],
    ),
    Verb.ATTEND: _row([ACCEPTED], None, [Who.HANDLER], "Qingdao: 10 minutes to be on the spot"),
    Verb.REPORT_PROGRESS: _row([ACCEPTED], None, [Who.HANDLER], "Suzhou: respond, then follow up", needs=["text"]),
    Verb.RESOLVE: _row(
        [ACCEPTED],
        RESOLVED,
        [Who.HANDLER],
        "事不完、人不走: not while a department is unreleased",
        needs=["text"],
        no_open_turnout=True,
    ),
    Verb.ESCALATE: _row(
        [LODGED, ACCEPTED],
        LODGED,
        [Who.HANDLER],
        "Qingdao: what a level cannot solve goes up, with a reason",
        levels=[Level.GRID, Level.STREET, Level.COMMAND],
        needs=["reason"],
    ),
    Verb.REFUSE: _row(
        [LODGED],
        LODGED,
        [Who.HANDLER],
        "首接负责: every refusal names who refused and why",
        levels=[Level.GRID, Level.STREET],
        needs=["reason"],
    ),
    Verb.ASSIGN: _row(
        [LODGED, ACCEPTED],
        LODGED,
        [Who.DISPATCHER, Who.COMMAND],
        "Qingdao: the street uses its own offices and communities",
        needs=["reason"],
        no_open_turnout=True,
    ),
    Verb.BLOW_WHISTLE: _row(
        [ACCEPTED],
        None,
        [Who.DISPATCHER],
        "Beijing: 街乡吹哨、部门报到",
        levels=[Level.STREET],
    ),
    Verb.MERGE: _row(
        [LODGED, ACCEPTED],
        State.MERGED,
        [Who.DISPATCHER, Who.COMMAND],
        "A case can be merged into another of the same matter",
        needs=["reason"],
        no_open_turnout=True,
    ),
    Verb.ASK_EXCLUSION: _row(
        [LODGED, ACCEPTED, RESOLVED, State.CLOSED],
        None,
        [Who.HANDLER],
        "剔除: asked for with a coded reason",
        levels=[Level.GRID, Level.STREET],
        needs=["text"],
    ),
    Verb.APPROVE_EXCLUSION: _row(
        [LODGED, ACCEPTED, RESOLVED, State.CLOSED],
        None,
        [Who.COMMAND],
        "剔除: approved by another unit than the one that asks",
        needs=["reason"],
    ),
    Verb.REJECT_EXCLUSION: _row(
        [LODGED, ACCEPTED, RESOLVED, State.CLOSED],
        None,
        [Who.COMMAND],
        "剔除: decided by another unit than the one that asks",
        needs=["reason"],
    ),
    Verb.ADD_INFORMATION: _row([LODGED, ACCEPTED], None, [Who.RESIDENT], "Suzhou: collect → respond", needs=["text"]),
    Verb.WITHDRAW: _row(
        [LODGED, ACCEPTED],
        State.WITHDRAWN,
        [Who.RESIDENT],
        "A request is the resident's own",
        needs=["reason"],
        no_open_turnout=True,
    ),
    Verb.RATE: _row([RESOLVED], State.CLOSED, [Who.RESIDENT], "Beijing: was it solved, were you satisfied"),
    Verb.CLOSE_SILENT: _row([RESOLVED], State.CLOSED, [Who.SYSTEM], "Silence is silence"),
}
"""RATE leads to CLOSED, or by REOPEN back to ACCEPTED when the first answer is "not solved"."""

T = TurnoutState
TURNOUT_MOVES: dict[Verb, Move] = {
    Verb.ACCEPT_TURNOUT: _row([T.CALLED], T.ACCEPTED, [Who.DEPARTMENT], "Pinggu: departments report in"),
    Verb.DISPUTE_TURNOUT: _row(
        [T.CALLED],
        T.DISPUTED,
        [Who.DEPARTMENT],
        "案件回流: a department may dispute once, with a reason",
        needs=["reason"],
    ),
    Verb.UPHOLD_DISPUTE: _row([T.DISPUTED], T.EXCUSED, [Who.COMMAND], "The command centre decides", needs=["reason"]),
    Verb.REJECT_DISPUTE: _row([T.DISPUTED], T.CALLED, [Who.COMMAND], "The command centre decides", needs=["reason"]),
    Verb.ARRIVE: _row([T.ACCEPTED], T.ARRIVED, [Who.DEPARTMENT], "Pinggu: 30 minutes to arrive"),
    Verb.REPORT: _row([T.ARRIVED], T.REPORTED, [Who.DEPARTMENT], "Report the result", needs=["text"]),
    Verb.SEND_BACK: _row([T.REPORTED], T.ARRIVED, [Who.DISPATCHER], "事不完、人不走", needs=["reason"]),
    Verb.RELEASE: _row(
        [T.ARRIVED, T.REPORTED],
        T.RELEASED,
        [Who.DISPATCHER],
        "一哨一考核: only the street releases, with three marks",
    ),
    Verb.WITHDRAW_TURNOUT: _row(
        [T.CALLED, T.ACCEPTED, T.DISPUTED],
        T.WITHDRAWN,
        [Who.DISPATCHER],
        "The street takes its own whistle back",
        needs=["reason"],
    ),
}


def allowed_on_case(verb: Verb, state: str, level: int, open_turnouts: int) -> bool:
    """Return whether the table allows `verb` on a case in `state` at `level` with that many open turnouts."""
    move = CASE_MOVES[verb]
    return state in move.sources and level in move.levels and not (move.no_open_turnout and open_turnouts)


def allowed_on_turnout(verb: Verb, state: str) -> bool:
    """Return whether the table allows `verb` on a turnout in `state`."""
    return state in TURNOUT_MOVES[verb].sources
