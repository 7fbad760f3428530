"""Forums, their rules and members: who may set them, and what is refused."""

import pytest
from django.utils import timezone

from accounts.actions import appoint
from accounts.enums import Role
from accounts.errors import NotAllowed, OutOfTurn, Refused
from consultation.actions.follows import follow_forum, unfollow_forum
from consultation.actions.forum_rules import Rules, give_up_forum, restart_forum, set_rules
from consultation.actions.forums import change_forum, make_forum
from consultation.actions.seats import seat_member, unseat_member
from consultation.enums import ForumLevel, Majority, MeetingState, Step
from consultation.models import Forum, Seat
from consultation.queries.clocks import due_times
from consultation.queries.forums import followers_of, forums_above, forums_below, units_to_sit
from consultation.queries.scope import seats_of
from records.actions import set_deadlines
from records.models import AuditEntry, Deadline, Notice


def make(team, **given) -> Forum:
    defaults = {
        "user": team.convenor,
        "unit": team.cast.community,
        "level": ForumLevel.COURTYARD,
        "name": "槐树5号院议事会",
        "convenor": team.convenor,
    }
    return make_forum(**{**defaults, **given})


def owed_by(person) -> list[str]:
    return list(Deadline.objects.filter(person=person, met_at=None).order_by("pk").values_list("kind", flat=True))


def owe(subject, person, step, unit):
    now = timezone.now()
    set_deadlines(subject=subject, unit=unit, person=person, due=due_times(steps=[step], now=now), now=now)


def test_a_convenor_sets_up_a_forum_with_its_rules(team):
    forum = make(team, text=" 邻里的事 ", rules=Rules(lead_days=5, quorum_percent=67, majority=Majority.TWO_THIRDS))
    forum.refresh_from_db()
    assert (forum.text, forum.lead_days, forum.quorum_percent, forum.majority) == ("邻里的事", 5, 67, "two_thirds")
    assert AuditEntry.objects.get(verb="forum.make").subject == f"consultation.forum:{forum.pk}"
    assert not Notice.objects.exists()


def test_a_convenor_who_is_somebody_else_is_told(team):
    make(team, convenor=team.deputy)
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind) == (team.deputy, "forum.convenor")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rules": Rules(quorum_percent=101)}, "quorum_percent"),
        ({"rules": Rules(quorum_percent=0)}, "quorum_percent"),
        ({"rules": Rules(lead_days=61)}, "lead_days"),
        ({"rules": Rules(lead_days=-1)}, "lead_days"),
        ({"rules": Rules(majority="all")}, "majority"),
        ({"level": ForumLevel.DISTRICT}, "level"),
        ({"level": ForumLevel.STREET}, "level"),
        ({"name": "  "}, "name"),
        ({"name": "院" * 81}, "name"),
        ({"name": "槐树社区议事厅"}, "name"),
        ({"text": "事" * 2001}, "text"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(team, given, field):
    with pytest.raises(Refused) as refused:
        make(team, **given)
    assert refused.value.field == field
    assert Forum.objects.filter(unit=team.cast.community).count() == 2


def test_a_convenor_of_another_unit_is_refused(team):
    with pytest.raises(Refused) as refused:
        make(team, convenor=team.street_convenor)
    assert refused.value.field == "convenor"


def test_a_closed_unit_gets_no_forum(team):
    grid = team.cast.grid
    appoint(user=team.convenor, unit=grid, role=Role.FORUM_CONVENOR)
    make(team, unit=grid)
    grid.is_active = False
    with pytest.raises(Refused) as refused:
        make(team, unit=grid, name="第二个")
    assert refused.value.field == "unit"


@pytest.mark.parametrize("who", ["resident", "secretary", "street_convenor", "neighbour_convenor", "member"])
def test_nobody_else_touches_a_forum(team, who):
    user = getattr(team, who)
    seat = seats_of(team.forum).first()
    attempts = [
        lambda: make(team, user=user),
        lambda: change_forum(forum=team.forum, user=user, name="别的", convenor=team.convenor),
        lambda: set_rules(forum=team.forum, user=user, rules=Rules()),
        lambda: give_up_forum(forum=team.forum, user=user),
        lambda: restart_forum(forum=team.forum, user=user),
        lambda: seat_member(forum=team.forum, user=user, who="resident"),
        lambda: unseat_member(forum=team.forum, user=user, seat=seat),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()


def test_a_new_convenor_takes_over_what_is_due_there_and_nothing_else(team):
    matter, elsewhere = team.matter(), team.matter(forum=team.courtyard_forum)
    meeting = team.meeting()
    unit = team.cast.community
    owe(matter, team.convenor, Step.DECIDE_MATTER, unit)
    owe(elsewhere, team.convenor, Step.DECIDE_MATTER, unit)
    owe(meeting, team.convenor, Step.DRAFT_MINUTES, unit)
    owe(meeting, team.member, Step.CONFIRM_MINUTES, unit)
    met = Deadline.objects.get(object_id=matter.pk, kind=Step.DECIDE_MATTER)
    before = list(Deadline.objects.order_by("pk").values_list("due_at", flat=True))
    change_forum(forum=team.forum, user=team.convenor, name="新名", convenor=team.deputy)
    assert owed_by(team.deputy) == [Step.DECIDE_MATTER, Step.DRAFT_MINUTES]
    assert owed_by(team.convenor) == [Step.DECIDE_MATTER]
    assert owed_by(team.member) == [Step.CONFIRM_MINUTES]
    assert list(Deadline.objects.order_by("pk").values_list("due_at", flat=True)) == before
    assert Notice.objects.get().recipient == team.deputy
    Deadline.objects.filter(pk=met.pk).update(met_at=timezone.now())
    change_forum(forum=team.forum, user=team.deputy, name="新名", convenor=team.convenor)
    met.refresh_from_db()
    assert met.person == team.deputy


def test_the_same_convenor_is_not_told_again(team):
    change_forum(forum=team.forum, user=team.deputy, name="新名", convenor=team.convenor)
    assert Forum.objects.get(pk=team.forum.pk).name == "新名"
    assert not Notice.objects.exists()


def test_a_name_that_is_taken_is_refused_when_changing_too(team):
    with pytest.raises(Refused) as refused:
        change_forum(forum=team.forum, user=team.convenor, name=team.courtyard_forum.name, convenor=team.convenor)
    assert refused.value.field == "name"


def test_what_is_called_keeps_its_rules(team):
    meeting = team.meeting(state=MeetingState.CALLED, quorum_percent=50)
    set_rules(forum=team.forum, user=team.convenor, rules=Rules(quorum_percent=100, lead_days=9))
    meeting.refresh_from_db()
    assert meeting.quorum_percent == 50
    rules = Rules(quorum_percent=100, lead_days=9, majority=Majority.TWO_THIRDS)
    with pytest.raises(Refused) as refused:
        set_rules(forum=team.forum, user=team.convenor, rules=rules)
    assert refused.value.field == "majority"
    meeting.state = MeetingState.CLOSED
    meeting.save()
    set_rules(forum=team.forum, user=team.convenor, rules=rules)
    assert Forum.objects.get(pk=team.forum.pk).majority == Majority.TWO_THIRDS
    assert AuditEntry.objects.filter(verb="forum.rules").order_by("-pk").first().detail == {"changed": ["majority"]}


@pytest.mark.parametrize(
    "state", [MeetingState.PLANNED, MeetingState.CALLED, MeetingState.OPENED, MeetingState.POSTPONED]
)
def test_a_forum_with_a_meeting_to_be_held_is_not_given_up(team, state):
    meeting = team.meeting(state=state)
    with pytest.raises(OutOfTurn):
        give_up_forum(forum=team.forum, user=team.convenor)
    meeting.state = MeetingState.CANCELLED
    meeting.save()
    assert not give_up_forum(forum=team.forum, user=team.convenor).is_active


def test_a_forum_given_up_takes_nothing_until_it_is_taken_up_again(team):
    with pytest.raises(OutOfTurn):
        restart_forum(forum=team.forum, user=team.convenor)
    give_up_forum(forum=team.forum, user=team.convenor)
    for attempt in (
        lambda: give_up_forum(forum=team.forum, user=team.convenor),
        lambda: seat_member(forum=team.forum, user=team.convenor, who="resident"),
        lambda: set_rules(forum=team.forum, user=team.convenor, rules=Rules()),
    ):
        with pytest.raises(OutOfTurn):
            attempt()
    restart_forum(forum=team.forum, user=team.deputy)
    assert seats_of(team.forum).count() == 4
    seat_member(forum=team.forum, user=team.convenor, who="resident")


def test_a_person_is_found_by_exact_username_or_number_and_told(team):
    team.resident.phone = "+8613912345678"
    team.resident.save()
    seat = seat_member(forum=team.forum, user=team.convenor, who=" 139 1234 5678 ", title="居民代表", votes=False)
    assert (seat.person, seat.title, seat.votes) == (team.resident, "居民代表", False)
    assert (Notice.objects.get().recipient, Notice.objects.get().kind) == (team.resident, "forum.seated")
    assert AuditEntry.objects.get(verb="forum.seat").detail["person"] == team.resident.pk


@pytest.mark.parametrize("who", ["", "res", "王小明", "13900000000", "resident_"])
def test_nobody_is_seated_by_a_guess(team, who):
    with pytest.raises(Refused) as refused:
        seat_member(forum=team.forum, user=team.convenor, who=who)
    assert refused.value.field == "who"


def test_a_deactivated_person_gets_no_seat(team):
    team.resident.is_active = False
    team.resident.save()
    with pytest.raises(Refused):
        seat_member(forum=team.forum, user=team.convenor, who="resident")


def test_a_person_or_a_unit_sits_once(team):
    with pytest.raises(Refused) as refused:
        seat_member(forum=team.forum, user=team.convenor, who=team.member.username)
    assert refused.value.field == "who"
    with pytest.raises(Refused) as refused:
        seat_member(forum=team.forum, user=team.convenor, who="resident", unit=team.cast.employer)
    assert refused.value.field == "unit"


def test_a_unit_from_elsewhere_gets_no_seat(team):
    for unit in (team.cast.neighbour_community, team.cast.other_street, team.cast.other_department):
        with pytest.raises(Refused) as refused:
            seat_member(forum=team.forum, user=team.convenor, who="resident", unit=unit)
        assert refused.value.field == "unit"
    assert seat_member(forum=team.forum, user=team.convenor, who="water", unit=team.cast.water).unit == team.cast.water


def test_the_units_offered_are_those_of_the_territory_and_the_district(team):
    cast = team.cast
    assert set(units_to_sit(team.forum)) == {
        cast.community, cast.street, cast.district, cast.grid, cast.employer, cast.water, cast.parks,
    }  # fmt: skip
    assert set(units_to_sit(team.district_forum)) == {
        cast.district, cast.street, cast.neighbour_street, cast.employer, cast.water, cast.parks,
    }  # fmt: skip


def test_who_is_removed_stays_in_the_history_and_can_come_back(team):
    seat = seats_of(team.forum).get(person=team.liaison)
    unseat_member(forum=team.forum, user=team.deputy, seat=seat)
    seat.refresh_from_db()
    assert seat.left_at is not None
    assert Notice.objects.get().kind == "forum.unseated"
    with pytest.raises(OutOfTurn):
        unseat_member(forum=team.forum, user=team.convenor, seat=seat)
    seat_member(forum=team.forum, user=team.convenor, who="liaison", unit=team.cast.employer)
    assert Seat.objects.filter(forum=team.forum, person=team.liaison).count() == 2


def test_a_seat_of_another_forum_is_not_removed_here(team):
    seat = team.seat(team.member, team.courtyard_forum)
    with pytest.raises(OutOfTurn):
        unseat_member(forum=team.forum, user=team.convenor, seat=seat)
    seat.refresh_from_db()
    assert seat.left_at is None


def test_above_and_below_are_counterparts(team):
    grid_forum = team.make_forum(ForumLevel.COURTYARD, team.cast.grid, team.convenor, "第一网格议事会")
    assert set(forums_above(team.forum)) == {team.street_forum, team.joint_forum, team.district_forum}
    assert list(forums_above(team.forum))[-1] == team.district_forum
    assert forums_above(team.courtyard_forum).first() == team.forum
    assert list(forums_above(team.district_forum)) == []
    assert team.courtyard_forum not in forums_above(grid_forum)
    assert team.joint_forum in forums_above(team.street_forum)
    every = Forum.objects.all()
    pairs = {(low.pk, high.pk) for low in every for high in forums_above(low)}
    assert pairs == {(low.pk, high.pk) for high in every for low in forums_below(high)}
    assert not any(team.neighbour_forum in forums_below(found) for found in (team.street_forum, team.joint_forum))


def test_a_forum_given_up_is_neither_above_nor_below(team):
    give_up_forum(forum=team.forum, user=team.convenor)
    assert team.forum not in forums_above(team.courtyard_forum)
    assert team.forum not in forums_below(team.street_forum)


def test_following_counts_once_and_ends(team):
    for _time in range(2):
        follow_forum(forum=team.forum, user=team.resident)
    follow_forum(forum=team.forum, user=team.member)
    assert set(followers_of(team.forum)) == {team.resident, team.member}
    team.member.is_active = False
    team.member.save()
    unfollow_forum(forum=team.street_forum, user=team.resident)
    assert set(followers_of(team.forum)) == {team.resident}
    unfollow_forum(forum=team.forum, user=team.resident)
    assert not followers_of(team.forum).exists()
