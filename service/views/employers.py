"""Employers and the communities where they sit: the form, the page of one registration, the list of both sides."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import holding, seeing
from accounts.errors import NotAllowed, Refused
from accounts.queries import grants_of
from records.keyset import page
from records.queries import deadlines_of
from service.actions.employers import register_employer, withdraw_employer_registration
from service.actions.employers_decisions import confirm_employer, refuse_employer
from service.filters.registrations import EmployerFilter
from service.forms.employers import EmployerForm
from service.forms.fields import NothingToSay
from service.forms.refusals import show_refusal
from service.forms.registrations import ReasonForm
from service.models import EmployerRegistration
from service.queries import employers as queries
from service.views.panels import Row, carry_out, panels
from service.workflow import EMPLOYER_MOVES, Who, allowed

BOTH_SIDES = ("manage_service", "liaise")
ROWS = {
    "confirm": Row(
        _("Sign and confirm"),
        _("The agreement is signed; the employer has been told."),
        confirm_employer,
        "check",
        NothingToSay,
        _("By confirming you sign the agreement for the community. An earlier one ends with it."),
        _("Sign the agreement now?"),
    ),
    "refuse": Row(
        _("Refuse"),
        _("The registration has been refused; the employer has been told."),
        refuse_employer,
        "undo-2",
        ReasonForm,
        _("The employer reads the reason and can hand in another agreement."),
    ),
    "withdraw": Row(
        pgettext_lazy("registration", "Withdraw"),
        _("The registration has been withdrawn."),
        withdraw_employer_registration,
        "log-out",
        NothingToSay,
        _("Possible until the community has decided; then another one can be handed in."),
    ),
}


@holding(*BOTH_SIDES)
@require_GET
@never_cache
def employers(request):
    """List the registrations with the person's communities and of the employers they act for, the newest first."""
    mine = queries.employer_registrations_visible_to(request.user)
    found = EmployerFilter(request.GET, mine, request=request)
    context = {
        "filter": found,
        "page": page(found.qs, "-submitted_at", request.GET.get("cursor", "")),
        "liaises": grants_of(request.user).holds("liaise"),
    }
    return render(request, "service/registrations/employers.html", context)


@holding("liaise")
@never_cache
def new(request):
    """Show the form to register an employer, or hand in what was typed."""
    form = EmployerForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            registration = register_employer(user=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, gettext("The registration has been handed in; the community will decide."))
            return redirect(registration.get_absolute_url())
    return render(request, "service/registrations/employer_new.html", {"form": form})


@holding(*BOTH_SIDES)
@require_GET
@never_cache
def employer(request, pk):
    """Show one registration of an employer to both sides, with what they may do."""
    return _page(request, _seen(request, pk))


@holding(*BOTH_SIDES)
@require_POST
@never_cache
def verb(request, pk, verb):
    """Do `verb` to a registration of an employer; what is refused is shown in its form."""
    found = _seen(request, pk)
    if verb not in ROWS:
        raise Http404
    if not _may_ever(request.user, verb, found):
        raise NotAllowed
    form = ROWS[verb].form(request.POST, prefix=verb)
    if carry_out(request, ROWS[verb], form, registration=found):
        return redirect(found.get_absolute_url())
    return _page(request, _seen(request, pk), (verb, form))


def _seen(request, pk) -> EmployerRegistration:
    return seeing(queries.employer_registrations_visible_to(request.user), pk=pk)


def _may_ever(user, verb: str, found: EmployerRegistration) -> bool:
    if Who.COMMUNITY in EMPLOYER_MOVES[verb].who:
        return queries.decides_on_employer(user, found)
    return grants_of(user).on("liaise", found.employer_id)


def _page(request, found: EmployerRegistration, sent=None):
    user = request.user
    verbs = [verb for verb in ROWS if allowed(EMPLOYER_MOVES[verb], found.state) and _may_ever(user, verb, found)]
    context = {
        "registration": found,
        "deadlines": [row for row in deadlines_of([found])[found.pk] if row.cancelled_at is None],
        "panels": panels(
            ROWS,
            verbs,
            lambda verb: ROWS[verb].form(prefix=verb),
            lambda verb: reverse("employer_registration_verb", args=[found.pk, verb]),
            sent,
        ),
    }
    return render(request, "service/registrations/employer.html", context)
