"""Who runs which community, acts for which employer, and is a member: every scoped read of this app begins here."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.enums import UnitKind
from accounts.models import Unit, User
from accounts.queries import grants_of, holders_of
from service.enums import RegistrationState
from service.models import EmployerRegistration, Registration


def communities_of(user) -> frozenset[int]:
    """Return the ids of the communities whose service `user` runs."""
    return grants_of(user).units("manage_service", UnitKind.COMMUNITY)


def employers_of(user) -> frozenset[int]:
    """Return the ids of the employers for which `user` acts."""
    return grants_of(user).units("liaise", UnitKind.EMPLOYER)


def communities_run_by(user) -> QuerySet[Unit]:
    """Return the open communities whose service `user` runs."""
    return Unit.objects.filter(pk__in=communities_of(user), is_active=True)


def employers_run_by(user) -> QuerySet[Unit]:
    """Return the employers for which `user` acts."""
    return Unit.objects.filter(pk__in=employers_of(user))


def in_force() -> Q:
    """Return the condition of the registrations that are active and whose last day has not passed."""
    return Q(state=RegistrationState.ACTIVE, expires_on__gte=timezone.localdate())


def active_registrations(user) -> QuerySet[Registration]:
    """Return the active registration of `user`, one row or none."""
    return Registration.objects.filter(in_force(), member=user)


def confirmed_registrations(user) -> QuerySet[Registration]:
    """Return the registrations of `user` that a community ever confirmed: the days of no others are set."""
    return Registration.objects.filter(member=user, expires_on__isnull=False)


def registration_of(user) -> Registration | None:
    """Return the active registration of `user`, read once and kept on the instance for the request; None for others."""
    if not getattr(user, "is_active", False) or user.pk is None:
        return None
    if not hasattr(user, "_registration"):
        user._registration = active_registrations(user).select_related("community", "employer").first()
    return user._registration


def members_of(community: Unit) -> QuerySet[Registration]:
    """Return the active registrations of `community`."""
    return Registration.objects.filter(in_force(), community=community)


def partners_of(community: Unit) -> QuerySet[EmployerRegistration]:
    """Return the active registrations of employers with `community`."""
    return EmployerRegistration.objects.filter(community=community, state=RegistrationState.ACTIVE)


def staff_of(community: Unit) -> QuerySet[User]:
    """Return the people who run the service of `community`."""
    return holders_of("manage_service", community)


def liaisons_of(employer: Unit) -> QuerySet[User]:
    """Return the people who act for `employer`."""
    return holders_of("liaise", employer)
