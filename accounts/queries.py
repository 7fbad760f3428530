"""Who may do what where. Every scoped read of every app begins with `grants_of`."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.enums import Role, UnitKind
from accounts.models import Post, Unit, UnitGrant, User
from accounts.roles import RULES


class Grants:
    """The permissions of one person on units, read once: `{permission: {unit id: unit kind}}`."""

    def __init__(self, rows: Iterable[tuple[str, int, str]] = ()):
        self._units: dict[str, dict[int, str]] = defaultdict(dict)
        for permission, unit_id, kind in rows:
            self._units[permission][unit_id] = kind

    def holds(self, permission: str) -> bool:
        """Return whether the person has `permission` on any unit."""
        return bool(self._units.get(permission))

    def units(self, permission: str, kind: str | None = None) -> frozenset[int]:
        """Return the ids of the units, of `kind` if given, on which the person has `permission`."""
        held = self._units.get(permission, {})
        return frozenset(pk for pk, unit_kind in held.items() if kind is None or unit_kind == kind)

    def on(self, permission: str, unit: Unit | int | None) -> bool:
        """Return whether the person has `permission` on `unit` (a Unit, its id, or None)."""
        unit_id = unit.pk if isinstance(unit, Unit) else unit
        return unit_id in self._units.get(permission, {})


def active_posts(day=None) -> QuerySet[Post]:
    """Return the posts that are held on `day` (default: today) by people who are active."""
    day = day or timezone.localdate()
    return Post.objects.filter(
        Q(end__isnull=True) | Q(end__gte=day), start__lte=day, user__is_active=True, unit__is_active=True
    )


def grants_of(user) -> Grants:
    """Return the grants of `user`, read once and kept on the instance for the request.

    A grant counts only while a post of today gives it, so that a deactivated person, or one whose post has
    ended, loses everything at once, whenever the grants are tidied.
    """
    if not getattr(user, "is_active", False) or user.pk is None:
        return Grants()
    if not hasattr(user, "_grants"):
        given = {
            (permission, post.unit_id) for post in posts_of(user) for permission in RULES[Role(post.role)].permissions
        }
        rows = UnitGrant.objects.filter(user=user).values_list(
            "permission__codename", "content_object_id", "content_object__kind"
        )
        user._grants = Grants(row for row in rows if row[:2] in given)
    return user._grants


def posts_of(user) -> list[Post]:
    """Return the posts that `user` holds today, with their units and the units above."""
    if not getattr(user, "is_active", False) or user.pk is None:
        return []
    if not hasattr(user, "_posts"):
        user._posts = list(active_posts().filter(user=user).select_related("unit__parent"))
    return user._posts


def administers(user) -> bool:
    """Return whether `user` may enter the admin: a superuser, or the holder of a post that administers."""
    if not user.is_active:
        return False
    return user.is_superuser or any(RULES[Role(post.role)].admin for post in posts_of(user))


def administration_of(user) -> frozenset[str]:
    """Return the model permissions (`app.verb_model`) that the posts of `user` give in the admin."""
    return frozenset().union(*(RULES[Role(post.role)].admin for post in posts_of(user)))


def holders_of(permission: str, unit: Unit) -> QuerySet[User]:
    """Return the active people who have `permission` on `unit` through a post of today."""
    roles = [role for role, rule in RULES.items() if permission in rule.permissions]
    return User.objects.filter(pk__in=active_posts().filter(unit=unit, role__in=roles).values("user"), is_active=True)


def people_with_rights() -> QuerySet[User]:
    """Return the people who hold a post today or still have a grant, in a fixed order."""
    held = active_posts().filter(user=OuterRef("pk"))
    granted = UnitGrant.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(held) | Exists(granted)).order_by("pk")


def people_by_post(codes: Iterable[str]) -> dict[tuple[str, str], list[tuple[str, list[int]]]]:
    """Return who holds which post in the units of `codes` today: (kind of unit, role) → [(code, people's keys)]."""
    posts = active_posts().filter(unit__code__in=list(codes)).order_by("pk")
    found: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for kind, role, code, person in posts.values_list("unit__kind", "role", "unit__code", "user"):
        found[kind, role][code].append(person)
    return {key: list(by_code.items()) for key, by_code in found.items()}


def ancestors_of(unit: Unit) -> dict[str, Unit]:
    """Return `unit` and the units above it by kind, e.g. {"grid": …, "community": …, "street": …}."""
    codes = unit.path.rstrip("/").split("/")
    return {found.kind: found for found in Unit.objects.filter(code__in=codes)}


def below(unit: Unit, kind: str) -> QuerySet[Unit]:
    """Return the active units of `kind` anywhere under `unit`, in the order of their codes."""
    return Unit.objects.filter(path__startswith=unit.path, kind=kind, is_active=True)


def within(units: Iterable[Unit]) -> QuerySet[Unit]:
    """Return `units` and all that lie below one of them."""
    scope = Q(pk__in=[])
    for unit in units:
        scope |= Q(path__startswith=unit.path)
    return Unit.objects.filter(scope)


def districts() -> QuerySet[Unit]:
    """Return the active districts."""
    return Unit.objects.filter(kind=UnitKind.DISTRICT, is_active=True)


def departments_of(unit: Unit) -> QuerySet[Unit]:
    """Return the active departments of the district in which `unit` lies."""
    return Unit.objects.filter(path__startswith=f"{unit.path.split('/')[0]}/", kind=UnitKind.DEPARTMENT, is_active=True)
