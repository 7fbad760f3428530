"""Everybody with a seat is invited when a meeting is called, for the first time or anew."""

from collections.abc import Iterable

from django.db.models import Q

from consultation.enums import Reply
from consultation.models import Invitation, Meeting, Seat, WrittenVote

ANEW = {
    "reply": Reply.NONE,
    "reason": "",
    "substitute": None,
    "replied_at": None,
    "sent_at": None,
    "mail_attempts": 0,
    "checked_in_at": None,
    "checked_in_by": None,
}


def invite_seats(*, meeting: Meeting, seats: Iterable[Seat]) -> None:
    """Invite the people on `seats` of the forum of the locked `meeting`; its guests stay invited.

    Of a meeting that was called before, every answer and written vote is void: they were given for another time. Who
    has left the forum since, or whose account is closed, is not invited any more.
    """
    seats = list(seats)
    WrittenVote.objects.filter(item__meeting=meeting).delete()
    left = Q(seat__isnull=False) & ~Q(person__in=[seat.person_id for seat in seats])
    meeting.invitations.filter(left | Q(person__is_active=False)).delete()
    meeting.invitations.update(**ANEW)
    Invitation.objects.bulk_create(
        (
            Invitation(meeting=meeting, seat=seat, person_id=seat.person_id, unit_id=seat.unit_id, votes=seat.votes)
            for seat in seats
        ),
        update_conflicts=True,
        unique_fields=["meeting", "person"],
        update_fields=["seat", "unit", "votes"],
    )
