"""What may be done to a call for helpers, by the members it is for and by who called."""

from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from accounts.errors import NotAllowed
from service.actions.call_answers import answer_call, arrive
from service.actions.call_ends import call_off
from service.actions.call_release import attest_released, finish_call, release_helper
from service.enums import RUNNING_CALLS, AnswerState, Verb
from service.forms.calls import AttestLaterForm, CallOffForm, ReleaseForm
from service.models import HelperAnswer, HelperCall
from service.queries.calls import arrivals_from
from service.views.panels import Row
from service.workflow import ANSWER_MOVES, CALL_MOVES, allowed


def _arrive(*, call: HelperCall, user) -> None:
    answer = HelperAnswer.objects.filter(call=call, member=user).select_related("call", "member").first()
    if answer is None:
        raise NotAllowed
    arrive(answer=answer, user=user)


CALL_VERBS: dict[str, Row] = {
    "arrive": Row(
        _("I am on the spot"),
        _("Your arrival has been recorded. Stay until you are released."),
        _arrive,
        "map-pin-check",
    ),
    "come": Row(
        _("Yes, I am coming"),
        _("Thank you. Please be there in time, and tap “I am on the spot” when you arrive."),
        partial(answer_call, coming=True),
        "check",
    ),
    "decline": Row(
        _("No, I cannot come"),
        _("Your answer has been recorded."),
        partial(answer_call, coming=False),
        "x",
    ),
    "finish": Row(
        _("Done: release everyone"),
        _("The call has ended. Whoever was on the spot has been released and their time attested."),
        finish_call,
        "badge-check",
        confirm=_("Release everyone who is on the spot and end the call? This cannot be undone."),
    ),
    "call_off": Row(
        _("Call it off"),
        _("The call is off; everyone has been told."),
        call_off,
        "ban",
        CallOffForm,
        _("The helpers are not needed after all. This cannot be undone."),
    ),
}
"""In the order in which the page offers them."""

HELPER_VERBS: dict[str, Row] = {
    "arrive": Row(_("Is on the spot"), _("The arrival has been recorded."), arrive, "map-pin-check"),
    "release": Row(
        _("Release"), _("The helper has been released and told."), release_helper, "badge-check", ReleaseForm
    ),
    "attest": Row(
        _("Attest time after all"),
        _("The time has been attested; the member has been told."),
        attest_released,
        "clipboard-check",
        AttestLaterForm,
    ),
}


def offered(call: HelperCall, answer: HelperAnswer | None, runs: bool, counts: dict, now: datetime) -> list[str]:
    """Return the verbs that can be done now: those of the member with `answer`, and of the caller if `runs`."""
    verbs = [verb for verb in (Verb.COME, Verb.DECLINE, Verb.ARRIVE) if answer and answerable(verb, answer, call, now)]
    return verbs + _of_caller(call, answer, counts, now) if runs else verbs


def answerable(verb: Verb, answer: HelperAnswer, call: HelperCall, now: datetime) -> bool:
    """Return whether `verb` can be done now to `answer`, while `call` runs: one arrives when arrivals are recorded."""
    begun = verb != Verb.ARRIVE or now >= arrivals_from(call)
    return begun and now < call.until and allowed(ANSWER_MOVES[verb], answer.state, call.state)


def _of_caller(call: HelperCall, answer: HelperAnswer | None, counts: dict, now: datetime) -> list[str]:
    """Return the verbs of the caller. Who came along with `answer` is released by somebody else."""
    there, in_time = counts[AnswerState.ARRIVED], now < call.until
    others = there - (answer is not None and answer.state == AnswerState.ARRIVED)
    verbs = {
        Verb.FINISH: in_time if call.state in RUNNING_CALLS else others,
        Verb.CALL_OFF: in_time and not there and not counts[AnswerState.RELEASED],
    }
    return [verb for verb, timely in verbs.items() if timely and allowed(CALL_MOVES[verb], call.state)]
