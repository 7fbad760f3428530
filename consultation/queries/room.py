"""What happens in a meeting: who is there, what is at hand, which vote is open."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Coalesce

from consultation.enums import AgendaKind, AgendaState, Balloting, VoteState
from consultation.formula import has_quorum, needed_for_quorum
from consultation.models import AgendaItem, Invitation, Measure, Meeting, SpeakingNote, Vote
from consultation.queries.scope import CAN_COME, convenes
from consultation.queries.votes import votes_of

ATTENDEE = Coalesce("substitute", "person")
"""Who comes for an invitation: see `Invitation.attendee`."""

RUNNING = (AgendaState.PENDING, AgendaState.AT_HAND)
"""The states of items that still have to be dealt with."""


@dataclass(frozen=True)
class Quorum:
    """How many people with a vote are `present`, of how many `seats`, and how many it takes."""

    seats: int
    present: int
    percent: int

    @property
    def needed(self) -> int:
        """How many must be present."""
        return needed_for_quorum(self.seats, self.percent)

    @property
    def is_reached(self) -> bool:
        """Whether they are."""
        return has_quorum(self.present, self.seats, self.percent)


@dataclass(frozen=True)
class Room:
    """A meeting as one person finds it: whether they convene its forum, are to come, and since when they are there."""

    meeting: Meeting
    items: list[AgendaItem]
    votes: list[Vote]
    quorum: Quorum
    leads: bool
    is_expected: bool
    present_at: datetime | None

    @cached_property
    def at_hand(self) -> AgendaItem | None:
        """The item at hand, with its notes and papers."""
        item = next((row for row in self.items if row.pk == self.meeting.at_hand_id), None)
        if item:
            notes = SpeakingNote.objects.select_related("speaker__person", "speaker__substitute")
            prefetch_related_objects([item], "papers", Prefetch("notes", notes))
        return item

    @cached_property
    def measures(self) -> list[Measure]:
        """What is to be done if the item at hand is adopted."""
        item = self.at_hand
        return list(item.measures.select_related("owner", "asker")) if item and item.has_measures else []

    @property
    def open_vote(self) -> Vote | None:
        """The vote that is open, with `has_voted` of the person; None when they are not among those who may."""
        return next((vote for vote in self.votes if vote.state == VoteState.OPEN), None)

    @property
    def last_vote(self) -> Vote | None:
        """The vote that was closed last."""
        return next((vote for vote in reversed(self.votes) if vote.state == VoteState.CLOSED), None)


def room_of(user, meeting: Meeting) -> Room:
    """Return what `user` finds in the room of `meeting`: three queries, two more with an item at hand, one more where
    it has measures.
    """
    quorum, own = _presence(meeting, user)
    has_measures = Exists(Measure.objects.filter(item=OuterRef("pk")))
    rows = meeting.items.select_related("presenter").annotate(has_measures=has_measures)
    items = list(rows.order_by("position", "pk"))
    return Room(meeting, items, list(votes_of(meeting, user)), quorum, convenes(user, meeting.forum), *own)


def quorum_of(meeting: Meeting) -> Quorum:
    """Return how many people with a vote are present at `meeting`; whoever has two votes is one person."""
    return _presence(meeting, None)[0]


def _presence(meeting: Meeting, user) -> tuple[Quorum, tuple[bool, datetime | None]]:
    """Return the quorum, whether `user` is to come, and since when they are there: one query.

    An empty seat whose holder's account is closed does not count; who was there was there.
    """
    there = Q(votes=True, checked_in_at__isnull=False)
    found = Invitation.objects.filter(meeting=meeting).aggregate(
        seats=Count("pk", filter=there | Q(votes=True) & CAN_COME),
        present=Count(ATTENDEE, filter=there, distinct=True),
        own=Count("pk", filter=_attended_by(user)),
        since=Max("checked_in_at", filter=_attended_by(user)),
    )
    percent = meeting.quorum_percent or meeting.forum.quorum_percent
    return Quorum(found["seats"], found["present"], percent), (found["own"] > 0, found["since"])


def _attended_by(user) -> Q:
    return Q(substitute=user) | Q(substitute__isnull=True, person=user)


def own_invitations(user, meeting: Meeting) -> list[Invitation]:
    """Return the invitations of `meeting` by which `user` comes, the own first."""
    rows = Invitation.objects.filter(_attended_by(user), meeting=meeting).select_related("person", "substitute", "unit")
    return sorted(rows, key=lambda row: (row.person_id != user.pk, row.pk))


def substituted(user, meeting: Meeting) -> Invitation | None:
    """Return the invitation of `user` for which somebody else comes to `meeting`, or None."""
    rows = Invitation.objects.filter(meeting=meeting, person=user, substitute__isnull=False)
    return rows.select_related("substitute").first()


def not_there(meeting: Meeting) -> QuerySet[Invitation]:
    """Return the invitations of `meeting` for which nobody has checked in, and somebody can."""
    rows = Invitation.objects.filter(CAN_COME, meeting=meeting, checked_in_at__isnull=True)
    return rows.select_related("person", "substitute", "unit").order_by("pk")


def there(meeting: Meeting) -> QuerySet[Invitation]:
    """Return the invitations of `meeting` for which somebody has checked in."""
    rows = Invitation.objects.filter(meeting=meeting, checked_in_at__isnull=False)
    return rows.select_related("person", "substitute", "unit").order_by("pk")


def to_vote_in_writing(room: Room) -> list[AgendaItem]:
    """Return the items of `room` on which an absent member may vote in writing now."""
    if not room.meeting.forum.written_votes:
        return []
    put = {vote.item_id for vote in room.votes if vote.state != VoteState.BROKEN_OFF}
    return [row for row in room.items if row.state in RUNNING and takes_writing(row) and row.pk not in put]


def takes_writing(item: AgendaItem) -> bool:
    """Return whether votes on `item` may be given in writing: what is written down is not secret."""
    return item.kind == AgendaKind.DECISION and item.balloting == Balloting.OPEN
