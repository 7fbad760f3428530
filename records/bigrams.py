"""Text search that finds two-character Chinese words, without an extension of the database.

A text is stored as space-joined tokens: overlapping pairs of Chinese characters, whole Latin words and
numbers. A search is a phrase of such tokens: PostgreSQL answers it from a GIN index, SQLite by scanning.
"""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connections
from django.db.models import QuerySet

_RUNS = re.compile(r"[一-鿿㐀-䶿\U00020000-\U0002a6df]+|[a-z0-9]+")


def bigrams(*texts: str) -> str:
    """Return the tokens of `texts`, separated by spaces; each text's end is marked so that no phrase spans two."""
    return " ¦ ".join(" ".join(_tokens(text)) for text in texts if text)


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        if run.isascii() or len(run) == 1:
            tokens.append(run)
        else:
            tokens.extend(run[i : i + 2] for i in range(len(run) - 1))
    return tokens


def matching(queryset: QuerySet, field: str, typed: str) -> QuerySet:
    """Return the rows of `queryset` whose token column `field` holds the words `typed`, all of them.

    Words separated by spaces may stand anywhere; each word is a phrase. Nothing typed that has no letter,
    number or Chinese character narrows nothing.
    """
    phrases = [" ".join(tokens) for word in typed.split() if (tokens := _tokens(word))]
    for phrase in phrases:
        if connections[queryset.db].vendor == "postgresql":
            vector = SearchVector(field, config="simple")
            queryset = queryset.annotate(tokens=vector).filter(
                tokens=SearchQuery(phrase, config="simple", search_type="phrase")
            )
        else:
            queryset = queryset.filter(**{f"{field}__contains": phrase})
    return queryset
