"""Calls for helpers: the list and the form of who calls, the list of who is called, and the page of one call."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import holding, seeing, signed_in
from accounts.errors import NotAllowed, Refused
from records.keyset import page
from service.actions.calls import call_helpers
from service.forms.calls import CallForm
from service.forms.refusals import show_refusal
from service.models import HelperAnswer, HelperCall
from service.queries import calls as queries
from service.views.call_verbs import CALL_VERBS, HELPER_VERBS, OF_CALLER, offered
from service.views.panels import carry_out, panels


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
    if form.is_valid():
        try:
            call = call_helpers(user=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
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
    context = {
        "running": [] if cursor else list(answers.filter(running).order_by("-told_at", "-pk")[:50]),
        "page": page(answers.exclude(running), "-told_at", cursor),
    }
    return render(request, "service/calls/mine.html", context)


@signed_in
@require_GET
@never_cache
def helper_call(request, pk):
    """Show one call to who was told of it, and to who runs it."""
    return _shown(request, _seen(request, pk))


@signed_in
@require_POST
@never_cache
def helper_call_verb(request, pk, verb):
    """Do `verb` to a call, or answer it; what is refused is shown in its form."""
    call = _seen(request, pk)
    if verb not in CALL_VERBS:
        raise Http404
    if verb in OF_CALLER and not queries.runs_call(request.user, call):
        raise NotAllowed
    row = CALL_VERBS[verb]
    form = row.form(request.POST, prefix=verb)
    if carry_out(request, row, form, call=call):
        return redirect(call)
    return _shown(request, _seen(request, pk), (verb, form))


@signed_in
@require_POST
@never_cache
def helper_verb(request, pk, answer, verb):
    """Mark the arrival of one helper, or release them, for the caller."""
    call = _seen(request, pk)
    if verb not in HELPER_VERBS:
        raise Http404
    if not queries.runs_call(request.user, call):
        raise NotAllowed
    helper = seeing(HelperAnswer.objects.filter(call=call).select_related("call", "member"), pk=answer)
    HELPER_VERBS[verb].act(answer=helper, user=request.user)
    messages.success(request, HELPER_VERBS[verb].done)
    return redirect(call)


def _seen(request, pk) -> HelperCall:
    return seeing(queries.calls_seen_by(request.user), pk=pk)


def _shown(request, call: HelperCall, sent=None):
    runs = queries.runs_call(request.user, call)
    answer = queries.answers_of(request.user).filter(call=call).first()
    counts = queries.answer_counts(call) if runs else {}
    verbs = offered(call, answer, runs, counts, timezone.now())
    context = {
        "call": call,
        "answer": answer,
        "runs": runs,
        "counts": counts,
        "skills": call.skills.all(),
        "page": page(queries.helpers_of(call), "answered_at", request.GET.get("cursor", ""), 50) if runs else None,
        "panels": panels(
            CALL_VERBS,
            verbs,
            lambda verb: CALL_VERBS[verb].form(prefix=verb),
            lambda verb: reverse("helper_call_verb", args=[call.pk, verb]),
            sent,
        ),
    }
    return render(request, "service/calls/call.html", context)
