"""Reads of the members' registrations."""

from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.queries import grants_of
from records.models import Deadline
from service.enums import RegistrationState, Step
from service.models import EmployerRegistration, Registration, Skill
from service.queries.scope import communities_of

RENEWABLE = timedelta(days=60)
"""So long before it runs out a registration can be renewed."""
ASKED_TO_RENEW = timedelta(days=30)
"""So long before it runs out the member begins to owe the renewal."""


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
    active = registration.state == RegistrationState.ACTIVE
    return active and today <= registration.expires_on <= today + RENEWABLE


def to_be_renewed(today: date) -> QuerySet[Registration]:
    """Return the registrations about to run out whose members do not owe the renewal yet."""
    owed = Deadline.objects.filter(
        content_type=ContentType.objects.get_for_model(Registration),
        object_id=OuterRef("pk"),
        kind=Step.RENEW,
        met_at__isnull=True,
        cancelled_at__isnull=True,
    )
    return Registration.objects.filter(
        ~Exists(owed), state=RegistrationState.ACTIVE, expires_on__gte=today, expires_on__lte=today + ASKED_TO_RENEW
    )


def run_out(today: date) -> QuerySet[Registration]:
    """Return the active registrations whose last day lies before `today`."""
    return Registration.objects.filter(state=RegistrationState.ACTIVE, expires_on__lt=today)


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
