"""What anybody may see: the forums of the district, and what each discusses, decides and gets done."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import anyone, seeing, signed_in
from consultation.actions.follows import follow_forum, unfollow_forum
from consultation.enums import Proposers
from consultation.filters.forums import ForumFilter
from consultation.models import Forum
from consultation.queries import public as queries
from consultation.queries.forums import forums_to_find
from consultation.queries.resolutions import resolutions_of
from consultation.queries.scope import convenes
from records.keyset import page

MEMBERS = 50


@anyone
@require_GET
def forums(request):
    """List the active forums, narrowed by words, street and level."""
    found = ForumFilter(request.GET, forums_to_find(), request=request)
    context = {"filter": found, "page": page(found.qs, "id", request.GET.get("cursor", ""))}
    return render(request, "consultation/public/forums.html", context)


@anyone
@require_GET
def forum(request, pk):
    """Show one forum: what is coming and what became of its resolutions, or one of the tabs beside that."""
    found = seeing(queries.forums_shown_to(request.user), pk=pk)
    tab = request.GET.get("tab", "")
    more = TABS.get(tab, _overview)(found, request.GET.get("cursor", ""))
    context = {
        "forum": found,
        "tab": tab if tab in TABS else "",
        "keeps": convenes(request.user, found),
        "may_raise": found.sits or found.proposers == Proposers.EVERYONE,
        "feed": request.build_absolute_uri(reverse("forum_calendar", args=[found.pk])),
    }
    return render(request, "consultation/public/forum.html", context | more)


@signed_in
@require_POST
def follow(request, pk):
    """Follow a forum, or with `stop` follow it no longer."""
    found = seeing(queries.forums_shown_to(request.user), pk=pk)
    if "stop" in request.POST:
        unfollow_forum(forum=found, user=request.user)
        messages.success(request, _("You do not follow this forum any more."))
    else:
        follow_forum(forum=found, user=request.user)
        messages.success(request, _("You follow this forum: you are told when it is called and when it publishes."))
    return redirect(found)


def _overview(forum: Forum, _cursor: str) -> dict:
    return {"shown": queries.overview(forum)}


def _resolutions(forum: Forum, cursor: str) -> dict:
    return {"page": page(resolutions_of(forum), "-adopted_at", cursor)}


def _past(forum: Forum, cursor: str) -> dict:
    return {"page": page(queries.past_meetings(forum), "-starts_at", cursor)}


def _about(forum: Forum, cursor: str) -> dict:
    seats = page(queries.seats_shown(forum), "since", cursor, size=MEMBERS)
    return {"page": seats, "counts": queries.seat_counts(forum)}


TABS = {"resolutions": _resolutions, "meetings": _past, "about": _about}
"""What stands beside the overview, by its name in the address."""
