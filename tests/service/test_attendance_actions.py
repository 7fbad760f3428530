"""On the day: who may check in, when and by which code, and what the staff mark."""

import pytest
from django.utils.translation import override

from accounts.actions import appoint
from accounts.enums import Role
from accounts.errors import NotAllowed, OutOfTurn, Refused
from records.models import AuditEntry, Notice
from service.actions.attendance import mark_absent, mark_present
from service.actions.check_in import check_in
from service.codes import code_at
from service.enums import SignUpState
from service.models import SignUp
from tests.service.hours_scene import DAY, ELEVEN, HOUR, MINUTE, NINE, come, leave, place, shift_at


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def sign_up(team) -> SignUp:
    return place(shift_at(team), team.member)


def test_a_member_checks_in_and_out_by_the_code_on_site(sign_up):
    come(sign_up, NINE - 5 * MINUTE)
    leave(sign_up, ELEVEN - MINUTE)
    sign_up.refresh_from_db()
    assert (sign_up.checked_in_at, sign_up.checked_out_at) == (NINE - 5 * MINUTE, ELEVEN - MINUTE)
    assert sign_up.state == SignUpState.TAKEN


def test_a_code_is_used_once_by_the_same_sign_up(sign_up):
    come(sign_up)
    with pytest.raises(OutOfTurn, match="09:00"):
        come(sign_up)


def test_a_code_from_yesterday_is_refused_with_its_reason(sign_up):
    code = code_at(sign_up.shift.secret, NINE - DAY)
    with pytest.raises(Refused, match="has run out") as refusal:
        check_in(sign_up=sign_up, user=sign_up.member, code=code, now=NINE)
    assert refusal.value.field == "code"
    sign_up.refresh_from_db()
    assert sign_up.checked_in_at is None


def test_a_code_from_elsewhere_is_refused(team, sign_up):
    other = shift_at(team)
    code = code_at(other.secret, NINE)
    with pytest.raises(Refused, match="not the code of this shift") as refusal:
        check_in(sign_up=sign_up, user=sign_up.member, code=code, now=NINE)
    assert refusal.value.field == "code"


def test_check_in_is_open_from_an_hour_before_the_start_until_the_end(sign_up):
    for at in (NINE - HOUR - MINUTE, ELEVEN):
        with pytest.raises(OutOfTurn):
            come(sign_up, at)
    come(sign_up, NINE - HOUR)


def test_only_the_member_with_a_place_checks_in(team, sign_up):
    with pytest.raises(NotAllowed):
        check_in(sign_up=sign_up, user=team.other_member, code=code_at(sign_up.shift.secret, NINE), now=NINE)
    waiting = place(sign_up.shift, team.other_member, SignUpState.WAITING, queued_at=NINE - DAY)
    with pytest.raises(OutOfTurn):
        come(waiting)


def test_after_ten_wrong_codes_even_the_right_one_is_refused_for_this_sign_up_only(team, sign_up):
    for _each in range(10):
        with pytest.raises(Refused):
            check_in(sign_up=sign_up, user=sign_up.member, code="x", now=NINE)
    with pytest.raises(Refused):
        come(sign_up)
    come(place(sign_up.shift, team.other_member))


def test_check_out_comes_after_check_in_once_and_not_before_the_start(sign_up):
    with pytest.raises(OutOfTurn):
        leave(sign_up)
    come(sign_up, NINE - 10 * MINUTE)
    with pytest.raises(OutOfTurn):
        leave(sign_up, NINE - MINUTE)
    leave(sign_up)
    with pytest.raises(OutOfTurn):
        leave(sign_up)


# --- marking ------------------------------------------------------------------------------------------------


def mark(verb, team, *sign_ups, user=None, reason="手机没电", now=ELEVEN):
    people = [sign_up.pk for sign_up in sign_ups]
    return verb(shift=sign_ups[0].shift, user=user or team.secretary, people=people, reason=reason, now=now)


def test_staff_mark_who_could_not_check_in(team, sign_up):
    mark(mark_present, team, sign_up)
    sign_up.refresh_from_db()
    assert (sign_up.checked_in_at, sign_up.marked_by, sign_up.reason) == (ELEVEN, team.secretary, "手机没电")
    assert AuditEntry.objects.filter(verb="attendance.present").count() == 1


def test_who_did_not_come_is_absent_is_told_and_holds_no_place(team, sign_up):
    mark(mark_absent, team, sign_up, reason="未到场")
    sign_up.refresh_from_db()
    sign_up.shift.refresh_from_db()
    assert (sign_up.state, sign_up.shift.taken) == (SignUpState.ABSENT, 0)
    assert Notice.objects.get(recipient=team.member, kind="service.marked_absent").parameters["reason"] == "未到场"


def test_who_was_marked_absent_by_mistake_gets_the_place_back(team, sign_up):
    mark(mark_absent, team, sign_up)
    mark(mark_present, team, sign_up, reason="看错了名单")
    sign_up.refresh_from_db()
    sign_up.shift.refresh_from_db()
    assert (sign_up.state, sign_up.shift.taken) == (SignUpState.TAKEN, 1)


def test_there_is_no_way_back_when_the_places_are_gone(team, sign_up):
    mark(mark_absent, team, sign_up)
    for number in range(2):
        place(sign_up.shift, team.new_member(number))
    with pytest.raises(Refused) as refusal:
        mark(mark_present, team, sign_up)
    assert refusal.value.field == "people"


def test_marking_needs_a_reason_and_somebody(team, sign_up):
    with pytest.raises(Refused) as refusal:
        mark(mark_absent, team, sign_up, reason="  ")
    assert refusal.value.field == "reason"
    with pytest.raises(Refused):
        mark_absent(shift=sign_up.shift, user=team.secretary, people=[], reason="未到场", now=ELEVEN)


def test_nobody_is_absent_before_the_start_nor_present_before_check_in(team, sign_up):
    with pytest.raises(OutOfTurn):
        mark(mark_absent, team, sign_up, now=NINE - MINUTE)
    with pytest.raises(OutOfTurn):
        mark(mark_present, team, sign_up, now=NINE - HOUR - MINUTE)


def test_only_the_own_community_marks_and_nobody_themselves(team, sign_up):
    for stranger in (team.neighbour_secretary, team.liaison, team.other_member):
        with pytest.raises(NotAllowed):
            mark(mark_present, team, sign_up, user=stranger)
    appoint(user=team.member, unit=team.community, role=Role.COMMUNITY_SECRETARY)
    for verb in (mark_present, mark_absent):
        with pytest.raises(Refused):
            mark(verb, team, sign_up, user=team.member)


def test_of_another_shift_or_already_absent_nobody_is_marked(team, sign_up):
    elsewhere = place(shift_at(team), team.other_member)
    with pytest.raises(OutOfTurn):
        mark(mark_absent, team, sign_up, elsewhere)
    mark(mark_absent, team, sign_up)
    with pytest.raises(OutOfTurn):
        mark(mark_absent, team, sign_up)
