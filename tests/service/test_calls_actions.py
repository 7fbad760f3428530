"""Calls for helpers: who is told, the places that fill, who is released by whom, and what is attested."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.actions import appoint
from accounts.enums import Role
from accounts.errors import NotAllowed, OutOfTurn, Refused
from records.clocks import SHANGHAI
from records.models import AuditEntry, Deadline, Notice
from service.actions.call_answers import answer_call, arrive
from service.actions.call_ends import call_off, end_call
from service.actions.call_release import finish_call, release_helper
from service.actions.calls import call_helpers
from service.enums import AnswerState, CallState, Step
from service.models import HelperAnswer, HelperCall, HourEntry, Registration
from service.tasks.calls import end_calls

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def blow(team, **given) -> HelperCall:
    defaults = {
        "user": team.secretary,
        "caller": team.community,
        "title": "搬运防汛沙袋",
        "place": "社区东门",
        "helpers": 1,
        "arrive_by": NOON + HOUR,
        "until": NOON + 4 * HOUR,
        "now": NOON,
    }
    return call_helpers(**{**defaults, **given})


def say(call, user, coming=True, now=NOON + MINUTE) -> HelperAnswer:
    return answer_call(call=call, user=user, coming=coming, now=now)


def there(call, user, now=NOON + HOUR) -> HelperAnswer:
    return arrive(answer=say(call, user), user=user, now=now)


def told(call) -> set:
    return {answer.member for answer in call.answers.select_related("member")}


# --- who is told --------------------------------------------------------------------------------------------


def test_a_community_tells_all_its_members_and_nobody_else(team):
    call = blow(team)
    assert told(call) == {team.member, team.other_member}
    assert {notice.recipient for notice in Notice.objects.filter(kind="call.blown")} == told(call)
    assert "搬运防汛沙袋" in Notice.objects.filter(kind="call.blown").first().sentence
    assert AuditEntry.objects.get(verb="call.blow").detail == {"helpers": 1, "told": 2}


def test_an_employer_tells_its_own_members_in_its_community(team):
    elsewhere = team.new_member(7, community=team.cast.neighbour_community, employer=team.employer)
    call = blow(team, user=team.liaison, caller=team.employer)
    assert told(call) == {team.member}
    assert elsewhere not in told(call)
    assert call.community == team.community


def test_only_members_with_all_the_skills_are_told(team):
    both, one = team.new_member(1), team.new_member(2)
    skills = [team.first_aid, team.first_aid.__class__.objects.get(code="driving")]
    Registration.objects.get(member=both).skills.set(skills)
    Registration.objects.get(member=one).skills.set(skills[:1])
    assert told(blow(team, skills=skills)) == {both}


def test_who_has_moved_away_or_was_deactivated_is_not_told(team):
    Registration.objects.filter(member=team.member).update(state="expired")
    team.other_member.is_active = False
    team.other_member.save()
    with pytest.raises(Refused):
        blow(team)
    assert not HelperCall.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"helpers": 0}, "helpers"),
        ({"helpers": 501}, "helpers"),
        ({"arrive_by": NOON - MINUTE}, "arrive_by"),
        ({"until": NOON + HOUR}, "until"),
        ({"until": NOON - HOUR}, "until"),
        ({"until": NOON + timedelta(days=8)}, "until"),
        ({"title": " "}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"place": ""}, "place"),
        ({"text": "长" * 1001}, "text"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(team, given, field):
    with pytest.raises(Refused) as refusal:
        blow(team, **given)
    assert refusal.value.field == field
    assert not HelperCall.objects.exists()
    assert not Notice.objects.exists()


def test_nobody_calls_in_the_name_of_a_unit_that_is_not_theirs(team):
    for user, caller in (
        (team.neighbour_secretary, team.community),
        (team.secretary, team.employer),
        (team.liaison, team.community),
        (team.other_liaison, team.other_employer),  # which is not registered
        (team.member, team.community),
    ):
        with pytest.raises(NotAllowed):
            blow(team, user=user, caller=caller)


def test_two_thousand_members_are_told_in_a_few_queries(team, django_assert_max_num_queries):
    people = [team.member.__class__(username=f"p{n}", name=f"党员{n}") for n in range(300)]
    team.member.__class__.objects.bulk_create(people)
    row = Registration.objects.get(member=team.member)
    for person in people:
        row.pk, row._state.adding, row.member = None, True, person
        row.save()
    with django_assert_max_num_queries(30):
        call = blow(team)
    assert call.answers.count() == 302


# --- yes and no ---------------------------------------------------------------------------------------------


def test_a_yes_takes_a_place_and_owes_the_arrival(team):
    call = blow(team, helpers=2)
    answer = say(call, team.member)
    call.refresh_from_db()
    assert (answer.state, call.coming, call.state) == (AnswerState.COMING, 1, CallState.OPEN)
    owed = Deadline.objects.get(kind=Step.ARRIVE)
    assert (owed.person, owed.unit, owed.due_at, owed.subject) == (
        team.member,
        team.community,
        NOON + HOUR,
        answer,
    )


def test_saying_yes_twice_is_saying_it_once(team):
    call = blow(team, helpers=2)
    say(call, team.member)
    say(call, team.member)
    call.refresh_from_db()
    assert call.coming == 1
    assert Deadline.objects.count() == 1


def test_the_last_place_fills_the_call_and_the_next_one_is_told_so(team):
    call = blow(team)
    say(call, team.member)
    with pytest.raises(OutOfTurn):
        say(call, team.other_member)
    call.refresh_from_db()
    assert (call.coming, call.state) == (1, CallState.FULL)
    assert Notice.objects.filter(kind="call.full", recipient=team.secretary).count() == 1
    assert call.answers.get(member=team.other_member).state == AnswerState.TOLD


def test_a_no_after_a_yes_frees_the_place_and_the_debt_and_yes_may_be_said_again(team):
    call = blow(team)
    say(call, team.member)
    say(call, team.member, coming=False)
    call.refresh_from_db()
    assert (call.coming, call.state) == (0, CallState.OPEN)
    assert Deadline.objects.get().cancelled_at
    say(call, team.member)
    assert Deadline.objects.filter(cancelled_at=None, met_at=None).count() == 1
    say(call, team.member, coming=False)
    assert say(call, team.other_member).state == AnswerState.COMING


def test_who_says_yes_after_the_time_to_be_there_owes_it_by_the_end(team):
    call = blow(team)
    say(call, team.member, now=NOON + 2 * HOUR)
    assert Deadline.objects.get().due_at == call.until


def test_nobody_answers_what_they_were_not_called_to(team):
    call = blow(team)
    for user in (team.neighbour_member, team.secretary, team.resident):
        with pytest.raises(NotAllowed):
            say(call, user)


def test_a_yes_needs_the_registration_still(team):
    call = blow(team)
    Registration.objects.filter(member=team.member).update(state="moved")
    with pytest.raises(Refused):
        say(call, team.member)
    assert say(call, team.member, coming=False).state == AnswerState.DECLINED


def test_nothing_is_answered_once_the_time_is_over(team):
    call = blow(team)
    with pytest.raises(OutOfTurn):
        say(call, team.member, now=call.until)


# --- on the spot, and released ------------------------------------------------------------------------------


def test_the_arrival_meets_the_debt_and_the_release_attests_the_time(team):
    call = blow(team)
    answer = there(call, team.member)
    assert Deadline.objects.get().met_at == NOON + HOUR
    release_helper(answer=answer, user=team.secretary, now=NOON + HOUR + 95 * MINUTE)
    entry = HourEntry.objects.get()
    assert (entry.member, entry.minutes, entry.day, entry.title) == (team.member, 95, NOON.date(), call.title)
    assert (entry.employer, entry.community, entry.attested_by) == (team.employer, team.community, team.secretary)
    answer.refresh_from_db()
    assert (answer.state, answer.released_by) == (AnswerState.RELEASED, team.secretary)
    assert Notice.objects.filter(kind="call.released", recipient=team.member).count() == 1
    with pytest.raises(OutOfTurn):
        release_helper(answer=answer, user=team.secretary)


def test_the_caller_marks_the_arrival_and_others_do_not(team):
    answer = say(blow(team), team.member)
    for user in (team.other_member, team.neighbour_secretary, team.liaison):
        with pytest.raises(NotAllowed):
            arrive(answer=answer, user=user, now=NOON + HOUR)
    assert arrive(answer=answer, user=team.secretary, now=NOON + HOUR).state == AnswerState.ARRIVED
    with pytest.raises(OutOfTurn):
        arrive(answer=answer, user=team.member, now=NOON + HOUR)


def test_who_has_not_said_yes_does_not_arrive(team):
    answer = blow(team).answers.get(member=team.member)
    with pytest.raises(OutOfTurn):
        arrive(answer=answer, user=team.member, now=NOON + HOUR)


def test_nobody_attests_their_own_time(team):
    appoint(user=team.member, unit=team.community, role=Role.COMMUNITY_SECRETARY)
    call = blow(team, helpers=2)
    own, other = there(call, team.member), there(call, team.other_member)
    with pytest.raises(NotAllowed):
        release_helper(answer=own, user=team.member, now=NOON + 2 * HOUR)
    assert finish_call(call=call, user=team.member, now=NOON + 2 * HOUR) == 1
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.state, other.state) == (AnswerState.ARRIVED, AnswerState.RELEASED)
    assert Deadline.objects.get(kind=Step.RELEASE_HELPERS).is_open
    assert finish_call(call=call, user=team.secretary, now=NOON + 2 * HOUR) == 1
    assert not Deadline.objects.get(kind=Step.RELEASE_HELPERS).is_open


def test_strangers_release_nobody(team):
    call = blow(team)
    answer = there(call, team.member)
    for user in (team.neighbour_secretary, team.liaison, team.other_member, team.resident):
        with pytest.raises(NotAllowed):
            release_helper(answer=answer, user=user)
        with pytest.raises(NotAllowed):
            finish_call(call=call, user=user)
        with pytest.raises(NotAllowed):
            call_off(call=call, user=user, reason="不需要了")
    assert not HourEntry.objects.exists()


def test_the_day_holds_no_more_than_its_cap(team):
    HourEntry.objects.create(
        member=team.member,
        community=team.community,
        day=NOON.date(),
        title="值守",
        minutes=settings.SERVICE_HOURS_A_DAY * 60 - 30,
        attested_by=team.secretary,
        attested_at=NOON,
    )
    answer = there(blow(team), team.member)
    release_helper(answer=answer, user=team.secretary, now=NOON + 3 * HOUR)
    assert HourEntry.objects.latest("pk").minutes == 30


def test_a_full_day_gives_no_entry_but_a_release(team):
    HourEntry.objects.create(
        member=team.member,
        community=team.community,
        day=NOON.date(),
        title="值守",
        minutes=settings.SERVICE_HOURS_A_DAY * 60,
        attested_by=team.secretary,
        attested_at=NOON,
    )
    answer = release_helper(answer=there(blow(team), team.member), user=team.secretary, now=NOON + 3 * HOUR)
    assert answer.state == AnswerState.RELEASED
    assert HourEntry.objects.count() == 1


def test_twelve_hours_is_the_most(team, settings):
    settings.SERVICE_HOURS_A_DAY = 24
    answer = there(blow(team, until=NOON + 60 * HOUR), team.member)
    release_helper(answer=answer, user=team.secretary, now=NOON + 40 * HOUR)
    assert HourEntry.objects.get().minutes == 720


def test_nobody_arrives_more_than_an_hour_early(team):
    call = blow(team, arrive_by=NOON + 2 * HOUR)
    answer = say(call, team.member)
    for user in (team.member, team.secretary):
        with pytest.raises(OutOfTurn) as refusal:
            arrive(answer=answer, user=user, now=NOON + HOUR - MINUTE)
    assert "13:00" in refusal.value.sentence
    assert arrive(answer=answer, user=team.member, now=NOON + HOUR).state == AnswerState.ARRIVED


@pytest.mark.parametrize(("given", "entries"), [(None, [60]), (60, [60]), (25, [25]), (0, [])])
def test_whoever_releases_may_give_fewer_minutes(team, given, entries):
    answer = there(blow(team), team.member)
    release_helper(answer=answer, user=team.secretary, minutes=given, now=NOON + 2 * HOUR)
    assert [entry.minutes for entry in HourEntry.objects.all()] == entries
    answer.refresh_from_db()
    assert answer.state == AnswerState.RELEASED
    told = "call.released" if entries else "call.released_only"
    assert Notice.objects.filter(recipient=team.member, kind=told).count() == 1


@pytest.mark.parametrize("given", [-1, 61, 10**9])
def test_nobody_gives_more_minutes_than_the_helper_was_there(team, given):
    answer = there(blow(team), team.member)
    with pytest.raises(Refused) as refusal:
        release_helper(answer=answer, user=team.secretary, minutes=given, now=NOON + 2 * HOUR)
    assert refusal.value.field == "minutes"
    assert not HourEntry.objects.exists()


def attested(team, begins_at, ends_at) -> HourEntry:
    return HourEntry.objects.create(
        member=team.member,
        community=team.cast.neighbour_community,
        day=begins_at.date(),
        title="值守",
        minutes=int((ends_at - begins_at).total_seconds()) // 60,
        begins_at=begins_at,
        ends_at=ends_at,
        attested_by=team.neighbour_secretary,
        attested_at=ends_at,
    )


@pytest.mark.parametrize(
    ("taken", "begins_at", "minutes"),
    [
        ((NOON + 2 * HOUR, NOON + 3 * HOUR), NOON + HOUR, 60),  # what follows it shortens it
        ((NOON, NOON + 2 * HOUR), NOON + 2 * HOUR, 120),  # what lies before lets it begin later
        ((NOON, NOON + HOUR), NOON + HOUR, 180),  # what only touches it takes nothing
        ((NOON, NOON + 5 * HOUR), None, 0),
    ],
)
def test_time_that_is_attested_otherwise_is_not_attested_again(team, taken, begins_at, minutes):
    other = attested(team, *taken)
    answer = there(blow(team), team.member)
    with pytest.raises(Refused):
        release_helper(answer=answer, user=team.secretary, minutes=minutes + 1, now=NOON + 4 * HOUR)
    release_helper(answer=answer, user=team.secretary, now=NOON + 4 * HOUR)
    found = [(entry.begins_at, entry.ends_at, entry.minutes) for entry in HourEntry.objects.exclude(pk=other.pk)]
    assert found == ([(begins_at, begins_at + minutes * MINUTE, minutes)] if minutes else [])


def test_time_that_a_correction_has_added_is_not_attested_again(team):
    other = attested(team, NOON, NOON + HOUR)
    HourEntry.objects.create(
        kind="correction",
        corrects=other,
        member=other.member,
        community=other.community,
        day=other.day,
        title=other.title,
        minutes=60,
        begins_at=NOON + HOUR,
        ends_at=NOON + 2 * HOUR,
        reason="记少了",
        attested_by=other.attested_by,
        attested_at=NOON,
    )
    release_helper(answer=there(blow(team), team.member), user=team.secretary, now=NOON + 4 * HOUR)
    entry = HourEntry.objects.latest("pk")
    assert (entry.begins_at, entry.minutes) == (NOON + 2 * HOUR, 120)


def test_time_that_was_corrected_down_to_nothing_may_be_attested(team):
    other = attested(team, NOON + HOUR, NOON + 4 * HOUR)
    HourEntry.objects.create(
        kind="correction",
        corrects=other,
        member=other.member,
        community=other.community,
        day=other.day,
        title=other.title,
        minutes=-other.minutes,
        reason="记错了人",
        attested_by=other.attested_by,
        attested_at=NOON,
    )
    release_helper(answer=there(blow(team), team.member), user=team.secretary, now=NOON + 4 * HOUR)
    assert HourEntry.objects.latest("pk").minutes == 180


def test_the_hours_belong_to_the_employer_of_the_day_of_the_yes(team):
    answer = there(blow(team), team.member)
    assert (answer.employer, answer.branch) == (team.employer, "供电公司第一支部")
    Registration.objects.filter(member=team.member).update(employer=team.other_employer, branch="长青中学支部")
    release_helper(answer=answer, user=team.secretary, now=NOON + 2 * HOUR)
    entry = HourEntry.objects.get()
    assert (entry.employer, entry.branch) == (team.employer, "供电公司第一支部")


def test_finishing_releases_who_is_there_and_excuses_who_is_expected(team):
    call = blow(team, helpers=2)
    there(call, team.member)
    say(call, team.other_member)
    assert finish_call(call=call, user=team.secretary, now=NOON + 2 * HOUR) == 1
    states = dict(call.answers.values_list("member", "state"))
    assert states == {team.member.pk: AnswerState.RELEASED, team.other_member.pk: AnswerState.EXCUSED}
    call.refresh_from_db()
    assert (call.state, call.ended_at) == (CallState.ENDED, NOON + 2 * HOUR)
    assert not Deadline.objects.filter(met_at=None, cancelled_at=None).exists()
    assert Notice.objects.filter(kind="call.excused", recipient=team.other_member).count() == 1
    with pytest.raises(OutOfTurn):
        finish_call(call=call, user=team.secretary, now=NOON + 2 * HOUR)


# --- called off, or run out ---------------------------------------------------------------------------------


def test_calling_off_tells_everyone_why_and_nothing_is_owed(team):
    call = blow(team)
    say(call, team.member)
    call_off(call=call, user=team.secretary, reason=" 雨停了 ", now=NOON + MINUTE)
    call.refresh_from_db()
    assert (call.state, call.reason) == (CallState.CANCELLED, "雨停了")
    notices = Notice.objects.filter(kind="call.off")
    assert {notice.recipient for notice in notices} == {team.member, team.other_member}
    assert "雨停了" in notices[0].sentence
    assert call.answers.get(member=team.member).state == AnswerState.EXCUSED
    assert not Deadline.objects.filter(cancelled_at=None).exists()
    with pytest.raises(OutOfTurn):
        say(call, team.other_member)


def test_a_call_is_not_called_off_without_a_reason_or_once_somebody_has_come(team):
    call = blow(team)
    with pytest.raises(Refused):
        call_off(call=call, user=team.secretary, reason=" ", now=NOON)
    there(call, team.member)
    with pytest.raises(OutOfTurn):
        call_off(call=call, user=team.secretary, reason="雨停了", now=NOON + HOUR)


def test_a_call_that_ends_by_itself_excuses_who_has_not_come(team):
    call = blow(team, helpers=2)
    answer = say(call, team.member)
    with pytest.raises(OutOfTurn):
        end_call(call=call, now=call.until - MINUTE)
    end_call(call=call, now=call.until)
    call.refresh_from_db()
    answer.refresh_from_db()
    assert (call.state, answer.state) == (CallState.ENDED, AnswerState.EXCUSED)
    assert call.answers.get(member=team.other_member).state == AnswerState.TOLD
    assert Deadline.objects.get().cancelled_at == call.until
    assert [notice.recipient for notice in Notice.objects.filter(kind="call.excused")] == [team.member]
    with pytest.raises(OutOfTurn):
        end_call(call=call, now=call.until)
    with pytest.raises(OutOfTurn):
        finish_call(call=call, user=team.secretary, now=call.until + HOUR)


def test_who_is_there_at_the_end_is_released_afterwards(team):
    call = blow(team)
    answer = there(call, team.member)
    end_call(call=call, now=call.until)
    assert Notice.objects.filter(kind="call.ended", recipient=team.secretary).count() == 1
    owed = Deadline.objects.get(kind=Step.RELEASE_HELPERS)
    assert (owed.unit, owed.person, owed.subject) == (team.community, None, call)
    assert owed.is_open
    assert owed.due_at > call.until
    release_helper(answer=answer, user=team.secretary, now=call.until + HOUR)
    assert HourEntry.objects.get().minutes == 180  # until the end of the call, not until somebody remembers
    owed.refresh_from_db()
    assert owed.met_at == call.until + HOUR


def test_the_release_is_owed_until_the_last_one_is_released_and_by_whoever_called(team):
    colleague = team.new_member(1, employer=team.employer)
    call = blow(team, user=team.liaison, caller=team.employer, helpers=2)
    first, second = there(call, team.member), there(call, colleague)
    end_call(call=call, now=call.until)
    owed = Deadline.objects.get(kind=Step.RELEASE_HELPERS)
    assert owed.unit == team.employer
    release_helper(answer=first, user=team.liaison, now=call.until)
    owed.refresh_from_db()
    assert owed.is_open
    release_helper(answer=second, user=team.liaison, now=call.until)
    owed.refresh_from_db()
    assert not owed.is_open


def test_a_call_without_helpers_on_the_spot_owes_no_release(team):
    call = blow(team)
    finish_call(call=call, user=team.secretary, now=NOON)
    assert not Deadline.objects.filter(kind=Step.RELEASE_HELPERS).exists()


def test_the_task_ends_what_has_run_out_once(team):
    now = timezone.now()
    call = blow(team, now=now - HOUR, arrive_by=now - 30 * MINUTE, until=now - MINUTE)
    running = blow(team, now=now, arrive_by=now + HOUR, until=now + 2 * HOUR)
    assert end_calls() == 1
    assert end_calls() == 0
    call.refresh_from_db()
    running.refresh_from_db()
    assert (call.state, running.state) == (CallState.ENDED, CallState.OPEN)


def test_the_employer_that_called_releases_its_own(team):
    call = blow(team, user=team.liaison, caller=team.employer)
    answer = say(call, team.member)
    with pytest.raises(NotAllowed):  # who is on the way is not for the employer to know
        arrive(answer=answer, user=team.liaison, now=NOON + HOUR)
    release_helper(answer=there(call, team.member), user=team.liaison, now=NOON + 2 * HOUR)
    assert HourEntry.objects.get().attested_by == team.liaison
