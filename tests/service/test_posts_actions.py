"""A community publishes posts and shifts, closes, moves and cancels them; everyone concerned is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import NotAllowed, OutOfTurn, Refused
from records.models import AuditEntry, Deadline, Notice
from service.actions.posts import PostTexts, change_post, close_post, publish_post, reopen_post
from service.actions.shifts import add_shifts, cancel_shift, close_shift, move_shift, reopen_shift, set_places
from service.actions.sign_ups import sign_up, withdraw
from service.enums import ShiftState, SignUpState
from service.models import ServicePost, Shift
from service.queries.subjects import shift_title

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def texts(team, **given) -> PostTexts:
    defaults = {"activity": team.activity, "title": "护河巡查", "text": "沿河捡拾垃圾。", "place": "北门"}
    return PostTexts(**{**defaults, **given})


def span(days: float = 3, hours: float = 2):
    begin = timezone.now() + days * DAY
    return begin, begin + hours * HOUR


@pytest.fixture
def full(team) -> Shift:
    """One place, which the member has; the other member waits."""
    shift = team.shift(places=1)
    sign_up(shift=shift, user=team.member)
    sign_up(shift=shift, user=team.other_member, may_wait=True)
    shift.refresh_from_db()
    return shift


def told(user) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("kind", flat=True))


# --- posts ------------------------------------------------------------------------------------------------------


def test_a_post_is_published_with_its_skills(team):
    post = publish_post(community=team.community, user=team.secretary, texts=texts(team, skills=[team.first_aid]))
    assert (post.community, post.created_by, post.is_open) == (team.community, team.secretary, True)
    assert list(post.skills.all()) == [team.first_aid]


@pytest.mark.parametrize("who", ["neighbour_secretary", "member", "liaison", "resident"])
def test_only_the_community_publishes_and_runs_its_posts(team, full, who):
    user = getattr(team, who)
    starts_at, ends_at = span(5)
    for deed in (
        lambda: publish_post(community=team.community, user=user, texts=texts(team)),
        lambda: change_post(post=full.post, user=user, texts=texts(team)),
        lambda: close_post(post=full.post, user=user),
        lambda: add_shifts(post=full.post, user=user, spans=[span()], places=2),
        lambda: close_shift(shift=full, user=user),
        lambda: set_places(shift=full, user=user, places=5),
        lambda: move_shift(shift=full, user=user, starts_at=starts_at, ends_at=ends_at),
        lambda: cancel_shift(shift=full, user=user, reason="暴雨"),
    ):
        with pytest.raises(NotAllowed):
            deed()
    assert (ServicePost.objects.count(), Shift.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"text": ""}, "text"),
        ({"place": ""}, "place"),
        ({"title": "长" * 81}, "title"),
        ({"minimum_age": 17}, "minimum_age"),
        ({"minimum_age": 81}, "minimum_age"),
    ],
)
def test_a_post_that_misses_something_is_refused(team, given, field):
    with pytest.raises(Refused) as refusal:
        publish_post(community=team.community, user=team.secretary, texts=texts(team, **given))
    assert refusal.value.field == field


def test_a_closed_community_publishes_nothing(team):
    team.community.is_active = False
    with pytest.raises(Refused):
        publish_post(community=team.community, user=team.secretary, texts=texts(team))


def test_a_new_meeting_place_is_told_to_who_comes(team, full):
    change_post(post=full.post, user=team.secretary, texts=texts(team, place=full.post.place))
    assert told(team.member) == []
    change_post(post=full.post, user=team.secretary, texts=texts(team, place="南门"))
    assert (told(team.member), told(team.other_member)) == (["service.place_changed"], ["service.place_changed"])
    assert "南门" in Notice.objects.get(recipient=team.member).sentence
    full.refresh_from_db()
    assert full.revision == 1


def test_a_closed_post_offers_nothing_until_it_opens_again(team, full):
    close_post(post=full.post, user=team.secretary)
    with pytest.raises(OutOfTurn):
        close_post(post=full.post, user=team.secretary)
    with pytest.raises(OutOfTurn):
        add_shifts(post=full.post, user=team.secretary, spans=[span(9)], places=1)
    withdraw(sign_up=full.sign_ups.get(member=team.member), user=team.member)
    assert told(team.other_member) == []
    reopen_post(post=full.post, user=team.secretary)
    assert told(team.other_member) == ["service.offered"]
    with pytest.raises(OutOfTurn):
        reopen_post(post=full.post, user=team.secretary)


# --- shifts -----------------------------------------------------------------------------------------------------


def test_shifts_are_added_in_one_go(team):
    post = team.post()
    spans = [span(days) for days in (3, 4, 5)]
    add_shifts(post=post, user=team.secretary, spans=spans, places=7)
    assert list(Shift.objects.values_list("starts_at", "ends_at", "places", "community")) == [
        (begin, end, 7, team.community.pk) for begin, end in spans
    ]


@pytest.mark.parametrize(
    ("spans", "places", "field"),
    [
        ([], 1, None),
        ([span(3, -1)], 1, "ends_at"),
        ([span(3, 0)], 1, "ends_at"),
        ([span(3, 12.01)], 1, "ends_at"),
        ([span(-0.01, 1)], 1, "starts_at"),
        ([span(2), span(-1)], 1, "starts_at"),
        ([span(3), span(3)], 0, "places"),
        ([span(3)], 501, "places"),
        ([span(days) for days in range(1, 62)], 1, "last"),
    ],
)
def test_wrong_times_and_numbers_are_refused_and_nothing_is_added(team, spans, places, field):
    with pytest.raises(Refused) as refusal:
        add_shifts(post=team.post(), user=team.secretary, spans=spans, places=places)
    assert refusal.value.field == field
    assert not Shift.objects.exists()


def test_the_same_shift_is_not_added_twice(team):
    post, spans = team.post(), [span()]
    add_shifts(post=post, user=team.secretary, spans=spans, places=1)
    with pytest.raises(Refused):
        add_shifts(post=post, user=team.secretary, spans=[span(8), *spans], places=1)
    assert Shift.objects.count() == 1
    cancel_shift(shift=Shift.objects.get(), user=team.secretary, reason="暴雨")
    add_shifts(post=post, user=team.secretary, spans=spans, places=1)


def test_there_are_never_fewer_places_than_people_in_or_asked(team, full):
    set_places(shift=full, user=team.secretary, places=2)  # the second is offered to who waits
    with pytest.raises(Refused) as refusal:
        set_places(shift=full, user=team.secretary, places=1)
    assert refusal.value.field == "places"
    full.refresh_from_db()
    assert (full.places, full.taken) == (2, 2)


def test_a_cancelled_shift_tells_everyone_and_owes_nothing(team, full):
    withdraw(sign_up=full.sign_ups.get(member=team.member), user=team.member)
    third = team.new_member(3)
    sign_up(shift=full, user=third, may_wait=True)
    for reason in ("", " ", "长" * 501):
        with pytest.raises(Refused):
            cancel_shift(shift=full, user=team.secretary, reason=reason)
    cancelled = cancel_shift(shift=full, user=team.secretary, reason="暴雨")
    assert (cancelled.state, cancelled.taken, cancelled.revision) == (ShiftState.CANCELLED, 0, 1)
    states = dict(full.sign_ups.values_list("member", "state"))
    assert states == {
        team.member.pk: SignUpState.WITHDRAWN,
        team.other_member.pk: SignUpState.CANCELLED,
        third.pk: SignUpState.CANCELLED,
    }
    assert told(team.member) == []
    assert told(team.other_member) == ["service.offered", "service.shift_cancelled"]
    assert "暴雨" in Notice.objects.get(recipient=third).sentence
    assert Deadline.objects.get().cancelled_at
    assert AuditEntry.objects.get(verb="shift.cancel").actor == team.secretary
    with pytest.raises(OutOfTurn):
        cancel_shift(shift=full, user=team.secretary, reason="暴雨")


def test_a_moved_shift_takes_everyone_along_and_tells_them(team, full):
    starts_at, ends_at = span(9)
    moved = move_shift(shift=full, user=team.secretary, starts_at=starts_at, ends_at=ends_at)
    assert (moved.starts_at, moved.ends_at, moved.revision) == (starts_at, ends_at, 1)
    assert set(full.sign_ups.values_list("state", "starts_at", "ends_at")) == {
        (SignUpState.TAKEN, starts_at, ends_at),
        (SignUpState.WAITING, starts_at, ends_at),
    }
    assert told(team.member) == told(team.other_member) == ["service.shift_moved"]
    assert AuditEntry.objects.filter(verb="shift.move").count() == 1


def test_who_then_clashes_keeps_the_place_and_is_told(team, full):
    other = team.shift(starts_at=full.ends_at + HOUR)
    sign_up(shift=other, user=team.member)
    move_shift(shift=full, user=team.secretary, starts_at=other.starts_at, ends_at=other.ends_at)
    assert full.sign_ups.get(member=team.member).state == SignUpState.TAKEN
    assert told(team.member) == ["service.shift_moved_clash"]
    assert told(team.other_member) == ["service.shift_moved"]


def test_two_shifts_that_clash_are_named_in_one_notice(team, full):
    first = team.shift(starts_at=full.ends_at + 5 * HOUR)
    second = team.shift(team.post(title="护河巡查"), starts_at=first.ends_at)
    for other in (second, first):
        sign_up(shift=other, user=team.member)
    move_shift(shift=full, user=team.secretary, starts_at=first.starts_at, ends_at=second.ends_at)
    assert told(team.member) == ["service.shift_moved_clash"]
    sentence = Notice.objects.get(recipient=team.member).sentence
    assert sentence.index(shift_title(first)) < sentence.index(shift_title(second))


def test_offers_are_made_anew_by_the_new_times(team, full):
    withdraw(sign_up=full.sign_ups.get(member=team.member), user=team.member)
    begin = timezone.now() + 2 * HOUR
    move_shift(shift=full, user=team.secretary, starts_at=begin, ends_at=begin + HOUR)
    offered = full.sign_ups.get(member=team.other_member)
    assert offered.state == SignUpState.OFFERED
    assert offered.offered_until < begin - HOUR + timedelta(minutes=1)
    assert offered.offers == 2
    assert Deadline.objects.get(cancelled_at=None).due_at == offered.offered_until
    full.refresh_from_db()
    assert full.taken == 1


@pytest.mark.parametrize("given", [(3, -1), (3, 0), (3, 13), (-1, 2)])
def test_a_shift_is_not_moved_to_wrong_times(team, full, given):
    starts_at, ends_at = span(*given)
    with pytest.raises(Refused):
        move_shift(shift=full, user=team.secretary, starts_at=starts_at, ends_at=ends_at)
    with pytest.raises(Refused):
        move_shift(shift=full, user=team.secretary, starts_at=full.starts_at, ends_at=full.ends_at)
    assert told(team.member) == []


def test_once_begun_nothing_changes_any_more(team, full):
    now = full.starts_at
    starts_at, ends_at = now + DAY, now + DAY + HOUR
    for deed in (
        lambda: close_shift(shift=full, user=team.secretary, now=now),
        lambda: reopen_shift(shift=full, user=team.secretary, now=now),
        lambda: set_places(shift=full, user=team.secretary, places=9, now=now),
        lambda: move_shift(shift=full, user=team.secretary, starts_at=starts_at, ends_at=ends_at, now=now),
        lambda: cancel_shift(shift=full, user=team.secretary, reason="暴雨", now=now),
    ):
        with pytest.raises(OutOfTurn):
            deed()


def test_a_shift_is_closed_and_opened_once(team, full):
    with pytest.raises(OutOfTurn):
        reopen_shift(shift=full, user=team.secretary)
    assert close_shift(shift=full, user=team.secretary).state == ShiftState.CLOSED
    with pytest.raises(OutOfTurn):
        close_shift(shift=full, user=team.secretary)
    assert reopen_shift(shift=full, user=team.secretary).state == ShiftState.OPEN


def test_no_shift_begins_more_than_a_year_ahead(team):
    post, now = team.post(), timezone.now()
    for days, fits in ((366, True), (367, False)):
        span = (now + timedelta(days=days), now + timedelta(days=days, hours=2))
        if fits:
            assert add_shifts(post=post, user=team.secretary, spans=[span], places=2, now=now)
            continue
        with pytest.raises(Refused) as refusal:
            add_shifts(post=post, user=team.secretary, spans=[span], places=2, now=now)
        assert refusal.value.field == "starts_at"
