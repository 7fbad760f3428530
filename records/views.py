"""The inbox, and the one authorised way to a photo."""

from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import signed_in
from records import actions, queries
from records.keyset import page


@signed_in
def notices(request):
    """List the notices of the person who asks, the newest first."""
    found = page(queries.inbox(request.user), "-created_at", request.GET.get("cursor", ""))
    return render(request, "records/notices.html", {"page": found})


@signed_in
@require_POST
def read(request):
    """Mark all notices as read."""
    actions.read_notices(user=request.user)
    return redirect("notices")


@signed_in
def attachment(request, pk):
    """Send a photo to whoever may see what it belongs to; anyone else gets 404."""
    found = queries.readable_attachment(request.user, pk)
    if found is None:
        raise Http404
    return photo_response(found)


def photo_response(attachment) -> FileResponse:
    """Return the photo as a response that no other page can embed and no shared cache keeps.

    Raises Http404 when the file is gone, as after a database was restored without its attachments.
    """
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        content_type="image/jpeg",
        headers={
            "Cache-Control": "private, max-age=3600",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
