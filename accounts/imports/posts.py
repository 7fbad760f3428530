"""The posts that the rows of a file of people ask for, and what has to be written for them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.actions import check_apart, check_role, renew_grants_of
from accounts.enums import Role
from accounts.errors import Refused
from accounts.models import Post, Unit, User
from accounts.tabular import Problems, Row

DAYS = ("start", "end")
RESIDENT = "resident"


@dataclass
class Wanted:
    """A post that one row asks for; without `start` it begins today unless it is held already."""

    row: Row
    role: Role
    unit: Unit
    start: date | None
    end: date | None


@dataclass
class Plan:
    """The posts to be written: new ones, changed ones; `kept` counts those that are there as the file says."""

    new: list[Post] = field(default_factory=list)
    changed: list[Post] = field(default_factory=list)
    kept: int = 0


def read_posts(rows: list[Row], problems: Problems) -> list[Wanted]:
    """Return the posts that `rows` ask for; complain about roles, units and days that cannot be."""
    units = Unit.objects.in_bulk({row.cells["unit_code"] for row in rows}, field_name="code")
    wanted, seen = [], {}
    for row in rows:
        post = _read_post(row, units, problems)
        if post is None:
            continue
        key = (row.cells["username"], post.role, post.unit.code)
        starts = {(*key, "from", post.start)} | ({(*key, "open")} if post.end is None else set())
        for same in sorted(starts & seen.keys(), key=str)[:1]:
            problems.add(row.line, "role", _("Line %(line)d gives the same post.") % {"line": seen[same]})
        seen.update(dict.fromkeys(starts, row.line))
        wanted.append(post)
    return wanted


def _read_post(row: Row, units: dict[str, Unit], problems: Problems) -> Wanted | None:
    role, code = row.cells["role"], row.cells["unit_code"]
    start, end = (_day(row, column, problems) for column in DAYS)
    if role in ("", RESIDENT):
        if code:
            problems.add(row.line, "unit_code", _("A resident holds no post: leave this cell empty."))
        return None
    if role not in Role.values:
        problems.add(
            row.line,
            "role",
            _("“%(role)s” is not a role; the roles are %(roles)s.")
            % {"role": role, "roles": ", ".join([RESIDENT, *Role.values])},
        )
        return None
    if code not in units:
        problems.add(row.line, "unit_code", _("There is no unit “%(code)s”.") % {"code": code})
        return None
    wanted = Wanted(row, Role(role), units[code], start, end)
    try:
        check_role(post=_as_post(wanted, None))
    except Refused as refusal:
        problems.add(row.line, refusal.field, refusal.sentence)
    return wanted


def _day(row: Row, column: str, problems: Problems) -> date | None:
    cell = row.cells.get(column, "")
    if not cell:
        return None
    try:
        return date.fromisoformat(cell)
    except ValueError:
        problems.add(row.line, column, _("“%(cell)s” is not a day such as 2026-11-21.") % {"cell": cell})
        return None


def _as_post(wanted: Wanted, user: User | None) -> Post:
    today = timezone.localdate()
    start = wanted.start or min(today, wanted.end or today)
    return Post(user=user, unit=wanted.unit, role=wanted.role, start=start, end=wanted.end)


def plan_posts(people: dict[str, User], wanted: list[Wanted], problems: Problems) -> Plan:
    """Find the posts that the rows mean. Raises FileRefused when roles would meet that nobody holds together."""
    held: dict[str, list[Post]] = defaultdict(list)
    posts = Post.objects.filter(user__in=[user.pk for user in people.values() if user.pk])
    for post in posts.select_related("user").order_by("-start"):
        held[post.user.username].append(post)
    plan = Plan()
    for row in wanted:
        username = row.row.cells["username"]
        same = [post for post in held[username] if (post.unit_id, post.role) == (row.unit.pk, row.role)]
        post = _same_post([post for post in same if post.pk], row)
        if post is None:
            post = _as_post(row, people[username])
            held[username].append(post)
            plan.new.append(post)
        elif (post.start, post.end) != (start_end := (row.start or post.start, row.end or post.end)):
            post.start, post.end = start_end
            plan.changed.append(post)
        else:
            plan.kept += 1
    for row in wanted:
        _check_apart(row, held[row.row.cells["username"]], problems)
    problems.check()
    return plan


def _check_apart(row: Wanted, posts: list[Post], problems: Problems) -> None:
    for post in posts:
        if (post.unit_id, post.role) == (row.unit.pk, row.role):
            try:
                check_apart(post=post, others=posts)
            except Refused as refusal:
                problems.add(row.row.line, "role", refusal.sentence)
                return


def write_posts(people: dict[str, User], plan: Plan) -> None:
    """Write what is planned, with its history, and set the grants of those people anew."""
    for post in plan.new:
        post.user = post.user  # the key of a person who was new is known only now
    if plan.new:
        bulk_create_with_history(plan.new, Post, batch_size=500)
    if plan.changed:
        bulk_update_with_history(plan.changed, Post, ["start", "end"], batch_size=500)
    touched = {post.user_id for post in [*plan.new, *plan.changed]}
    renew_grants_of(users=[user for user in people.values() if user.pk in touched])


def _same_post(posts: list[Post], wanted: Wanted) -> Post | None:
    """Return the post that the row means: of its start; or held without an end; or, without a start, held today.

    An empty cell says nothing: it ends no post and reopens none.
    """
    today = timezone.localdate()
    if wanted.start:
        of_start = [post for post in posts if post.start == wanted.start]
        held = [post for post in posts if post.end is None] if wanted.end is None else []
        return next(iter(of_start + held), None)
    return next((post for post in posts if post.end is None or post.end >= today or post.end == wanted.end), None)
