"""Text search that finds two-character Chinese words, without an extension of the database.

A text is stored as space-joined tokens: overlapping pairs of Chinese characters with the last character of
each run by itself, whole Latin words and numbers. A search is a phrase of such tokens whose last one may go on:
PostgreSQL answers it from a GIN index, SQLite by scanning, both with the same rows.
"""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connections
from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Concat

# Letters and digits apart, because PostgreSQL reads 197e4f as a number and a letter.
_RUNS = re.compile(r"[一-鿿㐀-䶿\U00020000-\U0002a6df]+|[a-z]+|[0-9]+")
# A letter, so that PostgreSQL counts it as a word, and of an alphabet that no search yields.
_SEPARATOR = " ω "


def bigrams(*texts: str) -> str:
    """Return the tokens of `texts`, separated by spaces; each text's end is marked so that no phrase spans two."""
    return _SEPARATOR.join(" ".join(_tokens(text)) for text in texts if text)


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        if run.isascii():
            tokens.append(run)
        else:
            tokens.extend(run[i : i + 2] for i in range(len(run)))
    return tokens


def _phrase(word: str) -> list[str]:
    """Return the tokens to look for, the last of which may go on: 路灯 stands in 路灯坏了 too."""
    tokens = _tokens(word)
    ends_in_pair = len(tokens) > 1 and not tokens[-1].isascii() and tokens[-2][1:] == tokens[-1]
    return tokens[:-1] if ends_in_pair else tokens


def matching(queryset: QuerySet, field: str, typed: str) -> QuerySet:
    """Return the rows of `queryset` whose token column `field` holds the words `typed`, all of them.

    Words separated by spaces may stand anywhere; each word is a phrase that begins with a token and may end
    inside one. Nothing typed that has no letter, number or Chinese character narrows nothing.
    """
    phrases = [tokens for word in typed.split() if (tokens := _phrase(word))]
    if not phrases:
        return queryset
    if connections[queryset.db].vendor == "postgresql":
        queryset = queryset.alias(tokens=SearchVector(field, config="simple"))
        for phrase in phrases:  # the tokens are letters and numbers only: nothing in them to escape
            raw = " <-> ".join(f"'{token}'" for token in phrase) + ":*"
            queryset = queryset.filter(tokens=SearchQuery(raw, config="simple", search_type="raw"))
        return queryset
    queryset = queryset.alias(tokens=Concat(Value(" "), field, output_field=TextField()))
    for phrase in phrases:
        queryset = queryset.filter(tokens__contains=f" {' '.join(phrase)}")
    return queryset
