"""What the apps above tell the records at start-up: how their notices and verbs read, who may open their photos."""

from collections.abc import Callable

from django.db.models import Model

_texts: dict[str, object] = {}
_verbs: dict[str, object] = {}
_readers: dict[str, Callable] = {}


def register_notices(texts: dict[str, object]) -> None:
    """Add `texts`: notice kind → lazily translated sentence with %(name)s places."""
    _texts.update(texts)


def notice_text(kind: str, parameters: dict) -> str:
    """Return the sentence of a notice of `kind` in the active language."""
    return str(_texts[kind]) % parameters if kind in _texts else kind


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
