"""Calendar files and feeds of this app."""

from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import anyone, seeing
from consultation import ics
from consultation.queries.public import in_calendar
from consultation.queries.scope import open_forums

A_YEAR = timedelta(days=366)


@anyone
@require_GET
def forum_feed(request, pk):
    """Send the meetings of a forum, from a year ago on, as a calendar that phones subscribe to."""
    found, now = seeing(open_forums(), pk=pk), timezone.now()
    events = [
        ics.event(meeting, request.build_absolute_uri(meeting.get_absolute_url()), now=now)
        for meeting in in_calendar(found, now - A_YEAR)
    ]
    return calendar_file(ics.calendar(events, found.name), "forum.ics")


def calendar_file(content: bytes, name: str) -> HttpResponse:
    """Return `content` as the calendar file `name`."""
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
