"""Households in a member's care: entered and handed over by the community, visited by the member."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.errors import NotAllowed, OutOfTurn, Refused
from records.clocks import SHANGHAI
from records.models import AuditEntry, Notice
from service.actions.households import (
    assign_household,
    close_household,
    edit_household,
    enter_household,
    note_visit,
    take_household_away,
)
from service.models import Household, Registration, Visit
from service.queries.households import cares_for, households_in_care_of, households_run_by, households_seen_by

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)
TODAY = NOON.date()
DAY = timedelta(days=1)


def entered(team, **given) -> Household:
    defaults = {"user": team.secretary, "community": team.community, "label": "3号楼2单元501", "grid": team.cast.grid}
    return enter_household(**{**defaults, **given})


def cared_for(team, household=None, member="member") -> Household:
    return assign_household(household=household or entered(team), user=team.secretary, member=member)


def visit(team, household, **given) -> Visit:
    defaults = {"user": team.member, "day": TODAY, "note": "老人一切安好。", "now": NOON}
    return note_visit(household=household, **{**defaults, **given})


# --- the list -----------------------------------------------------------------------------------------------


def test_the_community_enters_a_household_that_nobody_else_sees(team):
    household = entered(team, group="第一组", note="独居")
    assert list(households_run_by(team.secretary)) == [household]
    for user in (team.member, team.liaison, team.neighbour_secretary, team.cast.dispatcher, team.cast.grid_worker):
        assert household not in households_seen_by(user)


@pytest.mark.parametrize(
    ("field", "value"),
    [("label", " "), ("label", "长" * 61), ("group", "长" * 41), ("note", "长" * 201)],
)
def test_words_that_are_missing_or_too_long_are_refused(team, field, value):
    with pytest.raises(Refused) as refusal:
        entered(team, **{field: value})
    assert refusal.value.field == field


def test_the_same_household_is_entered_once(team):
    household = entered(team)
    with pytest.raises(Refused) as refusal:
        entered(team)
    assert refusal.value.field == "label"
    other = entered(team, label="3号楼2单元502")
    with pytest.raises(Refused):
        edit_household(household=other, user=team.secretary, label=household.label)
    close_household(household=household, user=team.secretary)
    assert entered(team).pk != household.pk


def test_the_grid_is_one_of_the_community(team):
    with pytest.raises(Refused) as refusal:
        entered(team, grid=team.cast.neighbour_grid)
    assert refusal.value.field == "grid"


def test_another_community_changes_nothing_here(team):
    household = entered(team)
    stranger = team.neighbour_secretary
    with pytest.raises(NotAllowed):
        entered(team, user=stranger, label="x")
    for change in (
        lambda user: edit_household(household=household, user=user, label="x"),
        lambda user: assign_household(household=household, user=user, member="member"),
        lambda user: take_household_away(household=household, user=user),
        lambda user: close_household(household=household, user=user),
    ):
        for user in (stranger, team.member, team.liaison):
            with pytest.raises(NotAllowed):
                change(user)


# --- in care ------------------------------------------------------------------------------------------------


def test_the_member_who_cares_sees_it_and_the_next_one_instead(team):
    household = cared_for(team)
    assert list(households_in_care_of(team.member)) == [household]
    assert "3号楼" not in str(Notice.objects.get(recipient=team.member).parameters)
    cared_for(team, household, "党员乙")
    assert list(households_in_care_of(team.member)) == []
    assert list(households_in_care_of(team.other_member)) == [household]
    assert Notice.objects.filter(recipient=team.member, kind="household.taken_away").count() == 1
    details = [entry.detail for entry in AuditEntry.objects.filter(verb="household.care").order_by("pk")]
    assert details[1] == {"before": team.member.pk, "after": team.other_member.pk}


def test_a_member_is_found_by_name_username_or_number(team):
    team.other_member.phone = "+8613900001234"
    team.other_member.save()
    for typed in (" 党员乙 ", "member_b", "139 0000 1234"):
        assert cared_for(team, Household.objects.first(), typed).carer == team.other_member


@pytest.mark.parametrize("typed", ["", "无此人", "党员丙", "王小明", "长" * 61])
def test_only_a_registered_member_is_assigned(team, typed):
    with pytest.raises(Refused) as refusal:
        cared_for(team, member=typed)
    assert refusal.value.field == "member"


def test_two_of_the_same_name_are_not_guessed(team):
    twin = team.new_member(1)
    twin.name = "党员乙"
    twin.save()
    with pytest.raises(Refused):
        cared_for(team, member="党员乙")


def test_assigning_the_same_member_again_tells_nobody_again(team):
    household = cared_for(team)
    cared_for(team, household)
    assert Notice.objects.count() == 1


def test_taken_away_it_is_in_nobody_s_care(team):
    household = take_household_away(household=cared_for(team), user=team.secretary)
    assert household.carer is None
    assert list(households_in_care_of(team.member)) == []
    with pytest.raises(OutOfTurn):
        take_household_away(household=household, user=team.secretary)


def test_who_moves_away_sees_nothing_any_more_and_the_community_knows(team):
    household = cared_for(team)
    assert households_run_by(team.secretary).get().is_cared_for
    Registration.objects.filter(member=team.member).update(state="moved")
    member = team.member.__class__.objects.get(pk=team.member.pk)
    assert household not in households_seen_by(member)
    assert not cares_for(member, household)
    assert not households_run_by(team.secretary).get().is_cared_for


def test_off_the_list_it_is_gone_for_everybody(team):
    household = close_household(household=cared_for(team), user=team.secretary)
    assert list(households_run_by(team.secretary)) == []
    assert household not in households_seen_by(team.member)
    with pytest.raises(OutOfTurn):
        visit(team, household)


# --- visits -------------------------------------------------------------------------------------------------


def test_a_visit_is_a_dated_line_that_stays(team):
    line = visit(team, cared_for(team), day=TODAY - 3 * DAY)
    assert (line.member, line.day, line.noted_at) == (team.member, TODAY - 3 * DAY, NOON)
    for change in (lambda: Visit.objects.update(note="x"), line.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize("days", [1, -366, 20000, -20000])
def test_a_day_to_come_or_long_past_is_refused(team, days):
    with pytest.raises(Refused) as refusal:
        visit(team, cared_for(team), day=TODAY + days * DAY)
    assert refusal.value.field == "day"


def test_a_visit_needs_words(team):
    household = cared_for(team)
    for note in (" ", "长" * 501):
        with pytest.raises(Refused):
            visit(team, household, note=note)


def test_only_the_member_who_cares_notes_visits(team):
    household = cared_for(team)
    for user in (team.other_member, team.secretary, team.neighbour_member):
        with pytest.raises(NotAllowed):
            visit(team, household, user=user)
    assert not Visit.objects.exists()
