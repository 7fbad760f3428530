"""Keys that every model of this app has in common."""

from django.conf import settings
from django.db import models


def unit_key(label, *, kinds: tuple[str, ...] = (), **options) -> models.ForeignKey:
    """Return a key to a unit, of one of `kinds` if given, which is never deleted under it."""
    options.setdefault("related_name", "+")
    if kinds:
        options["limit_choices_to"] = {"kind__in": kinds}
    return models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, verbose_name=label, **options)


def person_key(label, **options) -> models.ForeignKey:
    """Return a key to a person, who is never deleted under it."""
    options.setdefault("related_name", "+")
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=label, **options)
