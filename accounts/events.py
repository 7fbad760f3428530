"""What the administration of people and units changed, told with ids only; portal/reactions.py listens."""

from django.db.models import Model
from django.dispatch import Signal

administered = Signal()
"""Sent inside the transaction of the change, with `key`, `verb`, `actor`, `unit` and `detail`; the sender is the model.

What a receiver raises undoes the change: nothing stays that was not told.
"""


def tell(*, row: Model, verb: str, actor: Model | None, unit: int | None = None, detail: dict | None = None) -> None:
    """Send `administered` for `row`, or with an unsaved one for many rows, as the last step of a transaction.

    `actor` is None for the command line; `unit` is an id; `detail` is JSON of ids, codes and days, no names.
    """
    administered.send(
        sender=type(row),
        key="" if row.pk is None else row.pk,
        verb=verb,
        actor=actor.pk if actor else None,
        unit=unit,
        detail=detail or {},
    )
