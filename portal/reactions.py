"""The pushes upward on one page: what apps below do when something happened that they may not know of."""

from django.dispatch import receiver

from accounts.events import administered
from accounts.models import Unit, User
from consultation import events as meetings
from consultation.tasks.meetings import mail_invitations, send_invitations
from records.actions import audit
from service.actions.commitments_deliveries import pass_ratings


@receiver(administered, sender=User)
def pass_ratings_on(sender, *, key, verb, **_given) -> None:
    """Let the unit rate what somebody asked for whose account is closed, until it is open again."""
    if verb in ("user.deactivate", "user.reactivate"):
        pass_ratings(user=User.objects.get(pk=key))


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


@receiver(meetings.invitations_due)
def send_invitations_of(sender, *, key, **_given) -> None:
    """Send the invitations to the meeting `key` once its call is committed."""
    send_invitations.delay_on_commit(key)


@receiver(meetings.mail_due)
def mail_invitations_of(sender, *, key, **_given) -> None:
    """Send the e-mail about the meeting `key` once what it is about is committed."""
    mail_invitations.delay_on_commit(key)
