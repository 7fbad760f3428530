"""Wishes: who sees which, who reviews, who may claim, and to whom the contact is shown."""

from django.db.models import Count, Q, QuerySet

from accounts.enums import UnitKind
from accounts.models import Unit
from service.enums import RegistrationState, ThanksState, WishState
from service.models import EmployerRegistration, Wish
from service.queries.scope import communities_of, employers_of, members_of, partners_of, registration_of

PUBLIC = (WishState.PUBLISHED, WishState.CLAIMED, WishState.FULFILLED)
CLAIMED = (WishState.CLAIMED, WishState.FULFILLED)


def wishes_seen_by(user) -> QuerySet[Wish]:
    """Return the wishes that `user` may open: published ones, their own, and those of their communities."""
    scope = Q(state__in=PUBLIC) | Q(community__in=communities_of(user))
    if getattr(user, "is_active", False):
        scope |= Q(resident=user)
    return Wish.objects.filter(scope).select_related("community", "claimed_by", "claimed_for")


def wishes_in(community: Unit, *, fulfilled: bool = False) -> QuerySet[Wish]:
    """Return the wishes of `community` that wait to be claimed, or those that were fulfilled: order by submitted_at."""
    state = WishState.FULFILLED if fulfilled else WishState.PUBLISHED
    return Wish.objects.filter(community=community, state=state).select_related("community")


def wishes_made_by(user) -> QuerySet[Wish]:
    """Return the wishes of `user`: order by submitted_at."""
    return Wish.objects.filter(resident=user).select_related("community")


def wishes_claimed_by(user) -> QuerySet[Wish]:
    """Return the wishes that `user`, or an employer for which they act, has claimed: order by claimed_at."""
    scope = Q(claimed_by=user, claimed_for=None) | Q(claimed_for__in=employers_of(user))
    return Wish.objects.filter(scope, state__in=CLAIMED).select_related("community", "claimed_for")


TO_REVIEW = Q(state=WishState.SUBMITTED)
UNDER_WAY = Q(state=WishState.CLAIMED)
THANKS_TO_REVIEW = Q(thanks_state=ThanksState.SUBMITTED)
WAITING = Q(state=WishState.PUBLISHED)


def wishes_run_by(user) -> QuerySet[Wish]:
    """Return the wishes made to the communities whose service `user` runs."""
    return Wish.objects.filter(community__in=communities_of(user)).select_related("community")


def review_counts(user) -> dict[str, int]:
    """Return how much of `wishes_run_by` is to be reviewed, waits, is under way, or has thanks to be reviewed."""
    conditions = {"review": TO_REVIEW, "published": WAITING, "claimed": UNDER_WAY, "thanks": THANKS_TO_REVIEW}
    return wishes_run_by(user).aggregate(**{name: Count("pk", filter=q) for name, q in conditions.items()})


def runs_wishes_of(user, wish: Wish) -> bool:
    """Return whether `user` runs the service of the community to which `wish` was made."""
    return wish.community_id in communities_of(user)


def is_claimant(user, wish: Wish) -> bool:
    """Return whether `user` has claimed `wish`, or acts for the employer that did."""
    if wish.state not in CLAIMED:
        return False
    if wish.claimed_for_id:
        return wish.claimed_for_id in employers_of(user)
    return wish.claimed_by_id == user.pk


def sees_contact(user, wish: Wish) -> bool:
    """Return whether `user` always sees where to bring it: the resident, and the claimant meanwhile."""
    if user.pk is not None and wish.resident_id == user.pk:
        return True
    return wish.state == WishState.CLAIMED and is_claimant(user, wish)


def may_reveal(user, wish: Wish) -> bool:
    """Return whether `user`, of the community, may have shown where to bring it, with a reason that is recorded."""
    return runs_wishes_of(user, wish) and not sees_contact(user, wish)


def open_claims_of(user) -> QuerySet[Wish]:
    """Return the wishes that `user` has claimed, also for an employer, and that are not fulfilled yet."""
    return Wish.objects.filter(claimed_by=user, state=WishState.CLAIMED)


def employers_to_claim(user, wish: Wish) -> list[Unit]:
    """Return the employers, registered with the community of `wish`, for which `user` may claim it."""
    rows = partners_of(wish.community).filter(employer__in=employers_of(user)).select_related("employer")
    return [row.employer for row in rows]


def is_member_at(user, community: Unit) -> bool:
    """Return whether `user` has an active registration with `community`."""
    return user.pk is not None and members_of(community).filter(member=user).exists()


def communities() -> QuerySet[Unit]:
    """Return the communities to choose from, street by street."""
    return Unit.objects.filter(kind=UnitKind.COMMUNITY, is_active=True).select_related("parent").order_by("path")


def own_community(user) -> Unit | None:
    """Return the community whose wishes concern `user` first: by registration, by post, or by their employer."""
    registration = registration_of(user)
    if registration is not None:
        return registration.community
    partners = EmployerRegistration.objects.filter(employer__in=employers_of(user), state=RegistrationState.ACTIVE)
    return communities().filter(Q(pk__in=communities_of(user)) | Q(pk__in=partners.values("community"))).first()
