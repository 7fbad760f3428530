"""The caller releases the helpers, and their time is attested. 事不完、人不走."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import User
from records import actions as records
from service.actions.call_hours import attest
from service.actions.call_steps import check_runs, end, locked_answer, locked_answers, locked_call, somebody_there
from service.actions.shift_steps import locked_member, locked_members
from service.actions.turns import check_move
from service.actions.typed import checked_reason
from service.enums import AnswerState, Step, Verb
from service.models import HelperAnswer, HelperCall, HourEntry
from service.queries.call_hours import is_attested
from service.workflow import ANSWER_MOVES, CALL_MOVES


@transaction.atomic
def release_helper(
    *, answer: HelperAnswer, user: User, minutes: int | None = None, now: datetime | None = None
) -> HelperAnswer:
    """Let one helper go, and attest their time on the spot, or only `minutes` of it; return the answer.

    Raises NotAllowed for anybody but the caller and for one's own hours, OutOfTurn unless the helper is on the
    spot, Refused for more `minutes` than may be attested (service.queries.call_hours.attestable).
    """
    now = now or timezone.now()
    locked_member(answer.member)
    call = locked_call(answer.call)
    check_runs(user, call)
    if user.pk == answer.member_id:
        raise NotAllowed(_("Nobody attests their own hours. Somebody else releases you."))
    answer = locked_answer(call, answer.member)
    sentence = _("This cannot be done now: the answer is “%(state)s”.") % {"state": answer.get_state_display()}
    check_move(ANSWER_MOVES[Verb.RELEASE], answer.state, sentence, within=call.state)
    entry = attest(answer=answer, user=user, minutes=minutes, now=now)
    _release(call, [answer], [entry], user, now)
    records.audit(verb="call.release", subject=call, actor=user, unit=call.caller, detail={"released": 1}, now=now)
    return answer


@transaction.atomic
def attest_released(
    *, answer: HelperAnswer, user: User, minutes: int, reason: str, now: datetime | None = None
) -> HourEntry:
    """Attest `minutes` to a helper to whom none were attested at the release, for a `reason` the member reads.

    Returns the entry. Raises as `release_helper`, OutOfTurn unless the helper is released and nothing is attested yet,
    Refused without a reason or for no minute at all.
    """
    now = now or timezone.now()
    locked_member(answer.member)
    call = locked_call(answer.call)
    check_runs(user, call)
    if user.pk == answer.member_id:
        raise NotAllowed(_("Nobody attests their own hours. Somebody else releases you."))
    answer = locked_answer(call, answer.member)
    sentence = _("This cannot be done now: the answer is “%(state)s”.") % {"state": answer.get_state_display()}
    check_move(ANSWER_MOVES[Verb.ATTEST], answer.state, sentence, within=call.state)
    if is_attested(answer):
        raise OutOfTurn(_("Time of this helper is attested already. Correct that instead."))
    reason = checked_reason(reason)
    entry = attest(answer=answer, user=user, minutes=minutes, now=now, reason=reason)
    if entry is None:
        raise Refused(_("Please attest at least one minute."), field="minutes")
    records.notify(
        recipients=[answer.member],
        kind="service.hours_corrected",
        parameters={"title": entry.title, "day": entry.day.isoformat(), "reason": reason},
        url=reverse("my_hours"),
        now=now,
    )
    records.audit(verb="hours.attest", subject=entry, actor=user, unit=entry.attesting_unit, now=now)
    return entry


@transaction.atomic
def finish_call(*, call: HelperCall, user: User, now: datetime | None = None) -> int:
    """End `call` because the matter is done: release who is on the spot, excuse who is still expected.

    Return how many were released; `user`, if a helper too, stays until somebody else releases them. Raises
    NotAllowed for anybody but the caller, OutOfTurn when it was called off or nobody is left to release.
    """
    now = now or timezone.now()
    there = HelperAnswer.objects.filter(call=call, state=AnswerState.ARRIVED).exclude(member=user)
    members = set(locked_members(there.values_list("member", flat=True)))
    call = locked_call(call)
    check_runs(user, call)
    arrived = [answer for answer in locked_answers(call, AnswerState.ARRIVED) if answer.member in members]
    sentence = _("This call has ended, and nobody is left to release.")
    move = check_move(CALL_MOVES[Verb.FINISH], call.state, sentence)
    has_ended = call.state == move.target
    if has_ended and not arrived:
        raise OutOfTurn(sentence)
    entries = [attest(answer=answer, user=user, minutes=None, now=now) for answer in arrived]
    _release(call, arrived, entries, user, now)
    excused = 0 if has_ended else end(call, move, now)
    detail = {"released": len(arrived), "excused": excused}
    records.audit(verb="call.finish", subject=call, actor=user, unit=call.caller, detail=detail, now=now)
    return len(arrived)


def _release(
    call: HelperCall, answers: list[HelperAnswer], entries: list[HourEntry | None], user: User, now: datetime
) -> None:
    """Release the locked `answers`, for each of which there is an entry or None, and tell the members."""
    for answer in answers:
        answer.state, answer.released_at, answer.released_by = ANSWER_MOVES[Verb.RELEASE].target, now, user
    HelperAnswer.objects.bulk_update(answers, ["state", "released_at", "released_by"])
    with_hours = [answer.member for answer, entry in zip(answers, entries, strict=True) if entry]
    without = [answer.member for answer, entry in zip(answers, entries, strict=True) if not entry]
    parameters, address = {"title": call.title, "unit": call.caller.name}, call.get_absolute_url()
    for people, kind in ((with_hours, "call.released"), (without, "call.released_only")):
        records.notify(recipients=people, kind=kind, parameters=parameters, url=address, now=now)
    if not somebody_there(call):
        records.meet_deadlines(subject=call, kinds=[Step.RELEASE_HELPERS], now=now)
