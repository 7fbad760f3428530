"""Search finds two-character Chinese words, and the same rows on SQLite and on PostgreSQL."""

import pytest
from django.db import connection

from cases.models import Case
from records.bigrams import bigrams, matching
from tests.databases import on_postgresql


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("井盖丢失", "井盖 盖丢 丢失 失"),
        ("3号楼 Elevator", "3 号楼 楼 elevator"),
        ("ＡＢＣ１２", "abc 12"),
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
        ("井", True),  # the first, an inner and the last character of a run
        ("盖", True),
        ("了", True),
        ("灯", False),
        ("13号楼", True),
        ("3号楼", False),
        ("楼cover", True),
        ("楼covid", False),
        ("cov", True),  # a Latin word by its beginning, not by its middle
        ("over", False),
        ("COVER19", True),
        ("井盖了", False),
        ("9", False),
        ("1e5", True),
        ("e5", True),
        ("灯，灯", False),
        ("盖坏，13", False),
        ("'", True),
        ("井盖' | '电梯", False),
        ("井盖:*", True),
        ("ω", True),
    ],
)
def test_matching(cast, typed, found):
    cast.lodge(text="小区门口的井盖坏了，13号楼Cover19 1e5")
    assert matching(Case.objects.all(), "search_text", typed).exists() is found


@pytest.mark.parametrize(
    ("typed", "found"), [("丢", True), ("水管", True), ("丢水", False), ("丢，水管", False), ("井盖丢，水", False)]
)
def test_no_phrase_spans_two_texts(cast, typed, found):
    case = cast.lodge()
    Case.objects.filter(pk=case.pk).update(search_text=bigrams("井盖丢", "水管"))
    assert matching(Case.objects.all(), "search_text", typed).exists() is found


@on_postgresql
def test_the_index_answers(cast):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "case_search" in matching(Case.objects.order_by(), "search_text", "井盖").explain()
