"""What the apps above tell the records at start-up: how their notices and verbs read, who may open their photos."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

_texts: dict[str, object] = {}
_verbs: dict[str, object] = {}
_readers: dict[str, Callable] = {}
_steps: dict[str, object] = {}
_describers: dict[str, Callable] = {}
_terms: dict[type[Model], "Terms"] = {}
_clocks: list[Callable] = []
_takeable: dict[type[Model], Callable] = {}


class Subject(NamedTuple):
    """What a deadline is about, in a few words without personal data, and where it opens."""

    title: str
    url: str


class Terms(NamedTuple):
    """What the app of a model does when the time of one of its deadlines changes (records.terms).

    `kinds` may be extended and paused; `visible_to(user)` are the rows whose deadlines a person may open;
    `locked(key)` returns the row, locked in the app's order; `moved(deadline)` lets dates follow that the app
    keeps beside the ledger; `noted(row, verb=, user=, unit=, reason=, data=, now=)` writes the row's history.
    """

    kinds: frozenset[str]
    visible_to: Callable
    locked: Callable
    moved: Callable
    noted: Callable


class Clock(NamedTuple):
    """How long a kind of deadline may take in one of its settings, and how that setting is called."""

    label: str
    amount: int
    unit: str


def register_notices(texts: dict[str, object]) -> None:
    """Add `texts`: notice kind → lazily translated sentence with %(name)s places."""
    _texts.update(texts)


def notice_text(kind: str, parameters: dict) -> str:
    """Return the sentence of a notice of `kind` in the active language."""
    if kind not in _texts:
        return kind
    if "step" in parameters:
        parameters = {**parameters, "step": step_label(parameters["step"])}
    return str(_texts[kind]) % parameters


def register_verbs(texts: dict[str, object]) -> None:
    """Add `texts`: verb of the audit trail → lazily translated words."""
    _verbs.update(texts)


def verb_text(verb: str) -> str:
    """Return `verb` in words of the active language."""
    return str(_verbs.get(verb, verb))


def verb_choices() -> list[tuple[str, str]]:
    """Return all verbs with their words, to choose from."""
    return [(verb, str(text)) for verb, text in _verbs.items()]


def register_reader(model: type[Model], may_read: Callable) -> None:
    """Let `may_read(user, subject_id) -> bool` decide who opens the attachments of a `model` row."""
    _readers[model._meta.label_lower] = may_read


def may_read(user, model: type[Model], subject_id: int) -> bool:
    """Return whether `user` may open attachments of that row; of an unregistered model nobody may."""
    reader = _readers.get(model._meta.label_lower)
    return bool(reader and reader(user, subject_id))


def register_deadlines(steps: dict[str, object], models: dict[type[Model], Callable]) -> None:
    """Add the kinds of deadline of an app: `steps` is kind → label, `models` is model → describe.

    `describe(keys)` returns {key: Subject} for rows of the model with one query.
    """
    _steps.update(steps)
    _describers.update({model._meta.label_lower: describe for model, describe in models.items()})


def step_label(kind: str) -> str:
    """Return what a deadline of `kind` obliges to, in the active language."""
    return str(_steps.get(kind, kind))


def deadline_kinds() -> list[tuple[str, str]]:
    """Return the kinds of deadline as choices."""
    return [(kind, str(label)) for kind, label in _steps.items()]


def subjects_of(deadlines: Iterable) -> dict[int, Subject]:
    """Return the subject of each of `deadlines` by the deadline's key, with one query for each model."""
    by_type = defaultdict(list)
    for deadline in deadlines:
        by_type[deadline.content_type_id].append(deadline)
    found = {}
    for type_id, rows in by_type.items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        subjects = _describers[model._meta.label_lower]({row.object_id for row in rows})
        found |= {row.pk: subjects[row.object_id] for row in rows}
    return found


def register_takeable(model: type[Model], waiting: Callable) -> None:
    """Let `waiting(grids)` return the keys of the `model` rows at a community that wait for one of `grids`."""
    _takeable[model] = waiting


def takeable() -> list[tuple[type[Model], Callable]]:
    """Return the models of which rows may wait to be taken, each with its `waiting`."""
    return list(_takeable.items())


def register_terms(terms: dict[type[Model], Terms]) -> None:
    """Let the deadlines of these models be extended and paused, each as its app says."""
    _terms.update(terms)


def terms() -> dict[type[Model], Terms]:
    """Return the models whose deadlines may be extended and paused."""
    return dict(_terms)


def terms_of(deadline) -> Terms:
    """Return what the app of the subject of `deadline` does when its time changes."""
    return _terms[ContentType.objects.get_for_id(deadline.content_type_id).model_class()]


def changeable_kinds() -> frozenset[str]:
    """Return the kinds of deadline whose time may change."""
    return frozenset().union(*(terms.kinds for terms in _terms.values()))


def register_clocks(clocks: Callable) -> None:
    """Add `clocks(kind) -> Iterable[Clock]`: the settings of how long that kind, or any if empty, may take."""
    _clocks.append(clocks)


def clocks_of(kind: str) -> list[Clock]:
    """Return how long deadlines of `kind`, or of any kind if it is empty, may take, setting by setting."""
    return [clock for source in _clocks for clock in source(kind)]
