"""Invitations are sent, answered, and given to guests."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit, User
from consultation import events
from consultation.actions.meeting_tell import tell
from consultation.actions.room_steps import locked_invitation
from consultation.actions.steps import check_meeting, locked_meeting
from consultation.enums import MeetingState, MeetingVerb, Reply, Step
from consultation.models import Invitation, Meeting
from consultation.queries.clocks import due_times
from consultation.queries.invitations import followers_not_invited
from records import actions as records
from records.clocks import Due
from service.actions.typed import checked
from service.queries.rounds import next_round

BATCH = 100
BEFORE_MEETING = timedelta(hours=1)
LONGEST_REASON = Invitation._meta.get_field("reason").max_length
ANSWERS = (Reply.YES, Reply.NO, Reply.SUBSTITUTE)


def send_invitations(*, meeting: Meeting, now: datetime | None = None) -> int:
    """Put the invitations to the called `meeting` that are not sent into the inboxes; return how many.

    Each is a deadline to reply. In batches, so that a phone can be answered in between; may be called any number of
    times. When all are sent, those who follow the forum are told, and e-mail is due.
    """
    sent = 0
    while batch := _send_batch(meeting=meeting, now=now or timezone.now()):
        sent += batch
    return sent


@transaction.atomic
def _send_batch(*, meeting: Meeting, now: datetime) -> int:
    meeting = locked_meeting(meeting)
    if meeting.state != MeetingState.CALLED or meeting.invited_at is not None:
        return 0
    unsent = meeting.invitations.filter(sent_at__isnull=True, person__is_active=True).select_related("person")
    batch = list(unsent.order_by("pk").select_for_update(of=("self",), no_key=True)[:BATCH])
    if not batch:
        _finish(meeting, now)
        return 0
    due = _due(meeting, now)
    until = f"{timezone.localtime(due.at):%Y-%m-%d %H:%M}"
    people = [invitation.person for invitation in batch]
    tell(people, "consultation.invited", meeting, now, _key("invited", meeting), until=until)
    for invitation in batch:
        if invitation.reply == Reply.NONE:
            records.set_deadlines(
                subject=invitation,
                unit=meeting.forum.unit,
                person=invitation.person,
                due={Step.REPLY: due},
                now=now,
                round=next_round(invitation, Step.REPLY),
            )
    meeting.invitations.filter(pk__in=[invitation.pk for invitation in batch]).update(sent_at=now)
    return len(batch)


def _finish(meeting: Meeting, now: datetime) -> None:
    meeting.invited_at = now
    meeting.save(update_fields=["invited_at"])
    tell(followers_not_invited(meeting), "consultation.meeting_called", meeting, now, _key("called", meeting))
    events.mail_due.send(sender=None, key=meeting.pk)


def _key(what: str, meeting: Meeting) -> str:
    return f"meeting-{what}:{meeting.pk}:{meeting.revision}"


def _due(meeting: Meeting, now: datetime) -> Due:
    """Return by when to reply: by the clock, but an hour before the meeting at the latest, or when it begins."""
    due = due_times(steps=[Step.REPLY], now=now)[Step.REPLY]
    latest = meeting.starts_at - BEFORE_MEETING
    return due._replace(at=min(due.at, latest if latest > now else meeting.starts_at))


@transaction.atomic
def reply(
    *,
    invitation: Invitation,
    user: User,
    reply: Reply,
    substitute: User | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> Invitation:
    """Answer `invitation`, or answer it differently, until somebody has come for it or the meeting opens; return it.

    A substitute comes in the person's place, has the vote of the seat, and is told. Raises NotAllowed for anyone but
    the person invited, OutOfTurn once the meeting is open or off or somebody has checked in, Refused without a reason
    for not coming, and for a substitute who is invited already or comes for somebody else.
    """
    now = now or timezone.now()
    meeting = locked_meeting(invitation.meeting)
    invitation = locked_invitation(invitation)
    if invitation.person_id != user.pk:
        raise NotAllowed
    check_meeting(meeting=meeting, verb=MeetingVerb.REPLY, user=user)
    if invitation.checked_in_at is not None:
        raise OutOfTurn(
            _("%(person)s has checked in: the reply cannot be changed any more.") % {"person": invitation.attendee}
        )
    if reply not in ANSWERS:
        raise Refused(_("Please say whether you are coming."), field="reply")
    missing = _("Please say why you cannot come: the convenor reads it.") if reply == Reply.NO else ""
    reason = checked(reason, field="reason", most=LONGEST_REASON, missing=missing)
    before, after = invitation.substitute, substitute if reply == Reply.SUBSTITUTE else None
    if reply == Reply.SUBSTITUTE:
        _check_substitute(meeting, invitation, after)
    invitation.reply, invitation.reason = Reply(reply), reason
    invitation.substitute, invitation.replied_at = after, now
    invitation.save(update_fields=["reply", "reason", "substitute", "replied_at"])
    records.meet_deadlines(subject=invitation, kinds=[Step.REPLY], now=now)
    if before != after:
        _tell_substitutes(meeting, invitation, before, after, now)
    if after is not None and before != after:  # minutes leave out who was replaced again, too
        detail = {"substitute": after.pk}
        unit = meeting.forum.unit
        records.audit(verb="meeting.substitute", subject=meeting, actor=user, unit=unit, detail=detail, now=now)
    return invitation


def _check_substitute(meeting: Meeting, invitation: Invitation, substitute: User | None) -> None:
    if substitute is None or not substitute.is_active:
        raise Refused(_("Please give the username or mobile number of who comes in your place."), field="substitute")
    others = meeting.invitations.filter(Q(person=substitute) | Q(substitute=substitute))
    if others.exclude(pk=invitation.pk, substitute=substitute).exists():
        sentence = _("%(person)s is invited to this meeting already, or comes for somebody else.")
        raise Refused(sentence % {"person": substitute}, field="substitute")


def _tell_substitutes(
    meeting: Meeting, invitation: Invitation, before: User | None, after: User | None, now: datetime
) -> None:
    if before is not None:
        tell([before], "consultation.substitute_released", meeting, now, person=str(invitation.person))
    if after is not None:
        tell([after], "consultation.substitute_sent", meeting, now, person=str(invitation.person))
    Invitation.objects.filter(pk=invitation.pk).update(mail_attempts=0)
    events.mail_due.send(sender=None, key=meeting.pk)


@transaction.atomic
def invite_guest(
    *, meeting: Meeting, user: User, person: User, unit: Unit | None = None, now: datetime | None = None
) -> Invitation:
    """Invite `person`, who comes for `unit` if given, as a guest without a vote; return the invitation.

    Whoever sits on the forum since the meeting was called is invited with their seat. Raises NotAllowed for anyone but
    a convenor, OutOfTurn once the meeting is open or off, Refused for somebody who comes already.
    """
    meeting = locked_meeting(meeting)
    check_meeting(meeting=meeting, verb=MeetingVerb.INVITE, user=user)
    if not person.is_active:
        raise OutOfTurn(_("This person does not use the portal any more."))
    if meeting.invitations.filter(Q(person=person) | Q(substitute=person)).exists():
        sentence = _("%(person)s is invited to this meeting already, or comes for somebody else.")
        raise Refused(sentence % {"person": person}, field="person")
    seat = meeting.forum.seats.filter(person=person, left_at__isnull=True).first()
    invitation = Invitation.objects.create(
        meeting=meeting,
        person=person,
        seat=seat,
        unit_id=seat.unit_id if seat else unit and unit.pk,
        votes=seat.votes if seat else False,
    )
    if meeting.state == MeetingState.CALLED:
        meeting.invited_at = None  # so that it is found until this one is sent too
        meeting.save(update_fields=["invited_at"])
        events.invitations_due.send(sender=None, key=meeting.pk)
    return invitation
