"""People and their posts from a file: `username,name,phone,role,unit_code[,start,end]`, one row per post."""

import secrets
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.actions import check_role, renew_grants_of
from accounts.enums import Role
from accounts.errors import Refused
from accounts.imports.report import Report, Tally
from accounts.models import Post, Unit, User
from accounts.phones import normalise
from accounts.tabular import Problems, Row, complaint_about, read_table

COLUMNS = ("username", "name", "phone", "role", "unit_code")
OPTIONAL = ("start", "end")
RESIDENT = "resident"
YEARS = range(1970, 2100)
PASSWORD_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass
class _Wanted:
    """A post that one row asks for; without `start` it begins today unless it is held already."""

    row: Row
    role: Role
    unit: Unit
    start: date | None
    end: date | None


def import_people(*, source: BinaryIO, keep_passwords: Callable[[dict[str, str]], None] | None = None) -> Report:
    """Take over the people and posts of a CSV file and return what changed; a second time nothing does.

    New people cannot sign in by a password unless `keep_passwords` is given: before anything is written it is
    called with a first password for each username. An empty telephone leaves a known one as it is; nobody
    loses a post by standing in no row. Raises FileRefused with every mistake, before anything is written.
    """
    problems = Problems()
    rows = list(read_table(source, problems=problems, required=COLUMNS, optional=OPTIONAL))
    for row in rows:
        row.cells["username"] = User.normalize_username(row.cells["username"])
    users = User.objects.in_bulk({row.cells["username"] for row in rows}, field_name="username")
    before = {name: (user.name, user.phone) for name, user in users.items()}
    for row in rows:
        _note_person(users, row, problems)
    _check_people(users, rows, problems)
    wanted = _wanted_posts(rows, problems)
    problems.check()
    _give_passwords([user for user in users.values() if user.pk is None], keep_passwords)
    with transaction.atomic():
        people = _write_people(users, before)
        posts = _write_posts(users, wanted)
    return Report({_("People"): people, _("Posts"): posts})


def _note_person(users: dict[str, User], row: Row, problems: Problems) -> None:
    """Give the row's person its name and number; complain about what no person may have."""
    username, name, phone = row.cells["username"], row.cells["name"], row.cells["phone"]
    user = users.setdefault(username, User(username=username))
    for column, cell in (("username", username), ("name", name)):
        if not cell:
            problems.add(row.line, column, _("This cell is empty."))
        elif complaint := complaint_about(cell, longest=User._meta.get_field(column).max_length):
            problems.add(row.line, column, complaint)
    if username:
        try:
            UnicodeUsernameValidator()(username)
        except ValidationError as error:
            problems.add(row.line, "username", error.messages[0])
    user.name = name
    if phone:
        try:
            user.phone = normalise(phone)
        except ValidationError as error:
            problems.add(row.line, "phone", error.messages[0])


def _check_people(users: dict[str, User], rows: list[Row], problems: Problems) -> None:
    """Complain where rows contradict each other, or a number belongs to somebody else."""
    first: dict[str, Row] = {}
    numbers: dict[str, str] = {}
    taken = User.objects.in_bulk({user.phone for user in users.values() if user.phone}, field_name="phone")
    for row in rows:
        username = row.cells["username"]
        earlier = first.setdefault(username, row)
        for column in ("name", "phone"):
            if earlier.cells[column] != row.cells[column]:
                problems.add(
                    row.line,
                    column,
                    _("Line %(line)d says something else of the same person.") % {"line": earlier.line},
                )
        phone = users[username].phone
        if not phone or earlier is not row:
            continue
        owner = taken[phone].username if phone in taken else numbers.setdefault(phone, username)
        if owner != username:
            problems.add(row.line, "phone", _("This number belongs to “%(username)s” already.") % {"username": owner})


def _wanted_posts(rows: list[Row], problems: Problems) -> list[_Wanted]:
    units = Unit.objects.in_bulk({row.cells["unit_code"] for row in rows}, field_name="code")
    wanted, seen = [], {}
    for row in rows:
        post = _wanted_post(row, units, problems)
        if post is None:
            continue
        key = (row.cells["username"], post.role, post.unit.code)
        starts = {(*key, "from", post.start)} | ({(*key, "open")} if post.end is None else set())
        for same in sorted(starts & seen.keys(), key=str)[:1]:
            problems.add(row.line, "role", _("Line %(line)d gives the same post.") % {"line": seen[same]})
        seen.update(dict.fromkeys(starts, row.line))
        wanted.append(post)
    return wanted


def _wanted_post(row: Row, units: dict[str, Unit], problems: Problems) -> _Wanted | None:
    role, code = row.cells["role"], row.cells["unit_code"]
    start, end = (_day(row, column, problems) for column in OPTIONAL)
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
    wanted = _Wanted(row, Role(role), units[code], start, end)
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
        day = date.fromisoformat(cell)
    except ValueError:
        problems.add(row.line, column, _("“%(cell)s” is not a day such as 2026-11-21.") % {"cell": cell})
        return None
    if day.year not in YEARS:
        problems.add(row.line, column, _("This day lies outside the years 1970 to 2099."))
        return None
    return day


def _as_post(wanted: _Wanted, user: User | None) -> Post:
    today = timezone.localdate()
    start = wanted.start or min(today, wanted.end or today)
    return Post(user=user, unit=wanted.unit, role=wanted.role, start=start, end=wanted.end)


def _give_passwords(new: list[User], keep: Callable[[dict[str, str]], None] | None) -> None:
    """Give every new person a password, or none that works. Slow by design, so outside the transaction."""
    passwords = {user.username: _password() for user in new} if keep else {}
    if keep:
        keep(passwords)
    for user in new:
        user.set_password(passwords.get(user.username))


def _password() -> str:
    """Return 16 characters without look-alikes in four groups, 79 bits: to be written on paper, then changed."""
    return "-".join("".join(secrets.choice(PASSWORD_ALPHABET) for _i in range(4)) for _group in range(4))


def _write_people(people: dict[str, User], before: dict[str, tuple]) -> Tally:
    new = [user for user in people.values() if user.pk is None]
    User.objects.bulk_create(new, batch_size=500)
    changed = [people[name] for name in before if before[name] != (people[name].name, people[name].phone)]
    User.objects.bulk_update(changed, ["name", "phone"], batch_size=500)
    return Tally(len(new), len(changed), len(people) - len(new) - len(changed))


def _write_posts(people: dict[str, User], wanted: list[_Wanted]) -> Tally:
    held: dict[tuple, list[Post]] = defaultdict(list)
    for post in Post.objects.filter(user__username__in=people.keys()).order_by("-start"):
        held[post.user_id, post.unit_id, post.role].append(post)
    new, changed = [], []
    for row in wanted:
        user = people[row.row.cells["username"]]
        post = _same_post(held[user.pk, row.unit.pk, row.role], row)
        if post is None:
            new.append(_as_post(row, user))
        elif (post.start, post.end) != (start_end := (row.start or post.start, row.end or post.end)):
            post.start, post.end = start_end
            changed.append(post)
    if new:
        bulk_create_with_history(new, Post, batch_size=500)
    if changed:
        bulk_update_with_history(changed, Post, ["start", "end"], batch_size=500)
    touched = {post.user_id for post in [*new, *changed]}
    renew_grants_of(users=[user for user in people.values() if user.pk in touched])
    return Tally(len(new), len(changed), len(wanted) - len(new) - len(changed))


def _same_post(posts: list[Post], wanted: _Wanted) -> Post | None:
    """Return the post that the row means: of its start; or held without an end; or, without a start, held today.

    An empty cell says nothing: it ends no post and reopens none.
    """
    today = timezone.localdate()
    if wanted.start:
        of_start = [post for post in posts if post.start == wanted.start]
        held = [post for post in posts if post.end is None] if wanted.end is None else []
        return next(iter(of_start + held), None)
    return next((post for post in posts if post.end is None or post.end >= today or post.end == wanted.end), None)
