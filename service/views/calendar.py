"""A member's own calendar: a private feed for the phone, and a file of one shift."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import anyone, seeing, signed_in
from service import ics
from service.actions.calendar import renew_calendar
from service.queries import sign_ups as queries


@anyone
@require_GET
@never_cache
def feed(request, token):
    """Send the calendar with the secret `token` in its address; an unknown or replaced one gets 404."""
    found = queries.calendar_of(token)
    if found is None:
        raise Http404
    return _file(request, queries.in_calendar(found.member, timezone.now()))


@signed_in
@require_GET
@never_cache
def shift_file(request, pk):
    """Send one shift that the person has signed up for as a file."""
    return _file(request, [seeing(queries.sign_ups_of(request.user), shift=pk)])


@signed_in
@require_POST
def renew(request):
    """Give the person's calendar an address, or a new one in place of the old."""
    had_one = queries.has_calendar(request.user)
    renew_calendar(user=request.user)
    if had_one:
        messages.success(request, _("Your calendar has a new address. The old one shows nothing any more."))
    else:
        messages.success(request, _("Your calendar has an address now. Subscribe to it in your phone."))
    return redirect("my_service")


def _file(request, sign_ups: list) -> HttpResponse:
    content = ics.calendar(
        sign_ups,
        name=_("My service"),
        now=timezone.now(),
        address=lambda shift: request.build_absolute_uri(shift.get_absolute_url()),
    )
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="service.ics"', "Referrer-Policy": "no-referrer"},
    )
