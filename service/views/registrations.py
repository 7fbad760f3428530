"""A member's registration: the member's own page, the page of one registration, the list of the community."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import holding, seeing, signed_in
from accounts.errors import NotAllowed, Refused
from records.keyset import page
from records.queries import deadlines_of
from service.actions.registrations import (
    CONSENT_VERSION,
    register_member,
    renew_registration,
    withdraw_registration,
)
from service.actions.registrations_changes import change_registration
from service.actions.registrations_decisions import confirm_registration, refuse_registration
from service.enums import RegistrationState, Verb
from service.filters.registrations import RegistrationFilter
from service.forms.fields import NothingToSay
from service.forms.refusals import show_refusal
from service.forms.registrations import ChangeForm, HomeForm, ReasonForm, RegistrationForm
from service.models import Registration
from service.queries import registrations as queries
from service.views.panels import Row, carry_out, panels
from service.workflow import MEMBER_MOVES, Who, allowed

ROWS = {
    "confirm": Row(
        _("Confirm"),
        _("The registration is active; the member has been told."),
        confirm_registration,
        "check",
        NothingToSay,
        _("The member can serve with your community from now on. A registration elsewhere moves here."),
    ),
    "refuse": Row(
        _("Refuse"),
        _("The registration has been refused; the member has been told."),
        refuse_registration,
        "undo-2",
        ReasonForm,
        _("The member reads the reason and can register anew."),
    ),
    "change": Row(
        _("Change what you can do and give"),
        _("Your registration has been changed."),
        change_registration,
        "pencil",
        ChangeForm,
        _("Your community, employer and branch stay as they were confirmed."),
    ),
    "renew": Row(
        _("Renew"),
        _("Your registration has been renewed."),
        renew_registration,
        "calendar-plus",
        NothingToSay,
        _("It runs on from the day on which it would run out."),
    ),
    "withdraw": Row(
        pgettext_lazy("registration", "Withdraw"),
        _("Your registration has been withdrawn."),
        withdraw_registration,
        "log-out",
        NothingToSay,
        _(
            "It ends at once and cannot be taken up again; you can register anew. Attested hours are kept, and so are "
            "your places in coming shifts: withdraw from each that you give up."
        ),
        _("Withdraw your registration now?"),
    ),
}


@signed_in
@never_cache
def my_registration(request):
    """Show the person's own registration, or the form to register; take what was typed."""
    sent = request.POST if request.method == "POST" else None
    own = list(queries.own_registrations(request.user))
    active = next((row for row in own if row.state == RegistrationState.ACTIVE), None)
    form = RegistrationForm(sent, initial=RegistrationForm.initial_of(active) if active else {})
    if sent is not None and (answer := _registered(request, form)):
        return answer
    context = {
        "form": form,
        "consent_version": CONSENT_VERSION,
        "waiting": next((row for row in own if row.state == RegistrationState.SUBMITTED), None),
        "active": active,
        "ended": [row for row in own if row.ended_at],
        "today": timezone.localdate(),
    }
    if active:
        context["renewable"] = queries.is_renewable(active, context["today"])
    return render(request, "service/registrations/mine.html", context)


def _registered(request, form: RegistrationForm) -> HttpResponse | None:
    """Register what a complete `form` says and lead to it; None when there is something to show or ask."""
    if "narrow" in request.POST:
        form.forget_errors()
        return None
    if not form.is_valid():
        return None
    try:
        registration = register_member(member=request.user, user=request.user, **form.given())
    except Refused as refusal:
        show_refusal(form, refusal)
        return None
    messages.success(request, gettext("Your registration has been handed in; the community will confirm it."))
    return redirect(registration.get_absolute_url())


@signed_in
@require_GET
@never_cache
def places(request):
    """Send the select of the communities of the street that was just chosen, to be put into the form."""
    return HttpResponse(str(HomeForm(initial={"street": request.GET.get("street", "")})["community"]))


@signed_in
@require_GET
@never_cache
def registration(request, pk):
    """Show one registration to its member and its community, with what they may do."""
    return _page(request, _seen(request, pk))


@signed_in
@require_POST
@never_cache
def verb(request, pk, verb):
    """Do `verb` to a registration; what is refused is shown in its form."""
    found = _seen(request, pk)
    if verb not in ROWS:
        raise Http404
    if not _may_ever(request.user, verb, found):
        raise NotAllowed
    form = _form(verb, found, request.POST)
    if carry_out(request, ROWS[verb], form, registration=found):
        return redirect(found.get_absolute_url())
    return _page(request, _seen(request, pk), (verb, form))


def _form(verb: str, found: Registration, sent=None):
    """Return the form of `verb`; what is to be changed stands in it."""
    initial = ChangeForm.initial_of(found) if verb == "change" else {}
    return ROWS[verb].form(sent, prefix=verb, initial=initial)


def _seen(request, pk) -> Registration:
    return seeing(queries.registrations_visible_to(request.user), pk=pk)


def _may_ever(user, verb: str, found: Registration) -> bool:
    """Return whether `verb` is for `user` to do at any time at all; if not, the answer is 403."""
    if Who.COMMUNITY in MEMBER_MOVES[verb].who:
        return queries.decides_on(user, found)
    return found.member_id == user.pk


def _verbs(user, found: Registration) -> list[str]:
    """Return what `user` may do now to the registration they see."""
    verbs = [verb for verb in ROWS if allowed(MEMBER_MOVES[verb], found.state) and _may_ever(user, verb, found)]
    if Verb.RENEW in verbs and not queries.is_renewable(found, timezone.localdate()):
        verbs.remove(Verb.RENEW)
    return verbs


def _page(request, found: Registration, sent=None):
    context = {
        "registration": found,
        "own": found.member_id == request.user.pk,
        "deadlines": [row for row in deadlines_of([found])[found.pk] if row.cancelled_at is None],
        "panels": panels(
            ROWS,
            _verbs(request.user, found),
            lambda verb: _form(verb, found),
            lambda verb: reverse("registration_verb", args=[found.pk, verb]),
            sent,
        ),
    }
    return render(request, "service/registrations/registration.html", context)


@holding("manage_service")
@require_GET
@never_cache
def registrations(request):
    """List the members' registrations with the person's communities, the newest first."""
    found = RegistrationFilter(request.GET, queries.registrations_with(request.user), request=request)
    rows = page(found.qs, "-submitted_at", request.GET.get("cursor", ""))
    return render(request, "service/registrations/list.html", {"filter": found, "page": rows})
