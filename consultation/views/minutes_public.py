"""The published minutes, for everybody: as a page and as PDF."""

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import anyone, seeing
from accounts.errors import Refused
from consultation.models import Meeting
from consultation.queries.minutes import published_meetings, sections_of
from records.pdf import as_pdf

KEPT = 24 * 3600  # seconds: what is published never changes, and making the PDF takes a second


@anyone
@require_GET
def published(request, pk):
    """Show the published minutes of a meeting."""
    meeting = seeing(published_meetings(), pk=pk)
    return render(request, "consultation/minutes/published.html", _said(meeting))


@anyone
@require_GET
def pdf(request, pk):
    """Send the published minutes of a meeting as PDF; where none can be made, a sentence says so."""
    meeting = seeing(published_meetings(), pk=pk)
    key = f"minutes-pdf:{meeting.pk}:{translation.get_language()}"
    content = cache.get(key)
    if content is None:
        missing = _("No PDF can be made here: the operator must install the extra “pdf”. Print the page meanwhile.")
        try:
            content = as_pdf(render_to_string("consultation/minutes/pdf.html", _said(meeting)), missing=missing)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("published_minutes", meeting.pk)
        cache.set(key, content, KEPT)
    headers = {"Content-Disposition": f'attachment; filename="minutes-{meeting.pk}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _said(meeting: Meeting) -> dict:
    """Return what published minutes say, the same on the page and on paper."""
    return {"meeting": meeting, "minutes": meeting.record, "sections": sections_of(meeting.record)}
