"""The text of a PDF that WeasyPrint made, read as a reader copies it: by the maps from glyphs to characters."""

import re
import zlib
from itertools import pairwise

OBJECT = re.compile(rb"^(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL | re.MULTILINE)
STREAM = re.compile(rb"stream\n(.*)\nendstream", re.DOTALL)
PACKED = re.compile(rb"/Type /ObjStm/N (\d+)/First (\d+)")
MAPPED = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
FONT = re.compile(rb"/Subtype /Type0.*?/BaseFont /(\w+)\+.*/ToUnicode (\d+) 0 R", re.DOTALL)
SHOWN = re.compile(rb"/([\w-]+) [\d.]+ Tf|\[(.*?)\] ?TJ", re.DOTALL)


def _stream(body: bytes) -> bytes:
    raw = STREAM.search(body).group(1)
    return zlib.decompress(raw) if b"FlateDecode" in body else raw


def _objects(pdf: bytes) -> dict[bytes, bytes]:
    """Return the objects of `pdf` by their number, those too that are packed into a stream together."""
    found = dict(OBJECT.findall(pdf))
    for body in list(found.values()):
        if packed := PACKED.search(body):
            first, content = int(packed.group(2)), _stream(body)
            index = content[:first].split()
            starts = [first + int(offset) for offset in index[1::2]]
            spans = pairwise([*starts, len(content)])
            found |= {number: content[slice(*span)] for number, span in zip(index[::2], spans, strict=True)}
    return found


def _characters(cmap: bytes) -> dict[bytes, str]:
    """Return which text each glyph stands for."""
    pairs = [pair for block in MAPPED.findall(cmap) for pair in re.findall(rb"<(\w+)> <(\w+)>", block)]
    return {glyph.lower(): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}


def _fonts(objects: dict[bytes, bytes]) -> dict[bytes, dict[bytes, str]]:
    """Return the characters of each font by the mark that its name begins with."""
    listed = [found.groups() for body in objects.values() if (found := FONT.search(body))]
    return {mark: _characters(_stream(objects[number])) for mark, number in listed}


def text_of(pdf: bytes) -> str:
    """Return the text of `pdf`, without spaces and line breaks."""
    objects = _objects(pdf)
    fonts, found, font = _fonts(objects), [], {}
    for body in objects.values():
        content = _stream(body) if STREAM.search(body) else b""
        if b"\nBT\n" not in content:
            continue
        for name, shown in SHOWN.findall(content):
            font = fonts[name] if name else font
            glyphs = re.findall(rb"\w{4}", b"".join(re.findall(rb"<(\w+)>", shown)))
            found += [font[glyph.lower()] for glyph in glyphs]
    return "".join("".join(found).split())
