"""The navigation, the account menu and the reader's preferences, for every page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.queries import administers, grants_of, posts_of
from consultation.queries.scope import invitations_to
from consultation.queries.topics import deals_with_topics
from records.queries import HeaderCounts, answered_by, header_counts
from service.queries.scope import active_registrations, confirmed_registrations

THEMES = ("light", "dark")
DESKS = ("desk", "turnouts", "command")
"""Where the work itself is done: offered beside the list of deadlines."""


def everyone(user) -> bool:
    return True


def signed_in(user) -> bool:
    return user.is_authenticated


def residents(user) -> bool:
    """Anybody who does not work on cases: they lodge in their own name."""
    return not grants_of(user).holds("view_case")


def holding(*permissions: str) -> Callable:
    return lambda user: any(grants_of(user).holds(permission) for permission in permissions)


class Standing(NamedTuple):
    """How the reader stands, by the counts of the header.

    `owes` with deadlines to meet, by a post or in person; `serves` with a registration that is active; `has_served`
    also with one that has ended; `attends` who was ever invited to a meeting of a forum.
    """

    owes: bool = False
    serves: bool = False
    has_served: bool = False
    attends: bool = False


@dataclass(frozen=True)
class Entry:
    """One line of the navigation: where it leads, who sees it, and under which heading it stands, if any.

    `needs` names what of their `Standing` the reader must have, if anything.
    """

    view: str
    label: str | Promise
    icon: str
    shown_to: Callable = everyone
    group: str | Promise = ""
    needs: str = ""


SERVICE = _("Registration and service")
CONSULTATION = pgettext_lazy("app", "Consultation")
ENTRIES = (
    Entry("home", _("Home"), "house"),
    Entry("deadlines", _("My deadlines"), "alarm-clock", signed_in, needs="owes"),
    Entry("desk", _("My desk"), "inbox", holding("handle_case", "command_case", "lead_case")),
    Entry("turnouts", _("Turnouts"), "siren", holding("attend_turnout")),
    Entry("command", _("District overview"), "radar", holding("command_case", "lead_case")),
    Entry("extensions", _("Extensions"), "calendar-clock", holding("dispatch_case", "command_case", "lead_case")),
    Entry("pauses", _("Paused clocks"), "circle-pause", holding("dispatch_case", "command_case", "lead_case")),
    Entry("cases", _("Cases"), "list-checks", holding("view_case")),
    Entry("phone_desk", _("Phone desk"), "phone", holding("lodge_for_caller")),
    Entry("patrol", _("Patrol report"), "footprints", holding("patrol")),
    Entry("signs", _("Signs for buildings"), "qr-code", holding("dispatch_case", "handle_case")),
    Entry("appraisal", _("Appraisal"), "chart-bar", holding("view_appraisal")),
    Entry("lodge", _("Lodge a request"), "megaphone", residents),
    Entry("follow", _("Follow a request"), "search"),
    Entry("my_cases", _("My requests"), "clipboard-list", signed_in),
    Entry("communities", _("Communities"), "map-pin"),
    Entry("wishes", _("Small wishes"), "gift"),
    Entry("service_posts", _("Service posts"), "hand-heart", holding("manage_service"), SERVICE),
    Entry("registrations", _("Registered members"), "users", holding("manage_service"), SERVICE),
    Entry("employers", _("Employers"), "building-2", holding("manage_service", "liaise"), SERVICE),
    Entry("my_lists", _("The three lists"), "handshake", holding("manage_service", "liaise"), SERVICE),
    Entry("helper_calls", _("Calls for helpers"), "megaphone", holding("manage_service", "liaise"), SERVICE),
    Entry("wish_reviews", _("Wishes of the community"), "gift", holding("manage_service"), SERVICE),
    Entry("households", _("Households in care"), "house-heart", holding("manage_service"), SERVICE),
    Entry("employer_sheets", _("Service of our members"), "file-spreadsheet", holding("liaise"), SERVICE),
    Entry("my_registration", _("My registration"), "id-card", signed_in, SERVICE),
    Entry("find_service", _("Find service"), "calendar-search", signed_in, SERVICE, needs="serves"),
    Entry("my_service", _("My service"), "calendar-check", signed_in, SERVICE, needs="has_served"),
    Entry("my_calls", _("Calls to me"), "bell-ring", signed_in, SERVICE, needs="serves"),
    Entry("my_hours", _("My hours of service"), "clock", signed_in, SERVICE, needs="has_served"),
    Entry("my_households", _("Households in my care"), "house", signed_in, SERVICE, needs="serves"),
    Entry("forums", _("Forums"), "landmark", group=CONSULTATION),
    Entry("my_matters", _("My matters"), "message-square-plus", signed_in, CONSULTATION),
    Entry("my_meetings", _("My meetings"), "calendar-days", signed_in, CONSULTATION, needs="attends"),
    Entry("kept_forums", _("Our forums"), "messages-square", holding("convene"), CONSULTATION),
    Entry("matter_desk", _("Matters"), "inbox", holding("convene"), CONSULTATION),
    Entry("meetings", _("Meetings"), "presentation", holding("convene"), CONSULTATION),
    Entry("topics", _("Topics of the month"), "chart-column", deals_with_topics, CONSULTATION),
    Entry("commitments", _("Tasks from resolutions"), "list-todo", holding("convene", "represent_unit"), CONSULTATION),
    Entry("admin:index", _("System administration"), "settings", administers),
)


def address(view: str) -> str | None:
    """Return the address of `view`, or None where it is not installed."""
    try:
        return reverse(view)
    except NoReverseMatch:
        return None


def navigation(path: str, user, standing: Standing) -> list[dict]:
    """Return the entries that `user` of that `standing` sees.

    The one with the longest address that `path` begins with is current.
    """
    offered = [
        entry for entry in ENTRIES if entry.shown_to(user) and (not entry.needs or getattr(standing, entry.needs))
    ]
    shown = [(entry, address(entry.view)) for entry in offered]
    found = [(entry, url) for entry, url in shown if url]
    under = [url for _entry, url in found if path == url or (url != "/" and path.startswith(url))]
    current = max(under, key=len, default=None)
    return [
        {
            "label": entry.label,
            "icon": entry.icon,
            "url": url,
            "current": url == current,
            "is_desk": entry.view in DESKS,
            "group": entry.group,
        }
        for entry, url in found
    ]


def standing_of(user, counts: HeaderCounts) -> Standing:
    """Return how `user` stands by the `counts` of the header, which are not read for visitors."""
    if not user.is_authenticated:
        return Standing()
    serves, has_served, attends = counts.others
    return Standing(bool(answered_by(user) or counts.open), bool(serves), bool(has_served), bool(attends))


def demo_accounts() -> list[dict]:
    """Return the invented people whom the sign-in page of the demonstration offers."""
    if not settings.DEMO:
        return []
    from portal.demo import accounts  # noqa: PLC0415 - only the demonstration loads it

    return accounts.listed()


def context(request: HttpRequest) -> dict:
    """Context processor: what templates/base.html needs. The database is asked only on use."""
    user = getattr(request, "user", AnonymousUser())
    theme = request.COOKIES.get("theme", "")
    counts = SimpleLazyObject(
        lambda: header_counts(
            user, timezone.now(), active_registrations(user), confirmed_registrations(user), invitations_to(user)
        )
    )
    standing = SimpleLazyObject(lambda: standing_of(user, counts))
    return {
        "navigation": SimpleLazyObject(lambda: navigation(request.path, user, standing)),
        "own_posts": SimpleLazyObject(lambda: posts_of(user)),
        "unread_notices": SimpleLazyObject(lambda: counts.unread),
        "owed": SimpleLazyObject(lambda: counts if standing.owes else None),
        "demo_accounts": SimpleLazyObject(demo_accounts),
        "is_demo": settings.DEMO,
        "large_text": request.COOKIES.get("large_text") == "on",
        "theme": theme if theme in THEMES else "",
    }
