"""Reads of the employers' registrations."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.queries import grants_of
from service.enums import Verb
from service.models import EmployerRegistration
from service.queries.scope import communities_of, employers_of
from service.workflow import EMPLOYER_MOVES

RENEWABLE = timedelta(days=60)
"""So long before an agreement ends the next one can be handed in."""


def employer_registrations_visible_to(user) -> QuerySet[EmployerRegistration]:
    """Return the registrations with the communities whose service `user` runs and of the employers they act for."""
    scope = Q(community__in=communities_of(user)) | Q(employer__in=employers_of(user))
    related = ("employer", "community__parent", "submitted_by", "decided_by")
    return EmployerRegistration.objects.filter(scope).select_related(*related)


def decides_on_employer(user, registration: EmployerRegistration) -> bool:
    """Return whether `user` runs the service of the community and did not hand in the registration."""
    runs = grants_of(user).on("manage_service", registration.community_id)
    return runs and registration.submitted_by_id != user.pk


def seats_of(employers: list[Unit]) -> QuerySet[Unit]:
    """Return the open communities in which one of `employers` sits, street by street.

    An employer that lies below a street or the district sits in one of its communities.
    """
    scope = Q(pk__in=[])
    for employer in employers:
        scope |= Q(path__startswith=employer.parent.path)
    found = Unit.objects.filter(scope, kind=UnitKind.COMMUNITY, is_active=True)
    return found.select_related("parent").order_by("path")


def is_replaceable(registration: EmployerRegistration, today: date) -> bool:
    """Return whether the agreement of the active `registration` ends soon enough for the next one to be handed in."""
    return registration.agreed_until <= today + RENEWABLE


def agreements_over(today: date) -> QuerySet[EmployerRegistration]:
    """Return the active registrations whose agreement ended before `today`."""
    return EmployerRegistration.objects.filter(state__in=EMPLOYER_MOVES[Verb.EXPIRE].sources, agreed_until__lt=today)
