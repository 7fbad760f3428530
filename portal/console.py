"""Words for the terminal: sentences in every language of the portal, and the warnings in a log file."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils import translation

WARNING_LINE = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b")
MOST_AT_ONCE = 64 * 1024  # bytes: a flood stays in the file


def bilingual(message: str, **values) -> str:
    """Return a msgid, filled in, in each language of the portal, for whoever sits at the terminal."""
    texts = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts.append(translation.gettext(message) % values)
    return " · ".join(dict.fromkeys(texts))


def padded(text: str, width: int) -> str:
    """Return text filled with spaces to a width in terminal cells, where a Chinese character takes two."""
    return text + " " * max(0, width - cells(text))


def cells(text: str) -> int:
    """Return the width of a text in terminal cells."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


class LogTail:
    """Follows a growing log file by looking at it now and then."""

    def __init__(self, path: Path):
        self._path = path
        self._position = 0

    def skip(self) -> None:
        """Pass over what is there already."""
        self._position = self._path.stat().st_size if self._path.exists() else 0

    def warnings(self) -> Iterator[str]:
        """Yield the whole lines added since the last look that are warnings or worse."""
        if not self._path.exists() or self._path.stat().st_size == self._position:
            return
        with self._path.open("rb") as log:
            log.seek(max(self._position, log.seek(0, 2) - MOST_AT_ONCE))
            added = log.read()
            whole = added.rfind(b"\n") + 1
            self._position = log.tell() - len(added) + whole
        for line in added[:whole].decode("utf-8", "replace").splitlines():
            if WARNING_LINE.search(line):
                yield line

    def last(self, count: int) -> list[str]:
        """Return the last lines of the file."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as log:
            log.seek(max(0, log.seek(0, 2) - MOST_AT_ONCE))
            return log.read().decode("utf-8", "replace").splitlines()[-count:]
