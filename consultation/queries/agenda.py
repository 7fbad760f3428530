"""Reads of agendas: the items in their order with their times, what can be put on them, who can take part."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from accounts.enums import UnitKind
from accounts.models import Unit, User
from consultation.enums import AgendaState, MatterState, MeetingState, VoteState
from consultation.models import AgendaItem, Forum, Matter, Meeting, Paper, Vote
from consultation.queries.forums import units_to_sit
from consultation.queries.minutes import HELD
from consultation.queries.scope import meetings_attended_by, meetings_kept_by, seats_of


@dataclass(frozen=True)
class Line:
    """One item of an agenda, its number and when it begins; after which item it comes one place up or down.

    `up` and `down` are keys of items, `up` is empty for the first place; None where it cannot go. Once the minutes are
    published, `vote` is the one that decided it, with its resolution.
    """

    item: AgendaItem
    number: int
    begins_at: datetime
    up: int | str | None
    down: int | None
    vote: Vote | None = None

    @property
    def public_title(self) -> str:
        """The title for everybody: once the minutes are published, as it stands there."""
        section = getattr(self.item, "section", None)
        return (section and section.public_title) or self.item.title


@dataclass(frozen=True)
class Agenda:
    """The lines of an agenda, their minutes together and those of the meeting."""

    lines: list[Line]
    total: int
    available: int

    @property
    def is_too_long(self) -> bool:
        return self.total > self.available


def agenda_of(meeting: Meeting) -> Agenda:
    """Return the agenda of `meeting` with presenters, matters, papers and measures: three queries.

    Once the minutes are published, a fourth one reads the votes.
    """
    items = list(
        meeting.items.select_related("presenter", "matter", "commitment", "section")
        .prefetch_related("papers", "measures")
        .order_by("position", "pk")
    )
    is_public = meeting.state == MeetingState.PUBLISHED
    votes = {vote.item_id: vote for vote in deciding_votes().filter(meeting=meeting)} if is_public else {}
    lines, begins_at, total = [], meeting.starts_at, 0
    for index, item in enumerate(items):
        up = None if index == 0 else (items[index - 2].pk if index > 1 else "")
        down = items[index + 1].pk if index + 1 < len(items) else None
        lines.append(Line(item, index + 1, begins_at, up, down, votes.get(item.pk)))
        begins_at += timedelta(minutes=item.minutes)
        total += item.minutes
    return Agenda(lines, total, int((meeting.ends_at - meeting.starts_at).total_seconds() // 60))


def outcomes_of(matter: Matter) -> list[AgendaItem]:
    """Return the items by which `matter` was dealt with, of meetings whose minutes are published: two queries.

    `outcome` of each are the votes that decided it, one or none, with the resolution.
    """
    found = AgendaItem.objects.filter(matter=matter, state=AgendaState.DONE, meeting__state=MeetingState.PUBLISHED)
    votes = Prefetch("votes", deciding_votes(), to_attr="outcome")
    return list(found.select_related("meeting").prefetch_related(votes).order_by("meeting__starts_at", "pk"))


def deciding_votes() -> QuerySet[Vote]:
    """Return the votes that decided an item, with the resolution where they were carried."""
    return Vote.objects.filter(state=VoteState.CLOSED).select_related("resolution").order_by("closed_at", "pk")


def items_kept_by(user) -> QuerySet[AgendaItem]:
    """Return the agenda items of the forums that `user` keeps."""
    found = AgendaItem.objects.filter(meeting__in=meetings_kept_by(user).values("pk"))
    return found.select_related("meeting__forum__unit", "presenter", "matter", "commitment")


def papers_for(user) -> QuerySet[Paper]:
    """Return the papers of the meetings to which `user` is invited, or that they keep."""
    return Paper.objects.filter(item__meeting__in=meetings_attended_by(user).values("pk"))


def matters_to_table(forum: Forum) -> QuerySet[Matter]:
    """Return the matters of `forum` that are accepted and wait for a meeting, the oldest first."""
    return Matter.objects.filter(forum=forum, state=MatterState.ACCEPTED).order_by("raised_at", "pk")


def presenters_of(forum: Forum) -> QuerySet[User]:
    """Return the members of `forum`, who can present an item."""
    return User.objects.filter(pk__in=seats_of(forum).values("person"), is_active=True).order_by("name", "username")


def units_concerned(forum: Forum) -> QuerySet[Unit]:
    """Return the units that can owe a measure of `forum` or ask for it: grids have nobody who speaks for them."""
    return units_to_sit(forum).exclude(kind=UnitKind.GRID)


def next_planned(forum: Forum) -> Meeting | None:
    """Return the meeting of `forum` that is planned next, without those that have not been called in time."""
    planned = Meeting.objects.filter(forum=forum, state=MeetingState.PLANNED, starts_at__gt=timezone.now())
    return planned.order_by("starts_at", "pk").first()


def put_off_before(meeting: Meeting) -> list[AgendaItem]:
    """Return the free items that were put off in the last meeting before the planned `meeting`, in their order.

    What stands, by its title, on the agenda of a later meeting that is not cancelled is not put off any more.
    """
    over = Meeting.objects.filter(forum=meeting.forum_id, starts_at__lt=meeting.starts_at)
    last = over.filter(state__in=(*HELD, MeetingState.CANCELLED)).order_by("-starts_at", "-pk").first()
    if last is None:
        return []
    later = AgendaItem.objects.filter(
        meeting__forum=meeting.forum_id, meeting__starts_at__gte=last.starts_at, title=OuterRef("title")
    )
    again = later.exclude(meeting=last).exclude(meeting__state=MeetingState.CANCELLED)
    free = last.items.filter(state=AgendaState.DEFERRED, matter=None, commitment=None)
    return list(free.exclude(Exists(again)).order_by("position", "pk"))
