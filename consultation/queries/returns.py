"""What comes back to a forum: commitments that were not kept, were declined, or were rated poorly."""

from datetime import datetime

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, When
from django.utils import timezone

from consultation.enums import AgendaState, MeetingState
from consultation.models import AgendaItem, Forum, Meeting
from service.enums import ItemState
from service.models import ListItem
from service.queries.commitments import commitments

TO_COME = (MeetingState.PLANNED, MeetingState.CALLED, MeetingState.OPENED, MeetingState.POSTPONED)
POOR = 2
"""A rating of so many of five, or fewer, brings a commitment back."""


def waiting_to_return(forum: Forum, *, now: datetime | None = None) -> QuerySet[ListItem]:
    """Return the commitments that come back to `forum` at its next meeting, what happened first on top.

    `happened_at` is when it fell due, was declined or was rated.
    """
    found = _waiting(now or timezone.now()).filter(resolution_task__resolution__forum=forum)
    return found.order_by("happened_at", "pk")


def meetings_to_fill(now: datetime) -> QuerySet[Meeting]:
    """Return the next planned meeting of each forum to which something comes back."""
    planned = Meeting.objects.filter(state=MeetingState.PLANNED, starts_at__gt=now)
    sooner = Q(starts_at__lt=OuterRef("starts_at")) | Q(starts_at=OuterRef("starts_at"), pk__lt=OuterRef("pk"))
    earlier = planned.filter(sooner, forum=OuterRef("forum"))
    waiting = _waiting(now).filter(resolution_task__resolution__forum=OuterRef("forum"))
    return planned.filter(~Exists(earlier), Exists(waiting), forum__is_active=True)


def _waiting(now: datetime) -> QuerySet[ListItem]:
    happened_at = Case(
        When(state=ItemState.WITHDRAWN, then=F("withdrawn_at")),
        When(state=ItemState.RATED, then=F("rated_at")),
        default=F("due_at"),
        output_field=DateTimeField(),
    )
    unkept = Q(state__in=[ItemState.OPEN, ItemState.CLAIMED], due_at__lt=now)
    ended = Q(state=ItemState.WITHDRAWN) | Q(state=ItemState.RATED, rating__lte=POOR)
    return (
        commitments()
        .filter(resolution_task__isnull=False)
        .annotate(happened_at=happened_at)
        .filter((unkept & ~Exists(_to_be_discussed())) | (ended & ~Exists(_tabled_since())))
    )


def _to_be_discussed() -> QuerySet[AgendaItem]:
    """Return the agenda items that bring the outer commitment back to a meeting that is not over."""
    return AgendaItem.objects.filter(commitment=OuterRef("pk"), meeting__state__in=TO_COME).exclude(
        state=AgendaState.DEFERRED
    )


def _tabled_since() -> QuerySet[AgendaItem]:
    """Return the agenda items that brought the outer commitment back since it happened and were not put off."""
    since = AgendaItem.objects.filter(commitment=OuterRef("pk"), meeting__starts_at__gte=OuterRef("happened_at"))
    return since.exclude(state=AgendaState.DEFERRED).exclude(meeting__state=MeetingState.CANCELLED)
