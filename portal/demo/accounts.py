"""The people of the demo whose sign-in is shown: one per role. On a real portal nothing here is used."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.models import User
from accounts.queries import active_posts

PASSWORD = "demo-pinggu-2026"
ROLES = {"member": gettext_lazy("Party member")}
"""Who serves without a post."""

USERNAMES = (
    "resident",
    "grid",
    "secretary",
    "dispatcher",
    "leader",
    "officer",
    "head",
    "command",
    "district",
    "member",
    "liaison",
    "convenor",
    "appraiser",
    "sysadmin",
    "secadmin",
    "auditor",
)


def listed() -> list[dict[str, str]]:
    """Return one sign-in per role: {username, password, name, role, unit}, roles in the active language."""
    people = {user.username: user for user in User.objects.filter(username__in=USERNAMES)}
    posts = {post.user_id: post for post in active_posts().filter(user__username__in=USERNAMES).select_related("unit")}
    return [_line(people[name], posts.get(people[name].pk)) for name in USERNAMES if name in people]


def _line(user: User, post) -> dict[str, str]:
    return {
        "username": user.username,
        "password": PASSWORD,
        "name": user.name,
        "role": str(Role(post.role).label) if post else str(ROLES.get(user.username, _("Resident"))),
        "unit": post.unit.name if post else "",
    }
