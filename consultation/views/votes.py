"""One vote: casting it, and its result."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import seeing, signed_in
from accounts.errors import Refused
from consultation.actions.votes import cast_vote
from consultation.enums import VoteState
from consultation.forms.room import BallotForm
from consultation.queries.votes import ballots_of, comparison, marked, votes_open_to, votes_seen_by
from consultation.views.room import room_page


@signed_in
@require_GET
@never_cache
def vote(request, pk):
    """Show the result of a vote with its numbers put into the rule, and of an open one who voted how."""
    found = seeing(votes_seen_by(request.user), pk=pk)
    context = {
        "vote": found,
        "meeting": found.meeting,
        "marked": marked(found),
        "comparison": comparison(found) if found.state == VoteState.CLOSED else None,
        "ballots": ballots_of(found),
    }
    return render(request, "consultation/room/vote.html", context)


@signed_in
@require_POST
@never_cache
def vote_cast(request, pk):
    """Count the person's vote once, however often the phone sends it, and lead back to the room."""
    found = votes_open_to(request.user).filter(pk=pk).first() or seeing(votes_seen_by(request.user), pk=pk)
    form = BallotForm(request.POST)
    if not form.is_valid():
        return room_page(request, found.meeting, ballot=form)
    try:
        if cast_vote(vote=found, user=request.user, choice=form.cleaned_data["choice"]):
            messages.success(request, _("Your vote has been counted."))
        else:
            messages.info(request, _("Your vote had already been counted; it counts once and stays as it was."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("room", found.meeting_id)
