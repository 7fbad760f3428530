"""Attested hours take up a span of time: of a shift or of a call, nothing else is attested for it."""

import pytest
from django.utils.translation import override

from accounts.errors import Refused
from service.actions.corrections import correct_hours
from service.actions.hours import attest_hours
from service.models import HourEntry, Registration
from tests.service.hours_scene import ELEVEN, HOUR, MINUTE, NINE, come, place, serve, shift_at

AFTER = ELEVEN + 6 * HOUR


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def on_call(team, member, begins_at=NINE, ends_at=ELEVEN, minutes=120) -> HourEntry:
    """Return hours attested for a call, which have no sign-up."""
    return HourEntry.objects.create(
        member=member,
        community=team.community,
        day=begins_at.date(),
        title="暴雨排水",
        begins_at=begins_at,
        ends_at=ends_at,
        minutes=minutes,
        attested_by=team.secretary,
        attested_at=AFTER,
    )


def correct(team, entry, minutes) -> HourEntry:
    return correct_hours(entry=entry, user=team.secretary, minutes=minutes, reason="核对", now=AFTER)


@pytest.mark.parametrize(
    ("came", "minutes", "begun"),
    [(-30, 60, 0), (0, 120, 0), (30, 60, 30), (30, 110, 10)],
)
def test_the_span_is_that_of_the_minutes_from_check_in_within_the_shift(team, came, minutes, begun):
    shift = shift_at(team)
    sign_up = come(place(shift, team.member), NINE + came * MINUTE)
    entry = attest_hours(shift=shift, user=team.secretary, minutes={sign_up.pk: minutes}, now=AFTER)[0]
    assert entry.begins_at == NINE + begun * MINUTE
    assert entry.ends_at == entry.begins_at + minutes * MINUTE


def test_of_whom_the_staff_marked_the_span_begins_with_the_shift(team):
    shift = shift_at(team)
    sign_up = place(shift, team.member, checked_in_at=ELEVEN, marked_by=team.secretary)
    entry = attest_hours(shift=shift, user=team.secretary, minutes={sign_up.pk: 60}, now=AFTER)[0]
    assert (entry.begins_at, entry.ends_at) == (NINE, NINE + HOUR)


def test_what_was_attested_for_a_call_is_not_attested_for_a_shift_again(team):
    entry = on_call(team, team.member, NINE + HOUR, ELEVEN + HOUR)
    with pytest.raises(Refused, match="at this time") as refusal:
        serve(team, team.member, 90)
    assert refusal.value.field.startswith("minutes_")
    correct(team, entry, 0)
    assert serve(team, team.member, 90).minutes == 90


def test_two_parts_of_the_same_two_hours_may_both_count(team):
    serve(team, team.member, 60)
    assert serve(team, team.member, 60, starts_at=NINE + HOUR).begins_at == NINE + HOUR


def test_a_correction_does_not_stretch_into_other_hours(team):
    entry = serve(team, team.member, 60)
    on_call(team, team.member, NINE + 90 * MINUTE, ELEVEN, 30)
    with pytest.raises(Refused, match="at this time"):
        correct(team, entry, 91)
    stretched = correct(team, entry, 90)
    assert (stretched.begins_at, stretched.ends_at) == (NINE, NINE + 90 * MINUTE)
    with pytest.raises(Refused, match="at this time"):
        serve(team, team.member, 20, starts_at=NINE + 70 * MINUTE)


def test_of_a_call_no_more_counts_than_lay_between_arrival_and_release(team):
    entry = on_call(team, team.member, minutes=60)
    with pytest.raises(Refused, match="120 minutes") as refusal:
        correct(team, entry, 121)
    assert refusal.value.field == "minutes"
    assert correct(team, entry, 120).minutes == 60


def test_a_call_taken_back_does_not_return_into_hours_attested_meanwhile(team):
    entry = on_call(team, team.member)
    correct(team, entry, 0)
    serve(team, team.member, 30)
    with pytest.raises(Refused, match="at this time"):
        correct(team, entry, 60)


def test_hours_go_to_whom_the_member_belonged_to_when_the_place_was_taken(team):
    shift = shift_at(team)
    sign_up = come(place(shift, team.member))
    Registration.objects.filter(member=team.member).update(employer=team.other_employer, branch="别的支部")
    entry = attest_hours(shift=shift, user=team.secretary, minutes={sign_up.pk: 60}, now=AFTER)[0]
    assert (entry.employer, entry.branch) == (team.employer, "供电公司第一支部")
    correction = correct(team, entry, 30)
    assert (correction.employer, correction.branch) == (team.employer, "供电公司第一支部")
