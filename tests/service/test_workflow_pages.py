"""Each page offers each side the verbs that the tables allow it in that state, and no others."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import appoint
from accounts.enums import Role
from service.enums import AnswerState, CallState, ShiftState, SignUpState, ThanksState, Verb, WishState
from service.models import HelperAnswer
from service.workflow import ANSWER_MOVES, CALL_MOVES, NO_SIGN_UP, SIGN_UP_MOVES, THANKS_MOVES, WISH_MOVES, allowed
from tests.service.workflow_rows import (
    HOUR,
    answer_row,
    call_row,
    listed_need,
    listed_resource,
    put,
    sign_up_row,
    wish_row,
)
from tests.service.workflow_scenes import SCENES

SIDES = {
    "member": {"member": "change renew withdraw", "secretary": "confirm refuse"},
    "employer": {"liaison": "withdraw", "secretary": "confirm refuse"},
    "need": {"secretary": "match rate give_back withdraw", "liaison": "match claim deliver give_back"},
    "resource": {"secretary": "match claim rate give_back", "liaison": "match deliver give_back withdraw"},
    "shift": {"secretary": "places move close reopen cancel"},
}
"""Whose the verbs of a page are that asks one table only."""
COUNTERPARTS = {"need": listed_resource, "resource": listed_need}
"""What has to be on the other list for a match to be offered."""
CASES = [
    (name, person, verbs, state)
    for name, sides in SIDES.items()
    for person, verbs in sides.items()
    for state in SCENES[name].states
]
WISH_SIDES = {
    "resident": "withdraw thank",
    "secretary": "publish refuse give_back publish_thanks refuse_thanks",
    "member": "claim fulfil give_back",
}
WISHES = [(state, ThanksState.NONE) for state in WishState] + [(WishState.FULFILLED, thanks) for thanks in ThanksState]
GIVEN_UP = {SignUpState.OFFERED: "decline", SignUpState.WAITING: "leave", SignUpState.TAKEN: "withdraw"}


def offered(client, url: str) -> set[str]:
    """Return the verbs of the page at `url`: none where there is no page."""
    answer = client.get(url)
    if answer.status_code == 404:
        return set()
    return {panel.verb for panel in answer.context["panels"]}


@pytest.mark.parametrize(("name", "person", "verbs", "state"), CASES)
def test_a_page_of_one_table(team, signed_in, name, person, verbs, state):
    scene = SCENES[name]
    row = scene.row(team, state)
    if name in COUNTERPARTS:
        COUNTERPARTS[name](team)
    shown = offered(signed_in(getattr(team, person)), row.get_absolute_url())
    assert shown == {verb for verb in verbs.split() if allowed(scene.moves[verb], state)}


@pytest.mark.parametrize(("is_open", "verbs"), [(True, "shift series edit close"), (False, "edit reopen")])
def test_a_post(team, signed_in, is_open, verbs):
    post = team.post(is_open=is_open)
    assert offered(signed_in(team.secretary), post.get_absolute_url()) == set(verbs.split())


@pytest.mark.parametrize("state", [NO_SIGN_UP, *SignUpState])
@pytest.mark.parametrize("around", ShiftState)
@pytest.mark.parametrize("into", [Verb.SIGN_UP, Verb.WAIT])
def test_a_shift_for_a_member(team, signed_in, state, around, into):
    row = sign_up_row(team, state, into, shift=team.shift(state=around))
    expected = {verb for verb in (Verb.TAKE, into) if allowed(SIGN_UP_MOVES[verb], state, around)}
    if allowed(SIGN_UP_MOVES[Verb.WITHDRAW], state, around):
        expected.add(GIVEN_UP[state])
    assert offered(signed_in(team.other_member), row.shift.get_absolute_url()) == expected


@pytest.mark.parametrize("state", SignUpState)
@pytest.mark.parametrize("came", [True, False])
def test_the_attendance_of_a_shift_that_has_ended(team, signed_in, state, came):
    shift = team.shift(starts_at=timezone.now() - 3 * HOUR)
    sign_up_row(team, state, shift=shift, checked_in_at=shift.starts_at if came else None)
    expected = {verb for verb in ("attest", "present", "absent") if allowed(SIGN_UP_MOVES[verb], state, shift.state)}
    if state == SignUpState.TAKEN:
        expected -= {"present" if came else "attest"}
    assert offered(signed_in(team.secretary), reverse("attendance", args=[shift.pk])) == expected


@pytest.mark.parametrize("state", SignUpState)
@pytest.mark.parametrize("came", [True, False])
def test_checking_in_and_out(team, signed_in, state, came):
    shift = team.shift(starts_at=timezone.now() - HOUR)
    sign_up_row(team, state, shift=shift, checked_in_at=shift.starts_at if came else None)
    page = signed_in(team.other_member).get(reverse("check_in", args=[shift.pk])).context
    has_place = allowed(SIGN_UP_MOVES[Verb.CHECK_IN], state, shift.state)
    assert (page["may_check_in"], page["may_check_out"]) == (has_place and not came, has_place and came)


@pytest.mark.parametrize("state", ShiftState)
def test_the_code_is_shown_while_one_may_check_in(team, signed_in, state):
    shift = team.shift(starts_at=timezone.now() - HOUR, state=state)
    page = signed_in(team.secretary).get(reverse("shift_code", args=[shift.pk])).context
    assert ("code" in page) is (state in SIGN_UP_MOVES[Verb.CHECK_IN].within)


@pytest.mark.parametrize("state", CallState)
@pytest.mark.parametrize("there", [True, False])
def test_a_call_for_its_caller(team, signed_in, state, there):
    """With somebody on the spot it is not called off; with nobody there, an ended call is finished."""
    call = call_row(team, state, Verb.FINISH if there else None)
    expected = {verb for verb in (Verb.FINISH, Verb.CALL_OFF) if allowed(CALL_MOVES[verb], state)}
    if there:
        expected -= {Verb.CALL_OFF}
    elif state == CallState.ENDED:
        expected -= {Verb.FINISH}
    assert offered(signed_in(team.secretary), call.get_absolute_url()) == expected


@pytest.mark.parametrize("state", AnswerState)
@pytest.mark.parametrize("around", CallState)
def test_a_call_for_a_member_and_for_who_keeps_the_roll(team, signed_in, state, around):
    call = call_row(team, around)
    answer_row(team, state, call=call)
    can = {verb for verb, move in ANSWER_MOVES.items() if allowed(move, state, around)}
    assert offered(signed_in(team.other_member), call.get_absolute_url()) == can - {Verb.RELEASE, Verb.ATTEST}
    helpers = list(signed_in(team.secretary).get(call.get_absolute_url()).context["page"])
    for helper in helpers:
        assert helper.may_arrive is (Verb.ARRIVE in can)
        assert {helper.panel.verb} == can & {Verb.RELEASE, Verb.ATTEST} if hasattr(helper, "panel") else True
        assert hasattr(helper, "panel") is bool(can & {Verb.RELEASE, Verb.ATTEST})
    assert helpers or not can & {Verb.ARRIVE, Verb.RELEASE, Verb.ATTEST}


@pytest.mark.parametrize("person", WISH_SIDES)
@pytest.mark.parametrize(("state", "thanks"), WISHES)
def test_a_wish(team, signed_in, person, state, thanks):
    wish = wish_row(team, state, thanks_state=thanks)
    can = {verb for verb, move in WISH_MOVES.items() if allowed(move, state)}
    can |= {verb for verb, move in THANKS_MOVES.items() if allowed(move, thanks, state)}
    assert offered(signed_in(getattr(team, person)), wish.get_absolute_url()) == can & set(WISH_SIDES[person].split())


def test_a_registration_far_from_its_end_is_not_renewed(team, signed_in):
    row = put(SCENES["member"].row(team, "active"), expires_on=timezone.localdate() + timedelta(days=100))
    assert offered(signed_in(team.member), row.get_absolute_url()) == {"change", "withdraw"}


def test_an_ended_call_is_not_finished_for_the_person_asking_alone(team, signed_in):
    call = call_row(team, CallState.ENDED, Verb.FINISH)
    appoint(user=team.other_member, unit=team.community, role=Role.COMMUNITY_SECRETARY)
    client = signed_in(team.other_member)
    assert offered(client, call.get_absolute_url()) == set()
    HelperAnswer.objects.create(
        call=call, member=team.member, state=AnswerState.ARRIVED, told_at=call.called_at, arrived_at=call.called_at
    )
    assert offered(client, call.get_absolute_url()) == {Verb.FINISH}
