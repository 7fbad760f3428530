"""What a column of an export can become: the fields of an imported request."""

from dataclasses import dataclass
from enum import Enum, auto

from cases.enums import Kind, State, Urgency
from cases.models import Case, Contact


class Type(Enum):
    TEXT = auto()
    PHONE = auto()
    CHOICE = auto()
    FLAG = auto()
    TIME = auto()
    UNIT = auto()
    CATEGORY = auto()


@dataclass(frozen=True)
class Target:
    """One field: what it holds, whether a request cannot be without it, how long it may be."""

    type: Type
    required: bool = False
    longest: int = 0
    lines: bool = False
    choices: frozenset[str] = frozenset()


def _longest(model, name: str) -> int:
    return model._meta.get_field(name).max_length


_TEXT = _longest(Case, "text")
STATES = frozenset(State.values) - {State.MERGED}  # merged into what, no file can say

TARGETS: dict[str, Target] = {
    "external_id": Target(Type.TEXT, required=True, longest=_longest(Case, "external_id")),
    "lodged_at": Target(Type.TIME, required=True),
    "category": Target(Type.CATEGORY, required=True),
    "unit": Target(Type.UNIT, required=True),
    "text": Target(Type.TEXT, required=True, longest=_TEXT, lines=True),
    "kind": Target(Type.CHOICE, choices=frozenset(Kind.values)),
    "urgency": Target(Type.CHOICE, choices=frozenset(Urgency.values)),
    "state": Target(Type.CHOICE, choices=STATES),
    "department": Target(Type.UNIT),
    "name": Target(Type.TEXT, longest=_longest(Contact, "name")),
    "phone": Target(Type.PHONE),
    "address": Target(Type.TEXT, longest=_longest(Contact, "address")),
    "confidential": Target(Type.FLAG),
    "due_at": Target(Type.TIME),
    "responded_at": Target(Type.TIME),
    "resolved_at": Target(Type.TIME),
    "closed_at": Target(Type.TIME),
    "answer": Target(Type.TEXT, longest=_TEXT, lines=True),
    "answered_at": Target(Type.TIME),
}
