"""Invitations leave the portal: an e-mail with an entry for the calendar, and another that takes the entry out.

Who sends one takes a lease on it in the cache, which lasts as long as one waits before the next attempt: so two workers
do not send the same, and one that was killed is followed by another.
"""

import logging
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urljoin

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import vCalAddress

from consultation import ics
from consultation.enums import MeetingState
from consultation.models import Invitation, Meeting
from consultation.queries.invitations import unmailed
from consultation.queries.subjects import meeting_title
from records.outgoing.outside import Mailer

logger = logging.getLogger(__name__)

BUDGET = 40  # seconds of one task; what is left is found again
REQUEST, CANCEL = "REQUEST", "CANCEL"
"""What an e-mail does to the entry (RFC 5546)."""

RETRY_AFTER = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60)]  # of MOST_ATTEMPTS


def mail_invitations(*, meeting: Meeting, now: datetime | None = None) -> int:
    """Send the e-mail about `meeting` that is due; return how many were sent. May be called any number of times."""
    started, sent = monotonic(), 0
    keys = unmailed(now or timezone.now()).filter(meeting=meeting).order_by("pk").values_list("pk", flat=True)
    with Mailer() as mailer, translation.override(settings.LANGUAGE_CODE):
        for key in list(keys):
            if monotonic() - started > BUDGET:
                break
            sent += _mail(key, mailer, now or timezone.now())
    return sent


def _mail(key: int, mailer: Mailer, now: datetime) -> bool:
    invitation = _claimed(key, now)
    if invitation is None:
        return False
    try:
        return _sent(invitation, mailer, now)
    except Exception as error:  # noqa: BLE001 - whatever the server does, the others are still sent
        logger.warning("invitation not mailed: key=%d error=%s", key, type(error).__name__)
        return False


def _claimed(key: int, now: datetime) -> Invitation | None:
    """Return the invitation `key` with one more attempt counted, or None when it is sent or another is sending it."""
    due = unmailed(now).select_related("meeting__forum")
    invitation = due.filter(pk=key).first()
    if invitation is None:
        return None
    lease = RETRY_AFTER[invitation.mail_attempts].total_seconds()
    name = f"invitation-mail:{key}:{invitation.meeting.revision}:{invitation.substitute_id}"
    if not cache.add(name, 1, timeout=lease):
        return None
    counted = Invitation.objects.filter(pk=key, mail_attempts=invitation.mail_attempts)
    return invitation if counted.update(mail_attempts=F("mail_attempts") + 1) else None


def _sent(invitation: Invitation, mailer: Mailer, now: datetime) -> bool:
    """Take the entry from whoever has it and is not to have it, give it to who is; return whether both are done.

    Whose it may be is written down before it leaves: when it is lost whether it arrived, or somebody else comes
    meanwhile, it is still known from whom to take it.
    """
    meeting, had, address = invitation.meeting, invitation.mailed_to, invitation.address
    row = Invitation.objects.filter(pk=invitation.pk)
    if had and had != address:
        mailer.send_message(_message(meeting, had, CANCEL, now))
        row.filter(mailed_to=had).update(mailed_to="", mailed_revision=None)
    if not address:
        return True
    if not row.filter(mailed_to__in=["", address]).update(mailed_to=address):
        return False  # another has sent one meanwhile; what is due now is found again
    mailer.send_message(_message(meeting, address, REQUEST, now))
    return bool(row.filter(mailed_to=address).update(mailed_revision=meeting.revision))


def _message(meeting: Meeting, address: str, method: str, now: datetime) -> EmailMultiAlternatives:
    url = urljoin(settings.PUBLIC_URL, meeting.get_absolute_url()) if settings.PUBLIC_URL else ""
    entry = ics.event(meeting, url, now=now)
    if not url:
        entry.pop("URL")
    if method == CANCEL:
        entry["STATUS"] = "CANCELLED"
    entry["ORGANIZER"] = _calendar_address(settings.DEFAULT_FROM_EMAIL, meeting.forum.name)
    entry["ATTENDEE"] = _calendar_address(address, address)
    subject, lines = _words(meeting, method)
    body = "\n\n".join([*lines, *([url] if url else []), _("From the Community Governance Portal.")])
    message = EmailMultiAlternatives(" ".join(subject.split()), body, to=[address])
    content = ics.calendar([entry], meeting.forum.name, method).decode()
    message.attach_alternative(content, f"text/calendar; method={method}")
    return message


def _calendar_address(address: str, name: str) -> vCalAddress:
    found = vCalAddress(f"MAILTO:{address}")
    found.params["CN"] = name
    return found


def _words(meeting: Meeting, method: str) -> tuple[str, list[str]]:
    """Return the subject and the paragraphs of an e-mail: invited, not needed any more, or the meeting is off."""
    given = {
        "forum": meeting.forum.name,
        "meeting": meeting_title(meeting),
        "place": meeting.place,
        "reason": meeting.reason,
    }
    if method == REQUEST:
        lines = [_("%(forum)s invites you: %(meeting)s, %(place)s.") % given]
        if meeting.urgent_reason:
            lines.append(_("It is urgent: %(reason)s") % {"reason": meeting.urgent_reason})
        lines.append(_("Please say in the portal whether you are coming; the agenda and its papers are there."))
        return _("Invitation: %(meeting)s") % given, lines
    if meeting.state == MeetingState.CALLED:
        lines = [_("You need not come to this meeting of %(forum)s any more: %(meeting)s.") % given]
        return _("You need not come: %(meeting)s") % given, lines
    lines = [_("This meeting of %(forum)s is not held at the time you were told: %(meeting)s.") % given]
    if meeting.reason:
        lines.append(_("Reason: %(reason)s") % given)
    return _("Not held: %(meeting)s") % given, lines
