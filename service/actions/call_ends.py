"""How a call ends: the caller releases the helpers, calls it off, or its time runs out. 事不完、人不走."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn
from accounts.models import User
from records import actions as records
from service.actions.call_steps import check_running, locked_answer, locked_call, runners_of
from service.actions.typed import checked_reason
from service.enums import AnswerState, CallState, Step
from service.models import HelperAnswer, HelperCall, HourEntry
from service.queries.calls import RUNNING, runs_call
from service.queries.hours_of_day import minutes_left
from service.queries.scope import members_of

LONGEST_SERVICE = 12 * 60


def _check_runs(user: User, call: HelperCall) -> None:
    if not runs_call(user, call):
        raise NotAllowed
    if call.state == CallState.CANCELLED:
        raise OutOfTurn(_("This call was called off."))


@transaction.atomic
def release_helper(*, answer: HelperAnswer, user: User, now: datetime | None = None) -> HelperAnswer:
    """Let one helper go, and attest the time from arrival to now; return the answer.

    The time counts for the day of the arrival: 12 hours at most, and what that day may still hold. Raises
    NotAllowed for anybody but the caller and for one's own hours, OutOfTurn unless the helper is on the spot.
    """
    now = now or timezone.now()
    User.objects.select_for_update().get(pk=answer.member_id)
    call = locked_call(answer.call)
    _check_runs(user, call)
    if user.pk == answer.member_id:
        raise NotAllowed(_("Nobody attests their own hours. Somebody else releases you."))
    answer = locked_answer(call, answer.member)
    if answer.state != AnswerState.ARRIVED:
        raise OutOfTurn(
            _("This cannot be done now: the answer is “%(state)s”.") % {"state": answer.get_state_display()}
        )
    _release(call, [answer], user, now)
    records.audit(verb="call.release", subject=call, actor=user, unit=call.caller, detail={"released": 1}, now=now)
    return answer


@transaction.atomic
def finish_call(*, call: HelperCall, user: User, now: datetime | None = None) -> int:
    """End `call` because the matter is done: release who is on the spot, excuse who is still expected.

    Return how many were released; `user`, if a helper too, stays until somebody else releases them. Raises
    NotAllowed for anybody but the caller, OutOfTurn when it was called off or nobody is left to release.
    """
    now = now or timezone.now()
    there = HelperAnswer.objects.filter(call=call, state=AnswerState.ARRIVED).exclude(member=user)
    members = list(User.objects.select_for_update().filter(pk__in=there.values("member")).order_by("pk"))
    call = locked_call(call)
    _check_runs(user, call)
    rows = HelperAnswer.objects.select_for_update(of=("self",)).select_related("member").order_by("pk")
    arrived = list(rows.filter(call=call, state=AnswerState.ARRIVED, member__in=members))
    expected = list(rows.filter(call=call, state=AnswerState.COMING))
    if call.state == CallState.ENDED and not arrived and not expected:
        raise OutOfTurn(_("This call has ended, and nobody is left to release."))
    _release(call, arrived, user, now)
    _excuse(call, expected, now)
    parameters = {"title": call.title, "unit": call.caller.name}
    people = [answer.member for answer in expected]
    address = call.get_absolute_url()
    records.notify(recipients=people, kind="call.excused", parameters=parameters, url=address, now=now)
    if call.state in RUNNING:
        _end(call, CallState.ENDED, now)
    detail = {"released": len(arrived), "excused": len(expected)}
    records.audit(verb="call.finish", subject=call, actor=user, unit=call.caller, detail=detail, now=now)
    return len(arrived)


def _release(call: HelperCall, answers: list[HelperAnswer], user: User, now: datetime) -> None:
    """Release the locked `answers`, whose members are locked too, and write what they served."""
    members = [answer.member for answer in answers]
    employers = dict(members_of(call.community).filter(member__in=members).values_list("member", "employer"))
    entries = []
    for answer in answers:
        answer.state, answer.released_at, answer.released_by = AnswerState.RELEASED, now, user
        day = timezone.localdate(answer.arrived_at)
        there = int((now - answer.arrived_at).total_seconds()) // 60
        minutes = min(there, LONGEST_SERVICE, minutes_left(answer.member, day))
        if minutes > 0:
            entry = HourEntry(member=answer.member, community=call.community, day=day, title=call.title)
            entry.employer_id = employers.get(answer.member_id)
            entry.minutes, entry.attested_by, entry.attested_at = minutes, user, now
            entries.append(entry)
    HelperAnswer.objects.bulk_update(answers, ["state", "released_at", "released_by"])
    HourEntry.objects.bulk_create(entries)
    parameters = {"title": call.title, "unit": call.caller.name}
    address = call.get_absolute_url()
    records.notify(recipients=members, kind="call.released", parameters=parameters, url=address, now=now)


def _excuse(call: HelperCall, answers: list[HelperAnswer], now: datetime) -> None:
    """Let those who are on the way know by their state that they owe nothing any more."""
    for answer in answers:
        answer.state = AnswerState.EXCUSED
        records.cancel_deadlines(subject=answer, kinds=[Step.ARRIVE], now=now)
    HelperAnswer.objects.bulk_update(answers, ["state"])


def _end(call: HelperCall, state: CallState, now: datetime) -> None:
    call.state, call.ended_at = state, now
    call.save(update_fields=["state", "ended_at", "reason"])


@transaction.atomic
def call_off(*, call: HelperCall, user: User, reason: str, now: datetime | None = None) -> HelperCall:
    """Call `call` off with a `reason`, which everyone who was told reads; return it.

    Raises NotAllowed for anybody but the caller, OutOfTurn when it is over or somebody is on the spot already,
    Refused without a reason.
    """
    now = now or timezone.now()
    call = locked_call(call)
    _check_runs(user, call)
    check_running(call, now)
    answers = HelperAnswer.objects.filter(call=call)
    if answers.filter(state__in=[AnswerState.ARRIVED, AnswerState.RELEASED]).exists():
        raise OutOfTurn(_("Somebody has come already. Release everyone instead: their time counts."))
    call.reason = checked_reason(reason)
    _excuse(call, list(answers.filter(state=AnswerState.COMING).select_for_update()), now)
    _end(call, CallState.CANCELLED, now)
    parameters = {"title": call.title, "unit": call.caller.name, "reason": call.reason}
    told = User.objects.filter(pk__in=answers.values("member"))
    address = call.get_absolute_url()
    records.notify(recipients=told, kind="call.off", parameters=parameters, url=address, now=now)
    records.audit(verb="call.off", subject=call, actor=user, unit=call.caller, now=now)
    return call


@transaction.atomic
def end_call(*, call: HelperCall, now: datetime | None = None) -> HelperCall:
    """End `call` because its time is over; return it. Who is on the spot still waits to be released.

    Raises OutOfTurn when it has ended before, or runs on.
    """
    now = now or timezone.now()
    call = locked_call(call)
    if call.state not in RUNNING or now < call.until:
        raise OutOfTurn(_("This call has ended before, or its time is not over."))
    _end(call, CallState.ENDED, now)
    there = HelperAnswer.objects.filter(call=call, state=AnswerState.ARRIVED).count()
    if there:
        parameters = {"title": call.title, "count": there}
        address = call.get_absolute_url()
        records.notify(recipients=runners_of(call), kind="call.ended", parameters=parameters, url=address, now=now)
    return call
