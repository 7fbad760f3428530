"""What anybody may know of a community's service: matters and figures, and only the names that members release."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from accounts.enums import UnitKind
from accounts.models import Unit
from service.enums import ItemState, ListKind, ShiftState, WishState
from service.models import HourEntry, ListItem, Shift, Wish
from service.queries.scope import members_of

SHOWN = 10
MOST_NAMES = 60


def open_communities() -> QuerySet[Unit]:
    """Return the communities of the portal that are open: order them by id."""
    return Unit.objects.filter(kind=UnitKind.COMMUNITY, is_active=True).select_related("parent")


@dataclass(frozen=True)
class PublicPage:
    """What the public page of one community shows."""

    members: int
    names: list[str]
    minutes: int
    projects: int
    done: list[ListItem]
    needs: list[ListItem]
    shifts: list[Shift]
    wishes: list[str]

    @property
    def hours(self) -> float:
        return self.minutes / 60


def public_page(community: Unit, now: datetime) -> PublicPage:
    """Return what the public page of `community` shows at `now`."""
    today = timezone.localdate(now)
    items = ListItem.objects.filter(community=community)
    done = items.filter(kind=ListKind.PROJECT, state=ItemState.RATED)
    needs = items.filter(kind=ListKind.NEED, state=ItemState.OPEN)
    names = members_of(community).filter(~Q(member__name=""), shows_name=True)
    return PublicPage(
        members=members_of(community).count(),
        names=list(names.order_by("member__name", "pk").values_list("member__name", flat=True)[:MOST_NAMES]),
        minutes=_minutes(community, today),
        projects=done.count(),
        done=list(done.select_related("claimant", "asker").order_by("-rated_at", "-pk")[:SHOWN]),
        needs=list(needs.order_by("-created_at", "-pk")[:SHOWN]),
        shifts=list(_coming(community, now)[:SHOWN]),
        wishes=list(_wishes(community)[:SHOWN]),
    )


def _minutes(community: Unit, today: date) -> int:
    """Return the attested minutes of this year, corrections included."""
    year = HourEntry.objects.filter(community=community, day__gte=date(today.year, 1, 1), day__lte=today)
    return year.aggregate(total=Sum("minutes"))["total"] or 0


def _coming(community: Unit, now: datetime) -> QuerySet[Shift]:
    shifts = Shift.objects.filter(community=community, starts_at__gt=now, state=ShiftState.OPEN, post__is_open=True)
    return shifts.select_related("post__activity").order_by("starts_at", "pk")


def _wishes(community: Unit) -> QuerySet:
    wishes = Wish.objects.filter(community=community, state=WishState.PUBLISHED)
    return wishes.order_by("-submitted_at", "-pk").values_list("title", flat=True)
