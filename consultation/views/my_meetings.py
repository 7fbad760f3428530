"""To what a person is invited, and one meeting as a file for the calendar."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import anyone, seeing, signed_in
from consultation import ics
from consultation.queries import meetings as queries
from consultation.queries.scope import meetings_visible_to
from consultation.views.calendars import calendar_file
from records.keyset import page


@signed_in
@require_GET
@never_cache
def my_meetings(request):
    """List the meetings to which the person is invited or sent, the coming ones or those whose time is over."""
    now, over = timezone.now(), request.GET.get("tab") == "past"
    found = queries.meetings_of(request.user)
    narrowed = queries.past(found, now) if over else queries.ahead(found, now)
    listed = page(narrowed, "-starts_at" if over else "starts_at", request.GET.get("cursor", ""))
    own = queries.invitations_by_meeting(request.user, listed.rows)
    context = {"past": over, "page": listed, "rows": [(meeting, own[meeting.pk]) for meeting in listed]}
    return render(request, "consultation/meetings/mine.html", context)


@anyone
@require_GET
@never_cache
def meeting_calendar(request, pk):
    """Send one meeting that the person may see as a file for the calendar."""
    found = seeing(meetings_visible_to(request.user), pk=pk)
    event = ics.event(found, request.build_absolute_uri(found.get_absolute_url()), now=timezone.now())
    return calendar_file(ics.calendar([event], found.forum.name), "meeting.ics")
