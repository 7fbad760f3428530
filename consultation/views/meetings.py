"""The convenor's list of meetings, the form of a new one, the page of one meeting."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import anyone, holding, seeing, signed_in
from accounts.errors import NotAllowed, Refused
from consultation.actions.meetings import plan_meeting
from consultation.enums import MeetingState, MeetingVerb
from consultation.filters.meetings import MeetingFilter
from consultation.forms.meetings import MeetingForm
from consultation.models import Meeting
from consultation.queries import meetings as queries
from consultation.queries.agenda import agenda_of
from consultation.queries.invitations import invitation_of, invitations_to, reply_counts
from consultation.queries.rights import may_on_meeting
from consultation.queries.scope import convenes, forums_kept_by, meetings_kept_by, meetings_visible_to
from consultation.views.meeting_verbs import MEETING_VERBS, meeting_form, offered
from records.keyset import page
from service.forms.refusals import show_refusal
from service.views.panels import carry_out, panels


@holding("convene")
@require_GET
@never_cache
def meetings(request):
    """List the meetings of the forums that the person keeps, the coming ones or those whose time is over."""
    now, over = timezone.now(), request.GET.get("tab") == "past"
    found = MeetingFilter(request.GET, meetings_kept_by(request.user), request=request)
    narrowed = queries.past(found.qs, now) if over else queries.ahead(found.qs, now)
    context = {
        "filter": found,
        "past": over,
        "page": page(narrowed, "-starts_at" if over else "starts_at", request.GET.get("cursor", "")),
        "forums": forums_kept_by(request.user).filter(is_active=True).order_by("name", "pk"),
    }
    return render(request, "consultation/meetings/desk.html", context)


@holding("convene")
@never_cache
def new(request, pk):
    """Show the form of a meeting of one forum, or plan it and lead to its agenda."""
    forum = seeing(forums_kept_by(request.user).filter(is_active=True), pk=pk)
    form = MeetingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            planned = plan_meeting(forum=forum, user=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The meeting is planned. Now arrange its agenda."))
            return redirect("agenda", planned.pk)
    return render(request, "consultation/meetings/new.html", {"form": form, "forum": forum})


@anyone
@require_GET
@never_cache
def meeting(request, pk):
    """Show one meeting: its facts and agenda to everybody, papers and reply to the invited, the rest to convenors."""
    return _shown(request, _seen(request, pk))


@signed_in
@require_POST
@never_cache
def verb(request, pk, verb):
    """Do `verb` to a meeting; what is refused is shown in its form."""
    found = _seen(request, pk)
    if verb not in MEETING_VERBS:
        raise Http404
    if not may_on_meeting(request.user, MeetingVerb(verb), found):
        raise NotAllowed
    form = meeting_form(verb, found, request.user, request.POST)
    if carry_out(request, MEETING_VERBS[verb], form, meeting=found):
        return redirect(found)
    return _shown(request, _seen(request, pk), (verb, form))


def _seen(request, pk) -> Meeting:
    return seeing(meetings_visible_to(request.user), pk=pk)


def _shown(request, found: Meeting, sent=None):
    user = request.user
    is_keeper, is_planned = convenes(user, found.forum), found.state == MeetingState.PLANNED
    own = None if is_planned else invitation_of(user, found)  # of a new time, nobody is told before the call
    context = {
        "meeting": found,
        "forum": found.forum,
        "agenda": agenda_of(found),
        "own": own,
        "is_keeper": is_keeper,
        "is_planned": is_planned,
        "attends": is_keeper or own is not None,
        "panels": panels(
            MEETING_VERBS,
            offered(user, found) if user.pk else [],
            lambda verb: meeting_form(verb, found, user),
            lambda verb: reverse("meeting_verb", args=[found.pk, verb]),
            sent,
        ),
    }
    if is_keeper:
        context |= {
            "counts": reply_counts(found),
            "page": page(invitations_to(found), "id", request.GET.get("cursor", "")),
        }
    return render(request, "consultation/meetings/meeting.html", context)
