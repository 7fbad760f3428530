"""What the verbs of a call are made of. Locks are taken in this order: member → call → answers."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.errors import NotAllowed, OutOfTurn
from accounts.models import User
from records import actions as records
from service.enums import AnswerState, CallState, Step
from service.models import HelperAnswer, HelperCall
from service.queries.calls import runs_call
from service.queries.clocks import due_times
from service.queries.scope import liaisons_of, staff_of
from service.workflow import Move


def locked_call(call: HelperCall) -> HelperCall:
    """Return `call` read anew and locked until the end of the transaction."""
    related = HelperCall.objects.select_related("community", "caller")
    return related.select_for_update(of=("self",)).get(pk=call.pk)


def locked_answer(call: HelperCall, member: User) -> HelperAnswer:
    """Return the answer of `member` to the locked `call`, locked too. Raises NotAllowed when they were not told."""
    rows = HelperAnswer.objects.select_related("member").select_for_update(of=("self",))
    answer = rows.filter(call=call, member=member).first()
    if answer is None:
        raise NotAllowed(_("This call was not made to you."))
    answer.call = call
    return answer


def locked_answers(call: HelperCall, state: AnswerState) -> list[HelperAnswer]:
    """Return the answers in `state` to the locked `call`, with their members, locked too."""
    rows = HelperAnswer.objects.select_related("member").select_for_update(of=("self",))
    answers = list(rows.filter(call=call, state=state).order_by("pk"))
    for answer in answers:
        answer.call = call
    return answers


def check_running(call: HelperCall, states: Iterable[CallState], now: datetime) -> None:
    """Raise OutOfTurn unless the locked `call` is in one of `states`, and its time not over at `now`."""
    if call.state not in states or now >= call.until:
        raise OutOfTurn(_("This call is over."))


def check_runs(user: User, call: HelperCall) -> None:
    """Raise NotAllowed unless `user` runs the locked `call`, OutOfTurn when it was called off."""
    if not runs_call(user, call):
        raise NotAllowed
    if call.state == CallState.CANCELLED:
        raise OutOfTurn(_("This call was called off."))


def runners_of(call: HelperCall) -> QuerySet[User]:
    """Return the people who act for the unit that called."""
    return staff_of(call.caller) if call.caller.kind == UnitKind.COMMUNITY else liaisons_of(call.caller)


def excuse_expected(call: HelperCall, now: datetime) -> list[User]:
    """Excuse those who said yes to the locked `call` and have not come: they owe nothing any more. Return them."""
    answers = locked_answers(call, AnswerState.COMING)
    for answer in answers:
        answer.state = AnswerState.EXCUSED
        records.cancel_deadlines(subject=answer, kinds=[Step.ARRIVE], now=now)
    HelperAnswer.objects.bulk_update(answers, ["state"])
    return [answer.member for answer in answers]


def end(call: HelperCall, move: Move, now: datetime) -> int:
    """End the locked `call` by `move`: who is expected is excused, and told; who is on the spot is owed the release.

    Return how many were excused.
    """
    excused = excuse_expected(call, now)
    parameters, address = {"title": call.title, "unit": call.caller.name}, call.get_absolute_url()
    records.notify(recipients=excused, kind="call.excused", parameters=parameters, url=address, now=now)
    call.state, call.ended_at = move.target, now
    call.save(update_fields=["state", "ended_at"])
    if somebody_there(call):
        due = due_times(steps=[Step.RELEASE_HELPERS], now=min(now, call.until))
        records.set_deadlines(subject=call, unit=call.caller, due=due, now=now)
    return len(excused)


def somebody_there(call: HelperCall) -> bool:
    """Return whether anybody on the spot of `call` has not been released."""
    return HelperAnswer.objects.filter(call=call, state=AnswerState.ARRIVED).exists()
