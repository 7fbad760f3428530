"""Which words give somebody away, and what is published in their place."""

import pytest

from consultation.redaction import Hidden, pieces, published


def shown(text: str, *rows: tuple, kept=()) -> str:
    hidden = [Hidden(name, tuple(whats), instead) for name, whats, instead in rows]
    return published(pieces(text, hidden, kept))


MEMBER = ("曹代表", ["居民代表"], "居民代表")


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("曹代表: 同意", "居民代表: 同意"),
        ("由曹代表（居民代表）发言", "由居民代表发言"),
        ("由曹代表 (居民代表)发言", "由居民代表发言"),
        ("曹代表（有保留）同意", "居民代表（有保留）同意"),
        ("曹 代\u3000表同意，曹代表们", "居民代表同意，居民代表们"),
        ("由曹\n代表说，曹·代表、曹・代表也说", "由居民代表说，居民代表、居民代表也说"),
        ("没有点名", "没有点名"),
        ("", ""),
    ],
)
def test_a_name_and_what_stands_behind_it_make_way(text, public):
    assert shown(text, MEMBER) == public


def test_the_longest_name_goes_first():
    rows = [("王小", [""], "甲"), ("王小明", [""], "乙")]
    assert shown("王小明与王小", *rows) == "乙与甲"


def test_a_single_character_stands_for_a_person_only_where_it_stands_alone():
    assert shown("王：王府井，李、王，国王", ("王", [""], "参会人1")) == "参会人1：王府井，李、参会人1，国王"


@pytest.mark.parametrize(
    ("text", "public"),
    [("Ann said", "A said"), ("ann", "A"), ("Anniversary, Joann", "Anniversary, Joann"), ("由Ann说", "由A说")],
)
def test_a_latin_name_is_a_word_of_its_own(text, public):
    assert shown(text, ("Ann", [""], "A")) == public


@pytest.mark.parametrize(
    "text", ["John Smith", "John  Smith", "JOHN\u3000smith", "John\nSmith", "JohnSmith", "John·Smith"]
)
def test_a_latin_name_of_several_words_is_found_however_they_are_parted(text):
    assert shown(f"{text} said", ("John Smith", [""], "A")) == "A said"
    assert shown(f"x{text} said", ("John Smith", [""], "A")) == f"x{text} said"


@pytest.mark.parametrize("text", ["阿依古丽·买买提", "阿依古丽买买提", "阿依古丽•买买提", "阿依古丽 · 买买提"])
def test_a_name_with_a_dot_in_it_is_found_without_it_and_with_another(text):
    assert shown(f"{text}说", ("阿依古丽·买买提", [""], "甲")) == "甲说"


def test_names_of_units_stay_whole():
    rows = [("平安", [""], "参会人1")]
    assert shown("平安说平安供电公司已到", *rows, kept=["平安供电公司", ""]) == "参会人1说平安供电公司已到"


def test_a_name_of_nothing_but_dots_and_spaces_hides_nothing():
    assert shown("甲·乙", (" · ", [""], "丙")) == "甲·乙"


def test_signs_of_patterns_in_a_name_are_only_signs():
    assert shown("a.b* axb", ("a.b*", ["(x"], "甲")) == "甲 axb"


@pytest.mark.parametrize(
    "number",
    ["13800138000", "138 0013 8000", "+86 138-0013-8000", "010-82345678", "0312 1234567", "11010119900307123X"],
)
def test_numbers_of_people_make_way(number):
    assert published(pieces(f"请拨{number}联系", [], number="[号码]")) == "请拨[号码]联系"


@pytest.mark.parametrize("number", ["2026-3", "2026-11-22 09:30", "20261122000123", "300000000000", "12345", "5000000"])
def test_other_numbers_stay(number):
    assert published(pieces(f"第{number}号", [], number="[号码]")) == f"第{number}号"


def test_the_parts_say_what_is_hidden():
    parts = pieces("请曹代表说", [Hidden("曹代表", (), "居民代表")])
    assert [(part.text, part.instead) for part in parts] == [("请", None), ("曹代表", "居民代表"), ("说", None)]
