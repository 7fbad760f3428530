"""What the apps above add to the pages of a case: told at start-up, so that cases need not know them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.utils.functional import Promise

from cases.models import Case


@dataclass(frozen=True)
class PageLink:
    """One line: where it leads (nowhere if the reader may not open it), and a note beside it."""

    label: str | Promise
    url: str = ""
    note: str | Promise = ""
    icon: str = "link"


@dataclass(frozen=True)
class PageSection:
    """A section under its own `title`; `actions` are what an official may do there."""

    title: str | Promise
    links: list[PageLink] = field(default_factory=list)
    actions: list[PageLink] = field(default_factory=list)


_sources: list[Callable] = []


def register(source: Callable) -> None:
    """Let `source(user, case, verbs) -> PageSection` add a section.

    `verbs` are those of the history of the case, so that it need not ask the database where there is nothing to find.
    """
    _sources.append(source)


def sections_for(user, case: Case, verbs: Collection[str]) -> list[PageSection]:
    """Return what the page of `case` shows to an official; a section with nothing in it is left out."""
    found = [source(user, case, verbs) for source in _sources]
    return [section for section in found if section.links or section.actions]


def public_sections_for(user, case: Case, verbs: Collection[str]) -> list[PageSection]:
    """Return what the page of the resident shows: only links that the reader may open, and nothing to do."""
    found = [source(user, case, verbs) for source in _sources]
    readable = [PageSection(row.title, [link for link in row.links if link.url]) for row in found]
    return [section for section in readable if section.links]
