"""What is done to people, units and posts. Grants on units are written here and nowhere else.

`actor` is the person who does it, None for imports and the command line. Locks are taken in the order tree, people.
"""

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.days import check_day
from accounts.enums import Role, UnitKind
from accounts.errors import Refused
from accounts.events import tell
from accounts.models import Post, Unit, UnitGrant, User
from accounts.queries import active_posts, people_with_rights
from accounts.roles import APART, RULES

BATCH = 500

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


def hold_tree() -> None:
    """Let nobody else change the tree until the transaction ends: whoever does holds its roots."""
    list(Unit.objects.select_for_update(no_key=True).filter(parent=None).order_by("pk").values_list("pk"))


@transaction.atomic
def place_unit(*, unit: Unit) -> Unit:
    """Save `unit` at its place in the tree and move what lies below it; return it.

    Raises as `check_unit`, and Refused when there is a unit of this code.
    """
    hold_tree()
    if unit.parent_id:
        unit.parent = Unit.objects.get(pk=unit.parent_id)  # it may have moved since it was read
    old_path = Unit.objects.filter(pk=unit.pk).values_list("path", flat=True).first()
    check_unit(unit=unit, old_path=old_path)
    unit.path = f"{unit.parent.path if unit.parent else ''}{unit.code}/"
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise Refused(_("There is a unit “%(code)s” already.") % {"code": unit.code}, field="code") from error
    if old_path and old_path != unit.path:
        for child in Unit.objects.filter(path__startswith=old_path).exclude(pk=unit.pk):
            child.path = unit.path + child.path.removeprefix(old_path)
            child.save(update_fields=["path"])
    return unit


@transaction.atomic
def appoint(
    *,
    user: User,
    unit: Unit,
    role: Role,
    start: date | None = None,
    end: date | None = None,
    actor: User | None = None,
) -> Post:
    """Give `user` the `role` in `unit` from `start` (default: today) to `end`; return the post.

    Raises Refused as `check_post`.
    """
    post = Post(user=user, unit=unit, role=role, start=start or timezone.localdate(), end=end)
    return keep_post(post=post, actor=actor)


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
    for name in ("start", "end"):
        check_day(getattr(post, name), field=name)
    if post.end and post.end < post.start:
        raise Refused(_("A post cannot end before it starts."), field="end")


def check_apart(*, post: Post, others: Iterable[Post]) -> None:
    """Ask whether the holder of `others` may have `post` besides them, without a query.

    Raises Refused when two roles would meet that nobody holds at the same time (accounts.roles.APART).
    """
    for other in others:
        if {post.role, other.role} <= APART and post.role != other.role and post.overlaps(other):
            raise Refused(
                _("Nobody is “%(role)s” and “%(other)s” at the same time; %(person)s is the latter from %(start)s on.")
                % {
                    "role": post.get_role_display(),
                    "other": other.get_role_display(),
                    "person": post.user,
                    "start": other.start,
                },
                field="role",
            )


def check_post(*, post: Post, actor: User | None = None) -> None:
    """Ask whether `actor` may keep `post` as it is. Writes nothing.

    Raises Refused as `check_role` and `check_apart`, if the post is held already, or if it is the actor's own.
    """
    check_not_oneself(user=post.user, actor=actor)
    check_role(post=post)
    others = Post.objects.filter(user=post.user).exclude(pk=post.pk)
    if post.end is None and others.filter(unit=post.unit, role=post.role, end__isnull=True).exists():
        raise _held_already(post)
    if post.role in APART:
        check_apart(post=post, others=others.filter(role__in=APART))


def check_not_oneself(*, user: User, actor: User | None) -> None:
    """Ask whether `actor` is somebody else than `user`. Raises Refused when not: rights are given by another."""
    if actor is not None and actor.pk == user.pk:
        raise Refused(_("Your own posts and your own account are for somebody else to change."), field="user")


def _held_already(post: Post) -> Refused:
    return Refused(_("%(person)s already holds this post.") % {"person": post.user}, field="role")


@transaction.atomic
def keep_post(*, post: Post, actor: User | None = None) -> Post:
    """Save a new or changed `post` and set the person's grants anew; return it. Raises Refused as `check_post`."""
    hold_people([post.user_id])
    check_post(post=post, actor=actor)
    verb = "post.give" if post.pk is None else "post.end" if post.end else "post.change"
    try:
        with transaction.atomic():
            post.save()
    except IntegrityError as error:
        raise _held_already(post) from error
    renew_grants(user=post.user)
    days = {"start": str(post.start), "end": str(post.end) if post.end else None}
    tell(
        row=post,
        verb=verb,
        actor=actor,
        unit=post.unit_id,
        detail={"person": post.user_id, "role": str(post.role), **days},
    )
    return post


def hold_people(keys: Iterable[int]) -> None:
    """Let nobody else change the posts and grants of these people until the transaction ends."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))


@transaction.atomic
def deactivate(*, user: User, actor: User | None = None) -> None:
    """Take everything from `user` at once: sign-in, grants, the admin. Posts stay as history.

    Raises Refused when it is the actor's own account.
    """
    _set_active(user, actor, active=False)


@transaction.atomic
def reactivate(*, user: User, actor: User | None = None) -> None:
    """Let `user` sign in again and have what their posts of today give.

    Raises Refused when it is the actor's own account.
    """
    _set_active(user, actor, active=True)


def _set_active(user: User, actor: User | None, *, active: bool) -> None:
    check_not_oneself(user=user, actor=actor)
    user.is_active = active
    user.save(update_fields=["is_active"])
    renew_grants(user=user)
    tell(row=user, verb="user.reactivate" if active else "user.deactivate", actor=actor)


def renew_grants(*, user: User) -> None:
    """Make the guardian grants of `user` equal to what their posts of today give."""
    renew_grants_of(users=[user])


@transaction.atomic
def renew_grants_of(*, users: Iterable[User]) -> None:
    """Make the guardian grants of all `users` equal to what their posts of today give, in a few queries."""
    people = {user.pk: user for user in users}
    hold_people(people)
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


def renew_all_grants() -> int:
    """Make everybody's grants equal to what their posts of today give; return how many people were looked at.

    In batches, each its own transaction: so many people are never held, or in memory, at once.
    """
    count, last = 0, 0
    while batch := list(people_with_rights().filter(pk__gt=last)[:BATCH]):
        renew_grants_of(users=batch)
        count, last = count + len(batch), batch[-1].pk
    return count
