"""Hours: attested by somebody else, within the day and the shift, never overlapping, corrected by new entries."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from accounts.actions import appoint
from accounts.enums import Role
from accounts.errors import NotAllowed, OutOfTurn, Refused
from records.models import AuditEntry, Deadline, Notice
from service.actions.attendance import mark_absent, mark_present
from service.actions.corrections import correct_hours
from service.actions.hours import attest_hours, owe_attestation
from service.durations import spelled
from service.enums import HourKind, SignUpState, Step
from service.models import HourEntry, ServiceClock
from service.queries.hours import net_minutes, proposed_minutes
from service.tasks.hours import owe_attestations
from tests.service.hours_scene import DAY, ELEVEN, HOUR, MINUTE, NINE, come, leave, place, serve, shift_at

AFTER = ELEVEN + MINUTE


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def attest(team, shift, minutes: dict, *, user=None, now=AFTER) -> list[HourEntry]:
    given = {sign_up.pk: value for sign_up, value in minutes.items()}
    return attest_hours(shift=shift, user=user or team.secretary, minutes=given, now=now)


# --- what is proposed ---------------------------------------------------------------------------------------


def test_proposed_is_what_lies_between_check_in_and_check_out_within_the_shift(team):
    sign_up = place(shift_at(team), team.member)
    assert proposed_minutes(sign_up) == 120
    sign_up = come(sign_up, NINE - 30 * MINUTE)
    assert proposed_minutes(sign_up) == 120
    sign_up = leave(sign_up, NINE + 90 * MINUTE)
    assert proposed_minutes(sign_up) == 90
    sign_up.checked_out_at = ELEVEN + HOUR
    assert proposed_minutes(sign_up) == 120
    sign_up.checked_in_at = NINE + 30 * MINUTE
    assert proposed_minutes(sign_up) == 90


def test_no_more_is_proposed_than_a_day_allows(team, settings):
    settings.SERVICE_HOURS_A_DAY = 1
    assert proposed_minutes(place(shift_at(team), team.member)) == 60


def test_minutes_read_as_hours():
    found = [spelled(minutes) for minutes in (0, 45, 60, 135, -30)]
    assert found == ["0 min", "45 min", "1 h", "2 h 15 min", "−30 min"]


# --- attesting ----------------------------------------------------------------------------------------------


def test_all_present_are_attested_at_once(team):
    shift = shift_at(team)
    first, second = come(place(shift, team.member)), come(place(shift, team.other_member))
    attest(team, shift, {first: 120, second: 45})
    assert set(HourEntry.objects.values_list("member", "employer", "minutes", "day")) == {
        (team.member.pk, team.employer.pk, 120, NINE.date()),
        (team.other_member.pk, None, 45, NINE.date()),
    }
    assert set(shift.sign_ups.values_list("state", flat=True)) == {SignUpState.SERVED}
    shift.refresh_from_db()
    assert shift.taken == 2
    assert Notice.objects.filter(kind="service.hours_attested").count() == 2
    assert AuditEntry.objects.get(verb="hours.attest").detail == {"sign_ups": [first.pk, second.pk], "minutes": 165}


def test_not_before_the_shift_has_ended(team):
    shift = shift_at(team)
    sign_up = come(place(shift, team.member))
    with pytest.raises(OutOfTurn):
        attest(team, shift, {sign_up: 60}, now=ELEVEN - MINUTE)


def test_nobody_attests_their_own_hours(team):
    appoint(user=team.member, unit=team.community, role=Role.COMMUNITY_SECRETARY)
    shift = shift_at(team)
    own, other = come(place(shift, team.member)), come(place(shift, team.other_member))
    with pytest.raises(Refused) as refusal:
        attest(team, shift, {other: 60, own: 60}, user=team.member)
    assert refusal.value.field == f"minutes_{own.pk}"
    assert not HourEntry.objects.exists()
    attest(team, shift, {other: 60}, user=team.member)
    attest(team, shift, {own: 60})


def test_only_the_community_attests(team):
    shift = shift_at(team)
    sign_up = come(place(shift, team.member))
    for stranger in (team.neighbour_secretary, team.liaison, team.other_member):
        with pytest.raises(NotAllowed):
            attest(team, shift, {sign_up: 60}, user=stranger)


@pytest.mark.parametrize("minutes", [0, -5, 121])
def test_never_more_than_the_shift_nor_less_than_a_minute(team, minutes):
    shift = shift_at(team)
    sign_up = come(place(shift, team.member))
    with pytest.raises(Refused) as refusal:
        attest(team, shift, {sign_up: minutes})
    assert refusal.value.field == f"minutes_{sign_up.pk}"


def test_who_did_not_come_is_not_attested_and_nobody_twice(team):
    shift = shift_at(team)
    missing, there = place(shift, team.member), come(place(shift, team.other_member))
    with pytest.raises(OutOfTurn):
        attest(team, shift, {missing: 60})
    attest(team, shift, {there: 60})
    with pytest.raises(OutOfTurn):
        attest(team, shift, {there: 60})
    with pytest.raises(Refused):
        attest(team, shift, {})
    assert HourEntry.objects.count() == 1


def test_the_day_has_a_cap_over_all_communities(team):
    other = team.post(community=team.cast.neighbour_community, created_by=team.neighbour_secretary)
    serve(team, team.member, 360, starts_at=NINE + 3 * HOUR, hours=6, post=other, user=team.neighbour_secretary)
    shift = shift_at(team, hours=3)
    sign_up = come(place(shift, team.member))
    after = NINE + 4 * HOUR
    with pytest.raises(Refused, match="2 h left") as refusal:
        attest(team, shift, {sign_up: 121}, now=after)
    assert refusal.value.field == f"minutes_{sign_up.pk}"
    assert "尤党员" in str(refusal.value)
    attest(team, shift, {sign_up: 120}, now=after)


def test_the_next_day_counts_anew(team):
    serve(team, team.member, 480, hours=8)
    serve(team, team.member, 480, starts_at=NINE + DAY, hours=8)
    assert HourEntry.objects.count() == 2


def test_overlapping_hours_are_refused_and_adjoining_ones_are_not(team):
    entry = serve(team, team.member)
    shift = shift_at(team, NINE + HOUR)
    sign_up = come(place(shift, team.member), NINE + HOUR)
    after = ELEVEN + 2 * HOUR
    with pytest.raises(Refused) as refusal:
        attest(team, shift, {sign_up: 30}, now=after)
    assert refusal.value.field == f"minutes_{sign_up.pk}"
    serve(team, team.member, starts_at=ELEVEN)
    correct_hours(entry=entry, user=team.secretary, minutes=0, reason="记错了人", now=after)
    HourEntry.objects.get(member=team.member, kind=HourKind.CORRECTION)


def test_what_was_taken_back_does_not_block_another_shift(team):
    entry = serve(team, team.member)
    correct_hours(entry=entry, user=team.secretary, minutes=0, reason="记错了班次", now=AFTER)
    again = serve(team, team.member, 60)
    assert again.minutes == 60
    with pytest.raises(Refused) as refusal:
        correct_hours(entry=entry, user=team.secretary, minutes=60, reason="又改回来", now=AFTER)
    assert refusal.value.field == "minutes"


# --- corrections --------------------------------------------------------------------------------------------


def correct(team, entry, minutes, *, user=None, reason="早退") -> HourEntry:
    return correct_hours(entry=entry, user=user or team.secretary, minutes=minutes, reason=reason, now=AFTER)


def test_a_correction_is_a_new_entry_with_the_difference(team):
    entry = serve(team, team.member)
    correction = correct(team, entry, 90)
    assert (correction.minutes, correction.kind, correction.reason) == (-30, HourKind.CORRECTION, "早退")
    assert (correction.day, correction.employer, correction.community) == (entry.day, entry.employer, entry.community)
    entry.refresh_from_db()
    assert (entry.minutes, net_minutes(entry)) == (120, 90)
    correct(team, entry, 100)
    assert net_minutes(entry) == 100
    assert Notice.objects.filter(recipient=team.member, kind="service.hours_corrected").count() == 2
    assert AuditEntry.objects.filter(verb="hours.correct").count() == 2


def test_it_never_goes_below_zero_above_the_shift_or_nowhere(team):
    entry = serve(team, team.member, 100)
    for minutes in (-1, 121, 100):
        with pytest.raises(Refused) as refusal:
            correct(team, entry, minutes)
        assert refusal.value.field == "minutes"
    assert HourEntry.objects.count() == 1


def test_it_does_not_break_the_cap(team, settings):
    settings.SERVICE_HOURS_A_DAY = 3
    entry = serve(team, team.member, 60)
    serve(team, team.member, 90, starts_at=ELEVEN)
    with pytest.raises(Refused):
        correct(team, entry, 91)
    correct(team, entry, 90)


def test_a_correction_needs_a_reason_another_person_and_the_right_community(team):
    entry = serve(team, team.member)
    with pytest.raises(Refused) as refusal:
        correct(team, entry, 60, reason=" ")
    assert refusal.value.field == "reason"
    with pytest.raises(NotAllowed):
        correct(team, entry, 60, user=team.neighbour_secretary)
    appoint(user=team.member, unit=team.community, role=Role.COMMUNITY_SECRETARY)
    with pytest.raises(Refused):
        correct(team, entry, 60, user=team.member)
    with pytest.raises(Refused):
        correct(team, correct(team, entry, 60), 30)


def test_the_database_keeps_entries_as_they_are(team):
    entry = serve(team, team.member)
    with pytest.raises(IntegrityError), transaction.atomic():
        HourEntry.objects.filter(pk=entry.pk).update(minutes=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        HourEntry.objects.create(
            member=team.member, community=team.community, day=entry.day, title="x", minutes=5,
            attested_by=team.member, attested_at=AFTER,
        )  # fmt: skip


# --- the deadline -------------------------------------------------------------------------------------------


def owed():
    return Deadline.objects.filter(kind=Step.ATTEST_HOURS, met_at=None, cancelled_at=None)


def test_a_shift_that_has_ended_with_people_is_owed_once(team):
    shift = shift_at(team)
    place(shift, team.member)
    assert not owe_attestation(shift=shift, now=ELEVEN - MINUTE)
    assert owe_attestation(shift=shift, now=ELEVEN + HOUR)
    assert not owe_attestation(shift=shift, now=ELEVEN + 2 * HOUR)
    deadline = owed().get()
    assert (deadline.subject, deadline.unit) == (shift, team.community)
    clock = ServiceClock.objects.get(step=Step.ATTEST_HOURS)
    assert (clock.amount, clock.unit) == (3, "working_days")
    assert deadline.due_at == ELEVEN + 3 * DAY


def test_the_task_finds_what_has_ended_and_nothing_else(team):
    long_ago, coming = shift_at(team, NINE - 9000 * DAY), shift_at(team, NINE + 9000 * DAY)
    empty = shift_at(team, NINE - 9000 * DAY)
    for shift in (long_ago, coming):
        place(shift, team.member)
    place(empty, team.other_member, SignUpState.WITHDRAWN)
    assert owe_attestations() == 1
    assert owe_attestations() == 0
    assert owed().get().subject == long_ago


def test_it_is_met_when_everybody_is_attested_or_absent(team):
    shift = shift_at(team)
    there, missing = come(place(shift, team.member)), place(shift, team.other_member)
    owe_attestation(shift=shift, now=AFTER)
    attest(team, shift, {there: 60})
    assert owed().exists()
    mark_absent(shift=shift, user=team.secretary, people=[missing.pk], reason="未到", now=AFTER)
    assert not owed().exists()


def test_it_is_owed_again_when_somebody_is_marked_present_later(team):
    shift = shift_at(team)
    missing = place(shift, team.member)
    owe_attestation(shift=shift, now=AFTER)
    mark_absent(shift=shift, user=team.secretary, people=[missing.pk], reason="未到", now=AFTER)
    mark_present(shift=shift, user=team.secretary, people=[missing.pk], reason="看错了", now=AFTER + HOUR)
    assert owe_attestation(shift=shift, now=AFTER + HOUR)
    assert (owed().get().round, owed().get().due_at) == (2, AFTER + HOUR + 3 * DAY)
