"""The pushes upward on one page: what apps below do when something happened that they may not know of."""

from django.dispatch import receiver

from accounts.events import administered
from accounts.models import Unit, User
from records.actions import audit


@receiver(administered)
def keep_in_audit_trail(sender, *, key, verb, actor, unit, detail, **_given) -> None:
    """Append what the administration changed to the audit chain, in the transaction of the change."""
    audit(
        verb=verb,
        subject=sender(pk=key),
        actor=User(pk=actor) if actor else None,
        unit=Unit(pk=unit) if unit else None,
        detail=detail,
    )
