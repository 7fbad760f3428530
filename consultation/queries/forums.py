"""Reads about forums: those above and below, who may be on them, what waits there, who follows."""

from collections.abc import Iterable
from contextlib import suppress
from functools import reduce
from itertools import accumulate
from operator import or_

from django.core.exceptions import ValidationError
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.enums import UnitKind
from accounts.models import Unit, User
from accounts.phones import normalise
from consultation.enums import ForumLevel, MatterState, MeetingState
from consultation.models import Forum, Matter, Meeting, Seat
from consultation.queries.meetings import coming
from consultation.queries.scope import convenors_of, forums_kept_by, open_forums

LEVELS = list(ForumLevel)
AHEAD = (MeetingState.PLANNED, MeetingState.CALLED, MeetingState.OPENED)


def _prefixes(unit: Unit) -> list[str]:
    """Return the paths of `unit` and of all units above it."""
    return list(accumulate(f"{code}/" for code in unit.path.rstrip("/").split("/")))


def _at_another_level(forum: Forum) -> Q:
    """Return the condition of forums in other units than `forum` that are no neighbours on its own level.

    Joint meetings are held at several levels of units: one passes to another.
    """
    other = ~Q(unit=forum.unit_id)
    return other if forum.level == ForumLevel.JOINT else other & ~Q(level=forum.level)


def forums_above(forum: Forum) -> QuerySet[Forum]:
    """Return the active forums to which a matter of `forum` may go up: of the units above, and next to it.

    In one unit the levels follow each other as in ForumLevel, the joint meeting last.
    """
    higher = LEVELS[LEVELS.index(ForumLevel(forum.level)) + 1 :]
    above = Q(unit__path__in=_prefixes(forum.unit)) & _at_another_level(forum)
    return open_forums().filter(above | Q(unit=forum.unit_id, level__in=higher)).order_by("-unit__path", "name")


def forums_below(forum: Forum) -> QuerySet[Forum]:
    """Return the active forums to which a matter of `forum` may go down; the counterpart of `forums_above`."""
    lower = LEVELS[: LEVELS.index(ForumLevel(forum.level))]
    below = Q(unit__path__startswith=forum.unit.path) & _at_another_level(forum)
    return open_forums().filter(below | Q(unit=forum.unit_id, level__in=lower)).order_by("unit__path", "name")


def followers_of(forum: Forum) -> QuerySet[User]:
    """Return the active people who follow `forum`."""
    return User.objects.filter(followed_forums__forum=forum, is_active=True)


def person_known_as(typed: str) -> User | None:
    """Return the active person whose username or mobile number was `typed`, exactly."""
    by = Q(username=typed)
    with suppress(ValidationError):  # a username, not a number
        by |= Q(phone=normalise(typed))
    found = list(User.objects.filter(by, is_active=True)[:2])
    return found[0] if len(found) == 1 else None


def convenors_at(units: Iterable[Unit]) -> QuerySet[User]:
    """Return the people who convene at one of `units`, by name."""
    return reduce(or_, (convenors_of(unit) for unit in units), User.objects.none()).order_by("name", "username")


def units_to_sit(forum: Forum) -> QuerySet[Unit]:
    """Return the active units for which a person may sit on `forum`: of its territory and district.

    They are its own unit, those above and right below, the employers within, and the departments of the district.
    """
    unit = forum.unit
    near = Q(path__in=_prefixes(unit)) | Q(parent=unit) | Q(path__startswith=unit.path, kind=UnitKind.EMPLOYER)
    departments = Q(path__startswith=_prefixes(unit)[0], kind=UnitKind.DEPARTMENT)
    return Unit.objects.filter(near | departments, is_active=True).order_by("kind", "code")


def seats_left(forum: Forum) -> QuerySet[Seat]:
    """Return the seats of former members of `forum`, the last to leave first."""
    gone = Seat.objects.filter(forum=forum, left_at__isnull=False)
    return gone.select_related("person", "unit").order_by("-left_at", "-pk")


def _per_forum(rows: QuerySet) -> Subquery:
    counted = rows.order_by().values("forum").annotate(count=Count("pk")).values("count")
    return Subquery(counted, output_field=IntegerField())


def kept_with_counts(user) -> QuerySet[Forum]:
    """Return the forums that `user` keeps with `waiting`, the matters to decide on, `members` and `next_at`.

    `next_at` is when the next meeting that is not over begins; either count is None for nothing.
    """
    waiting = Matter.objects.filter(forum=OuterRef("pk"), state=MatterState.RAISED)
    seats = Seat.objects.filter(forum=OuterRef("pk"), left_at__isnull=True)
    ahead = coming(Meeting.objects.filter(forum=OuterRef("pk"), state__in=AHEAD), timezone.now())
    ahead = ahead.order_by("starts_at", "pk")
    return forums_kept_by(user).annotate(
        waiting=_per_forum(waiting), members=_per_forum(seats), next_at=Subquery(ahead.values("starts_at")[:1])
    )


def forums_to_find() -> QuerySet[Forum]:
    """Return the forums that everybody may find, with the units above them: order by id."""
    return open_forums().select_related("unit__parent").filter(unit__is_active=True)
