"""What is owed, how one is reminded, the inbox, and the one authorised way to a photo."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import signed_in
from accounts.errors import Refused
from records import actions, queries
from records.filters import DeadlineFilter, OwnDeadlineFilter
from records.forms import ReminderPreferencesForm
from records.keyset import page
from records.outgoing import preferences
from records.registry import step_label, subjects_of


@signed_in
@require_GET
@never_cache
def deadlines(request):
    """List what the person and their units owe, what is late on top. Asked by htmx, answer the counts alone."""
    if request.htmx:
        return render(request, "records/_owed.html")
    found = OwnDeadlineFilter(request.GET, queries.owed_by(request.user), request=request)
    return render(request, "records/deadlines.html", listed(request, found))


def listed(request, found: DeadlineFilter) -> dict:
    """Return what a list of deadlines shows: each with what it obliges to, what it is about, and whether it is late."""
    rows = page(found.qs, "due_at", request.GET.get("cursor", ""))
    now, subjects = timezone.now(), subjects_of(rows.rows)
    deadlines = [
        {
            "deadline": deadline,
            "label": step_label(deadline.kind),
            "subject": subjects[deadline.pk],
            "is_late": deadline.paused_at is None and deadline.is_late(now),
        }
        for deadline in rows
    ]
    return {"filter": found, "page": rows, "rows": deadlines}


@signed_in
def reminder_preferences(request):
    """Let the person choose how reminders reach them outside the portal."""
    chosen = preferences.chosen_by(request.user)
    form = ReminderPreferencesForm(request.POST if request.method == "POST" else None, chosen=chosen)
    if form.is_valid():
        try:
            preferences.choose(user=request.user, chosen=form.chosen())
        except Refused as refusal:
            form.add_error(refusal.field, refusal.sentence)
        else:
            messages.success(request, _("Your choice of reminders is saved. It holds from the next reminder on."))
            return redirect("reminder_preferences")
    return render(request, "records/reminder_preferences.html", {"form": form})


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
