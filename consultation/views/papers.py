"""The one authorised way to a paper of a meeting."""

from django.http import FileResponse, Http404
from django.views.decorators.http import require_GET

from accounts.access import seeing, signed_in
from consultation.queries.agenda import papers_for


@signed_in
@require_GET
def paper(request, pk):
    """Send a paper as a download to whoever is invited to its meeting or keeps it; anyone else gets 404."""
    found = seeing(papers_for(request.user), pk=pk)
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        as_attachment=True,
        filename=found.name,
        content_type=found.media_type,
        headers={
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
