"""The first page, and how a person likes to see the portal."""

from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.access import anyone
from accounts.queries import administers, grants_of
from cases.queries import lodged_by, unfinished

YEAR = 365 * 24 * 3600
THEMES = {"light", "dark", ""}


@anyone
def home(request):
    """Lead an official to the own desk, everyone else to the resident's first page."""
    grants = grants_of(request.user)
    for permission, desk in [
        ("command_case", "command"),
        ("lead_case", "command"),
        ("handle_case", "desk"),
        ("attend_turnout", "turnouts"),
        ("view_appraisal", "appraisal"),
    ]:
        if grants.holds(permission):
            return redirect(desk)
    if administers(request.user):
        return redirect("admin:index")
    return render(request, "portal/home.html", {"cases": unfinished(lodged_by(request.user))[:5]})


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
