"""Chinese and English are both complete: English is in the source, Chinese in the catalogue."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
CHINESE = re.compile(r"[一-鿿]")
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
SOURCES = ["portal", "appraisal", "cases", "service", "consultation", "records", "accounts", "templates"]


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def _texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def test_every_sentence_is_translated(catalogue):
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_translations_keep_their_places(catalogue):
    wrong = [
        entry.msgid
        for entry in catalogue
        for text in _texts(entry)
        if not set(PLACE.findall(text)) <= set(PLACE.findall(entry.msgid + entry.msgid_plural))
        or (not entry.msgid_plural and set(PLACE.findall(text)) != set(PLACE.findall(entry.msgid)))
    ]
    assert wrong == []


def test_the_source_is_english(catalogue):
    assert [entry.msgid for entry in catalogue if CHINESE.search(entry.msgid)] == []


def test_the_screen_is_chinese(catalogue):
    """A translation without a Chinese character is a word that is the same in both languages, or a slip."""
    same = [entry.msgid for entry in catalogue if not any(CHINESE.search(text) for text in _texts(entry))]
    assert [msgid for msgid in same if re.search(r"[A-Za-z]{4,}", PLACE.sub("", msgid))] == []


def test_the_compiled_catalogue_is_up_to_date(catalogue):
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert {(e.msgid, *_texts(e)) for e in compiled} == {(e.msgid, *_texts(e)) for e in catalogue}


@pytest.mark.skipif(
    not shutil.which("xgettext") and not os.environ.get("CI"), reason="needs Debian's gettext: apt-get install gettext"
)
def test_no_sentence_of_the_source_is_missing(catalogue, tmp_path):
    for name in SOURCES:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "locale").mkdir()
    script = (
        "import django; from django.conf import settings; settings.configure(LOCALE_PATHS=['locale'], USE_I18N=True);"
        "django.setup(); from django.core.management import call_command;"
        "call_command('makemessages', locale=['zh_Hans'], verbosity=0)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    made = polib.pofile(str(tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue}
    assert [entry.msgid for entry in made if (entry.msgctxt, entry.msgid) not in known] == []
    needed = {(entry.msgctxt, entry.msgid) for entry in made}
    assert [entry.msgid for entry in catalogue if (entry.msgctxt, entry.msgid) not in needed] == []
