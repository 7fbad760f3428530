"""The tree of units from a file: `code,name,kind,parent_code`, in any order."""

from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.actions import check_unit, hold_tree
from accounts.enums import UnitKind
from accounts.errors import Refused
from accounts.events import tell
from accounts.imports.report import Report, Tally
from accounts.models import Unit, User
from accounts.tabular import Problems, Row, complaint_about, read_table

COLUMNS = ("code", "name", "kind", "parent_code")
COLUMN_OF_FIELD = {"code": "code", "parent": "parent_code"}


@transaction.atomic
def import_units(*, source: BinaryIO, actor: User | None = None) -> Report:
    """Take over the units of a CSV file and return what changed; a second time nothing does.

    A unit that exists gets the file's name and place; its kind stays. Raises FileRefused with every mistake
    (header, encoding, kinds, parents, cycles, doubles), before anything is written.
    """
    problems = Problems()
    rows = _sound_rows(source, problems)
    hold_tree()
    known = _known_units()
    before = {unit.code: (unit.name, unit.parent_id, unit.path) for unit in known.values()}
    units = dict(known)
    for code, row in rows.items():
        _note_unit(units, code, row, problems)
    for code, row in rows.items():
        _note_parent(units, code, row, problems)
    _check_tree(units, rows, problems)
    problems.check()
    return Report({_("Units"): _write(units, rows, before, actor)})


def _sound_rows(source: BinaryIO, problems: Problems) -> dict[str, Row]:
    """Return the rows by code; complain about cells that no unit may have."""
    rows: dict[str, Row] = {}
    for row in read_table(source, problems=problems, required=COLUMNS):
        for column in ("code", "name"):
            if not row.cells[column]:
                problems.add(row.line, column, _("This cell is empty."))
            elif complaint := complaint_about(row.cells[column], longest=Unit._meta.get_field(column).max_length):
                problems.add(row.line, column, complaint)
        code, kind = row.cells["code"], row.cells["kind"]
        if kind not in UnitKind.values:
            problems.add(
                row.line,
                "kind",
                _("“%(kind)s” is not a kind of unit; the kinds are %(kinds)s.")
                % {"kind": kind, "kinds": ", ".join(UnitKind.values)},
            )
        if code in rows:
            problems.add(
                row.line,
                "code",
                _("“%(code)s” stands on line %(line)d already.") % {"code": code, "line": rows[code].line},
            )
        elif code:
            rows[code] = row
    return rows


def _known_units() -> dict[str, Unit]:
    """Return all units by code, each with its parent set: one query."""
    units = {unit.pk: unit for unit in Unit.objects.all()}
    for unit in units.values():
        unit.parent = units.get(unit.parent_id)
    return {unit.code: unit for unit in units.values()}


def _note_unit(units: dict[str, Unit], code: str, row: Row, problems: Problems) -> None:
    unit = units.setdefault(code, Unit(code=code, kind=row.cells["kind"]))
    unit.name = row.cells["name"]
    if unit.pk and unit.kind != row.cells["kind"] and row.cells["kind"] in UnitKind.values:
        problems.add(
            row.line,
            "kind",
            _("“%(code)s” exists as “%(kind)s”; the kind of a unit does not change.")
            % {"code": code, "kind": unit.kind},
        )


def _note_parent(units: dict[str, Unit], code: str, row: Row, problems: Problems) -> None:
    parent_code = row.cells["parent_code"]
    if parent_code and parent_code not in units:
        problems.add(row.line, "parent_code", _("There is no unit “%(code)s”.") % {"code": parent_code})
        return
    unit = units[code]
    unit.parent = units[parent_code] if parent_code else None
    if {unit.kind, unit.parent.kind if unit.parent else UnitKind.DISTRICT} <= set(UnitKind.values):
        try:
            check_unit(unit=unit)
        except Refused as refusal:
            problems.add(row.line, COLUMN_OF_FIELD[refusal.field], refusal.sentence)


def _check_tree(units: dict[str, Unit], rows: dict[str, Row], problems: Problems) -> None:
    """Complain about the rows that lie on a circle; without any problem, set every path."""
    for code, row in rows.items():
        above, unit = set(), units[code].parent
        while unit is not None and unit.code != code and unit.code not in above:
            above.add(unit.code)
            unit = unit.parent
        if unit is not None and unit.code == code:
            problems.add(row.line, "parent_code", _("“%(code)s” would lie below itself.") % {"code": code})
    if not problems:
        for unit in units.values():
            unit.path = _path(unit)


def _path(unit: Unit) -> str:
    return f"{_path(unit.parent) if unit.parent else ''}{unit.code}/"


def _write(units: dict[str, Unit], rows: dict[str, Row], before: dict[str, tuple], actor: User | None) -> Tally:
    new = sorted((unit for unit in units.values() if unit.pk is None), key=lambda unit: unit.path.count("/"))
    for depth in sorted({unit.path.count("/") for unit in new}):
        level = [unit for unit in new if unit.path.count("/") == depth]
        bulk_create_with_history(level, Unit, batch_size=500)
    for unit in units.values():
        unit.parent = unit.parent  # the key of a parent that was new is known only now
    changed = [
        unit
        for code, unit in units.items()
        if code in before and before[code] != (unit.name, unit.parent_id, unit.path)
    ]
    if changed:
        bulk_update_with_history(changed, Unit, ["name", "parent", "path"], batch_size=500)
    if new or changed:
        keys = {"added": [unit.pk for unit in new], "changed": [unit.pk for unit in changed]}
        tell(row=Unit(), verb="unit.import", actor=actor, detail=keys)
    touched = {unit.code for unit in changed} & rows.keys()
    return Tally(len(new), len(touched), len(rows) - len(new) - len(touched))
