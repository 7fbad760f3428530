"""Reading tables that were made elsewhere: CSV, with every complaint tied to its line and column."""

import codecs
import csv
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from accounts.errors import Refused

MOST_SHOWN = 50
UTF_8 = "utf-8"


@dataclass(frozen=True)
class Problem:
    """What is wrong in one place; an empty `column` means the whole line."""

    line: int
    column: str
    sentence: str

    def __str__(self) -> str:
        if not self.column:
            return _("Line %(line)d: %(sentence)s") % {"line": self.line, "sentence": self.sentence}
        return _("Line %(line)d, column “%(column)s”: %(sentence)s") % {
            "line": self.line,
            "column": self.column,
            "sentence": self.sentence,
        }


class Problems:
    """What is wrong with a file: how many problems, on which lines, and the first `limit` of them (None: all)."""

    def __init__(self, limit: int | None = MOST_SHOWN):
        self._limit = limit
        self._kept: list[Problem] = []
        self.count = 0
        self.lines: set[int] = set()

    def add(self, line: int, column: str, sentence: str) -> None:
        """Note one problem."""
        self.count += 1
        self.lines.add(line)
        if self._limit is None or len(self._kept) < self._limit:
            self._kept.append(Problem(line, column, str(sentence)))

    def __bool__(self) -> bool:
        return self.count > 0

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self._kept, key=lambda problem: problem.line))

    def sentences(self) -> list[str]:
        """Return one sentence per problem in the order of the lines, and how many more there are."""
        more = self.count - len(self._kept)
        return [str(problem) for problem in self] + ([_("… and %(count)d more.") % {"count": more}] if more else [])

    def check(self) -> None:
        """Raise FileRefused if there is any problem."""
        if self:
            raise FileRefused(self)


class FileRefused(Refused):
    """Nothing of the file was taken over; `problems` says why, by line and column."""

    def __init__(self, problems: Problems):
        super().__init__(_("Nothing was imported: the file has %(count)d problem(s).") % {"count": problems.count})
        self.problems = problems


@dataclass(frozen=True)
class Row:
    """One record, whose first line is `line`: column → cell without surrounding spaces."""

    line: int
    cells: dict[str, str]


def read_table(
    source: BinaryIO,
    *,
    problems: Problems,
    required: Collection[str],
    optional: Collection[str] | None = (),
    encoding: str = UTF_8,
    delimiter: str = ",",
    advance: Callable[[int], object] = lambda _count: None,
) -> Iterator[Row]:
    """Yield the records of a CSV file with a header; a blank line is none.

    `optional` None allows any further column. A record of the wrong length is noted in `problems` and left
    out. `advance` is told how many bytes were read. Raises FileRefused when the header is not as it must be,
    or when the file cannot be read on: wrong encoding, broken quotation marks.
    """
    lines = _decoded(source, encoding, problems, advance)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    header: list[str] | None = None
    line = 1
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            problems.add(line, "", _("The quotation marks or line ends are broken here."))
            raise FileRefused(problems) from error
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            _check_header(header, line, required, optional, problems)
        elif len(cells) != len(header):
            problems.add(
                line,
                "",
                _("There are %(found)d cells; the header has %(wanted)d.")
                % {"found": len(cells), "wanted": len(header)},
            )
        elif any("\0" in cell for cell in cells):  # which no text column of PostgreSQL takes
            problems.add(line, "", _("It contains a control character (U+%(code)s).") % {"code": "0000"})
        else:
            yield Row(line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})
    if header is None:
        problems.add(1, "", _("The file is empty."))
        raise FileRefused(problems)


def _decoded(source: Iterable[bytes], encoding: str, problems: Problems, advance: Callable) -> Iterator[str]:
    for number, raw in enumerate(source, start=1):
        advance(len(raw))
        marked = number == 1 and encoding == UTF_8 and raw.startswith(codecs.BOM_UTF8)
        try:
            yield (raw.removeprefix(codecs.BOM_UTF8) if marked else raw).decode(encoding)
        except UnicodeDecodeError as error:
            sentence = (
                _("Byte %(byte)d is not %(encoding)s.")
                if encoding != UTF_8
                else _("Byte %(byte)d is not UTF-8. Save the file anew as “CSV UTF-8” and try again.")
            )
            position = error.start + 1 + (len(codecs.BOM_UTF8) if marked else 0)
            problems.add(number, "", sentence % {"byte": position, "encoding": encoding})
            raise FileRefused(problems) from error


def _check_header(header, line, required, optional, problems) -> None:
    for name in required:
        if name not in header:
            problems.add(line, name, _("This column is missing."))
    for position, name in enumerate(header, start=1):
        if name and name in header[: position - 1]:
            problems.add(line, name, _("This column stands there twice."))
        elif not name and optional is not None:
            problems.add(line, str(position), _("This column has no name."))
        elif optional is not None and name not in required and name not in optional:
            problems.add(line, name, _("This column is not known here."))
    problems.check()


def complaint_about(text: str, *, longest: int, lines: bool = False) -> str:
    """Return what is wrong with a cell that may hold `longest` characters, on several `lines` or one; or ""."""
    if len(text) > longest:
        return _("%(found)d characters are too many; at most %(longest)d fit.") % {
            "found": len(text),
            "longest": longest,
        }
    allowed = "\n\r\t" if lines else ""
    for character in text:
        if unicodedata.category(character) == "Cc" and character not in allowed:
            return _("It contains a control character (U+%(code)s).") % {"code": f"{ord(character):04X}"}
    return ""
