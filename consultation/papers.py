"""Papers for a meeting: which files are taken, told by what is in them and not by what they are called."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile, is_zipfile

import filetype
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.errors import Refused
from consultation.models import Paper
from records.photos import MAX_BYTES, reencode
from records.text import plain

LONGEST_NAME = Paper._meta.get_field("name").max_length
READ_AT_MOST = 1024 * 1024
ZIP = b"PK\x03\x04"
CONTENT_TYPES = "[Content_Types].xml"
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
OFFICE_PARTS = {
    "word/document.xml": ("docx", f"{OFFICE}wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", f"{OFFICE}spreadsheetml.sheet"),
    "ppt/presentation.xml": ("pptx", f"{OFFICE}presentationml.presentation"),
}
OPEN_KINDS = {f"{OPEN}text": "odt", f"{OPEN}spreadsheet": "ods", f"{OPEN}presentation": "odp"}
OPEN_MACROS = ("Basic/", "Scripts/")
ACCEPTED = ".pdf,.docx,.xlsx,.pptx,.odt,.ods,.odp,.jpg,.jpeg,.png"


@dataclass(frozen=True)
class Judged:
    """A file as it is kept: its bytes, the name it is downloaded by, and what it is."""

    content: bytes
    name: str
    suffix: str
    media_type: str


def judged(upload: UploadedFile) -> Judged:
    """Return `upload` as it is kept; a photo is saved anew without its metadata.

    Raises Refused for `upload` when it is over 15 MB, of a kind that is not taken, damaged, or holds macros.
    """
    if upload.size > MAX_BYTES:
        raise _refused(_("“%(name)s” is %(size)d MB; a paper may have up to 15 MB."), upload)
    upload.seek(0)
    content = upload.read()
    kind = filetype.guess(content)
    mime = kind.mime if kind else ""
    if mime == "application/pdf":
        return Judged(content, _name(upload, "pdf"), "pdf", mime)
    if mime in ("image/jpeg", "image/png"):
        return Judged(_photo(upload), _name(upload, "jpg"), "jpg", "image/jpeg")
    if content.startswith(ZIP) and is_zipfile(upload):
        suffix, media_type = _in_zip(upload)
        return Judged(content, _name(upload, suffix), suffix, media_type)
    raise _unknown(upload)


def _photo(upload: UploadedFile) -> bytes:
    try:
        return reencode(upload).content
    except Refused as refusal:
        raise Refused(refusal.sentence, field="upload") from refusal


def _in_zip(upload: UploadedFile) -> tuple[str, str]:
    """Return what kind of office document `upload` is. Only two small parts of it are unpacked."""
    try:
        with ZipFile(upload) as archive:
            names = archive.namelist()
            read = _reader(archive)
            if CONTENT_TYPES in names:
                return _office(upload, names, read)
            if names and names[0] == "mimetype":
                return _open_document(upload, names, read)
    except (BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, EOFError) as error:
        raise _refused(_("“%(name)s” is damaged or locked with a password and cannot be read."), upload) from error
    raise _unknown(upload)


def _reader(archive: ZipFile) -> Callable[[str], str]:
    def read(name: str) -> str:
        with archive.open(name) as part:
            return part.read(READ_AT_MOST).decode(errors="replace")

    return read


def _office(upload: UploadedFile, names: list[str], read: Callable[[str], str]) -> tuple[str, str]:
    if any(name.lower().endswith("vbaproject.bin") for name in names) or "macroenabled" in read(CONTENT_TYPES).lower():
        raise _with_macros(upload)
    found = [kind for part, kind in OFFICE_PARTS.items() if part in names]
    if len(found) != 1:
        raise _unknown(upload)
    return found[0]


def _open_document(upload: UploadedFile, names: list[str], read: Callable[[str], str]) -> tuple[str, str]:
    media_type = read("mimetype").strip()
    if media_type not in OPEN_KINDS:
        raise _unknown(upload)
    if any(name.startswith(OPEN_MACROS) for name in names):
        raise _with_macros(upload)
    return OPEN_KINDS[media_type], media_type


def _name(upload: UploadedFile, suffix: str) -> str:
    """Return the name of `upload` as it was sent, with the ending of what it is."""
    stem = plain(PurePath(upload.name).stem).strip() or "paper"
    return f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}"


def _refused(sentence: str, upload: UploadedFile) -> Refused:
    return Refused(sentence % {"name": upload.name, "size": upload.size // (1024 * 1024)}, field="upload")


def _unknown(upload: UploadedFile) -> Refused:
    return _refused(
        _("“%(name)s” cannot be taken. Please choose a PDF, a docx, xlsx, pptx, odt, ods or odp file, a JPEG or PNG."),
        upload,
    )


def _with_macros(upload: UploadedFile) -> Refused:
    return _refused(_("“%(name)s” holds macros. Please save it without them, as docx, xlsx or pptx."), upload)
