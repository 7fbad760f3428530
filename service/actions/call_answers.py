"""A member answers a call for helpers, and comes."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import User
from records import actions as records
from records.clocks import Due
from records.enums import ClockUnit
from service.actions.call_steps import check_running, locked_answer, locked_call, runners_of
from service.actions.turns import check_move
from service.enums import AnswerState, CallState, Step, Verb
from service.models import HelperAnswer, HelperCall
from service.queries.calls import arrivals_from, keeps_roll
from service.queries.rounds import next_round
from service.queries.scope import members_of
from service.workflow import ANSWER_MOVES


@transaction.atomic
def answer_call(*, call: HelperCall, user: User, coming: bool, now: datetime | None = None) -> HelperAnswer:
    """Answer `call` for the member `user`: yes, or no, also after a yes; return the answer.

    Saying the same twice changes nothing. Who says yes owes the arrival; a no after a yes frees the place. Raises
    NotAllowed for anybody who was not told, OutOfTurn when the call is over, enough helpers said yes, or the
    member is already there, Refused for a yes without an active registration with the community.
    """
    now = now or timezone.now()
    call = locked_call(call)
    answer = locked_answer(call, user)
    check_running(call, ANSWER_MOVES[Verb.DECLINE].within, now)
    move = ANSWER_MOVES[Verb.COME if coming else Verb.DECLINE]
    if answer.state == move.target:
        return answer
    check_move(move, answer.state, _("Your answer can no longer be changed: it is “%(state)s”.") % _state(answer))
    was_coming = answer.state == AnswerState.COMING
    answer.state, answer.answered_at = move.target, now
    if coming:
        _take_place(call, answer, now)
    elif was_coming:
        _free_place(call, answer, now)
    answer.save(update_fields=["state", "answered_at", "employer", "branch"])
    call.save(update_fields=["coming", "state"])
    return answer


def _state(answer: HelperAnswer) -> dict[str, str]:
    return {"state": answer.get_state_display()}


def _take_place(call: HelperCall, answer: HelperAnswer, now: datetime) -> None:
    """Count the helper in, with their employer of today, and let them owe the arrival.

    Who says yes after the time to be there owes it by the end.
    """
    if call.state not in ANSWER_MOVES[Verb.COME].within:
        raise OutOfTurn(_("Enough helpers have said yes already. Thank you; look again, a place may become free."))
    registration = members_of(call.community).filter(member=answer.member_id).first()
    if registration is None:
        raise Refused(_("You are not registered with this community any more."))
    answer.employer_id, answer.branch = registration.employer_id, registration.branch
    call.coming += 1
    due = Due(call.arrive_by if now < call.arrive_by else call.until, ClockUnit.MINUTES)
    records.set_deadlines(
        subject=answer,
        unit=call.community,
        due={Step.ARRIVE: due},
        now=now,
        round=next_round(answer, Step.ARRIVE),
        person=answer.member,
    )
    if call.coming == call.helpers:
        call.state = CallState.FULL
        parameters = {"title": call.title, "count": call.coming}
        key = f"call:{call.pk}:full"
        address = call.get_absolute_url()
        records.notify(
            recipients=runners_of(call), kind="call.full", parameters=parameters, url=address, key=key, now=now
        )


def _free_place(call: HelperCall, answer: HelperAnswer, now: datetime) -> None:
    call.coming, call.state = call.coming - 1, CallState.OPEN
    records.cancel_deadlines(subject=answer, kinds=[Step.ARRIVE], now=now)


@transaction.atomic
def arrive(*, answer: HelperAnswer, user: User, now: datetime | None = None) -> HelperAnswer:
    """Record that the helper is on the spot, at the time of the server; return the answer.

    The member says so, or the community. Raises NotAllowed for anybody else, OutOfTurn unless the helper is coming,
    the call still runs, and it is at most an hour before the time to be there.
    """
    now = now or timezone.now()
    call = locked_call(answer.call)
    if user.pk != answer.member_id and not keeps_roll(user, call):
        raise NotAllowed
    answer = locked_answer(call, answer.member)
    move = ANSWER_MOVES[Verb.ARRIVE]
    check_running(call, move.within, now)
    check_move(move, answer.state, _("This cannot be done now: the answer is “%(state)s”.") % _state(answer))
    if now < arrivals_from(call):
        at = f"{timezone.localtime(arrivals_from(call)):%Y-%m-%d %H:%M}"
        raise OutOfTurn(_("Arrivals are recorded from %(at)s on, an hour before the time to be there.") % {"at": at})
    answer.state, answer.arrived_at = move.target, now
    answer.save(update_fields=["state", "arrived_at"])
    records.meet_deadlines(subject=answer, kinds=[Step.ARRIVE], now=now)
    return answer
