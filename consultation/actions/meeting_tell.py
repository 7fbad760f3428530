"""Who is told what about a meeting, what is owed for it, and what is taken down when it is not held."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from consultation import events
from consultation.enums import Step
from consultation.models import Invitation, Meeting
from consultation.queries.invitations import people_told
from consultation.queries.subjects import meeting_title
from records import actions as records
from records.clocks import Due
from records.enums import ClockUnit
from service.queries.rounds import next_round


def tell(people: Iterable[User], kind: str, meeting: Meeting, now: datetime, key: str = "", **parameters: str) -> None:
    """Put a notice of `kind` about `meeting` into the inbox of `people`."""
    records.notify(
        recipients=people,
        kind=kind,
        parameters={
            "forum": meeting.forum.name,
            "meeting": meeting_title(meeting),
            "place": meeting.place,
            **parameters,
        },
        url=meeting.get_absolute_url(),
        key=key,
        now=now,
    )


def owe_holding(*, meeting: Meeting, now: datetime) -> None:
    """Let the forum's convenor owe the locked `meeting` until its end: it has no clock but its own time."""
    records.set_deadlines(
        subject=meeting,
        unit=meeting.forum.unit,
        person=meeting.forum.convenor,
        due={Step.HOLD_MEETING: Due(meeting.ends_at, ClockUnit.WORKING_DAYS)},
        now=now,
        round=next_round(meeting, Step.HOLD_MEETING),
    )


def stop_replies(*, meeting: Meeting, now: datetime) -> int:
    """Cancel what is still owed of replies to the invitations to `meeting`; return how many."""
    subjects = Invitation.objects.filter(meeting=meeting)
    return records.cancel_deadlines_of(subjects=subjects, kinds=[Step.REPLY], now=now)


def call_off(*, meeting: Meeting, kind: str, reason: str, now: datetime) -> None:
    """Tell everybody who knows of the locked `meeting` that it is not held, by a notice of `kind` and by e-mail."""
    stop_replies(meeting=meeting, now=now)
    records.cancel_deadlines(subject=meeting, kinds=[Step.HOLD_MEETING], now=now)
    meeting.invitations.update(mail_attempts=0)
    tell(people_told(meeting), kind, meeting, now, reason=reason)
    events.mail_due.send(sender=None, key=meeting.pk)
