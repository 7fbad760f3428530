"""The door of each verb, and how its row is made: for the tests that hold actions and pages against the tables."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from service import workflow
from service.actions import attendance, check_in, hours, offers, posts, shifts, sign_ups
from service.actions.call_answers import answer_call, arrive
from service.actions.call_ends import call_off, end_call
from service.actions.call_release import attest_released, finish_call, release_helper
from service.actions.employers import expire_employer_registration, withdraw_employer_registration
from service.actions.employers_decisions import confirm_employer, refuse_employer
from service.actions.lists import withdraw_item
from service.actions.lists_claims import claim_need, claim_resource, give_back, match_items
from service.actions.lists_deliveries import deliver_item, rate_item
from service.actions.registrations import renew_registration, withdraw_registration
from service.actions.registrations_changes import change_registration
from service.actions.registrations_decisions import confirm_registration, refuse_registration
from service.actions.registrations_terms import expire_registration
from service.actions.wish_claims import claim_wish, fulfil_wish, give_back_wish
from service.actions.wish_thanks import publish_thanks, refuse_thanks, thank
from service.actions.wishes import publish_wish, refuse_wish, withdraw_wish
from service.codes import code_at
from service.enums import (
    AnswerState,
    CallState,
    ItemState,
    RegistrationState,
    ShiftState,
    SignUpState,
    ThanksState,
    Verb,
    WishState,
)
from tests.service.workflow_rows import (
    DAY,
    HOUR,
    MINUTE,
    answer_row,
    call_row,
    employer_row,
    listed_need,
    listed_resource,
    member_row,
    need_row,
    post_row,
    resource_row,
    shift_row,
    sign_up_row,
    thanks_row,
    today,
    wish_row,
)

REASON = {"reason": "情况有变。"}


def door(act: Callable, name: str, who: str = "", **typed) -> Callable:
    """Return a function (team, row, **given) that does `act` to `row` as the person `who` of the team, or by itself.

    What is `typed` may be a function of the row; `given` goes over it.
    """

    def through(team, row, **given):
        words = {key: value(row) if callable(value) else value for key, value in typed.items()}
        user = {"user": getattr(team, who)} if who else {}
        return act(**{name: row, **user, **words, **given})

    return through


def _match(team, row, **given) -> None:
    if row.kind == "need":
        pair = {"need": row, "resource": listed_resource(team)}
    else:
        pair = {"need": listed_need(team), "resource": row}
    match_items(**{**pair, "user": team.secretary, "due_on": today() + 7 * DAY, **given})


def _sign_up(team, row) -> None:
    sign_ups.sign_up(shift=row.shift, user=row.member, may_wait=True)


def _of_sign_up(act: Callable, who: str, at: Callable, **typed) -> Callable:
    """Return the door of an `act` of the staff on the shift of a sign-up."""

    def through(team, row, **given):
        words = {key: value(row) if callable(value) else value for key, value in typed.items()}
        act(**{"shift": row.shift, "user": getattr(team, who), "now": at(row), **words, **given})

    return through


def _begun(row):
    return row.shift.starts_at + MINUTE


def _code(row) -> str:
    return code_at(row.shift.secret, _begun(row))


def _ended(row):
    return row.shift.ends_at + MINUTE


def _people(row) -> list[int]:
    return [row.pk]


def _texts(row) -> posts.PostTexts:
    return posts.PostTexts(activity=row.activity, title="陪诊", text="陪同挂号。", place="东门")


MEMBER_DOORS = {
    Verb.CONFIRM: door(confirm_registration, "registration", "secretary"),
    Verb.REFUSE: door(refuse_registration, "registration", "secretary", **REASON),
    Verb.CHANGE: door(change_registration, "registration", "member", hours_per_month=4),
    Verb.RENEW: door(renew_registration, "registration", "member"),
    Verb.WITHDRAW: door(withdraw_registration, "registration", "member"),
    Verb.EXPIRE: door(expire_registration, "registration", now=lambda row: timezone.now() + 40 * DAY),
}
EMPLOYER_DOORS = {
    Verb.CONFIRM: door(confirm_employer, "registration", "secretary"),
    Verb.REFUSE: door(refuse_employer, "registration", "secretary", **REASON),
    Verb.WITHDRAW: door(withdraw_employer_registration, "registration", "liaison"),
    Verb.EXPIRE: door(expire_employer_registration, "registration", now=lambda row: timezone.now() + 400 * DAY),
}
DUE = {"due_on": lambda row: today() + 7 * DAY}
NEED_DOORS = {
    Verb.MATCH: _match,
    Verb.CLAIM: door(claim_need, "item", "liaison", employer=lambda row: row.claimant, **DUE),
    Verb.DELIVER: door(deliver_item, "item", "liaison", evidence="已开放会议室。"),
    Verb.RATE: door(rate_item, "item", "secretary", rating=5),
    Verb.GIVE_BACK: door(give_back, "item", "liaison", **REASON),
    Verb.WITHDRAW: door(withdraw_item, "item", "secretary", **REASON),
}
RESOURCE_DOORS = NEED_DOORS | {
    Verb.CLAIM: door(claim_resource, "item", "secretary", **DUE),
    Verb.WITHDRAW: door(withdraw_item, "item", "liaison", **REASON),
}
SPANS = {"spans": lambda row: [(timezone.now() + DAY, timezone.now() + DAY + HOUR)], "places": 2}
POST_DOORS = {
    Verb.ADD_SHIFTS: door(shifts.add_shifts, "post", "secretary", **SPANS),
    Verb.EDIT: door(posts.change_post, "post", "secretary", texts=_texts),
    Verb.CLOSE: door(posts.close_post, "post", "secretary"),
    Verb.REOPEN: door(posts.reopen_post, "post", "secretary"),
}
LATER = {"starts_at": lambda row: row.starts_at + DAY, "ends_at": lambda row: row.ends_at + DAY}
SHIFT_DOORS = {
    Verb.PLACES: door(shifts.set_places, "shift", "secretary", places=5),
    Verb.MOVE: door(shifts.move_shift, "shift", "secretary", **LATER),
    Verb.CLOSE: door(shifts.close_shift, "shift", "secretary"),
    Verb.REOPEN: door(shifts.reopen_shift, "shift", "secretary"),
    Verb.CANCEL: door(shifts.cancel_shift, "shift", "secretary", **REASON),
}
SIGN_UP_DOORS = {
    Verb.SIGN_UP: _sign_up,
    Verb.WAIT: _sign_up,
    Verb.TAKE: door(offers.take_offer, "sign_up", "other_member"),
    Verb.LAPSE: door(offers.lapse_offer, "sign_up", now=lambda row: row.offered_until + MINUTE),
    Verb.WITHDRAW: door(sign_ups.withdraw, "sign_up", "other_member"),
    Verb.CHECK_IN: door(
        check_in.check_in,
        "sign_up",
        "other_member",
        code=lambda row: code_at(row.shift.secret, _begun(row)),
        now=_begun,
    ),
    Verb.CHECK_OUT: door(check_in.check_out, "sign_up", "other_member", now=_begun),
    Verb.PRESENT: _of_sign_up(attendance.mark_present, "secretary", _begun, people=_people, **REASON),
    Verb.ABSENT: _of_sign_up(attendance.mark_absent, "secretary", _begun, people=_people, **REASON),
    Verb.ATTEST: _of_sign_up(hours.attest_hours, "secretary", _ended, minutes=lambda row: {row.pk: 60}),
}
CALL_DOORS = {
    Verb.FINISH: door(finish_call, "call", "secretary"),
    Verb.CALL_OFF: door(call_off, "call", "secretary", **REASON),
    Verb.END: door(end_call, "call", now=lambda row: row.until),
}


def _answer(coming: bool) -> Callable:
    return lambda team, row, **given: answer_call(**{"call": row.call, "user": row.member, "coming": coming, **given})


ANSWER_DOORS = {
    Verb.COME: _answer(True),
    Verb.DECLINE: _answer(False),
    Verb.ARRIVE: door(arrive, "answer", "other_member"),
    Verb.RELEASE: door(release_helper, "answer", "secretary"),
    Verb.ATTEST: door(attest_released, "answer", "secretary", minutes=10, **REASON),
}
WISH_DOORS = {
    Verb.PUBLISH: door(publish_wish, "wish", "secretary", title="老花镜", text="看不清。"),
    Verb.REFUSE: door(refuse_wish, "wish", "secretary", **REASON),
    Verb.CLAIM: door(claim_wish, "wish", "member", **DUE),
    Verb.FULFIL: door(fulfil_wish, "wish", "member", outcome="已送到。"),
    Verb.GIVE_BACK: door(give_back_wish, "wish", "secretary", **REASON),
    Verb.WITHDRAW: door(withdraw_wish, "wish", "resident"),
}
THANKS_DOORS = {
    Verb.THANK: door(thank, "wish", "resident", thanks="谢谢！"),
    Verb.PUBLISH_THANKS: door(publish_thanks, "wish", "secretary", thanks="谢谢！"),
    Verb.REFUSE_THANKS: door(refuse_thanks, "wish", "secretary", **REASON),
}


@dataclass(frozen=True)
class Scene:
    """One table with its states, how a row is made in one of them, and the door of each verb."""

    moves: dict
    states: tuple
    row: Callable
    doors: dict
    column: str = "state"


SCENES = {
    "member": Scene(workflow.MEMBER_MOVES, tuple(RegistrationState), member_row, MEMBER_DOORS),
    "employer": Scene(workflow.EMPLOYER_MOVES, tuple(RegistrationState), employer_row, EMPLOYER_DOORS),
    "need": Scene(workflow.ITEM_MOVES, tuple(ItemState), need_row, NEED_DOORS),
    "resource": Scene(workflow.ITEM_MOVES, tuple(ItemState), resource_row, RESOURCE_DOORS),
    "post": Scene(workflow.POST_MOVES, (True, False), post_row, POST_DOORS, "is_open"),
    "shift": Scene(workflow.SHIFT_MOVES, tuple(ShiftState), shift_row, SHIFT_DOORS),
    "sign-up": Scene(workflow.SIGN_UP_MOVES, (workflow.NO_SIGN_UP, *SignUpState), sign_up_row, SIGN_UP_DOORS),
    "call": Scene(workflow.CALL_MOVES, tuple(CallState), call_row, CALL_DOORS),
    "answer": Scene(workflow.ANSWER_MOVES, tuple(AnswerState), answer_row, ANSWER_DOORS),
    "wish": Scene(workflow.WISH_MOVES, tuple(WishState), wish_row, WISH_DOORS),
    "thanks": Scene(workflow.THANKS_MOVES, tuple(ThanksState), thanks_row, THANKS_DOORS, "thanks_state"),
}
