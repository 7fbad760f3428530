"""Every write of cases that means something, as keyword-only verbs of the trade.

Each locks the case first (then the turnout), checks the workflow table, writes the change with its movement,
deadlines and notices in one transaction, and audits last. `now` is for replays and tests; pages never pass it.
"""

from cases.actions.exclusions import ask_exclusion, decide_exclusion
from cases.actions.handling import (
    accept,
    assign,
    attend,
    escalate,
    merge,
    refuse,
    report_progress,
    resolve,
    take,
)
from cases.actions.lodging import Place, lodge
from cases.actions.residents import (
    add_information,
    close_silent,
    rate,
    remind_to_rate,
    reveal_contact,
    withdraw,
)
from cases.actions.supporters import support
from cases.actions.whistles import (
    Call,
    accept_turnout,
    arrive,
    blow_whistle,
    decide_dispute,
    dispute_turnout,
    release,
    report,
    send_back,
    withdraw_turnout,
)

__all__ = [
    "Call",
    "Place",
    "accept",
    "accept_turnout",
    "add_information",
    "arrive",
    "ask_exclusion",
    "assign",
    "attend",
    "blow_whistle",
    "close_silent",
    "decide_dispute",
    "decide_exclusion",
    "dispute_turnout",
    "escalate",
    "lodge",
    "merge",
    "rate",
    "refuse",
    "release",
    "remind_to_rate",
    "report",
    "report_progress",
    "resolve",
    "reveal_contact",
    "send_back",
    "support",
    "take",
    "withdraw",
    "withdraw_turnout",
]
