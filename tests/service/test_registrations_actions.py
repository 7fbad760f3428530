"""A member registers, is confirmed or refused, moves, renews, withdraws, runs out."""

from datetime import date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.actions import appoint
from accounts.enums import Role
from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit, User
from records.clocks import SHANGHAI
from records.models import AuditEntry, Deadline, Notice, Reminder
from records.sweep import sweep
from service.actions import registrations_terms as terms
from service.actions.registrations import CONSENT_VERSION, register_member, renew_registration, withdraw_registration
from service.actions.registrations_decisions import confirm_registration, refuse_registration
from service.actions.registrations_terms import ask_to_renew, expire_registration
from service.enums import RegistrationState, SignUpState, Step
from service.models import Registration, ServiceClock, SignUp, Skill
from service.queries.scope import members_of, registration_of
from service.tasks.registrations import ask_to_renew_registrations, expire_registrations, tell_of_leaving

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
DAY = timedelta(days=1)


def register(team, *, user=None, member=None, community=None, now=None, **given) -> Registration:
    user = user or team.resident
    defaults = {"hours_per_month": 4, "employer": team.employer, "consent": True}
    return register_member(
        member=member or user, user=user, community=community or team.community, now=now, **{**defaults, **given}
    )


def owed(registration: Registration, kind: Step) -> Deadline:
    return Deadline.objects.get(object_id=registration.pk, kind=kind)


def test_a_registration_waits_and_the_community_owes_a_decision(team):
    registration = register(team, skills=[team.first_aid], branch="第二支部", born_on=date(1980, 2, 29), now=MONDAY)
    assert (registration.state, registration.consent_version) == (RegistrationState.SUBMITTED, CONSENT_VERSION)
    assert list(registration.skills.all()) == [team.first_aid]
    deadline = owed(registration, Step.CONFIRM_MEMBER)
    assert (deadline.unit, deadline.person) == (team.community, None)
    assert deadline.due_at == MONDAY + 3 * DAY
    notice = Notice.objects.get(kind="registration.submitted")
    assert notice.recipient == team.secretary
    assert team.resident.name not in str(notice.parameters)
    assert AuditEntry.objects.get(verb="registration.submit").detail == {"consent": CONSENT_VERSION}


def test_confirmed_it_is_active_for_a_year_and_the_deadline_is_met(team):
    registration = register(team, now=MONDAY)
    confirm_registration(registration=registration, user=team.secretary, now=MONDAY + DAY)
    registration.refresh_from_db()
    assert registration.state == RegistrationState.ACTIVE
    assert registration.expires_on == date(2026, 11, 24) + timedelta(days=settings.REGISTRATION_DAYS)
    assert owed(registration, Step.CONFIRM_MEMBER).met_at == MONDAY + DAY
    assert Notice.objects.get(kind="registration.confirmed").recipient == team.resident
    with pytest.raises(OutOfTurn):
        confirm_registration(registration=registration, user=team.secretary)


def test_refused_with_a_reason_one_may_register_anew(team):
    registration = register(team)
    with pytest.raises(Refused) as refusal:
        refuse_registration(registration=registration, user=team.secretary, reason="  ")
    assert refusal.value.field == "reason"
    refuse_registration(registration=registration, user=team.secretary, reason="请到居住地社区报到")
    registration.refresh_from_db()
    assert (registration.state, registration.reason) == (RegistrationState.REFUSED, "请到居住地社区报到")
    assert "请到居住地社区报到" in Notice.objects.get(kind="registration.refused").parameters["reason"]
    assert register(team).state == RegistrationState.SUBMITTED


@pytest.mark.parametrize("person", ["neighbour_secretary", "liaison", "resident", "member"])
def test_only_the_community_decides(team, person):
    registration = register(team)
    for decide, given in ((confirm_registration, {}), (refuse_registration, {"reason": "不符"})):
        with pytest.raises(NotAllowed):
            decide(registration=registration, user=getattr(team, person), **given)
    registration.refresh_from_db()
    assert registration.state == RegistrationState.SUBMITTED


def test_nobody_decides_their_own(team):
    registration = register(team, user=team.secretary)
    assert not Notice.objects.filter(recipient=team.secretary).exists()
    with pytest.raises(NotAllowed):
        confirm_registration(registration=registration, user=team.secretary)
    colleague = User.objects.create_user(username="secretary_b", name="副书记")
    appoint(user=colleague, unit=team.community, role=Role.COMMUNITY_SECRETARY)
    confirm_registration(registration=registration, user=colleague)


# --- refused -----------------------------------------------------------------------------------------------


def test_registering_for_somebody_else_is_refused(team):
    with pytest.raises(NotAllowed):
        register(team, user=team.secretary, member=team.resident)
    assert not team.resident.registrations.exists()


def test_registering_twice_is_refused(team):
    register(team)
    with pytest.raises(OutOfTurn):
        register(team)
    with pytest.raises(OutOfTurn):
        register(team, community=team.cast.neighbour_community)
    with pytest.raises(OutOfTurn) as refusal:
        register(team, user=team.member)
    assert refusal.value.field == "community"
    assert team.resident.registrations.count() == 1


def test_the_database_holds_one_waiting_and_one_active(team):
    register(team)
    for state in (RegistrationState.SUBMITTED, RegistrationState.ACTIVE):
        member = team.resident if state == RegistrationState.SUBMITTED else team.member
        with pytest.raises(IntegrityError), transaction.atomic():
            team.register(member, state=state)


def test_what_the_constraint_finds_is_said_as_a_refusal(team, monkeypatch):
    monkeypatch.setattr("service.actions.registrations._check_turn", lambda *_given: None)
    register(team)
    with pytest.raises(OutOfTurn):
        register(team)
    assert Registration.objects.filter(member=team.resident).count() == 1


def test_a_closed_community_is_refused(team):
    team.community.is_active = False
    team.community.save()
    with pytest.raises(Refused) as refusal:
        register(team)
    assert refusal.value.field == "community"
    with pytest.raises(Refused):
        register(team, community=team.cast.street)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"consent": False}, "consent"),
        ({"hours_per_month": 0}, "hours_per_month"),
        ({"hours_per_month": 201}, "hours_per_month"),
        ({"branch": "支" * 101}, "branch"),
        ({"interests": "乐" * 201}, "interests"),
        ({"employer": None, "employer_name": "厂" * 101}, "employer_name"),
        ({"employer": None, "employer_name": "  "}, "employer"),
        ({"employer": None}, "employer"),
        ({"employer_name": "某厂"}, "employer_name"),
        ({"born_on": date(2026, 1, 1)}, "born_on"),
        ({"born_on": date(1900, 1, 1)}, "born_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(team, given, field):
    with pytest.raises(Refused) as refusal:
        register(team, **given, now=MONDAY)
    assert refusal.value.field == field
    assert not team.resident.registrations.exists()
    assert not Deadline.objects.exists()


def test_closed_employers_other_units_and_old_skills_are_refused(team):
    for employer in (team.cast.street, team.employer):
        Unit.objects.filter(pk=team.employer.pk).update(is_active=employer != team.employer)
        with pytest.raises(Refused) as refusal:
            register(team, employer=employer)
        assert refusal.value.field == "employer"
    Unit.objects.filter(pk=team.employer.pk).update(is_active=True)
    Skill.objects.filter(pk=team.first_aid.pk).update(is_active=False)
    with pytest.raises(Refused) as refusal:
        register(team, skills=[team.first_aid])
    assert refusal.value.field == "skills"
    assert not team.resident.registrations.exists()


def test_another_constraint_is_not_said_to_be_a_waiting_registration(team, monkeypatch):
    def broken(**_given):
        raise IntegrityError("something else")

    monkeypatch.setattr(Registration.objects, "create", broken)
    with pytest.raises(IntegrityError):
        register(team)


# --- moving house ------------------------------------------------------------------------------------------


def test_moving_house_moves_the_registration_when_the_new_community_confirms(team):
    old = team.member.registrations.get()
    new = register(team, user=team.member, community=team.cast.neighbour_community)
    old.refresh_from_db()
    assert old.state == RegistrationState.ACTIVE
    confirm_registration(registration=new, user=team.neighbour_secretary)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == (RegistrationState.MOVED, RegistrationState.ACTIVE)
    assert old.ended_at == new.decided_at
    assert AuditEntry.objects.get(verb="registration.confirm").detail == {"moved": old.pk}


def test_a_refused_move_leaves_the_old_registration(team):
    new = register(team, user=team.member, community=team.cast.neighbour_community)
    refuse_registration(registration=new, user=team.neighbour_secretary, reason="不在本社区居住")
    assert team.member.registrations.get(state=RegistrationState.ACTIVE).community == team.community


# --- withdrawing -------------------------------------------------------------------------------------------


def test_withdrawn_while_it_waits_nothing_is_owed(team):
    registration = register(team)
    withdraw_registration(registration=registration, user=team.resident)
    registration.refresh_from_db()
    assert registration.state == RegistrationState.WITHDRAWN
    assert owed(registration, Step.CONFIRM_MEMBER).cancelled_at
    with pytest.raises(OutOfTurn):
        confirm_registration(registration=registration, user=team.secretary)
    with pytest.raises(OutOfTurn):
        withdraw_registration(registration=registration, user=team.resident)


def test_only_the_member_withdraws(team):
    registration = team.member.registrations.get()
    with pytest.raises(NotAllowed):
        withdraw_registration(registration=registration, user=team.secretary)
    withdraw_registration(registration=registration, user=team.member)
    assert team.member.registrations.get().state == RegistrationState.WITHDRAWN


# --- what ends with it -------------------------------------------------------------------------------------


def withdraw(team, registration: Registration) -> None:
    withdraw_registration(registration=registration, user=team.member)


def move(team, _registration: Registration) -> None:
    new = register(team, user=team.member, community=team.cast.neighbour_community)
    confirm_registration(registration=new, user=team.neighbour_secretary)


def run_out(_team, registration: Registration) -> None:
    Registration.objects.filter(pk=registration.pk).update(expires_on=timezone.localdate() - DAY)
    expire_registrations()


@pytest.mark.parametrize("end", [withdraw, move, run_out])
def test_whose_registration_ends_leaves_the_waiting_lists(team, end):
    shift = team.shift()
    waiting = SignUp.objects.create(
        shift=shift, member=team.member, state=SignUpState.WAITING, starts_at=shift.starts_at, ends_at=shift.ends_at,
        signed_up_at=timezone.now(), queued_at=timezone.now(),
    )  # fmt: skip
    end(team, team.member.registrations.get())
    waiting.refresh_from_db()
    assert waiting.state == SignUpState.WITHDRAWN


def test_what_only_waited_takes_no_place_along(team, monkeypatch):
    left = []
    monkeypatch.setattr("service.actions.registrations.leave_shifts", lambda **given: left.append(given))
    withdraw_registration(registration=register(team), user=team.resident)
    assert not left


def test_the_community_hears_once_a_day_how_many_left_it(team):
    tomorrow = timezone.now() + DAY
    for user in (team.member, team.other_member):
        withdraw_registration(registration=user.registrations.get(), user=user)
    withdraw_registration(registration=register(team), user=team.resident)  # it only waited
    assert (tell_of_leaving(), Notice.objects.filter(kind="registration.left").count()) == (0, 0)
    for _each in range(2):
        terms.tell_of_leaving(now=tomorrow)
    notice = Notice.objects.get(kind="registration.left")
    assert (notice.recipient, notice.parameters["count"]) == (team.secretary, "2")
    assert "2" in notice.sentence


# --- renewing and running out ------------------------------------------------------------------------------


@pytest.fixture
def ending(team) -> Registration:
    """The member's registration, which runs out 60 days from now."""
    registration = team.member.registrations.get()
    registration.expires_on = timezone.localdate() + 60 * DAY
    registration.save()
    return registration


def test_renewed_by_the_member_from_sixty_days_before(team, ending):
    last = ending.expires_on
    with pytest.raises(NotAllowed):
        renew_registration(registration=ending, user=team.secretary)
    with pytest.raises(OutOfTurn):
        renew_registration(registration=ending, user=team.member, now=timezone.now() - DAY)
    renew_registration(registration=ending, user=team.member)
    ending.refresh_from_db()
    assert ending.expires_on == last + timedelta(days=settings.REGISTRATION_DAYS)
    with pytest.raises(OutOfTurn):
        renew_registration(registration=ending, user=team.member)


def test_before_the_end_the_member_owes_the_renewal_as_the_clock_says_and_is_reminded(team, ending):
    ServiceClock.objects.filter(step=Step.RENEW).update(amount=10 * 24, unit="hours")
    Registration.objects.filter(pk=ending.pk).update(expires_on=timezone.localdate() + 11 * DAY)
    assert ask_to_renew_registrations() == 0
    Registration.objects.filter(pk=ending.pk).update(expires_on=timezone.localdate() + 10 * DAY)
    assert [ask_to_renew_registrations(), ask_to_renew_registrations()] == [1, 0]
    deadline = owed(ending, Step.RENEW)
    assert (deadline.person, deadline.unit) == (team.member, team.community)
    assert timezone.localtime(deadline.due_at).strftime("%H:%M") == "23:59"
    assert timezone.localdate(deadline.due_at) == timezone.localdate() + 10 * DAY
    sweep(now=deadline.due_at + timedelta(minutes=1))
    assert team.member in {row.recipient for row in Reminder.objects.filter(deadline=deadline)}
    renew_registration(registration=ending, user=team.member)
    deadline.refresh_from_db()
    assert deadline.met_at


def test_what_cannot_be_renewed_yet_is_not_owed_however_long_the_clock(team, ending):
    ServiceClock.objects.filter(step=Step.RENEW).update(amount=90 * 24, unit="hours")
    Registration.objects.filter(pk=ending.pk).update(expires_on=timezone.localdate() + 61 * DAY)
    assert ask_to_renew_registrations() == 0


def test_next_year_the_renewal_is_owed_anew(team, ending):
    now = timezone.now() + 40 * DAY
    ask_to_renew(registration=ending, now=now)
    renew_registration(registration=ending, user=team.member, now=now)
    ask_to_renew(registration=ending, now=now + timedelta(days=settings.REGISTRATION_DAYS))
    assert Deadline.objects.filter(kind=Step.RENEW, met_at=None).get().round == 2


def test_it_is_active_on_its_last_day_and_run_out_the_day_after(team, ending):
    Registration.objects.filter(pk=ending.pk).update(expires_on=timezone.localdate())
    assert expire_registrations() == 0
    with pytest.raises(OutOfTurn):
        expire_registration(registration=ending)
    ask_to_renew(registration=ending)
    Registration.objects.filter(pk=ending.pk).update(expires_on=timezone.localdate() - DAY)
    with pytest.raises(OutOfTurn):
        renew_registration(registration=ending, user=team.member)
    assert [expire_registrations(), expire_registrations()] == [1, 0]
    ending.refresh_from_db()
    assert ending.state == RegistrationState.EXPIRED
    assert owed(ending, Step.RENEW).cancelled_at
    assert Notice.objects.get(kind="registration.expired").recipient == team.member
    assert register(team, user=team.member).state == RegistrationState.SUBMITTED


def test_past_its_last_day_it_gives_no_rights_even_before_the_task_has_run(team, ending):
    Registration.objects.filter(pk=ending.pk).update(expires_on=timezone.localdate() - DAY)
    assert registration_of(User.objects.get(pk=team.member.pk)) is None
    assert not members_of(team.community).filter(member=team.member).exists()


def test_one_that_cannot_be_ended_keeps_no_other_waiting(team, ending, monkeypatch, caplog):
    Registration.objects.filter(community=team.community).update(expires_on=timezone.localdate() - DAY)
    expire = terms.expire_registration

    def failing(*, registration):
        if registration == ending:
            raise ValueError("broken")
        return expire(registration=registration)

    monkeypatch.setattr(terms, "expire_registration", failing)
    assert expire_registrations() == 1
    assert f"registration {ending.pk} could not be handled: ValueError" in caplog.text
    caplog.clear()
    assert team.other_member.registrations.get().state == RegistrationState.EXPIRED


@pytest.mark.skipif(not connection.features.has_select_for_no_key_update, reason="the lock is PostgreSQL's")
def test_the_lock_on_the_member_lets_others_write_to_their_inbox(team, django_assert_max_num_queries):
    with django_assert_max_num_queries(50) as asked:
        withdraw_registration(registration=register(team), user=team.resident)
    locks = [row["sql"] for row in asked if 'FROM "accounts_user"' in row["sql"] and "FOR " in row["sql"]]
    assert len(locks) == 2
    assert all(sql.endswith("FOR NO KEY UPDATE") for sql in locks)
