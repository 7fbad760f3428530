"""A shift moves: attendance begins anew, and telling everyone costs the same for few and for many."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from records.models import Notice
from service.actions.attendance import mark_present
from service.actions.check_in import check_in
from service.actions.shifts import move_shift
from service.actions.sign_ups import sign_up
from service.codes import code_at
from service.enums import SignUpState
from service.models import SignUp

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def test_who_had_come_before_the_move_has_not_come_to_the_new_time(team):
    shift = team.shift()
    now = shift.starts_at - 30 * MINUTE
    first, second = (sign_up(shift=shift, user=user) for user in (team.member, team.other_member))
    check_in(sign_up=first, user=team.member, code=code_at(shift.secret, now), now=now)
    mark_present(shift=shift, user=team.secretary, people=[second.pk], reason="手机没电", now=now)
    later = shift.starts_at + 7 * DAY
    move_shift(shift=shift, user=team.secretary, starts_at=later, ends_at=later + HOUR, now=now)
    assert set(shift.sign_ups.values_list("state", "checked_in_at", "checked_out_at", "marked_by")) == {
        (SignUpState.TAKEN, None, None, None)
    }
    at = later - MINUTE
    assert check_in(sign_up=first, user=team.member, code=code_at(shift.secret, at), now=at).checked_in_at == at


def test_nothing_of_an_earlier_attendance_is_left_when_one_signs_up_again(team):
    shift = team.shift()
    now = timezone.now()
    SignUp.objects.create(
        shift=shift, member=team.member, state=SignUpState.WITHDRAWN, starts_at=shift.starts_at, ends_at=shift.ends_at,
        signed_up_at=now, checked_in_at=now, checked_out_at=now, marked_by=team.secretary,
    )  # fmt: skip
    sign_up(shift=shift, user=team.member)
    found = shift.sign_ups.get()
    assert (found.checked_in_at, found.checked_out_at, found.marked_by) == (None, None, None)


@pytest.mark.parametrize("people", [3, 40])
def test_telling_everyone_of_the_move_costs_the_same_for_any_number(team, people):
    shift = team.shift(places=50)
    other = team.shift(starts_at=shift.starts_at + DAY, places=50)
    for number in range(people):
        user = team.new_member(number)
        sign_up(shift=shift, user=user)
        if number % 2:
            sign_up(shift=other, user=user)
    with CaptureQueriesContext(connection) as seen:
        move_shift(shift=shift, user=team.secretary, starts_at=other.starts_at, ends_at=other.ends_at)
    assert len(seen) <= 25
    kinds = list(Notice.objects.values_list("kind", flat=True))
    assert kinds.count("service.shift_moved_clash") == people // 2
    assert kinds.count("service.shift_moved") == people - people // 2
