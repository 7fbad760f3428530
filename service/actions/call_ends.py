"""How a call ends without its helpers: it is called off, or its time runs out."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn
from accounts.models import User
from records import actions as records
from service.actions.call_steps import check_running, check_runs, end, excuse_expected, locked_call, runners_of
from service.actions.typed import checked_reason
from service.enums import AnswerState, Verb
from service.models import HelperAnswer, HelperCall
from service.workflow import CALL_MOVES, allowed


@transaction.atomic
def call_off(*, call: HelperCall, user: User, reason: str, now: datetime | None = None) -> HelperCall:
    """Call `call` off with a `reason`, which everyone who was told reads; return it.

    Raises NotAllowed for anybody but the caller, OutOfTurn when it is over or somebody is on the spot already,
    Refused without a reason.
    """
    now = now or timezone.now()
    call = locked_call(call)
    check_runs(user, call)
    move = CALL_MOVES[Verb.CALL_OFF]
    check_running(call, move.sources, now)
    answers = HelperAnswer.objects.filter(call=call)
    if answers.filter(state__in=[AnswerState.ARRIVED, AnswerState.RELEASED]).exists():
        raise OutOfTurn(_("Somebody has come already. Release everyone instead: their time counts."))
    call.state, call.reason, call.ended_at = move.target, checked_reason(reason), now
    call.save(update_fields=["state", "reason", "ended_at"])
    excuse_expected(call, now)
    parameters = {"title": call.title, "unit": call.caller.name, "reason": call.reason}
    told = User.objects.filter(pk__in=answers.values("member"))
    address = call.get_absolute_url()
    records.notify(recipients=told, kind="call.off", parameters=parameters, url=address, now=now)
    records.audit(verb="call.off", subject=call, actor=user, unit=call.caller, now=now)
    return call


@transaction.atomic
def end_call(*, call: HelperCall, now: datetime | None = None) -> HelperCall:
    """End `call` because its time is over; return it. Who said yes and has not come is excused.

    Who is on the spot waits to be released, which the caller's unit owes from now on. Raises OutOfTurn when it has
    ended before, or runs on.
    """
    now = now or timezone.now()
    call = locked_call(call)
    move = CALL_MOVES[Verb.END]
    if not allowed(move, call.state) or now < call.until:
        raise OutOfTurn(_("This call has ended before, or its time is not over."))
    end(call, move, now)
    there = HelperAnswer.objects.filter(call=call, state=AnswerState.ARRIVED).count()
    if there:
        parameters = {"title": call.title, "count": there}
        address = call.get_absolute_url()
        records.notify(recipients=runners_of(call), kind="call.ended", parameters=parameters, url=address, now=now)
    return call
