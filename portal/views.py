"""The first page, how a person likes to see the portal, and whether it lives."""

from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import anyone
from accounts.queries import administers, grants_of
from cases.queries import lodged_by, unfinished
from portal.health import look
from records.queries import answered_by, owed_by_person
from service.queries.calls import not_yet_expected
from service.queries.scope import registration_of
from service.queries.sign_ups import coming_of

YEAR = 365 * 24 * 3600
THEMES = {"light", "dark", ""}


@anyone
def home(request):
    """Lead an official to what the own units owe, everyone else to the resident's first page.

    Who works for the district without owing anything comes to its overview or the appraisal, and who keeps a forum to
    its meetings.
    """
    if answered_by(request.user):
        return redirect("deadlines")
    grants = grants_of(request.user)
    for permission, desk in [("lead_case", "command"), ("view_appraisal", "appraisal"), ("convene", "meetings")]:
        if grants.holds(permission):
            return redirect(desk)
    if administers(request.user):
        return redirect("admin:index")
    context = {"cases": unfinished(lodged_by(request.user))[:5], **_service_of(request.user)}
    return render(request, "portal/home.html", context)


def _service_of(user) -> dict:
    """Return what awaits a member in service: the next shifts, and how many things can be done now."""
    if registration_of(user) is None:
        return {}
    now = timezone.now()
    coming = coming_of(user, now).order_by("starts_at", "pk")[:3]
    owed = owed_by_person(user).exclude(not_yet_expected(user, now))
    return {"is_member": True, "coming": coming, "owed_in_person": owed.count()}


@anyone
@require_POST
def preferences(request):
    """Keep the large-text and theme switches in cookies, and go back to where the person was."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    if request.POST.get("large") in ("on", "off"):
        response.set_cookie("large_text", request.POST["large"], max_age=YEAR, samesite="Lax")
    if request.POST.get("theme") in THEMES:
        response.set_cookie("theme", request.POST["theme"], max_age=YEAR, samesite="Lax")
    return response


@anyone
@require_safe
def favicon(request):
    """Lead a browser that asks for the icon by its old name, as in the admin, to the icon."""
    return redirect(static("icons/favicon.svg"))


@anyone
@require_safe
@never_cache
def health(request):
    """Say whether the parts of the portal live: 200 or 503, a page for browsers and JSON for all others."""
    found = look(timezone.now())
    status = 200 if found.is_alive else 503
    wants_page = request.get_preferred_type(["application/json", "text/html"]) == "text/html"
    if wants_page and found.failures is not None:  # a page is made with the database
        response = render(request, "portal/health.html", {"health": found}, status=status)
    else:
        response = JsonResponse(found.as_json(), status=status)
    response._has_been_logged = True  # asked for every few seconds: Django would log an error each time
    return response
