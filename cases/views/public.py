"""Residents lodge a request, signed in or not: on the web, or by the code at a building."""

import segno
from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import anyone, signed_in
from accounts.errors import Refused
from cases import actions, queries
from cases.enums import Channel
from cases.forms.places import PlaceFormMixin
from cases.forms.refusals import show_refusal
from cases.forms.resident import BuildingLodgeForm, LodgeForm, RequestForm
from cases.models import Building, Case
from cases.throttle import FILINGS, SUPPORTS
from cases.views.by_link import by_link
from records.keyset import page
from records.text import plain


def _user(request: HttpRequest):
    return request.user if request.user.is_authenticated else None


def _own_contact(request: HttpRequest) -> dict:
    user = _user(request)
    return {"name": user.name, "phone": (user.phone or "").removeprefix("+86")} if user else {}


def _lodge(request: HttpRequest, form: RequestForm, channel: Channel) -> Case | None:
    """Keep the photos, and lodge the request if nothing is missing; else the form says what is."""
    address = get_adapter().get_client_ip(request)
    if _user(request) is None and FILINGS.is_full(address):
        form.add_error(None, _("Too many requests come from your network. Please wait an hour, sign in, or call."))
        return None
    form.keep_photos(_user(request))
    if "narrow" in request.POST:
        form.forget_errors()
        return None
    if not form.is_valid():
        return None
    FILINGS.count(address)
    try:
        return actions.lodge(**form.given(), channel=channel, lodger=_user(request))
    except Refused as refusal:
        show_refusal(form, refusal)
        return None


@anyone
def lodge(request):
    """Show the form, or lodge what was typed and show its number."""
    if request.method != "POST":
        form = LodgeForm(initial=_own_contact(request))
        return render(request, "cases/public/lodge.html", {"form": form})
    form = LodgeForm(request.POST, request.FILES)
    case = _lodge(request, form, Channel.WEB)
    if case is None:
        return render(request, "cases/public/lodge.html", {"form": form})
    return redirect("lodged", case.number, case.secret)


@anyone
@require_GET
def places(request):
    """Send the selects that depend on the district or street that was just chosen, to be put into the form."""
    form = PlaceFormMixin(initial={name: request.GET.get(name, "") for name in ("district", "street")})
    return render(request, "cases/public/places.html", {"fields": form.dependents()})


@by_link
def lodged(request, case):
    """Show the number, the secret code and the link of a request that was just lodged."""
    link = request.build_absolute_uri(case.get_public_url())
    code = segno.make(link, error="m").svg_inline(omitsize=True, border=0, title=_("Link to your request"))
    context = {
        "case": case,
        "link": link,
        "code": mark_safe(code),
        "deadline": queries.answer_deadline(case),
    }
    return render(request, "cases/public/lodged.html", context)


def _building(code: str) -> Building | None:
    found = Building.objects.filter(code=plain(code).strip().upper(), is_active=True)
    return found.select_related("grid__parent__parent").first()


@anyone
def building(request, code):
    """Show what is already reported at a building, and the form with its place filled in."""
    found = _building(code)
    if found is None:
        return render(request, "cases/public/building_unknown.html", status=404)
    if request.method == "POST":
        form = BuildingLodgeForm(request.POST, request.FILES, building=found)
        if case := _lodge(request, form, Channel.QR):
            return redirect("lodged", case.number, case.secret)
    else:
        form = BuildingLodgeForm(initial=_own_contact(request), building=found)
    context = {"building": found, "form": form, "cases": queries.open_at(found)[:20]}
    return render(request, "cases/public/building.html", context)


@anyone
@require_POST
def support(request, code, number):
    """Count a "me too" for a request at the building, once per person or session."""
    found = get_object_or_404(Building, code=plain(code).strip().upper(), is_active=True)
    case = queries.open_at(found).filter(number=plain(number)).first()
    if case is None:
        messages.info(request, _("This request is no longer open."))
        return redirect("building", found.code)
    address = get_adapter().get_client_ip(request)
    if _user(request) is None and SUPPORTS.is_full(address):
        messages.error(request, _("Too many requests come from your network. Please wait an hour, sign in, or call."))
        return redirect("building", found.code)
    SUPPORTS.count(address)
    if actions.support(case=case, person=_person(request), user=_user(request)):
        messages.success(request, _("Thank you: you are counted. You help us to see how many it troubles."))
    else:
        messages.info(request, _("You are already counted for this request."))
    return redirect("building", found.code)


def _person(request: HttpRequest) -> str:
    """Return what tells one supporter from another: the account, or else the session."""
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    if request.session.session_key is None:
        request.session.create()
    return f"session:{request.session.session_key}"


SHOWN = {"open": queries.unfinished, "done": queries.finished}


@signed_in
def my_cases(request) -> HttpResponse:
    """List the requests of the person who asks, the open or the finished ones, the newest first."""
    shown = request.GET.get("show")
    shown = shown if shown in SHOWN else "open"
    cases = page(SHOWN[shown](queries.lodged_by(request.user)), "-lodged_at", request.GET.get("cursor", ""))
    return render(request, "cases/public/my_cases.html", {"page": cases, "shown": shown})
