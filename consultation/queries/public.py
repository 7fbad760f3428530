"""What anybody may see of a forum: coming meetings with their agenda, matters, resolutions and what became of them."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.db.models import BooleanField, Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from consultation.enums import MatterState, MeetingState
from consultation.models import Follow, Forum, Matter, Meeting, Resolution, Seat
from consultation.queries.meetings import coming
from consultation.queries.minutes import HELD
from consultation.queries.resolutions import delivered_on_time, resolutions_of
from consultation.queries.scope import NEVER_CALLED, open_forums, seats_of

SHOWN = 10
COMING = (MeetingState.CALLED, MeetingState.POSTPONED, MeetingState.OPENED)


@dataclass(frozen=True)
class Overview:
    """What the public page of a forum begins with. `kept` of `due` tasks were delivered on time."""

    coming: list[tuple[Meeting, list[str]]]
    matters: list[Matter]
    resolutions: list[Resolution]
    kept: int
    due: int

    @property
    def share(self) -> int:
        """Return the share delivered on time in per cent, never rounded up to all."""
        return self.kept * 100 // self.due if self.due else 0


def forums_shown_to(user) -> QuerySet[Forum]:
    """Return the forums that everybody may see, with whether `user` `is_followed` by them and `sits` there."""
    if user.pk is None:
        nobody = Value(False, output_field=BooleanField())
        return open_forums().annotate(is_followed=nobody, sits=nobody)
    follows = Follow.objects.filter(forum=OuterRef("pk"), user=user)
    seats = Seat.objects.filter(forum=OuterRef("pk"), person=user, left_at__isnull=True)
    return open_forums().annotate(is_followed=Exists(follows), sits=Exists(seats))


def overview(forum: Forum) -> Overview:
    """Return what the public page of `forum` begins with: a fixed number of queries, however old the forum is."""
    kept, due = delivered_on_time(forum)
    return Overview(
        coming=_coming(forum),
        matters=list(_waiting(forum)[:SHOWN]),
        resolutions=list(resolutions_of(forum).order_by("-adopted_at", "-pk")[:SHOWN]),
        kept=kept,
        due=due,
    )


def _coming(forum: Forum) -> list[tuple[Meeting, list[str]]]:
    """Return the next meetings to come with the titles of their agenda, in one query: a row for each title."""
    found = coming(Meeting.objects.filter(forum=forum, state__in=COMING), timezone.now()).order_by("starts_at", "pk")
    rows = Meeting.objects.filter(pk__in=found.values("pk")[:SHOWN]).annotate(item=F("items__title"))
    rows = rows.order_by("starts_at", "pk", "items__position", "items__pk")
    grouped = (list(members) for _key, members in groupby(rows, key=attrgetter("pk")))
    return [(members[0], [row.item for row in members if row.item]) for members in grouped]


def _waiting(forum: Forum) -> QuerySet[Matter]:
    states = (MatterState.ACCEPTED, MatterState.TABLED)
    return Matter.objects.filter(forum=forum, state__in=states).order_by("-raised_at", "-pk")


def past_meetings(forum: Forum) -> QuerySet[Meeting]:
    """Return the meetings of `forum` that were held: order them by starts_at."""
    return Meeting.objects.filter(forum=forum, state__in=HELD)


def seats_shown(forum: Forum) -> QuerySet[Seat]:
    """Return the members that the public page lists: order them by since.

    Where the rules keep names out, whoever sits neither for a unit nor with a title would be an empty line.
    """
    found = seats_of(forum)
    return found if forum.names_public else found.filter(~Q(title="") | Q(unit__isnull=False))


def seat_counts(forum: Forum) -> dict[str, int]:
    """Return how many members `forum` has with a vote (`voting`) and without one (`advising`)."""
    return seats_of(forum).aggregate(
        voting=Count("pk", filter=Q(votes=True)), advising=Count("pk", filter=Q(votes=False))
    )


def in_calendar(forum: Forum, since) -> QuerySet[Meeting]:
    """Return the meetings of `forum` that have ever been called and begin after `since`, in their order."""
    shown = Meeting.objects.filter(forum=forum, starts_at__gte=since).exclude(NEVER_CALLED)
    return shown.select_related("forum").order_by("starts_at", "pk")
