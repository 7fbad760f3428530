"""What is done to people, units and posts. Grants on units are written here and nowhere else."""

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role, UnitKind
from accounts.errors import Refused
from accounts.models import Post, Unit, UnitGrant, User
from accounts.queries import active_posts
from accounts.roles import RULES

PARENT_KINDS = {
    UnitKind.DISTRICT: {None},
    UnitKind.STREET: {UnitKind.DISTRICT},
    UnitKind.COMMUNITY: {UnitKind.STREET},
    UnitKind.GRID: {UnitKind.COMMUNITY},
    UnitKind.DEPARTMENT: {UnitKind.DISTRICT},
    UnitKind.EMPLOYER: {UnitKind.DISTRICT, UnitKind.STREET, UnitKind.COMMUNITY},
}


def check_unit(*, unit: Unit, old_path: str | None = None) -> None:
    """Ask whether `unit`, which lay at `old_path` so far, may lie below its parent. Writes nothing.

    Raises Refused when the parent is of the wrong kind, lies below the unit itself, or the code has a slash.
    """
    parent = unit.parent
    if "/" in unit.code or not unit.code.strip():
        raise Refused(_("A unit's code is not empty and has no slash."), field="code")
    if (parent.kind if parent else None) not in PARENT_KINDS[UnitKind(unit.kind)]:
        raise Refused(
            _("A unit of the kind “%(kind)s” cannot lie below “%(parent)s”.")
            % {"kind": unit.get_kind_display(), "parent": parent or _("nothing")},
            field="parent",
        )
    if parent and old_path and parent.path.startswith(old_path):
        raise Refused(_("“%(unit)s” cannot lie below itself.") % {"unit": unit}, field="parent")


@transaction.atomic
def place_unit(*, unit: Unit) -> Unit:
    """Save `unit` at its place in the tree and move what lies below it; return it. Raises as `check_unit`."""
    parent = unit.parent
    old_path = Unit.objects.filter(pk=unit.pk).values_list("path", flat=True).first()
    check_unit(unit=unit, old_path=old_path)
    unit.path = f"{parent.path if parent else ''}{unit.code}/"
    unit.save()
    if old_path and old_path != unit.path:
        for child in Unit.objects.filter(path__startswith=old_path).exclude(pk=unit.pk):
            child.path = unit.path + child.path.removeprefix(old_path)
            child.save(update_fields=["path"])
    return unit


@transaction.atomic
def appoint(*, user: User, unit: Unit, role: Role, start: date | None = None, end: date | None = None) -> Post:
    """Give `user` the `role` in `unit` from `start` (default: today) to `end`; return the post.

    Raises Refused when the role cannot be held in a unit of that kind or the dates are the wrong way round.
    """
    post = Post(user=user, unit=unit, role=role, start=start or timezone.localdate(), end=end)
    return keep_post(post=post)


def check_role(*, post: Post) -> None:
    """Ask whether the role of `post` can be held in its unit and its dates are in order, without a query.

    Raises Refused when not.
    """
    if UnitKind(post.unit.kind) not in RULES[Role(post.role)].kinds:
        raise Refused(
            _("The role “%(role)s” cannot be held in “%(unit)s”, a unit of the kind “%(kind)s”.")
            % {
                "role": post.get_role_display(),
                "unit": post.unit,
                "kind": post.unit.get_kind_display(),
            },
            field="role",
        )
    if post.end and post.end < post.start:
        raise Refused(_("A post cannot end before it starts."), field="end")


def check_post(*, post: Post) -> None:
    """Ask whether `post` may be kept as it is. Writes nothing. Raises Refused as `check_role`, or if it is held."""
    check_role(post=post)
    same = Post.objects.filter(user=post.user, unit=post.unit, role=post.role, end__isnull=True)
    if post.end is None and same.exclude(pk=post.pk).exists():
        raise Refused(_("%(person)s already holds this post.") % {"person": post.user}, field="role")


@transaction.atomic
def keep_post(*, post: Post) -> Post:
    """Save a new or changed `post` and set the person's grants anew; return it. Raises Refused as `appoint`."""
    check_post(post=post)
    post.save()
    renew_grants(user=post.user)
    return post


@transaction.atomic
def deactivate(*, user: User) -> None:
    """Take everything from `user` at once: sign-in, grants, the admin. Posts stay as history."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    renew_grants(user=user)


def renew_grants(*, user: User) -> None:
    """Make the guardian grants of `user` equal to what their posts of today give."""
    renew_grants_of(users=[user])


@transaction.atomic
def renew_grants_of(*, users: Iterable[User]) -> None:
    """Make the guardian grants of all `users` equal to what their posts of today give, in a few queries."""
    people = {user.pk: user for user in users}
    wanted = {
        (post.user_id, permission, post.unit_id)
        for post in active_posts().filter(user__in=people)
        for permission in RULES[Role(post.role)].permissions
    }
    permissions = dict(
        Permission.objects.filter(content_type=ContentType.objects.get_for_model(Unit)).values_list("codename", "pk")
    )
    held = {
        (user, permission, unit): pk
        for pk, user, permission, unit in UnitGrant.objects.filter(user__in=people).values_list(
            "pk", "user", "permission__codename", "content_object"
        )
    }
    UnitGrant.objects.filter(pk__in=[pk for key, pk in held.items() if key not in wanted]).delete()
    UnitGrant.objects.bulk_create(
        UnitGrant(user_id=user, permission_id=permissions[permission], content_object_id=unit)
        for user, permission, unit in sorted(wanted - held.keys())
    )
    for user in people.values():
        user.__dict__.pop("_grants", None)
        user.__dict__.pop("_posts", None)
