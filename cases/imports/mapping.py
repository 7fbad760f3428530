"""How an export is read, as data; cases.imports.loading reads it from TOML (docs/importing.md)."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import tzinfo

from cases.enums import Urgency


@dataclass(frozen=True)
class Creation:
    """What becomes of a unit or category that the portal does not know yet."""

    kind: str = ""
    parent: str = ""
    parent_column: str = ""
    urgency: str = Urgency.NORMAL


@dataclass(frozen=True)
class Field:
    """Where one field comes from: columns (joined by `separator`) or one fixed `value`, then by `values`."""

    columns: tuple[str, ...] = ()
    separator: str = " "
    value: str = ""
    required: bool = False
    default: str = ""
    values: dict[str, str] = field(default_factory=dict)
    prefix: str = ""
    create: Creation | None = None

    def code(self, cell: str, longest: int, below: str = "") -> str:
        """Return the code, if possible of at most `longest` characters, of the unit or category named by `cell`.

        It is what `values` says, or made of the cell: after the code `below` of its parent, or after `prefix`.
        """
        if cell in self.values:
            return self.values[cell]
        if not (self.prefix or self.create):
            return cell
        return code_for(f"{below}-" if below else self.prefix, cell, longest)


@dataclass(frozen=True)
class Mapping:
    """How one kind of export is read."""

    zone: tzinfo
    date_formats: tuple[str, ...]
    encoding: str
    delimiter: str
    repair_double_encoding: bool
    fields: dict[str, Field]
    units: tuple[dict, ...]
    categories: tuple[dict, ...]

    @property
    def required_columns(self) -> list[str]:
        """The columns that the file must have."""
        fields = [found for found in self.fields.values() if found.required]
        parents = [f.create.parent_column for f in fields if f.create and f.create.parent_column]
        return list(dict.fromkeys([column for found in fields for column in found.columns] + parents))

    @property
    def columns(self) -> set[str]:
        """All columns that are read."""
        return {column for found in self.fields.values() for column in found.columns}

    def column_of(self, name: str) -> str:
        """Return what to call the place of the field `name` when something is wrong there."""
        return " + ".join(self.fields[name].columns) if name in self.fields and self.fields[name].columns else name


def code_for(prefix: str, text: str, longest: int) -> str:
    """Return a code for `text`: its letters and digits joined by hyphens; a digest where that cannot be."""
    plain = prefix + "-".join(re.findall(r"[A-Za-z0-9]+", text))
    if text.isascii() and len(prefix) < len(plain) <= longest:
        return plain
    return prefix + hashlib.sha256(text.encode()).hexdigest()[:10]
