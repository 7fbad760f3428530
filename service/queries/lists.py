"""Reads of the three lists, and who stands on which side of an item."""

from django.db.models import Q, QuerySet

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.queries import grants_of
from service.enums import THREE_LISTS, ItemState, ListKind, RegistrationState, Verb
from service.models import EmployerRegistration, ListItem
from service.queries.scope import communities_of, employers_of
from service.workflow import ITEM_MOVES

RELATED = ("community__parent", "owner", "asker", "claimant", "need__owner", "resource__owner")


def _partnered(user) -> QuerySet:
    """Return the keys of the communities with which an employer of `user` is registered."""
    active = EmployerRegistration.objects.filter(employer__in=employers_of(user), state=RegistrationState.ACTIVE)
    return active.values("community")


def list_communities_of(user) -> QuerySet[Unit]:
    """Return the communities whose lists `user` may see: those they run, and those their employers registered with."""
    scope = Q(pk__in=communities_of(user)) | Q(pk__in=_partnered(user))
    found = Unit.objects.filter(scope, kind=UnitKind.COMMUNITY, is_active=True)
    return found.select_related("parent").order_by("code")


def items_visible_to(user) -> QuerySet[ListItem]:
    """Return the items `user` may see: of those communities, and whatever their employers listed or claimed."""
    employers = employers_of(user)
    scope = Q(community__in=communities_of(user)) | Q(community__in=_partnered(user))
    scope |= Q(owner__in=employers) | Q(claimant__in=employers)
    return ListItem.objects.filter(scope, kind__in=THREE_LISTS).select_related(*RELATED)


def items_of(community: Unit, kind: str) -> QuerySet[ListItem]:
    """Return the items of one list of `community`: order them by created_at."""
    return ListItem.objects.filter(community=community, kind=kind).select_related(*RELATED)


def newest(community: Unit, kind: str, count: int) -> list[ListItem]:
    """Return the `count` newest items of a list that were not withdrawn."""
    rows = items_of(community, kind).exclude(state=ItemState.WITHDRAWN)
    return list(rows.order_by("-created_at", "-pk")[:count])


def acts_for(user, unit: Unit | int | None) -> bool:
    """Return whether `user` speaks for `unit`: runs the service of the community, or liaises for the employer."""
    grants = grants_of(user)
    return grants.on("manage_service", unit) or grants.on("liaise", unit)


def partners_acted_for(user, community: Unit) -> list[Unit]:
    """Return the employers for which `user` acts and which are registered with `community`."""
    active = EmployerRegistration.objects.filter(
        employer__in=employers_of(user), community=community, state=RegistrationState.ACTIVE
    )
    return [row.employer for row in active.select_related("employer").order_by("employer__name")]


def project_of(item: ListItem) -> ListItem | None:
    """Return the project of which the need or resource `item` is a part, or was."""
    projects = ListItem.objects.filter(Q(need=item) | Q(resource=item)).exclude(state=ItemState.WITHDRAWN)
    return projects.order_by("-created_at").first()


def counterparts(user, item: ListItem) -> QuerySet[ListItem]:
    """Return the open items with which `user` may match the need or resource `item`: all, or those of their employers.

    Who runs the community matches any; a liaison gives the resources of their employers.
    """
    other = ListKind.RESOURCE if item.kind == ListKind.NEED else ListKind.NEED
    found = items_of(item.community, other).filter(state__in=ITEM_MOVES[Verb.MATCH].sources)
    found = found.order_by("owner__name", "title", "pk")
    if grants_of(user).on("manage_service", item.community_id):
        return found
    employers = employers_of(user)
    if item.kind == ListKind.NEED:
        return found.filter(owner__in=employers)
    return found if item.owner_id in employers else found.none()
