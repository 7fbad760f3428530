"""Signing up, the waiting list and its offers, and withdrawing: who gets a place, and who is refused why."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.errors import NotAllowed, OutOfTurn, Refused
from records.models import Deadline, Notice
from records.queries import owed_by_person
from service.actions.offers import lapse_offer, offer_until, take_offer
from service.actions.shifts import cancel_shift, close_shift, reopen_shift, set_places
from service.actions.sign_ups import free_until, sign_up, withdraw
from service.enums import RegistrationState, SignUpState
from service.models import Registration, ServiceClock, SignUp
from service.queries.sign_ups import position_of, waiting_list
from service.tasks.posts import lapse_offers

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def states(shift) -> dict[str, str]:
    return {row.member.username: row.state for row in shift.sign_ups.select_related("member").order_by("pk")}


def taken(shift) -> int:
    shift.refresh_from_db()
    return shift.taken


@pytest.fixture
def full(team):
    """A shift of one place, which the member has; the other member waits, then a third one."""
    shift = team.shift(places=1)
    sign_up(shift=shift, user=team.member)
    sign_up(shift=shift, user=team.other_member, may_wait=True)
    sign_up(shift=shift, user=team.new_member(3), may_wait=True)
    return shift


def of(shift, user) -> SignUp:
    return shift.sign_ups.get(member=user)


# --- signing up -------------------------------------------------------------------------------------------------


def test_a_free_place_is_taken_and_counted(team):
    shift = team.shift()
    found = sign_up(shift=shift, user=team.member)
    assert (found.state, found.starts_at, found.ends_at) == (SignUpState.TAKEN, shift.starts_at, shift.ends_at)
    assert taken(shift) == 1


def test_full_is_refused_and_the_waiting_list_offered_instead(team):
    shift = team.shift(places=1)
    sign_up(shift=shift, user=team.member)
    with pytest.raises(Refused, match=r"候补|waiting list"):
        sign_up(shift=shift, user=team.other_member)
    assert shift.sign_ups.count() == 1
    assert sign_up(shift=shift, user=team.other_member, may_wait=True).state == SignUpState.WAITING
    assert taken(shift) == 1


def test_nobody_signs_up_twice(team, full):
    for user in (team.member, team.other_member):
        with pytest.raises(OutOfTurn):
            sign_up(shift=full, user=user, may_wait=True)
    assert (full.sign_ups.count(), taken(full)) == (3, 1)


@pytest.mark.parametrize("waiting", [False, True])
def test_another_shift_at_that_time_is_refused_also_when_it_is_waited_for(team, waiting):
    first = team.shift(places=1)
    if waiting:
        sign_up(shift=first, user=team.other_member)
    sign_up(shift=first, user=team.member, may_wait=True)
    second = team.shift(starts_at=first.ends_at - MINUTE)
    with pytest.raises(Refused, match="陪独居老人就医"):
        sign_up(shift=second, user=team.member)
    withdraw(sign_up=of(first, team.member), user=team.member)
    assert sign_up(shift=second, user=team.member).state == SignUpState.TAKEN


def test_one_shift_right_after_another_is_no_clash(team):
    first = team.shift()
    sign_up(shift=first, user=team.member)
    assert sign_up(shift=team.shift(starts_at=first.ends_at), user=team.member).state == SignUpState.TAKEN


def test_a_missing_skill_is_named(team):
    shift = team.shift()
    shift.post.skills.add(team.first_aid)
    with pytest.raises(Refused, match=r"急救|First aid"):
        sign_up(shift=shift, user=team.member)
    Registration.objects.get(member=team.member).skills.add(team.first_aid)
    assert sign_up(shift=shift, user=team.member).state == SignUpState.TAKEN


def test_age_is_that_of_the_day_of_the_shift(team):
    shift = team.shift(team.post(minimum_age=60))
    day = timezone.localdate(shift.starts_at)
    registration = Registration.objects.filter(member=team.member)
    registration.update(born_on=date(day.year - 60, day.month, day.day) + DAY)
    with pytest.raises(Refused, match="60"):
        sign_up(shift=shift, user=team.member)
    registration.update(born_on=date(day.year - 60, day.month, day.day))
    assert sign_up(shift=shift, user=team.member).state == SignUpState.TAKEN


def test_an_unknown_date_of_birth_matters_only_above_eighteen(team):
    Registration.objects.filter(member=team.member).update(born_on=None)
    with pytest.raises(Refused, match="40"):
        sign_up(shift=team.shift(team.post(minimum_age=40)), user=team.member)
    assert sign_up(shift=team.shift(), user=team.member).state == SignUpState.TAKEN


@pytest.mark.parametrize("state", [RegistrationState.EXPIRED, RegistrationState.MOVED, RegistrationState.WITHDRAWN])
def test_only_registered_members_sign_up(team, state):
    with pytest.raises(Refused):
        sign_up(shift=team.shift(), user=team.resident)
    Registration.objects.filter(member=team.member).update(state=state)
    with pytest.raises(Refused):
        sign_up(shift=team.shift(), user=team.member)
    assert not SignUp.objects.exists()


def test_closed_begun_and_cancelled_shifts_are_refused(team):
    now = timezone.now()
    shift = team.shift()
    closed = team.shift(team.post(is_open=False))
    for refused, at in ((closed, now), (shift, shift.starts_at)):
        with pytest.raises(OutOfTurn):
            sign_up(shift=refused, user=team.member, now=at)
    close_shift(shift=shift, user=team.secretary)
    with pytest.raises(OutOfTurn):
        sign_up(shift=shift, user=team.member)
    cancel_shift(shift=shift, user=team.secretary, reason="暴雨")
    with pytest.raises(OutOfTurn):
        sign_up(shift=shift, user=team.member)
    assert not SignUp.objects.exists()


# --- offers -----------------------------------------------------------------------------------------------------


def test_a_freed_place_is_offered_to_the_next_who_owes_an_answer_in_person(team, full):
    withdraw(sign_up=of(full, team.member), user=team.member)
    assert list(states(full).values()) == [SignUpState.WITHDRAWN, SignUpState.OFFERED, SignUpState.WAITING]
    assert taken(full) == 1
    owed = owed_by_person(team.other_member).get()
    offered = of(full, team.other_member)
    assert (owed.kind, owed.unit, owed.due_at) == ("service.answer_offer", team.community, offered.offered_until)
    assert abs(owed.due_at - timezone.now() - 12 * HOUR) < MINUTE
    assert Notice.objects.get(recipient=team.other_member).kind == "service.offered"
    assert position_of(waiting_list(full).get()) == 1


def test_the_place_is_taken_and_nothing_is_owed_any_more(team, full):
    withdraw(sign_up=of(full, team.member), user=team.member)
    assert take_offer(sign_up=of(full, team.other_member), user=team.other_member).state == SignUpState.TAKEN
    assert taken(full) == 1
    assert Deadline.objects.get().met_at


def test_a_declined_place_goes_to_the_next(team, full):
    withdraw(sign_up=of(full, team.member), user=team.member)
    withdraw(sign_up=of(full, team.other_member), user=team.other_member)
    assert list(states(full).values()) == [SignUpState.WITHDRAWN, SignUpState.WITHDRAWN, SignUpState.OFFERED]
    assert Deadline.objects.filter(met_at=None).count() == 1


def test_an_unanswered_offer_lapses_and_the_next_is_asked(team, full):
    withdraw(sign_up=of(full, team.member), user=team.member)
    assert lapse_offers() == 0
    offered = of(full, team.other_member)
    with pytest.raises(OutOfTurn):
        lapse_offer(sign_up=offered, now=offered.offered_until - MINUTE)
    SignUp.objects.filter(pk=offered.pk).update(offered_until=timezone.now())
    assert (lapse_offers(), lapse_offers()) == (1, 0)
    assert list(states(full).values()) == [SignUpState.WITHDRAWN, SignUpState.LAPSED, SignUpState.OFFERED]
    assert taken(full) == 1
    assert list(Notice.objects.filter(recipient=team.other_member).order_by("pk").values_list("kind", flat=True)) == [
        "service.offered",
        "service.offer_lapsed",
    ]
    with pytest.raises(OutOfTurn):
        take_offer(sign_up=offered, user=team.other_member)


def test_an_offer_cannot_be_taken_after_its_time_even_before_the_sweep(team, full):
    withdraw(sign_up=of(full, team.member), user=team.member)
    offered = of(full, team.other_member)
    with pytest.raises(OutOfTurn):
        take_offer(sign_up=offered, user=team.other_member, now=offered.offered_until)


def test_nobody_takes_the_offer_of_another(team, full):
    withdraw(sign_up=of(full, team.member), user=team.member)
    with pytest.raises(NotAllowed):
        take_offer(sign_up=of(full, team.other_member), user=team.member)


def test_who_lapsed_may_wait_again_at_the_end(team, full):
    withdraw(sign_up=of(full, team.member), user=team.member)
    offered = of(full, team.other_member)
    lapse_offer(sign_up=offered, now=offered.offered_until)
    again = sign_up(shift=full, user=team.other_member, may_wait=True)
    assert (again.pk, again.state) == (offered.pk, SignUpState.WAITING)
    third = full.sign_ups.get(state=SignUpState.OFFERED)
    withdraw(sign_up=third, user=third.member)
    assert of(full, team.other_member).offers == 2
    assert Deadline.objects.get(round=2).person == team.other_member


@pytest.mark.parametrize(
    ("left", "given"),
    [
        (timedelta(days=3), 12 * HOUR),
        (timedelta(hours=10), 5 * HOUR),
        (timedelta(minutes=30), 15 * MINUTE),
        (timedelta(minutes=29), None),
        (timedelta(minutes=15), None),
        (timedelta(minutes=1), None),
    ],
)
def test_the_time_to_answer_shrinks_towards_the_start(left, given):
    now = timezone.now()
    until = offer_until(now=now, starts_at=now + left, at_most=now + 12 * HOUR)
    assert until == (now + given if given else None)


def test_the_time_to_answer_is_the_administrators(team, full):
    ServiceClock.objects.filter(step="service.answer_offer").update(amount=2)
    withdraw(sign_up=of(full, team.member), user=team.member)
    assert abs(of(full, team.other_member).offered_until - timezone.now() - 2 * HOUR) < MINUTE


def test_what_becomes_free_too_late_to_be_offered_goes_to_the_first_who_takes_it(team, full):
    late = full.starts_at - 10 * MINUTE
    withdraw(sign_up=of(full, team.member), user=team.member, reason="发烧", now=late)
    assert (taken(full), waiting_list(full).count()) == (0, 2)
    assert sign_up(shift=full, user=team.other_member, now=late + MINUTE).state == SignUpState.TAKEN
    assert (taken(full), waiting_list(full).count()) == (1, 1)


def test_more_places_are_offered_in_order(team, full):
    set_places(shift=full, user=team.secretary, places=3)
    assert list(states(full).values()) == [SignUpState.TAKEN, SignUpState.OFFERED, SignUpState.OFFERED]
    assert taken(full) == 3


def test_a_closed_shift_offers_what_became_free_when_it_opens_again(team, full):
    close_shift(shift=full, user=team.secretary)
    withdraw(sign_up=of(full, team.member), user=team.member)
    assert (taken(full), waiting_list(full).count()) == (0, 2)
    reopen_shift(shift=full, user=team.secretary)
    assert (taken(full), waiting_list(full).count()) == (1, 1)


# --- withdrawing ------------------------------------------------------------------------------------------------


def test_withdrawing_is_free_until_the_deadline_and_takes_a_reason_later(team, full):
    at = free_until(full)
    assert at == full.starts_at - timedelta(hours=settings.WITHDRAWAL_HOURS)
    own = of(full, team.member)
    for reason in ("", "  ", "长" * 501):
        with pytest.raises(Refused):
            withdraw(sign_up=own, user=team.member, reason=reason, now=at + MINUTE)
    assert taken(full) == 1
    gone = withdraw(sign_up=own, user=team.member, reason="孩子发烧", now=at + MINUTE)
    assert (gone.state, gone.reason) == (SignUpState.WITHDRAWN, "孩子发烧")
    told = Notice.objects.get(recipient=team.secretary)
    assert told.kind == "service.withdrawn_late"
    assert "孩子发烧" in told.sentence


def test_who_waits_leaves_at_any_time_without_a_reason(team, full):
    withdraw(sign_up=of(full, team.other_member), user=team.other_member, now=full.starts_at - MINUTE)
    assert (taken(full), waiting_list(full).count()) == (1, 1)
    assert not Notice.objects.filter(recipient=team.secretary).exists()


def test_after_the_start_nobody_withdraws(team, full):
    with pytest.raises(OutOfTurn):
        withdraw(sign_up=of(full, team.member), user=team.member, reason="晚了", now=full.starts_at)


def test_nobody_withdraws_twice_or_another(team, full):
    own = of(full, team.member)
    with pytest.raises(NotAllowed):
        withdraw(sign_up=own, user=team.other_member)
    withdraw(sign_up=own, user=team.member)
    with pytest.raises(OutOfTurn):
        withdraw(sign_up=own, user=team.member)
    assert taken(full) == 1


def test_who_withdrew_may_come_back(team, full):
    withdraw(sign_up=of(full, team.member), user=team.member)
    again = sign_up(shift=full, user=team.member, may_wait=True)
    assert again.state == SignUpState.WAITING
    assert position_of(again) == 2
