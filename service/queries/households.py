"""党员联户: the households in a member's care, seen by that member and the community only."""

from collections.abc import Iterable
from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import UnitKind
from accounts.models import Unit, User
from accounts.phones import normalise
from service.enums import RegistrationState
from service.models import Household, Registration, Visit
from service.queries.scope import communities_of, members_of, registration_of


def households_run_by(user) -> QuerySet[Household]:
    """Return the households of the communities whose service `user` runs; `is_cared_for` while a member cares.

    A carer who is not registered with the community any more does not count.
    """
    return _marked(Household.objects.filter(community__in=communities_of(user), is_active=True))


def _marked(households: QuerySet[Household]) -> QuerySet[Household]:
    registered = Registration.objects.filter(
        member=OuterRef("carer"), community=OuterRef("community"), state=RegistrationState.ACTIVE
    )
    related = households.select_related("community", "grid", "carer")
    return related.annotate(is_cared_for=Exists(registered))


def households_in_care_of(user) -> QuerySet[Household]:
    """Return the households in the care of `user`, while registered with their community."""
    registration = registration_of(user)
    if registration is None:
        return Household.objects.none()
    found = Household.objects.filter(carer=user, community=registration.community_id, is_active=True)
    return found.select_related("community", "grid")


def households_seen_by(user) -> QuerySet[Household]:
    """Return the households that `user` may open, of their communities and in their care: marked as those above."""
    run = Q(community__in=communities_of(user), is_active=True)
    return _marked(Household.objects.filter(run | Q(pk__in=households_in_care_of(user).values("pk"))))


def left_by(member: User, community: Unit) -> QuerySet[Household]:
    """Return the households of `community` that are in the care of `member`, registered there or not any more."""
    return Household.objects.filter(carer=member, community=community, is_active=True)


def runs_households_of(user, household: Household) -> bool:
    """Return whether `user` runs the service of the community of `household`."""
    return household.community_id in communities_of(user)


def cares_for(user, household: Household) -> bool:
    """Return whether the active `household` is in the care of `user`, who is registered with its community."""
    registration = registration_of(user)
    registered = registration is not None and registration.community_id == household.community_id
    return registered and household.is_active and household.carer_id == user.pk


def visits_to(household: Household) -> QuerySet[Visit]:
    """Return the visits to `household`: order by noted_at."""
    return Visit.objects.filter(household=household).select_related("member")


def narrowed(households: QuerySet[Household], *, words: str, without: bool) -> QuerySet[Household]:
    """Return those of `households_run_by` whose name or group has `words`, or that nobody cares for."""
    if words:
        households = households.filter(Q(label__icontains=words) | Q(group__icontains=words))
    return households.filter(is_cared_for=False) if without else households


def grids_of(communities: Iterable[Unit]) -> QuerySet[Unit]:
    """Return the grids of `communities`."""
    return Unit.objects.filter(parent__in=list(communities), kind=UnitKind.GRID, is_active=True)


def members_named(community: Unit, typed: str) -> list[User]:
    """Return the members of `community` whose name, username or mobile number was `typed`: two at most."""
    by = Q(name=typed) | Q(username=typed)
    with suppress(ValidationError):  # a name, not a number
        by |= Q(phone=normalise(typed))
    registered = members_of(community).values("member")
    return list(User.objects.filter(by, pk__in=registered, is_active=True)[:2])
