"""Places are offered to who can take them; a member whose registration ends leaves the waiting lists."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from records.models import Deadline, Notice
from service.actions.leaving import leave_shifts
from service.actions.offers import offer_until, take_offer
from service.actions.registrations import withdraw_registration
from service.actions.sign_ups import sign_up, withdraw
from service.enums import RegistrationState, SignUpState
from service.models import Registration, Shift
from service.queries.hours import length_of

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def full(team) -> Shift:
    """One place, which the member has; the other member waits, then a third one."""
    shift = team.shift(places=1)
    sign_up(shift=shift, user=team.member)
    for user in (team.other_member, team.new_member(3)):
        sign_up(shift=shift, user=user, may_wait=True)
    return shift


def states(shift) -> list[str]:
    return list(shift.sign_ups.order_by("pk").values_list("state", flat=True))


def told(user) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("kind", flat=True))


def end(user) -> None:
    Registration.objects.filter(member=user).update(state=RegistrationState.EXPIRED)


@pytest.mark.parametrize("why", ["registration", "account"])
def test_a_place_goes_past_who_cannot_take_it(team, full, why):
    if why == "registration":
        end(team.other_member)
    else:
        User.objects.filter(pk=team.other_member.pk).update(is_active=False)
    withdraw(sign_up=full.sign_ups.get(member=team.member), user=team.member)
    assert states(full) == [SignUpState.WITHDRAWN, SignUpState.WAITING, SignUpState.OFFERED]


def test_even_a_short_clock_leaves_a_quarter_of_an_hour():
    now = timezone.now()
    assert offer_until(now=now, starts_at=now + 600 * MINUTE, at_most=now + 5 * MINUTE) == now + 15 * MINUTE
    assert offer_until(now=now, starts_at=now + 29 * MINUTE, at_most=now + 600 * MINUTE) is None


def test_who_leaves_waits_no_longer(team, full):
    end(team.other_member)
    leave_shifts(member=team.other_member, community=team.community)
    assert states(full) == [SignUpState.TAKEN, SignUpState.WITHDRAWN, SignUpState.WAITING]
    assert told(team.other_member) == ["service.off_the_list"]
    full.refresh_from_db()
    assert full.taken == 1


def test_what_who_leaves_was_offered_goes_to_the_next(team, full):
    withdraw(sign_up=full.sign_ups.get(member=team.member), user=team.member)
    end(team.other_member)
    leave_shifts(member=team.other_member, community=team.community)
    assert states(full) == [SignUpState.WITHDRAWN, SignUpState.WITHDRAWN, SignUpState.OFFERED]
    open_ones = Deadline.objects.filter(met_at=None, cancelled_at=None)
    assert open_ones.get().person.username == "member3"
    full.refresh_from_db()
    assert full.taken == 1


def test_who_leaves_keeps_the_place_and_both_sides_know(team, full):
    end(team.member)
    leave_shifts(member=team.member, community=team.community)
    assert states(full) == [SignUpState.TAKEN, SignUpState.WAITING, SignUpState.WAITING]
    assert told(team.member) == ["service.place_kept"]
    assert told(team.secretary) == ["service.place_kept_by_leaver"]
    assert team.member.name not in Notice.objects.get(recipient=team.secretary).sentence


def test_who_leaves_and_the_staff_are_told_once_of_all_shifts(team):
    now = timezone.now()
    for day in range(1, 4):
        sign_up(shift=team.shift(starts_at=now + day * DAY), user=team.member)
    taken = team.shift(starts_at=now + 9 * DAY, places=1)
    sign_up(shift=taken, user=team.other_member)
    sign_up(shift=taken, user=team.member, may_wait=True)
    withdraw_registration(registration=team.member.registrations.get(), user=team.member)
    mine = Notice.objects.get(recipient=team.member)
    staff = Notice.objects.get(recipient=team.secretary)
    assert (mine.kind, staff.kind) == ("service.kept_and_off_the_list", "service.place_kept_by_leaver")
    for notice in (mine, staff):
        for day in range(1, 4):
            assert f"{timezone.localtime(now + day * DAY):%Y-%m-%d %H:%M}" in notice.sentence
    assert f"{timezone.localtime(now + 9 * DAY):%Y-%m-%d %H:%M}" in mine.sentence


def test_shifts_elsewhere_and_begun_ones_stay_as_they_are(team, full):
    leave_shifts(member=team.other_member, community=team.cast.neighbour_community)
    leave_shifts(member=team.other_member, community=team.community, now=full.starts_at)
    assert states(full) == [SignUpState.TAKEN, SignUpState.WAITING, SignUpState.WAITING]
    assert told(team.other_member) == []


def test_the_place_keeps_whom_the_member_belonged_to_when_it_was_taken(team, full):
    held = full.sign_ups.get(member=team.member)
    assert (held.employer, held.branch) == (team.employer, "供电公司第一支部")
    waits = full.sign_ups.get(member=team.other_member)
    assert (waits.employer, waits.branch) == (None, "")
    Registration.objects.filter(member=team.other_member).update(employer=team.other_employer, branch="二支部")
    withdraw(sign_up=held, user=team.member)
    take_offer(sign_up=waits, user=team.other_member)
    waits.refresh_from_db()
    assert (waits.employer, waits.branch) == (team.other_employer, "二支部")
    assert length_of(waits) == 120
