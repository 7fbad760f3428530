"""One row of an export becomes a request that is complete and consistent, or a complaint."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.tabular import Problems, Row, complaint_about
from cases.enums import OPEN_STATES, Kind, State
from cases.imports.cells import Complaint, decoded_again, value_of
from cases.imports.directory import PLACES, Directory, Named
from cases.imports.mapping import Field, Mapping
from cases.imports.notes import Note
from cases.imports.targets import TARGETS, Type
from cases.models import Category

FINISHED = (State.RESOLVED, State.CLOSED)
TIMES = tuple(name for name, target in TARGETS.items() if target.type is Type.TIME)


@dataclass
class Draft:
    """A request as a row gives it, ready to be written."""

    external_id: str
    unit: Unit
    category: Category
    department: Unit | None
    state: State
    given: dict
    notes: set[Note] = field(default_factory=set)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


def _cell(origin: Field, row: Row) -> str:
    cells = (row.cells.get(column, "") for column in origin.columns)
    return origin.value or origin.separator.join(cell for cell in cells if cell) or origin.default


class RowReader:
    """Reads rows by a mapping; complaints go into `problems`."""

    def __init__(self, *, mapping: Mapping, directory: Directory, problems: Problems, now: datetime):
        self._mapping = mapping
        self._directory = directory
        self._problems = problems
        self._now = now

    def external_id(self, row: Row) -> str:
        """Return the number that the row has elsewhere, or "" when it has none that could be kept."""
        origin = self._mapping.fields["external_id"]
        number = f"{origin.prefix}{cell}" if (cell := _cell(origin, row)) else ""
        return "" if complaint_about(number, longest=TARGETS["external_id"].longest) else number

    def read(self, row: Row) -> Draft | None:
        """Return the request of `row`, or None after complaining about it."""
        complained, notes, given = self._problems.count, set(), {}
        for name in self._mapping.fields:
            given[name] = self._value(name, row, notes)
        if self._problems.count == complained:
            self._check_times(row, given)
            self._check_state(row, given, notes)
        named = self._named(row, given)
        if self._problems.count > complained:
            return None
        department = self._directory.unit(named["department"]) if "department" in named else None
        return Draft(
            external_id=given["external_id"],
            unit=self._directory.unit(named["unit"]),
            category=self._directory.category(named["category"], department),
            department=department,
            state=given["state"],
            given=given,
            notes=notes,
        )

    def complain(self, row: Row, name: str, sentence: str) -> None:
        """Note that something is wrong with the field `name` of `row`."""
        self._problems.add(row.line, self._mapping.column_of(name), sentence)

    def _value(self, name: str, row: Row, notes: set[Note]):
        """Return the value of one field, or None when it is empty or was complained about."""
        origin = self._mapping.fields[name]
        cell = _cell(origin, row)
        if self._mapping.repair_double_encoding and (repaired := decoded_again(cell)) != cell:
            cell = repaired
            notes.add(Note.REPAIRED_TEXT)
        if not cell and origin.required:
            self.complain(row, name, _("This cell is empty."))
        if not cell or TARGETS[name].type in (Type.UNIT, Type.CATEGORY):
            return cell or None
        if origin.values and cell not in origin.values:
            self.complain(row, name, _("The mapping does not say what “%(cell)s” means.") % {"cell": cell[:60]})
            return None
        cell = origin.values.get(cell, cell)
        try:
            return value_of(f"{origin.prefix}{cell}", TARGETS[name], self._mapping, notes)
        except Complaint as complaint:
            self.complain(row, name, str(complaint))
            return None

    def _check_times(self, row: Row, given: dict) -> None:
        lodged = given["lodged_at"]
        for name in TIMES:
            moment = given.get(name)
            if moment is None:
                continue
            if moment > self._now and name != "due_at":
                self.complain(row, name, _("This lies in the future."))
            elif moment < lodged:
                self.complain(
                    row,
                    name,
                    _("This lies before the request was lodged (%(lodged)s).") % {"lodged": f"{lodged:%Y-%m-%d %H:%M}"},
                )
        closed, resolved = given.get("closed_at"), given.get("resolved_at")
        if closed and resolved and closed < resolved:
            self.complain(row, "closed_at", _("A request cannot be closed before it was answered."))

    def _check_state(self, row: Row, given: dict, notes: set[Note]) -> None:
        """Fill in the state where it follows from the times; complain where they contradict it."""
        closed, resolved, answered = (given.get(name) for name in ("closed_at", "resolved_at", "answered_at"))
        state = given.get("state") or (State.CLOSED if closed else State.RESOLVED if resolved else State.LODGED)
        given["state"] = state = State(state)
        given["kind"] = given.get("kind") or Kind.HELP
        if state in OPEN_STATES and (closed or resolved):
            self.complain(row, "state", _("An open request has no time of being answered or closed."))
        if state in (State.CLOSED, State.WITHDRAWN) and not closed:
            self.complain(row, "closed_at", _("A closed request needs the time when it was closed."))
        if state == State.RESOLVED and not resolved:
            self.complain(row, "resolved_at", _("An answered request needs the time of the answer."))
        if state == State.RESOLVED and closed:
            self.complain(row, "state", _("A request that was closed does not wait for a rating."))
        if state == State.CLOSED:
            given["resolved_at"] = resolved or closed
        if given.get("answer") and state not in FINISHED and not (answered or closed):
            self.complain(row, "answered_at", _("News of an open request needs its time."))
        if given.get("department") and state == State.LODGED:
            self.complain(row, "state", _("Departments are called to accepted requests only."))
        if closed and answered and answered > closed:
            notes.add(Note.ANSWER_AFTER_CLOSING)
        if not given.get("due_at") and state in FINISHED:
            notes.add(Note.NO_DUE_TIME)

    def _named(self, row: Row, given: dict) -> dict:
        """Return what the row names of units and categories, after complaining about what there is not."""
        named: dict[str, Named] = {}
        for name, kinds in (("unit", PLACES), ("department", (UnitKind.DEPARTMENT,))):
            if given.get(name):
                named[name] = self._directory.named(self._mapping.fields[name], given[name], Unit)
                if complaint := self._directory.complaint_about_unit(named[name], kinds):
                    self.complain(row, name, complaint)
        if given.get("category"):
            origin = self._mapping.fields["category"]
            parent_cell = row.cells.get(origin.create.parent_column, "") if origin.create else ""
            named["category"] = self._directory.named(origin, given["category"], Category, parent_cell)
            if complaint := self._directory.complaint_about_category(named["category"]):
                self.complain(row, "category", complaint)
        districts = {self._directory.district_of(named[name]) for name in ("unit", "department") if name in named}
        if len(districts - {None}) > 1:
            self.complain(row, "department", _("The department belongs to another district."))
        return named


def counted(drafts: list[Draft]) -> Counter[Note]:
    """Return how many of `drafts` each note is about."""
    return Counter(note for draft in drafts for note in draft.notes)
