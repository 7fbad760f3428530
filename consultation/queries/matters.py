"""Matters: who may raise them, where they lie, and what the desks and pages show of them."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Unit, User
from accounts.queries import grants_of, posts_of
from cases import queries as cases
from cases.models import Case, Category
from consultation.enums import MatterState, Proposers
from consultation.models import Forum, Matter, MatterStep, Seat
from consultation.queries.forums import forums_above, forums_below
from consultation.queries.scope import convenes, matters_visible_to, open_forums, passed_on_by, seats_of
from service.queries.wishes import own_community

LIVE = (MatterState.RAISED, MatterState.ACCEPTED, MatterState.TABLED)
GONE = (MatterState.REFUSED, MatterState.WITHDRAWN)


def units_to_raise_for(user) -> QuerySet[Unit]:
    """Return the active units for which `user` may raise matters: those they speak for, and at which they convene."""
    grants = grants_of(user)
    units = grants.units("represent_unit") | grants.units("convene")
    return Unit.objects.filter(pk__in=units, is_active=True).order_by("code")


def may_raise_at(user, forum: Forum, unit: Unit | None = None) -> bool:
    """Return whether `forum` takes matters of `user`, or of `unit`: its members', if it says so, and its convenors'."""
    if forum.proposers == Proposers.EVERYONE or convenes(user, forum):
        return True
    member = Q(person=user)
    return seats_of(forum).filter(member | Q(unit=unit) if unit else member).exists()


def forums_at(units) -> QuerySet[Forum]:
    """Return the open forums of `units` (ids), those of the smallest unit first."""
    return open_forums().filter(unit__in=units).order_by("-unit__path", "level", "name")


def forums_sat_on(user) -> QuerySet[Forum]:
    """Return the open forums of which `user` is a member."""
    seats = Seat.objects.filter(person=user, left_at__isnull=True)
    return open_forums().filter(pk__in=seats.values("forum")).order_by("-unit__path", "level", "name")


def forums_near(user) -> QuerySet[Forum]:
    """Return the open forums where `user` lives or works, from the grid up to the district."""
    units = [post.unit for post in posts_of(user)]
    home = own_community(user)
    if home is not None:
        units.append(home)
    codes = {code for unit in units for code in unit.path.rstrip("/").split("/")}
    return forums_at(Unit.objects.filter(code__in=codes).values("pk"))


def forums_for_case(case: Case) -> QuerySet[Forum]:
    """Return the open forums of the grid, community, street and district in which `case` lies."""
    return forums_at([case.grid_id, case.community_id, case.street_id, case.district_id])


def forums_for_street(street: Unit) -> QuerySet[Forum]:
    """Return the open forums of `street` and its district, and of the communities in it."""
    return (
        open_forums()
        .filter(Q(unit__in=[street.pk, street.parent_id]) | Q(unit__parent=street))
        .order_by("unit__path", "level", "name")
    )


def matters_kept_by(user) -> QuerySet[Matter]:
    """Return the matters at the forums that `user` keeps: order by raised_at."""
    found = Matter.objects.filter(forum__unit__in=grants_of(user).units("convene"))
    return found.select_related("forum__unit", "proposer", "unit")


def matters_raised_by(user) -> QuerySet[Matter]:
    """Return the matters that `user`, or a unit for which they speak, has raised: order by raised_at."""
    scope = Q(proposer=user) | Q(unit__in=grants_of(user).units("represent_unit"))
    return Matter.objects.filter(scope).select_related("forum__unit", "proposer", "unit")


def is_concerned(user, matter: Matter) -> bool:
    """Return whether `user` raised `matter`, or speaks for the unit that did, or keeps its forum or one it passed."""
    own = user.pk is not None and matter.proposer_id == user.pk
    if own or grants_of(user).on("represent_unit", matter.unit_id) or convenes(user, matter.forum):
        return True
    return passed_on_by(user).filter(matter=matter).exists()


def mergeable(matter: Matter) -> QuerySet[Matter]:
    """Return the live matters of the same forum into which `matter` may be merged, the latest 100."""
    return (
        Matter.objects.filter(forum=matter.forum_id, state__in=LIVE)
        .exclude(pk=matter.pk)
        .order_by("-raised_at", "-pk")[:100]
    )


def forums_to_pass_up(matter: Matter) -> QuerySet[Forum]:
    """Return the forums to which `matter` may be passed up."""
    return forums_above(matter.forum)


def forums_to_pass_down(matter: Matter) -> QuerySet[Forum]:
    """Return the forums to which `matter` may be passed down: of the same unit, or of those right below it.

    A district has thousands further down; the forum of a street passes it on.
    """
    unit = matter.forum.unit_id
    return forums_below(matter.forum).filter(Q(unit=unit) | Q(unit__parent=unit))


def steps_of(matter: Matter) -> QuerySet[MatterStep]:
    """Return the record of `matter`, the oldest first."""
    related = ("actor", "forum", "to_forum", "other", "meeting")
    return MatterStep.objects.filter(matter=matter).select_related(*related).order_by("at", "pk")


def matters_of_case(case: Case) -> QuerySet[Matter]:
    """Return the matters that were raised about `case` and neither refused nor withdrawn."""
    return Matter.objects.filter(case=case).exclude(state__in=GONE)


def matters_about(case: Case) -> QuerySet[Matter]:
    """Return all matters that were raised about `case`, with their forums, the oldest first."""
    return Matter.objects.filter(case=case).select_related("forum").order_by("raised_at", "pk")


def matter_of_topic(forum: Forum, category: Category, street: Unit, month: date) -> Matter | None:
    """Return the matter that stands at `forum` for the topic, if any: see the constraint matter_once_per_topic."""
    found = Matter.objects.filter(forum=forum, category=category, street=street, month=month, merged_into=None)
    return found.exclude(state=MatterState.WITHDRAWN).first()


def readable(user, matters: set[int]) -> set[int]:
    """Return those of the keys `matters` whose pages `user` may open."""
    return set(matters_visible_to(user).filter(pk__in=matters).values_list("pk", flat=True)) if matters else set()


def case_address(user: User, case: Case) -> str:
    """Return where `user` reads `case`: as an official, as the resident who lodged it, or nowhere."""
    if cases.visible_to(user).filter(pk=case.pk).exists():
        return case.get_absolute_url()
    return case.get_public_url() if cases.lodged_by(user).filter(pk=case.pk).exists() else ""


def waiting_for(user) -> int:
    """Return how many matters wait for `user` to accept or refuse them."""
    return matters_kept_by(user).filter(state=MatterState.RAISED).count()
