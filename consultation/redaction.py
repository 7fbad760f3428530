"""Which words of a text give a person away, and what is published in their place. Pure: no database."""

import re
from collections.abc import Iterable
from typing import NamedTuple

LATIN = re.compile(r"[\w .'’-]+", re.ASCII)
BETWEEN = r"\s·•‧・"
"""What may stand between the parts of a name without making it another: space, the end of a line, a middle dot."""


NUMBERS = (
    r"(?<!\d)(?:\d{17}[\dX]"  # of an identity card
    r"|(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}"  # mobile
    r"|0\d{2,3}[ -]?\d{7,8})(?!\d)"  # landline
)


class Hidden(NamedTuple):
    """A name that is not published, what minutes may put in brackets behind it, and the words in the place of both."""

    name: str
    whats: tuple[str, ...]
    instead: str


class Piece(NamedTuple):
    """A part of a text; `instead` is what is published in its place, if it is hidden."""

    text: str
    instead: str | None = None


def _pattern(name: str) -> str:
    """Return the pattern of `name`: a Chinese one also with spaces in it, others and single characters as words only.

    A surname alone stands for a person where it stands alone; within 王府井 it does not.
    """
    if len(name) == 1:
        return rf"(?<!\w){re.escape(name)}(?!\w)"
    if LATIN.fullmatch(name):
        return rf"(?<![A-Za-z0-9_]){_joined(name.split())}(?![A-Za-z0-9_])"
    return _joined(re.sub(f"[{BETWEEN}]", "", name))


def _joined(parts: Iterable[str]) -> str:
    return rf"[{BETWEEN}]*".join(re.escape(part) for part in parts)


def _whole(hidden: Hidden) -> str:
    whats = "|".join(re.escape(what) for what in hidden.whats if what)
    behind = rf"(?:[ ]?[（(](?:{whats})[）)])?" if whats else ""
    return _pattern(hidden.name) + behind


def _squeezed(text: str) -> str:
    return re.sub(f"[{BETWEEN}]", "", text).casefold()


def _rules(text: str, hidden: Iterable[Hidden], kept: Iterable[str], number: str) -> list[tuple[str, str | None]]:
    """Return (pattern, what stands in its place) of the words that occur in `text` at all, the longest first."""
    numbers = [(NUMBERS, number)] if number else []
    squeezed = _squeezed(text)
    rows = [(word, re.escape(word), None) for word in kept]
    rows += [(each.name, _whole(each), each.instead) for each in hidden]
    here = [row for row in rows if (word := _squeezed(row[0])) and word in squeezed]
    return numbers + [(pattern, instead) for _word, pattern, instead in sorted(here, key=lambda row: -len(row[0]))]


def pieces(text: str, hidden: Iterable[Hidden], kept: Iterable[str] = (), number: str = "") -> list[Piece]:
    """Return `text` in parts, of which those that name somebody of `hidden` say what stands in their place.

    The longest name goes first, and the words of `kept`, such as names of units, stay whole where a name is a part of
    them. In the place of numbers of telephones and identity cards stands `number`, if given.
    """
    rules = _rules(text, hidden, kept, number)
    if not rules:
        return [Piece(text)]
    found, end = [], 0
    for match in re.finditer("|".join(f"({pattern})" for pattern, _instead in rules), text, re.IGNORECASE):
        instead = rules[match.lastindex - 1][1]
        if instead is None:
            continue
        if match.start() > end:
            found.append(Piece(text[end : match.start()]))
        found.append(Piece(match.group(), instead))
        end = match.end()
    if end < len(text):
        found.append(Piece(text[end:]))
    return found


def published(parts: Iterable[Piece]) -> str:
    """Return the text that is published of `parts`."""
    return "".join(part.text if part.instead is None else part.instead for part in parts)


class Redaction(NamedTuple):
    """The names that one meeting keeps out of what is published, the words that stay whole, what a number becomes."""

    hidden: list[Hidden]
    kept: list[str]
    number: str

    def parts(self, text: str) -> list[Piece]:
        """Return `text` in parts, of which those that give somebody away say what stands in their place."""
        return pieces(text, self.hidden, self.kept, self.number)

    def published(self, text: str) -> str:
        """Return what is published of `text`."""
        return published(self.parts(text))
