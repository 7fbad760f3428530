"""Search finds two-character Chinese words."""

import pytest

from cases.models import Case
from records.bigrams import bigrams, matching


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("井盖丢失", "井盖 盖丢 丢失"),
        ("3号楼 Elevator", "3 号楼 elevator"),
        ("ＡＢＣ１２", "abc12"),
        ("水", "水"),
        ("！？", ""),
    ],
)
def test_tokens(text, tokens):
    assert bigrams(text) == tokens


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("井盖", True),
        ("盖坏", True),
        ("坏 井盖", True),
        ("井盖坏了", True),
        ("井盖 电梯", False),
        ("盖井", False),
        ("!!", True),
        ("", True),
        ("%", True),
        ("_", True),
    ],
)
def test_matching(cast, typed, found):
    cast.lodge(text="小区门口的井盖坏了")
    assert matching(Case.objects.all(), "search_text", typed).exists() is found


def test_no_phrase_spans_two_texts(cast):
    assert "丢水" not in bigrams("井盖丢", "水管").replace(" ", "").replace("¦", "|")
    assert " ¦ " in bigrams("井盖丢", "水管")
