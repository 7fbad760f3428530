"""The meeting room: one page for the projector, for the phones of those who take part, and for who leads."""

import hashlib
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import seeing, signed_in
from accounts.errors import NotAllowed
from consultation.enums import MeetingState
from consultation.forms.room import BallotForm, RoomForm
from consultation.models import Meeting
from consultation.queries.room import Room, room_of
from consultation.queries.scope import meetings_attended_by
from consultation.queries.votes import comparison, written_by
from consultation.views.room_verbs import LEADING, OF_MEETING, ROWS, offered
from service.views.panels import carry_out, panels

UNKNOWN = "-"
"""Stands for a part that the page does not have, so that it is not sent."""


@signed_in
@require_GET
@never_cache
def room(request, pk):
    """Show the room; `?view=projector` leaves out all that is for one person."""
    meeting = seeing(meetings_attended_by(request.user), pk=pk)
    if request.GET.get("view") == "projector":
        live = _live(request, room_of(request.user, meeting), own=UNKNOWN, doable=UNKNOWN)
        return render(request, "consultation/room/projector.html", {"meeting": meeting, **live})
    return room_page(request, meeting)


@signed_in
@require_GET
@never_cache
def room_live(request, pk):
    """Answer a poll: 204 while nothing has changed, else the part without forms, and the own vote if that has."""
    meeting = seeing(meetings_attended_by(request.user), pk=pk)
    found = room_of(request.user, meeting)
    own, doable = request.GET.get("own", UNKNOWN), request.GET.get("doable", UNKNOWN)
    live = _live(request, found, own=own, doable=doable)
    if live["seen"] == request.GET.get("seen"):
        return HttpResponse(status=204)
    stale = own not in (UNKNOWN, own_state(found))
    context = {"meeting": meeting, **live, **(_own(found) if stale else {}), "own_changed": stale}
    return render(request, "consultation/room/_live.html", context)


@signed_in
@require_POST
@never_cache
def verb(request, pk, verb):
    """Do `verb` in the room; what is refused is shown in its form, with everything that was typed."""
    meeting = seeing(meetings_attended_by(request.user), pk=pk)
    if verb not in ROWS:
        raise Http404
    found = room_of(request.user, meeting)
    if verb in LEADING and not found.leads:
        raise NotAllowed
    form = _form(verb, found, request.POST)
    given = {"meeting": meeting} if verb in OF_MEETING else {}
    if carry_out(request, ROWS[verb], form, **given):
        return redirect("room", meeting.pk)
    return room_page(request, seeing(meetings_attended_by(request.user), pk=pk), sent=(verb, form))


def room_page(request, meeting: Meeting, *, sent: tuple | None = None, ballot: BallotForm | None = None):
    """Render the room; `sent` is a refused (verb, form), `ballot` a vote that could not be cast."""
    found = room_of(request.user, meeting)
    verbs = offered(found, request.user)
    context = {
        "meeting": meeting,
        "leads": found.leads,
        "written": written_by(request.user, meeting) if meeting.forum.written_votes else [],
        "panels": panels(
            ROWS,
            verbs,
            lambda verb: _form(verb, found),
            lambda verb: reverse("room_verb", args=[meeting.pk, verb]),
            sent,
        ),
        **_live(request, found, own=own_state(found), doable=doable_state(found) if found.leads else UNKNOWN),
        **_own(found, ballot),
    }
    return render(request, "consultation/room/room.html", context)


def _form(verb: str, found: Room, data=None):
    form = ROWS[verb].form
    given = {"room": found} if issubclass(form, RoomForm) else {}
    return form(data, prefix=verb, **given)


def _live(request, found: Room, *, own: str, doable: str) -> dict:
    """Return the polled part, and its address with what the page shows: the poll is answered only by what is new."""
    context = {
        "meeting": found.meeting,
        "room": found,
        "item": found.at_hand,
        "comparison": comparison(found.last_vote) if found.last_vote else None,
        "is_stale": doable not in (UNKNOWN, doable_state(found)),
    }
    body = render_to_string("consultation/room/_state.html", context, request)
    shown = own if own == UNKNOWN else own_state(found)
    seen = hashlib.sha256(f"{shown} {body}".encode()).hexdigest()[:16]
    known = urlencode({"seen": seen, "own": shown, "doable": doable})
    running = found.meeting.state in (MeetingState.CALLED, MeetingState.OPENED)
    address = f"{reverse('room_live', args=[found.meeting.pk])}?{known}" if running else ""
    return {"body": body, "seen": seen, "address": address}


def _own(found: Room, ballot: BallotForm | None = None) -> dict:
    """Return what the part of the page needs that is for this person: whether they are there, and their vote."""
    return {"room": found, "vote": found.open_vote, "ballot": ballot or BallotForm()}


def own_state(found: Room) -> str:
    """Return a word that changes when the part for this person does."""
    vote = found.open_vote
    return f"{found.meeting.state}.{vote.pk if vote else ''}.{vote.has_voted if vote else ''}.{bool(found.present_at)}"


def doable_state(found: Room) -> str:
    """Return a word that changes when what the convenor can do does."""
    vote, states = found.open_vote, "".join(row.state[0] for row in found.items)
    measures = "-".join(str(row.pk) for row in found.measures)
    return f"{found.meeting.state}.{vote.pk if vote else ''}.{found.meeting.at_hand_id or ''}.{states}.{measures}"
