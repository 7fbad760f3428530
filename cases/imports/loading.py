"""A mapping from its TOML file, checked key by key; what is not as it must be is refused by name."""

import codecs
import tomllib
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.errors import Refused
from cases.enums import Urgency
from cases.imports.mapping import Creation, Field, Mapping
from cases.imports.targets import TARGETS, Type

MAPPINGS = Path(__file__).parent.parent / "mappings"
REQUIRED = object()


def portal_mapping() -> Mapping:
    """Return the mapping of the portal's own columns."""
    return load_mapping(MAPPINGS / "portal.toml")


def load_mapping(path: Path) -> Mapping:
    """Return the mapping that the TOML file holds. Raises Refused, naming the key at fault."""
    try:
        top = _Table(tomllib.loads(path.read_text("utf-8")), path.name)
    except OSError as error:
        raise Refused(_("“%(file)s” cannot be read: %(why)s.") % {"file": path, "why": error.strerror}) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(_("“%(file)s” is not TOML: %(why)s.") % {"file": path, "why": error}) from error
    tables = top.take("fields", dict)
    mapping = Mapping(
        zone=_zone(top),
        date_formats=tuple(top.texts("date_formats")),
        encoding=_encoding(top),
        delimiter=_delimiter(top),
        repair_double_encoding=top.take("repair_double_encoding", bool, False),
        fields={name: _field(name, _Table(table, f"fields.{name}")) for name, table in tables.items()},
        units=tuple(_unit(_Table(table, "units")) for table in top.take("units", list, [])),
        categories=tuple(_category(_Table(table, "categories")) for table in top.take("categories", list, [])),
    )
    top.finish()
    for name, target in TARGETS.items():
        if target.required and name not in mapping.fields:
            raise Refused(_("The mapping does not say where “%(field)s” comes from.") % {"field": name})
    return mapping


class _Table:
    """A TOML table that is read key by key; what is left over is a mistake."""

    def __init__(self, table: object, where: str):
        self.where = where
        if not isinstance(table, dict):
            raise self.wrong("")
        self._left = dict(table)

    def wrong(self, key: str, allowed: str = "") -> Refused:
        sentence = _("In the mapping, %(where)s: “%(key)s” is not as it must be.")
        if allowed:
            sentence = _("In the mapping, %(where)s: “%(key)s” must be one of %(allowed)s.")
        return Refused(sentence % {"where": self.where, "key": key, "allowed": allowed})

    def take(self, key: str, kind: type, default: object = REQUIRED):
        value = self._left.pop(key, default)
        if value is REQUIRED:
            raise Refused(_("In the mapping, %(where)s: “%(key)s” is missing.") % {"where": self.where, "key": key})
        if not isinstance(value, kind):
            raise self.wrong(key)
        return value

    def texts(self, key: str) -> list[str]:
        values = self.take(key, list, [])
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(key)
        return values

    def choice(self, key: str, allowed, default: object = REQUIRED) -> str:
        value = self.take(key, str, default)
        if value not in allowed:
            raise self.wrong(key, ", ".join(allowed))
        return value

    def finish(self) -> None:
        for key in self._left:
            raise Refused(_("In the mapping, %(where)s: “%(key)s” is not known.") % {"where": self.where, "key": key})


def _zone(top: _Table) -> tzinfo:
    name = top.take("time_zone", str, settings.TIME_ZONE)
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise top.wrong("time_zone") from error


def _encoding(top: _Table) -> str:
    name = top.take("encoding", str, "utf-8")
    try:
        codec = codecs.lookup(name).name
        by_line = "\n".encode(codec) == b"\n"  # the file is read line by line
    except LookupError as error:
        raise top.wrong("encoding") from error
    if not by_line:
        raise top.wrong("encoding")
    return codec


def _delimiter(top: _Table) -> str:
    sign = top.take("delimiter", str, ",")
    if len(sign) != 1 or sign in '"\r\n':
        raise top.wrong("delimiter")
    return sign


def _field(name: str, table: _Table) -> Field:
    if name not in TARGETS:
        raise table.wrong(name, ", ".join(TARGETS))
    target = TARGETS[name]
    column = table.take("column", str, "")
    columns = [column] if column else table.texts("columns")
    created = table.take("create", dict, {})
    values = table.take("values", dict, {})
    if not all(isinstance(value, str) for value in values.values()):
        raise table.wrong("values")
    if target.choices and not set(values.values()) <= target.choices:
        raise table.wrong("values", ", ".join(sorted(target.choices)))
    found = Field(
        columns=tuple(columns),
        separator=table.take("separator", str, " "),
        value=table.take("value", str, ""),
        required=table.take("required", bool, False) or target.required,
        default=table.take("default", str, ""),
        values=values,
        prefix=table.take("prefix", str, ""),
        create=_creation(name, target.type, _Table(created, f"fields.{name}.create")) if created else None,
    )
    if bool(found.columns) == bool(found.value):
        raise table.wrong("column")
    table.finish()
    return found


def _creation(name: str, kind: Type, table: _Table) -> Creation:
    if kind is Type.CATEGORY:
        creation = Creation(
            parent=table.take("parent", str, ""),
            parent_column=table.take("parent_column", str, ""),
            urgency=table.choice("urgency", Urgency.values, Urgency.NORMAL),
        )
        if bool(creation.parent) == bool(creation.parent_column):
            raise table.wrong("parent")
    elif kind is Type.UNIT:
        kinds = [UnitKind.DEPARTMENT] if name == "department" else [UnitKind.STREET, UnitKind.COMMUNITY, UnitKind.GRID]
        creation = Creation(kind=table.choice("kind", kinds), parent=table.take("parent", str))
    else:
        raise table.wrong("create")
    table.finish()
    return creation


def _unit(table: _Table) -> dict:
    unit = {
        "code": table.take("code", str),
        "name": table.take("name", str),
        "kind": table.choice("kind", UnitKind.values),
        "parent": table.take("parent", str, ""),
    }
    table.finish()
    return unit


def _category(table: _Table) -> dict:
    name = table.take("name", str)
    category = {
        "code": table.take("code", str),
        "name": name,
        "name_en": table.take("name_en", str, name),
        "parent": table.take("parent", str, ""),
    }
    table.finish()
    return category
