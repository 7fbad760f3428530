"""Reads of resolutions and of what became of them."""

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from cases.models import Case
from consultation.models import Forum, Matter, Resolution
from consultation.queries.scope import meetings_attended_by
from service.enums import ItemState
from service.models import ListItem
from service.queries.commitments import commitments

DONE = (ItemState.DELIVERED, ItemState.RATED)


def resolutions_visible_to(user) -> QuerySet[Resolution]:
    """Return the resolutions `user` may see: those published, and all of meetings to which they have access.

    Of the latter they may read the words as they were adopted: `is_whole`.
    """
    attended = Exists(meetings_attended_by(user).filter(pk=OuterRef("meeting")))
    found = Resolution.objects.annotate(is_whole=attended).filter(Q(published_at__isnull=False) | Q(is_whole=True))
    return found.select_related("forum__unit", "meeting", "item", "vote", "matter")


def resolutions_of(forum: Forum, *, published_only: bool = True) -> QuerySet[Resolution]:
    """Return the resolutions of `forum`, each with `tasks_total` and `tasks_done`: order them by adopted_at."""
    found = Resolution.objects.filter(forum=forum)
    if published_only:
        found = found.filter(published_at__isnull=False)
    return found.annotate(
        tasks_total=Count("tasks"),
        tasks_done=Count("tasks", filter=Q(tasks__commitment__state__in=DONE)),
    )


def tasks_of(resolution: Resolution) -> list[ListItem]:
    """Return the commitments that `resolution` became, in the order of its measures, with their progress."""
    found = commitments().filter(resolution_task__resolution=resolution).prefetch_related("progress")
    return list(found.order_by("resolution_task"))


def delivered_on_time(forum: Forum) -> tuple[int, int]:
    """Return how many commitments of published resolutions of `forum` were kept on time, and how many fell due.

    A unit that declined did not keep it.
    """
    due = ListItem.objects.filter(
        resolution_task__resolution__forum=forum,
        resolution_task__resolution__published_at__isnull=False,
        due_at__lte=timezone.now(),
    )
    found = due.aggregate(kept=Count("pk", filter=Q(delivered_at__lte=F("due_at"))), due=Count("pk"))
    return found["kept"], found["due"]


def cases_behind(matter: Matter | None) -> list[Case]:
    """Return the cases of `matter` and of the matters that were merged into it, by key."""
    if matter is None:
        return []
    behind = Matter.objects.filter(Q(pk=matter.pk) | Q(merged_into=matter))
    return list(Case.objects.filter(pk__in=behind.values("case")).order_by("pk"))
