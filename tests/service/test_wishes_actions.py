"""Small wishes: reviewed, claimed by one, fulfilled or given back, thanked."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.actions import appoint
from accounts.enums import Role
from accounts.errors import NotAllowed, OutOfTurn, Refused
from records.clocks import SHANGHAI
from records.models import AuditEntry, Deadline, Notice
from records.registry import subjects_of
from service.actions.wish_claims import claim_wish, fulfil_wish, give_back_wish
from service.actions.wish_contact import reveal_wish_contact
from service.actions.wish_thanks import publish_thanks, refuse_thanks, thank
from service.actions.wishes import make_wish, publish_wish, refuse_wish, withdraw_wish
from service.enums import Step, ThanksState, WishState
from service.models import Registration, Wish
from service.queries.wishes import (
    may_reveal,
    sees_contact,
    wishes_claimed_by,
    wishes_in,
    wishes_made_by,
    wishes_seen_by,
)
from tests.cast import person

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
TODAY = MONDAY.date()
DAY = timedelta(days=1)
CONTACT = "3号楼2单元501 王小明"


def made(team, **given) -> Wish:
    defaults = {
        "user": team.resident,
        "community": team.community,
        "title": "想要一副老花镜",
        "text": "王小明奶奶看不清药品说明书。",
        "contact": CONTACT,
        "now": MONDAY,
    }
    return make_wish(**{**defaults, **given})


def published(team, **given) -> Wish:
    return publish_wish(
        wish=made(team, **given),
        user=team.secretary,
        title="想要一副老花镜",
        text="老人看不清药品说明书。",
        now=MONDAY,
    )


def claimed(team, wish=None, **given) -> Wish:
    defaults = {"user": team.member, "due_on": TODAY + 10 * DAY, "now": MONDAY}
    return claim_wish(wish=wish or published(team), **{**defaults, **given})


def fulfilled(team) -> Wish:
    return fulfil_wish(wish=claimed(team), user=team.member, outcome="已送到。", now=MONDAY + DAY)


def open_steps() -> list[str]:
    return sorted(Deadline.objects.filter(met_at=None, cancelled_at=None).values_list("kind", flat=True))


# --- made and reviewed --------------------------------------------------------------------------------------


def test_a_wish_waits_for_the_community_and_nobody_else_sees_it(team):
    wish = made(team)
    assert wish.state == WishState.SUBMITTED
    owed = Deadline.objects.get()
    assert (owed.kind, owed.unit, owed.person) == (Step.REVIEW_WISH, team.community, None)
    assert {notice.recipient for notice in Notice.objects.all()} == {team.secretary}
    seers = (team.resident, team.secretary)
    others = (team.member, team.liaison, team.neighbour_secretary, team.cast.dispatcher, team.cast.grid_worker)
    assert all(wish in wishes_seen_by(user) for user in seers)
    assert not any(wish in wishes_seen_by(user) for user in others)


def test_what_nobody_has_read_yet_is_not_quoted_in_reminders(team):
    wish = made(team, title="王小明想要眼镜")
    owed = Deadline.objects.get()
    assert "王小明" not in subjects_of([owed])[owed.pk].title
    publish_wish(wish=wish, user=team.secretary, title="想要眼镜", text="看不清。")
    assert subjects_of([owed])[owed.pk].title == "想要眼镜"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", "长" * 61),
        ("text", ""),
        ("text", "长" * 501),
        ("contact", " "),
        ("contact", "长" * 201),
    ],
)
def test_words_that_are_missing_or_too_long_are_refused(team, field, value):
    with pytest.raises(Refused) as refusal:
        made(team, **{field: value})
    assert refusal.value.field == field
    assert not Wish.objects.exists()


def test_a_wish_goes_to_an_open_community(team):
    team.community.is_active = False
    for unit in (team.community, team.employer, team.cast.street):
        with pytest.raises(Refused):
            made(team, community=unit)


def test_the_review_takes_names_out_and_publishes(team):
    wish = published(team)
    assert (wish.state, wish.text, wish.reviewed_by) == (WishState.PUBLISHED, "老人看不清药品说明书。", team.secretary)
    assert open_steps() == []
    assert list(wishes_in(team.community)) == [wish]
    assert Notice.objects.filter(recipient=team.resident, kind="wish.published").count() == 1
    with pytest.raises(OutOfTurn):
        publish_wish(wish=wish, user=team.secretary, title="a", text="b")


def test_the_review_cannot_empty_the_words(team):
    wish = made(team)
    for words in ({"title": "", "text": "b"}, {"title": "a", "text": " "}):
        with pytest.raises(Refused):
            publish_wish(wish=wish, user=team.secretary, **words)
    assert open_steps() == [Step.REVIEW_WISH]


def test_a_refusal_needs_a_reason_which_the_resident_reads(team):
    wish = made(team)
    with pytest.raises(Refused):
        refuse_wish(wish=wish, user=team.secretary, reason=" ")
    refuse_wish(wish=wish, user=team.secretary, reason="金额过大")
    assert "金额过大" in Notice.objects.get(recipient=team.resident).sentence
    assert open_steps() == []


def test_what_slipped_through_can_be_taken_down(team):
    wish = refuse_wish(wish=published(team), user=team.secretary, reason="含有姓名")
    assert wish not in wishes_seen_by(team.member)


def test_nobody_else_reviews(team):
    wish = made(team)
    for user in (team.neighbour_secretary, team.member, team.liaison, team.resident, team.cast.grid_worker):
        with pytest.raises(NotAllowed):
            publish_wish(wish=wish, user=user, title="a", text="b")
        with pytest.raises(NotAllowed):
            refuse_wish(wish=wish, user=user, reason="a")


def test_nobody_reviews_their_own_wish(team):
    wish = made(team, user=team.secretary)
    with pytest.raises(NotAllowed):
        publish_wish(wish=wish, user=team.secretary, title="a", text="b")
    colleague = person("secretary_b", "副书记", team.community, Role.COMMUNITY_SECRETARY)
    assert publish_wish(wish=wish, user=colleague, title="a", text="b").state == WishState.PUBLISHED


def test_a_wish_is_withdrawn_by_its_resident_until_it_is_claimed(team):
    wish = made(team)
    with pytest.raises(NotAllowed):
        withdraw_wish(wish=wish, user=team.secretary)
    assert withdraw_wish(wish=wish, user=team.resident).state == WishState.WITHDRAWN
    assert open_steps() == []
    with pytest.raises(OutOfTurn):
        withdraw_wish(wish=claimed(team), user=team.resident)


# --- claimed ------------------------------------------------------------------------------------------------


def test_a_member_claims_and_owes_it_to_the_community(team):
    wish = claimed(team)
    owed = Deadline.objects.get(kind=Step.FULFIL_WISH)
    assert (owed.person, owed.unit) == (team.member, team.community)
    assert timezone.localdate(owed.due_at) == TODAY + 10 * DAY
    assert list(wishes_in(team.community)) == []
    assert list(wishes_claimed_by(team.member)) == [wish]
    entry = AuditEntry.objects.get(verb="wish.contact")
    assert (entry.actor, entry.subject) == (team.member, f"service.wish:{wish.pk}")
    assert "尤党员" not in str(Notice.objects.get(kind="wish.claimed").parameters)


def test_a_liaison_claims_for_the_employer_which_owes_it(team):
    wish = claimed(team, user=team.liaison, employer=team.employer)
    owed = Deadline.objects.get(kind=Step.FULFIL_WISH)
    assert (owed.person, owed.unit) == (None, team.employer)
    colleague = person("liaison_b", "联络员丙", team.employer, Role.EMPLOYER_LIAISON)
    assert fulfil_wish(wish=wish, user=colleague, outcome="已送到。").state == WishState.FULFILLED


def test_only_who_is_registered_there_claims(team):
    wish = published(team)
    for user, employer in (
        (team.neighbour_member, None),
        (team.secretary, None),
        (team.liaison, None),
        (team.liaison, team.other_employer),
        (team.other_liaison, team.other_employer),
        (team.member, team.employer),
    ):
        with pytest.raises(NotAllowed):
            claimed(team, wish, user=user, employer=employer)


def test_one_s_own_wish_is_not_claimed_nor_through_the_employer(team):
    wish = published(team, user=team.member)
    with pytest.raises(Refused):
        claimed(team, wish)
    appoint(user=team.member, unit=team.employer, role=Role.EMPLOYER_LIAISON)
    with pytest.raises(Refused):
        claimed(team, wish, employer=team.employer)
    other = claimed(team, wish, user=team.liaison, employer=team.employer)
    with pytest.raises(NotAllowed):
        fulfil_wish(wish=other, user=team.member, outcome="自己完成。")


@pytest.mark.parametrize("days", [-1, 61, -20000, 20000])
def test_the_day_is_neither_past_nor_far(team, days):
    with pytest.raises(Refused) as refusal:
        claimed(team, due_on=TODAY + days * DAY)
    assert refusal.value.field == "due_on"


def test_the_second_is_told_that_somebody_was_quicker(team):
    wish = claimed(team)
    with pytest.raises(OutOfTurn):
        claimed(team, wish, user=team.other_member)
    wish.refresh_from_db()
    assert wish.claimed_by == team.member


def test_what_is_not_published_is_not_claimed(team):
    with pytest.raises(OutOfTurn):
        claimed(team, made(team))


def test_the_contact_is_for_the_community_and_the_claimant_meanwhile(team):
    wish = published(team)
    assert [sees_contact(user, wish) for user in (team.resident, team.secretary, team.member)] == [True, False, False]
    assert [may_reveal(user, wish) for user in (team.resident, team.secretary, team.member)] == [False, True, False]
    wish = claimed(team, wish)
    assert sees_contact(team.member, wish)
    assert not any(sees_contact(u, wish) for u in (team.other_member, team.liaison, team.neighbour_secretary))
    wish = fulfil_wish(wish=wish, user=team.member, outcome="已送到。")
    assert not sees_contact(team.member, wish)


def test_the_community_looks_at_the_contact_with_a_reason_of_which_the_resident_is_told(team):
    wish = published(team)
    with pytest.raises(Refused):
        reveal_wish_contact(wish=wish, user=team.secretary, reason=" ")
    assert reveal_wish_contact(wish=wish, user=team.secretary, reason="上门核实") == CONTACT
    entry = AuditEntry.objects.get(verb="wish.reveal")
    assert (entry.actor, entry.unit, entry.detail) == (team.secretary, team.community, {"reason": "上门核实"})
    notice = Notice.objects.get(kind="wish.revealed")
    assert notice.recipient == team.resident
    assert "上门核实" in notice.sentence
    for user in (team.member, team.neighbour_secretary, team.liaison, team.resident):
        with pytest.raises(NotAllowed):
            reveal_wish_contact(wish=wish, user=user, reason="上门核实")


def test_three_open_claims_are_the_most_whether_for_oneself_or_an_employer(team):
    appoint(user=team.member, unit=team.employer, role=Role.EMPLOYER_LIAISON)
    wishes = [claimed(team), claimed(team), claimed(team, employer=team.employer)]
    for employer in (None, team.employer):
        with pytest.raises(Refused):
            claimed(team, employer=employer)
    assert claimed(team, user=team.other_member).claimed_by == team.other_member
    fulfil_wish(wish=wishes[0], user=team.member, outcome="已送到。")
    claimed(team)


# --- fulfilled or given back --------------------------------------------------------------------------------


def test_fulfilling_ends_the_debt_and_tells_the_resident(team):
    wish = fulfilled(team)
    assert (wish.state, wish.outcome) == (WishState.FULFILLED, "已送到。")
    assert open_steps() == []
    assert Notice.objects.filter(recipient=team.resident, kind="wish.fulfilled").count() == 1
    assert list(wishes_in(team.community, fulfilled=True)) == [wish]


def test_fulfilling_needs_a_sentence_and_the_claimant(team):
    wish = claimed(team)
    with pytest.raises(Refused):
        fulfil_wish(wish=wish, user=team.member, outcome=" ")
    for user in (team.other_member, team.secretary, team.resident, team.liaison):
        with pytest.raises(NotAllowed):
            fulfil_wish(wish=wish, user=user, outcome="已送到。")


def test_given_back_it_is_published_again_and_may_be_claimed_again(team):
    wish = give_back_wish(wish=claimed(team), user=team.member, reason="出差", now=MONDAY + DAY)
    assert (wish.state, wish.claimed_by, wish.due_at) == (WishState.PUBLISHED, None, None)
    assert open_steps() == []
    assert "出差" in Notice.objects.get(kind="wish.given_back").sentence
    assert not sees_contact(team.member, wish)
    claimed(team, wish)
    assert open_steps() == [Step.FULFIL_WISH]


def test_the_community_takes_it_back_when_nothing_happens(team):
    wish = give_back_wish(wish=claimed(team), user=team.secretary, reason="到期未办")
    assert wish.state == WishState.PUBLISHED
    assert Notice.objects.get(kind="wish.taken_back").recipient == team.member


def test_nobody_else_gives_it_back_and_never_without_a_reason(team):
    wish = claimed(team)
    for user in (team.resident, team.other_member, team.neighbour_secretary):
        with pytest.raises(NotAllowed):
            give_back_wish(wish=wish, user=user, reason="a")
    with pytest.raises(Refused):
        give_back_wish(wish=wish, user=team.member, reason="")


def test_who_moved_away_still_fulfils_what_they_claimed(team):
    wish = claimed(team)
    Registration.objects.filter(member=team.member).update(state="expired")
    assert fulfil_wish(wish=wish, user=team.member, outcome="已送到。").state == WishState.FULFILLED


# --- thanked ------------------------------------------------------------------------------------------------


def test_thanks_are_reviewed_before_the_claimant_reads_them(team):
    wish = thank(wish=fulfilled(team), user=team.resident, thanks="谢谢尤党员！", now=MONDAY + 2 * DAY)
    assert open_steps() == [Step.REVIEW_THANKS]
    assert not Notice.objects.filter(kind="wish.thanked").exists()
    wish = publish_thanks(wish=wish, user=team.secretary, thanks="谢谢！")
    assert (wish.thanks, wish.thanks_state) == ("谢谢！", ThanksState.PUBLISHED)
    assert Notice.objects.get(kind="wish.thanked").recipient == team.member
    assert open_steps() == []
    with pytest.raises(OutOfTurn):
        thank(wish=wish, user=team.resident, thanks="再谢一次")


def test_refused_thanks_may_be_written_anew(team):
    wish = thank(wish=fulfilled(team), user=team.resident, thanks="谢谢尤党员！")
    wish = refuse_thanks(wish=wish, user=team.secretary, reason="请去掉姓名")
    assert "请去掉姓名" in Notice.objects.get(kind="wish.thanks_refused").sentence
    thank(wish=wish, user=team.resident, thanks="谢谢！")
    assert open_steps() == [Step.REVIEW_THANKS]


def test_only_the_resident_thanks_and_only_the_community_reviews(team):
    wish = fulfilled(team)
    for user in (team.member, team.secretary):
        with pytest.raises(NotAllowed):
            thank(wish=wish, user=user, thanks="谢谢")
    for sentence in (" ", "长" * 201):
        with pytest.raises(Refused):
            thank(wish=wish, user=team.resident, thanks=sentence)
    with pytest.raises(OutOfTurn):
        publish_thanks(wish=wish, user=team.secretary, thanks="谢谢")
    wish = thank(wish=wish, user=team.resident, thanks="谢谢")
    for user in (team.resident, team.member, team.neighbour_secretary):
        with pytest.raises(NotAllowed):
            publish_thanks(wish=wish, user=user, thanks="谢谢")


def test_thanks_follow_the_fulfilment(team):
    with pytest.raises(OutOfTurn):
        thank(wish=claimed(team), user=team.resident, thanks="谢谢")


def test_own_wishes_are_listed_for_their_resident_alone(team):
    wish = made(team)
    assert list(wishes_made_by(team.resident)) == [wish]
    assert list(wishes_made_by(team.member)) == []
