"""What stands in one cell becomes a value of the portal, or a complaint."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.phones import normalise
from accounts.tabular import complaint_about
from cases.imports.mapping import Mapping
from cases.imports.notes import Note
from cases.imports.targets import Target, Type

YEARS = range(1970, 2100)
ISO_8601 = "iso"
YES, NO = ("true", "yes", "1", "是"), ("false", "no", "0", "否")


class Complaint(Exception):  # noqa: N818 - a complaint is about the file, not a fault of ours
    """Why a cell cannot be taken over: one sentence."""


def value_of(cell: str, target: Target, mapping: Mapping, notes: set[Note]) -> str | bool | datetime:
    """Return what the cell, which is not empty, means for `target`. Raises Complaint."""
    match target.type:
        case Type.TEXT:
            if complaint := complaint_about(cell, longest=target.longest, lines=target.lines):
                raise Complaint(complaint)
        case Type.CHOICE:
            if cell not in target.choices:
                allowed = ", ".join(sorted(target.choices))
                raise Complaint(_("“%(cell)s” is none of %(choices)s.") % {"cell": cell[:60], "choices": allowed})
        case Type.FLAG:
            return _flag(cell)
        case Type.PHONE:
            return _phone(cell)
        case Type.TIME:
            return _moment(cell, mapping, notes)
    return cell


def _flag(cell: str) -> bool:
    if cell.lower() not in YES + NO:
        raise Complaint(_("“%(cell)s” is neither yes nor no.") % {"cell": cell[:60]})
    return cell.lower() in YES


def _phone(cell: str) -> str:
    try:
        return normalise(cell)
    except ValidationError as error:
        raise Complaint(error.messages[0]) from error


def _moment(cell: str, mapping: Mapping, notes: set[Note]) -> datetime:
    moment = next(filter(None, (_parsed(cell, form) for form in mapping.date_formats or (ISO_8601,))), None)
    if moment is None:
        raise Complaint(
            _("“%(cell)s” is not a date and time that exists, or not written as expected.") % {"cell": cell[:60]}
        )
    if moment.year not in YEARS:
        raise Complaint(_("The year %(year)04d lies outside 1970 to 2099.") % {"year": moment.year})
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=mapping.zone)
        if moment.utcoffset() != moment.replace(fold=1).utcoffset():
            notes.add(Note.CLOCK_CHANGE)
    return moment


def _parsed(cell: str, form: str) -> datetime | None:
    try:
        if form == ISO_8601:
            return datetime.fromisoformat(cell)
        return datetime.strptime(cell, form)  # noqa: DTZ007 - _moment gives it the mapping's time zone
    except ValueError:
        return None


def decoded_again(text: str) -> str:
    """Return `text` as it was before UTF-8 was taken for Latin-1, if the whole of it can be read so."""
    try:
        return text if text.isascii() else text.encode("latin-1").decode("utf-8").replace("\xa0", " ")
    except UnicodeError:
        return text
