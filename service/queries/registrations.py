"""Reads of the members' registrations."""

from datetime import date, datetime, time, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.queries import grants_of
from records.models import Deadline
from service.enums import RegistrationState, Step, Verb
from service.models import EmployerRegistration, Registration, Skill
from service.queries.clocks import due_times
from service.queries.scope import communities_of
from service.workflow import MEMBER_MOVES, allowed

RENEWABLE = timedelta(days=60)
"""So long before it runs out a registration can be renewed."""


def registrations_visible_to(user) -> QuerySet[Registration]:
    """Return the registrations `user` may see: their own, and those with the communities whose service they run."""
    if not getattr(user, "is_active", False):
        return Registration.objects.none()
    found = Registration.objects.filter(Q(member=user) | Q(community__in=communities_of(user)))
    return _whole(found)


def registrations_with(user) -> QuerySet[Registration]:
    """Return the registrations with the communities whose service `user` runs: by community and submitted_at."""
    return _whole(Registration.objects.filter(community__in=communities_of(user)))


def own_registrations(user) -> QuerySet[Registration]:
    """Return the registrations of `user`, the newest first."""
    return _whole(Registration.objects.filter(member=user)).order_by("-submitted_at", "-pk")


def _whole(queryset: QuerySet[Registration]) -> QuerySet[Registration]:
    related = queryset.select_related("member", "community__parent", "employer", "decided_by")
    return related.prefetch_related("skills")


def decides_on(user, registration: Registration) -> bool:
    """Return whether `user` runs the service of the community, and the registration is somebody else's."""
    return registration.member_id != user.pk and grants_of(user).on("manage_service", registration.community_id)


def is_renewable(registration: Registration, today: date) -> bool:
    """Return whether the active `registration` is so near its end that it can be renewed on the day `today`."""
    active = allowed(MEMBER_MOVES[Verb.RENEW], registration.state)
    return active and today <= registration.expires_on <= today + RENEWABLE


def to_be_renewed(now: datetime) -> QuerySet[Registration]:
    """Return the registrations whose members are to begin to owe the renewal, and do not yet.

    They run out before the clock of that step, set at `now`, would; what cannot be renewed yet is not owed.
    """
    today = timezone.localdate(now)
    last = timezone.localdate(due_times(steps=[Step.RENEW], now=now)[Step.RENEW].at)
    owed = Deadline.objects.filter(
        content_type=ContentType.objects.get_for_model(Registration),
        object_id=OuterRef("pk"),
        kind=Step.RENEW,
        met_at__isnull=True,
        cancelled_at__isnull=True,
    )
    return Registration.objects.filter(
        ~Exists(owed),
        state=RegistrationState.ACTIVE,
        expires_on__gte=today,
        expires_on__lte=min(last, today + RENEWABLE),
    )


def run_out(today: date) -> QuerySet[Registration]:
    """Return the active registrations whose last day lies before `today`."""
    return Registration.objects.filter(state__in=MEMBER_MOVES[Verb.EXPIRE].sources, expires_on__lt=today)


def left_on(day: date) -> list[Unit]:
    """Return the communities that confirmed members left on `day`, each with their number as `left`: one query."""
    first = timezone.make_aware(datetime.combine(day, time()))
    ended = Registration.objects.filter(
        expires_on__isnull=False, ended_at__gte=first, ended_at__lt=first + timedelta(days=1)
    )
    counts = dict(ended.order_by().values_list("community").annotate(count=Count("pk")))
    communities = list(Unit.objects.filter(pk__in=counts).order_by("pk"))
    for community in communities:
        community.left = counts[community.pk]
    return communities


def skills() -> QuerySet[Skill]:
    """Return the skills to choose from."""
    return Skill.objects.filter(is_active=True)


def registered_employers() -> QuerySet[Unit]:
    """Return the employers that are registered with a community, by name."""
    active = EmployerRegistration.objects.filter(employer=OuterRef("pk"), state=RegistrationState.ACTIVE)
    return Unit.objects.filter(Exists(active), kind=UnitKind.EMPLOYER, is_active=True).order_by("name", "pk")


def streets() -> QuerySet[Unit]:
    """Return the streets in which communities lie, district by district."""
    return Unit.objects.filter(kind=UnitKind.STREET, is_active=True).select_related("parent").order_by("path")


def communities_in(street: Unit) -> QuerySet[Unit]:
    """Return the communities of `street` that are open."""
    return Unit.objects.filter(parent=street, kind=UnitKind.COMMUNITY, is_active=True).order_by("code")
