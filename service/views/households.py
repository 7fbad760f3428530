"""党员联户: the list of the community, the list of the member who cares, and the page of one household."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import holding, seeing, signed_in
from accounts.errors import NotAllowed, Refused
from records.keyset import page
from service.actions.households import enter_household
from service.forms.households import HouseholdForm, NarrowForm, VisitForm
from service.forms.refusals import show_refusal
from service.models import Household
from service.queries import households as queries
from service.views.household_verbs import HOUSEHOLD_VERBS, VISIT, offered
from service.views.panels import Panel, carry_out, panels


@holding("manage_service")
@require_GET
@never_cache
def households(request):
    """List the households of the person's communities, the newest first."""
    narrow = NarrowForm(request.GET)
    rows = queries.households_run_by(request.user)
    if narrow.is_valid():
        rows = queries.narrowed(rows, **narrow.cleaned_data)
    context = {
        "narrow": narrow,
        "narrows": any(request.GET.get(name) for name in narrow.fields),
        "page": page(rows, "-created_at", request.GET.get("cursor", "")),
    }
    return render(request, "service/households/list.html", context)


@holding("manage_service")
@never_cache
def household_new(request):
    """Show the form of a household, or enter it and lead to its page."""
    form = HouseholdForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            entered = enter_household(user=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The household has been entered. Now put it into a member's care."))
            return redirect("household", entered.pk)
    return render(request, "service/households/new.html", {"form": form})


@signed_in
@require_GET
@never_cache
def my_households(request):
    """List the households in the person's care."""
    found = page(queries.households_in_care_of(request.user), "-created_at", request.GET.get("cursor", ""))
    return render(request, "service/households/mine.html", {"page": found})


@signed_in
@require_GET
@never_cache
def household(request, pk):
    """Show one household with its visits to the community, and to the member who cares."""
    return _shown(request, _seen(request, pk))


@signed_in
@require_POST
@never_cache
def household_verb(request, pk, verb):
    """Do `verb` to a household; what is refused is shown in its form, with everything that was typed."""
    try:
        found = _seen(request, pk)
    except Http404:
        if verb == VISIT:
            return _not_in_care(request)
        raise
    if verb not in HOUSEHOLD_VERBS:
        raise Http404
    if verb not in offered(request.user, found, any_time=True):
        raise NotAllowed
    row = HOUSEHOLD_VERBS[verb]
    form = row.form(request.POST, prefix=verb, household=found)
    if carry_out(request, row, form, household=found):
        return redirect("households") if verb == "close" else redirect("household", pk)
    return _shown(request, _seen(request, pk), (verb, form))


def _seen(request, pk) -> Household:
    return seeing(queries.households_seen_by(request.user), pk=pk)


def _not_in_care(request):
    """Return the words of a visit to who does not care, or no longer: the same whether there is such a household."""
    panel = Panel(VISIT, HOUSEHOLD_VERBS[VISIT], VisitForm(request.POST, prefix=VISIT, household=None), "")
    return render(request, "service/households/not_in_care.html", {"panel": panel}, status=404)


def _shown(request, household: Household, sent=None):
    user = request.user
    context = {
        "household": household,
        "runs": queries.runs_households_of(user, household),
        "page": page(queries.visits_to(household), "-noted_at", request.GET.get("cursor", "")),
        "panels": panels(
            HOUSEHOLD_VERBS,
            offered(user, household),
            lambda verb: HOUSEHOLD_VERBS[verb].form(prefix=verb, household=household),
            lambda verb: reverse("household_verb", args=[household.pk, verb]),
            sent,
        ),
    }
    return render(request, "service/households/household.html", context)
