"""Check-in to a meeting: the code on site, and who types it."""

import segno
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import holding, seeing, signed_in
from accounts.errors import Refused
from consultation.actions.presence import check_in
from consultation.actions.room_steps import opens_at
from consultation.enums import MeetingVerb
from consultation.models import Meeting
from consultation.queries.room import own_invitations, substituted
from consultation.queries.scope import meetings_attended_by, meetings_kept_by
from consultation.workflow import allowed_on_meeting
from records.text import plain
from service import codes
from service.forms.attendance import CodeForm
from service.forms.refusals import show_refusal


@holding("convene")
@require_GET
@never_cache
def meeting_code(request, pk):
    """Show the code of this minute, large, with its QR code. Asked by htmx, answer with that part alone."""
    meeting = seeing(meetings_kept_by(request.user), pk=pk)
    now = timezone.now()
    context = {"meeting": meeting, "opens_at": opens_at(meeting), "now": now, "takes": _takes(meeting)}
    if _takes(meeting) and opens_at(meeting) <= now:
        shown = codes.code_at(meeting.secret, now)
        address = request.build_absolute_uri(f"{reverse('meeting_check_in', args=[meeting.pk])}?code={shown}")
        drawn = segno.make(address, error="m").svg_inline(omitsize=True, border=0)
        context |= {"code": shown, "qr": mark_safe(drawn), "until": codes.shown_until(now)}
    return render(request, "consultation/room/_code.html" if request.htmx else "consultation/room/code.html", context)


def _takes(meeting: Meeting) -> bool:
    return allowed_on_meeting(MeetingVerb.CHECK_IN, meeting.state)


@signed_in
@never_cache
def meeting_check_in(request, pk):
    """Let somebody who is invited check in by the code on site, which a scanned QR code fills in."""
    meeting = seeing(meetings_attended_by(request.user), pk=pk)
    if request.method != "POST":
        form = CodeForm(initial={"code": plain(request.GET.get("code", ""))})
        return _page(request, meeting, form)
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            check_in(meeting=meeting, user=request.user, code=form.cleaned_data["code"])
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("You have checked in."))
            return redirect("room", meeting.pk)
    return _page(request, meeting, form)


def _page(request, meeting: Meeting, form: CodeForm):
    own = own_invitations(request.user, meeting)
    context = {
        "meeting": meeting,
        "form": form,
        "invitation": own[0] if own else None,
        "sent": None if own else substituted(request.user, meeting),
        "opens_at": opens_at(meeting),
        "now": timezone.now(),
        "takes": _takes(meeting),
    }
    return render(request, "consultation/room/check_in.html", context)
