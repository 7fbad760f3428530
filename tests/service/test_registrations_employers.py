"""An employer registers by a dated agreement; the community signs or refuses; the next agreement takes its place."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions import appoint, place_unit
from accounts.enums import Role, UnitKind
from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit
from records.models import Deadline, Notice
from service.actions.employers import register_employer, withdraw_employer_registration
from service.actions.employers_decisions import confirm_employer, refuse_employer
from service.enums import RegistrationState, Step
from service.models import EmployerRegistration
from service.tasks.registrations import expire_agreements

DAY = timedelta(days=1)


def hand_in(team, *, employer=None, user=None, **given) -> EmployerRegistration:
    today = timezone.localdate()
    defaults = {
        "community": team.community,
        "organisation": "长青中学党总支",
        "agreement": "开放操场；社区协助安全教育。",
        "agreed_from": today,
        "agreed_until": today + 365 * DAY,
    }
    return register_employer(
        employer=employer or team.other_employer, user=user or team.other_liaison, **{**defaults, **given}
    )


def active(team) -> EmployerRegistration:
    return EmployerRegistration.objects.get(employer=team.employer, state=RegistrationState.ACTIVE)


def test_handed_in_it_waits_for_the_community_which_signs_it(team):
    registration = hand_in(team)
    deadline = Deadline.objects.get(kind=Step.CONFIRM_EMPLOYER)
    assert (deadline.unit, deadline.object_id) == (team.community, registration.pk)
    assert Notice.objects.get(kind="employer.submitted").recipient == team.secretary
    confirm_employer(registration=registration, user=team.secretary)
    registration.refresh_from_db()
    deadline.refresh_from_db()
    assert registration.state == RegistrationState.ACTIVE
    assert deadline.met_at == registration.decided_at
    assert Notice.objects.get(kind="employer.confirmed").recipient == team.other_liaison
    with pytest.raises(OutOfTurn):
        refuse_employer(registration=registration, user=team.secretary, reason="重复")


def test_refused_with_a_reason(team):
    registration = hand_in(team)
    with pytest.raises(Refused) as refusal:
        refuse_employer(registration=registration, user=team.secretary, reason=" ")
    assert refusal.value.field == "reason"
    refuse_employer(registration=registration, user=team.secretary, reason="协议缺少期限")
    registration.refresh_from_db()
    assert registration.state == RegistrationState.REFUSED
    assert Notice.objects.get(kind="employer.refused").parameters["reason"] == "协议缺少期限"
    hand_in(team)


@pytest.mark.parametrize("person", ["neighbour_secretary", "other_liaison", "liaison", "member"])
def test_only_the_community_decides(team, person):
    registration = hand_in(team)
    with pytest.raises(NotAllowed):
        confirm_employer(registration=registration, user=getattr(team, person))
    with pytest.raises(NotAllowed):
        refuse_employer(registration=registration, user=getattr(team, person), reason="不符")


def test_who_handed_it_in_does_not_sign_it(team):
    appoint(user=team.secretary, unit=team.other_employer, role=Role.EMPLOYER_LIAISON)
    registration = hand_in(team, user=team.secretary)
    with pytest.raises(NotAllowed):
        confirm_employer(registration=registration, user=team.secretary)


@pytest.mark.parametrize("person", ["liaison", "secretary", "member"])
def test_only_its_own_liaison_registers_an_employer(team, person):
    with pytest.raises(NotAllowed):
        hand_in(team, user=getattr(team, person))


# --- refused -----------------------------------------------------------------------------------------------


def test_days_that_cannot_be_are_refused(team):
    today = timezone.localdate()
    for first, last in ((today, today - DAY), (today - 10 * DAY, today - DAY), (date(2026, 5, 2), date(2026, 5, 1))):
        with pytest.raises(Refused) as refusal:
            hand_in(team, agreed_from=first, agreed_until=last)
        assert refusal.value.field == "agreed_until"
    assert not EmployerRegistration.objects.filter(employer=team.other_employer).exists()


def test_a_closed_community_and_one_where_it_does_not_sit_are_refused(team):
    with pytest.raises(Refused) as refusal:
        hand_in(team, community=team.cast.neighbour_community)
    assert refusal.value.field == "community"
    team.community.is_active = False
    team.community.save()
    with pytest.raises(Refused):
        hand_in(team)


def test_an_employer_of_the_district_sits_in_one_of_its_communities(team):
    unit = Unit(code="Y9", name="区供销社", kind=UnitKind.EMPLOYER, parent=team.cast.district)
    employer = place_unit(unit=unit)
    appoint(user=team.other_liaison, unit=employer, role=Role.EMPLOYER_LIAISON)
    assert hand_in(team, employer=employer, community=team.cast.neighbour_community).pk


def test_twice_is_refused(team):
    hand_in(team)
    with pytest.raises(OutOfTurn):
        hand_in(team)
    with pytest.raises(OutOfTurn):
        hand_in(team, employer=team.employer, user=team.liaison)
    with pytest.raises(IntegrityError), transaction.atomic():
        EmployerRegistration.objects.filter(employer=team.other_employer).update(employer=team.employer, state="active")


def test_withdrawn_while_it_waits(team):
    registration = hand_in(team)
    with pytest.raises(NotAllowed):
        withdraw_employer_registration(registration=registration, user=team.liaison)
    withdraw_employer_registration(registration=registration, user=team.other_liaison)
    assert Deadline.objects.get(kind=Step.CONFIRM_EMPLOYER).cancelled_at
    with pytest.raises(OutOfTurn):
        confirm_employer(registration=registration, user=team.secretary)


# --- the next agreement --------------------------------------------------------------------------------------


def test_renewed_from_sixty_days_before_its_end(team):
    old = active(team)
    EmployerRegistration.objects.filter(pk=old.pk).update(agreed_until=timezone.localdate() + 61 * DAY)
    with pytest.raises(OutOfTurn):
        hand_in(team, employer=team.employer, user=team.liaison)
    EmployerRegistration.objects.filter(pk=old.pk).update(agreed_until=timezone.localdate() + 60 * DAY)
    new = hand_in(team, employer=team.employer, user=team.liaison)
    confirm_employer(registration=new, user=team.secretary)
    old.refresh_from_db()
    assert old.state == RegistrationState.EXPIRED
    assert active(team) == new


def test_an_employer_that_moved_registers_anew_at_once(team):
    old = active(team)
    team.employer.parent = team.cast.neighbour_community
    place_unit(unit=team.employer)
    new = hand_in(team, employer=team.employer, user=team.liaison, community=team.cast.neighbour_community)
    confirm_employer(registration=new, user=team.neighbour_secretary)
    old.refresh_from_db()
    assert old.state == RegistrationState.MOVED
    notice = Notice.objects.get(kind="employer.left")
    assert (notice.recipient, notice.parameters["community"]) == (team.secretary, team.community.name)


def test_the_next_agreement_waits_for_its_first_day_while_one_goes_on(team):
    old, begins = active(team), timezone.localdate() + 30 * DAY
    EmployerRegistration.objects.filter(pk=old.pk).update(agreed_until=begins - DAY)
    new = hand_in(team, employer=team.employer, user=team.liaison, agreed_from=begins, agreed_until=begins + 365 * DAY)
    assert timezone.localdate(Deadline.objects.get(kind=Step.CONFIRM_EMPLOYER).due_at) > begins
    with pytest.raises(Refused) as refusal:
        confirm_employer(registration=new, user=team.secretary)
    assert begins.isoformat() in str(refusal.value)
    assert active(team) == old
    confirm_employer(registration=new, user=team.secretary, now=timezone.now() + 30 * DAY)
    assert active(team) == new


def test_a_first_agreement_may_be_signed_before_it_begins(team):
    today = timezone.localdate()
    registration = hand_in(team, agreed_from=today + 30 * DAY, agreed_until=today + 395 * DAY)
    confirm_employer(registration=registration, user=team.secretary)
    assert EmployerRegistration.objects.get(employer=team.other_employer).state == RegistrationState.ACTIVE


def test_an_agreement_that_is_over_runs_out_and_both_sides_are_told(team):
    old = active(team)
    EmployerRegistration.objects.filter(pk=old.pk).update(agreed_until=timezone.localdate())
    assert expire_agreements() == 0
    EmployerRegistration.objects.filter(pk=old.pk).update(agreed_until=timezone.localdate() - DAY)
    assert [expire_agreements(), expire_agreements()] == [1, 0]
    old.refresh_from_db()
    assert old.state == RegistrationState.EXPIRED
    told = {notice.recipient for notice in Notice.objects.filter(kind="employer.expired")}
    assert told == {team.liaison, team.secretary}
