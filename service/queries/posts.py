"""Reads of service posts, for the community that offers them."""

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from accounts.queries import grants_of
from service.enums import ShiftState, SignUpState
from service.models import Activity, ServicePost, Shift, SignUp
from service.queries.scope import communities_of

NOT_CANCELLED = ~Q(state=ShiftState.CANCELLED)
LONGEST_SHIFT = timedelta(hours=12)
FURTHEST_AHEAD = timedelta(days=366)


def runs(user, thing: Shift | ServicePost) -> bool:
    """Return whether `user` runs the service of the community of `thing`."""
    return grants_of(user).on("manage_service", thing.community_id)


def posts_run_by(user) -> QuerySet[ServicePost]:
    """Return the service posts that `user` runs: by community and created_at."""
    found = ServicePost.objects.filter(community__in=communities_of(user))
    return found.select_related("community", "activity")


def shifts_run_by(user) -> QuerySet[Shift]:
    """Return the shifts that `user` runs: by community and starts_at."""
    return Shift.objects.filter(community__in=communities_of(user)).select_related("post", "community")


def coming(shifts: QuerySet[Shift], now: datetime) -> QuerySet[Shift]:
    """Return those of `shifts` that have not ended and take place."""
    # none is longer than LONGEST_SHIFT: so the index by starts_at finds where to begin
    return shifts.filter(NOT_CANCELLED, starts_at__gt=now - LONGEST_SHIFT, ends_at__gt=now)


def shifts_of(post: ServicePost) -> QuerySet[Shift]:
    """Return the shifts of `post`, of every state: by starts_at."""
    return Shift.objects.filter(post=post).select_related("post", "community")


def desk_counts(user, now: datetime) -> dict[str, int]:
    """Return how many shifts are coming, how many of their places are taken and free, from the counters: one query."""
    counted = coming(shifts_run_by(user), now).aggregate(
        number=Count("pk"), held=Sum("taken", default=0), of=Sum("places", default=0)
    )
    return {"shifts": counted["number"], "taken": counted["held"], "free": counted["of"] - counted["held"]}


def waiting_for(shifts: list[Shift]) -> dict[int, int]:
    """Return how many people wait for a place, by the key of the shift: one query by the index sign_up_waiting."""
    rows = SignUp.objects.filter(shift__in=[shift.pk for shift in shifts], state=SignUpState.WAITING)
    return dict(rows.values_list("shift").annotate(people=Count("pk")).order_by())


def activities() -> QuerySet[Activity]:
    """Return the kinds of service to choose from."""
    return Activity.objects.filter(is_active=True)
