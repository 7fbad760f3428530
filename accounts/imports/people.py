"""People and their posts from a file: `username,name,phone,role,unit_code[,start,end]`, one row per post."""

import secrets
from collections.abc import Callable
from typing import BinaryIO

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import check_not_oneself, hold_people
from accounts.errors import Refused
from accounts.events import tell
from accounts.imports.posts import DAYS, plan_posts, read_posts, write_posts
from accounts.imports.report import Report, Tally
from accounts.models import User
from accounts.phones import normalise
from accounts.tabular import Problems, Row, complaint_about, read_table

COLUMNS = ("username", "name", "phone", "role", "unit_code")
PASSWORD_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def import_people(
    *,
    source: BinaryIO,
    keep_passwords: Callable[[dict[str, str]], None] | None = None,
    actor: User | None = None,
) -> Report:
    """Take over the people and posts of a CSV file and return what changed; a second time nothing does.

    No row may speak of a superuser, or of `actor`, who sent the file.
    New people cannot sign in by a password unless `keep_passwords` is given: before anything is written it is
    called with a first password for each username. An empty telephone leaves a known one as it is; nobody
    loses a post by standing in no row. Raises FileRefused with every mistake, before anything is written.
    """
    problems = Problems()
    rows = list(read_table(source, problems=problems, required=COLUMNS, optional=DAYS))
    for row in rows:
        row.cells["username"] = User.normalize_username(row.cells["username"])
    users = User.objects.in_bulk({row.cells["username"] for row in rows}, field_name="username")
    before = {name: (user.name, user.phone) for name, user in users.items()}
    for row in rows:
        _check_not_above(users, row, actor, problems)
        _note_person(users, row, problems)
    _check_people(users, rows, problems)
    wanted = read_posts(rows, problems)
    problems.check()
    plan_posts(users, wanted, problems)
    _give_passwords([user for user in users.values() if user.pk is None], keep_passwords)
    with transaction.atomic():
        hold_people([user.pk for user in users.values() if user.pk])
        plan = plan_posts(users, wanted, problems)  # anew: somebody may have given a post meanwhile
        new, changed = _write_people(users, before)
        write_posts(users, plan)
        if new or changed or plan.new or plan.changed:
            keys = {
                "people_added": [user.pk for user in new],
                "people_changed": [user.pk for user in changed],
                "posts_given": [post.pk for post in plan.new],
                "posts_changed": [post.pk for post in plan.changed],
            }
            tell(row=User(), verb="user.import", actor=actor, detail=keys)
    people = Tally(len(new), len(changed), len(users) - len(new) - len(changed))
    return Report({_("People"): people, _("Posts"): Tally(len(plan.new), len(plan.changed), plan.kept)})


def _check_not_above(users: dict[str, User], row: Row, actor: User | None, problems: Problems) -> None:
    """Complain when the row's person is not for an import, or not for this importer, to change."""
    user = users.get(row.cells["username"])
    if user is None or user.pk is None:
        return
    if user.is_superuser:
        problems.add(row.line, "username", _("This account may do everything; no import changes it or gives it posts."))
    try:
        check_not_oneself(user=user, actor=actor)
    except Refused as refusal:
        problems.add(row.line, "username", refusal.sentence)


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


def _write_people(people: dict[str, User], before: dict[str, tuple]) -> tuple[list[User], list[User]]:
    new = [user for user in people.values() if user.pk is None]
    User.objects.bulk_create(new, batch_size=500)
    changed = [people[name] for name in before if before[name] != (people[name].name, people[name].phone)]
    User.objects.bulk_update(changed, ["name", "phone"], batch_size=500)
    return new, changed
