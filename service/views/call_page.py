"""The page of one call for helpers: what is to be done, and by whom it is seen."""

from datetime import datetime

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import seeing
from records.keyset import Page, page
from service.durations import spelled
from service.enums import Verb
from service.forms.calls import AttestLaterForm, ReleaseForm
from service.models import HelperAnswer, HelperCall
from service.queries import calls as queries
from service.queries.call_hours import minutes_attested, minutes_there
from service.queries.hours import entries_of_calls
from service.views.call_verbs import CALL_VERBS, HELPER_VERBS, answerable, offered
from service.views.panels import Panel, panels
from service.workflow import ANSWER_MOVES, allowed


def seen(request, pk: int) -> HelperCall:
    """Return the call with that key. Raises Http404 when the person may not see it."""
    return seeing(queries.calls_seen_by(request.user), pk=pk)


def helper_panel(helper: HelperAnswer, verb: str, form, *, is_gone: bool = False) -> Panel:
    """Return what the caller may do for one `helper`; of what `is_gone`, why it cannot be done any more."""
    url = reverse("helper_verb", args=[helper.call_id, helper.pk, verb])
    return Panel(verb, HELPER_VERBS[verb], form, url, is_gone=is_gone)


def can_be(verb: str, helper: HelperAnswer, call: HelperCall, now: datetime) -> bool:
    """Return whether the caller of `call` may do `verb` for `helper` now."""
    if verb == Verb.ARRIVE:
        return answerable(Verb.ARRIVE, helper, call, now)
    return allowed(ANSWER_MOVES[Verb(verb)], helper.state, call.state)


def shown(request, call: HelperCall, *, sent=None, refused: tuple[HelperAnswer, Panel] | None = None):
    """Render the page of `call`; `sent` is a refused (verb, form) of the call, `refused` a helper and the panel."""
    user, now = request.user, timezone.now()
    runs = queries.runs_call(user, call)
    answer = queries.answers_of(user).filter(call=call).first()
    counts = queries.answer_counts(call) if runs else {}
    context = {
        "call": call,
        "answer": answer,
        "arrivals_from": _arrivals_ahead(call, answer, now),
        "runs": runs,
        "keeps_roll": queries.keeps_roll(user, call),
        "counts": counts,
        "skills": call.skills.all(),
        "page": _helpers(request, call) if runs else None,
        "refused": refused[0] if refused else None,
        "refused_panels": [refused[1]] if refused else [],
        "panels": panels(
            CALL_VERBS,
            offered(call, answer, runs, counts, now),
            lambda verb: CALL_VERBS[verb].form(prefix=verb),
            lambda verb: reverse("helper_call_verb", args=[call.pk, verb]),
            sent,
        ),
    }
    return render(request, "service/calls/call.html", context)


def _arrivals_ahead(call: HelperCall, answer: HelperAnswer | None, now: datetime) -> datetime | None:
    """Return from when on who is coming can say that they are there, if that lies ahead."""
    expected = answer is not None and allowed(ANSWER_MOVES[Verb.ARRIVE], answer.state, call.state)
    begins = queries.arrivals_from(call)
    return begins if expected and now < begins else None


def _helpers(request, call: HelperCall) -> Page:
    """Return a page of the helpers, who `may_arrive` or have the `panel` of their release if they wait for it.

    Once they are released they have the time `attested`, and the `entry` that may be corrected, or the `panel` to
    attest some after all.
    """
    now = timezone.now()
    found = page(queries.helpers_of(call, request.user), "answered_at", request.GET.get("cursor", ""), 50)
    released = [helper for helper in found if helper.released_at]
    entries, minutes = entries_of_calls(released, request.user), minutes_attested(released)
    for helper in found:
        helper.entry = entries.get(helper.pk)
        helper.may_arrive = can_be(Verb.ARRIVE, helper, call, now)
        if can_be(Verb.RELEASE, helper, call, now) and helper.member_id != request.user.pk:
            form = ReleaseForm(prefix=f"release-{helper.pk}", there=minutes_there(helper, now))
            helper.panel = helper_panel(helper, "release", form)
        if can_be(Verb.ATTEST, helper, call, now):
            helper.is_unattested = helper.pk not in minutes
            helper.attested = spelled(minutes.get(helper.pk, 0))
            if helper.is_unattested and helper.member_id != request.user.pk:
                helper.panel = helper_panel(helper, "attest", AttestLaterForm(prefix=f"attest-{helper.pk}"))
    return found
