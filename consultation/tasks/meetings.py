"""Background work of meetings; every task may run twice and does nothing the second time."""

from functools import partial

from celery import shared_task
from django.utils import timezone

from consultation.actions import invitation_mail, invitations
from consultation.models import Meeting
from consultation.queries.invitations import meetings_to_invite, meetings_to_mail
from records.batches import each, in_turn


@shared_task
def send_invitations(key: int) -> int:
    """Send the invitations to the meeting `key` into the inboxes; return how many."""
    return invitations.send_invitations(meeting=Meeting.objects.get(pk=key))


@shared_task
def mail_invitations(key: int) -> int:
    """Send the e-mail about the meeting `key` that is due; return how many were sent."""
    return invitation_mail.mail_invitations(meeting=Meeting.objects.get(pk=key))


@shared_task
def send_overdue_invitations() -> int:
    """Send what a lost message left unsent, and hand over the e-mail that is due; return of how many meetings."""
    now = timezone.now()
    invited = each("meeting", partial(in_turn, meetings_to_invite(), "called_at", "pk"), _invite)
    return invited + each("meeting", partial(in_turn, meetings_to_mail(now), "starts_at", "pk"), _hand_over)


def _invite(key: int) -> bool:
    return bool(send_invitations(key))


def _hand_over(key: int) -> bool:
    mail_invitations.delay_on_commit(key)
    return True
