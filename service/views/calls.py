"""Calls for helpers: the list and the form of who calls, the list of who is called, and the page of one call."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import holding, seeing, signed_in
from accounts.errors import NotAllowed, Refused
from records.keyset import page
from service.actions.calls import call_helpers
from service.enums import AnswerState, Verb
from service.forms.calls import CallForm
from service.forms.refusals import show_refusal
from service.models import HelperCall
from service.queries import calls as queries
from service.throttle import CALLS
from service.views.call_page import can_be, helper_panel, seen, shown
from service.views.call_verbs import CALL_VERBS, HELPER_VERBS, answerable
from service.views.panels import carry_out
from service.workflow import CALL_MOVES


@holding("manage_service", "liaise")
@require_GET
@never_cache
def helper_calls(request):
    """List the calls of the person's communities and employers, the newest first."""
    found = page(queries.calls_run_by(request.user), "-called_at", request.GET.get("cursor", ""))
    return render(request, "service/calls/list.html", {"page": found})


@holding("manage_service", "liaise")
@never_cache
def helper_call_new(request):
    """Show the form of a call, or call and lead to its page."""
    form = CallForm(request.POST if request.method == "POST" else None, user=request.user)
    who = str(request.user.pk)
    if form.is_valid() and CALLS.is_full(who):
        form.add_error(None, _("You have called for helpers very often within an hour. Please wait a while."))
    elif form.is_valid():
        try:
            call = call_helpers(user=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            CALLS.count(who)
            messages.success(request, _("The call is out: %(count)d members have been told.") % {"count": _told(call)})
            return redirect(call)
    return render(request, "service/calls/new.html", {"form": form})


def _told(call: HelperCall) -> int:
    return sum(queries.answer_counts(call).values())


@signed_in
@require_GET
@never_cache
def my_calls(request):
    """List what the member was called to: what still runs on top, then the rest, the newest first."""
    answers = queries.answers_of(request.user)
    running = queries.running_for(request.user)
    cursor = request.GET.get("cursor", "")
    now = timezone.now()
    on = [] if cursor else list(answers.filter(running).order_by("-told_at", "-pk")[:50])
    for answer in on:
        answer.is_asked = answer.state == AnswerState.TOLD and answerable(Verb.COME, answer, answer.call, now)
    context = {
        "running": on,
        "page": page(answers.exclude(running), "-told_at", cursor),
    }
    return render(request, "service/calls/mine.html", context)


@signed_in
@require_GET
@never_cache
def helper_call(request, pk):
    """Show one call to who was told of it, and to who runs it."""
    return shown(request, seen(request, pk))


@signed_in
@require_POST
@never_cache
def helper_call_verb(request, pk, verb):
    """Do `verb` to a call, or answer it; what is refused is shown in its form."""
    call = seen(request, pk)
    if verb not in CALL_VERBS:
        raise Http404
    if verb in CALL_MOVES and not queries.runs_call(request.user, call):
        raise NotAllowed
    row = CALL_VERBS[verb]
    form = row.form(request.POST, prefix=verb)
    if carry_out(request, row, form, call=call):
        return redirect(call)
    return shown(request, seen(request, pk), sent=(verb, form))


@signed_in
@require_POST
@never_cache
def helper_verb(request, pk, answer, verb):
    """Mark the arrival of one helper, or release them, for the caller; what is refused is shown with its reason."""
    call = seen(request, pk)
    if verb not in HELPER_VERBS:
        raise Http404
    if not queries.runs_call(request.user, call):
        raise NotAllowed
    helper = seeing(queries.helpers_of(call, request.user), pk=answer)
    row = HELPER_VERBS[verb]
    form = row.form(request.POST, prefix=f"{verb}-{helper.pk}")
    if carry_out(request, row, form, answer=helper):
        return redirect(call)
    call = seen(request, pk)
    helper.refresh_from_db()
    is_gone = not can_be(verb, helper, call, timezone.now())
    return shown(request, call, refused=(helper, helper_panel(helper, verb, form, is_gone=is_gone)))
