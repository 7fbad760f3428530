"""What a resolution asks of a unit: each verb in each state, by whom, and what each leaves behind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import appoint, deactivate, reactivate
from accounts.enums import Role
from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Post, User
from records.models import AuditEntry, Deadline, Notice
from records.queries import owed_by
from service.actions.commitments import claim_commitment, decline_commitment
from service.actions.commitments_deliveries import deliver_commitment, rate_commitment, report_progress
from service.actions.lists import withdraw_item
from service.enums import ItemState, ListKind, Step, Verb
from service.models import ItemProgress, ListItem
from service.queries.lists import items_visible_to
from service.workflow import COMMITMENT_MOVES
from tests.cast import person
from tests.service.commitments import brought_to, committed, in_days

DO = {
    Verb.CLAIM: (claim_commitment, {}),
    Verb.REPORT: (report_progress, {"text": "已完成一半"}),
    Verb.DELIVER: (deliver_commitment, {"evidence": "已疏通"}),
    Verb.RATE: (rate_commitment, {"rating": 4, "remark": "很快"}),
    Verb.DECLINE: (decline_commitment, {"reason": "职责不在我局"}),
}
ALLOWED = {
    (ItemState.OPEN, Verb.CLAIM): ItemState.CLAIMED,
    (ItemState.OPEN, Verb.DECLINE): ItemState.WITHDRAWN,
    (ItemState.CLAIMED, Verb.REPORT): ItemState.CLAIMED,
    (ItemState.CLAIMED, Verb.DELIVER): ItemState.DELIVERED,
    (ItemState.DELIVERED, Verb.RATE): ItemState.RATED,
}


@pytest.fixture
def convenor(cast):
    return person("convenor", "何召集", cast.community, Role.FORUM_CONVENOR)


@pytest.fixture
def item(cast, convenor) -> ListItem:
    return committed(cast, convenor)


def doer(verb, cast, convenor):
    return convenor if verb == Verb.RATE else cast.water_officer


def owed(item) -> list[tuple]:
    rows = Deadline.objects.filter(object_id=item.pk, content_type__model="listitem").order_by("pk")
    return [(row.kind, row.unit, row.person, "met" if row.met_at else "open") for row in rows]


def told(kind) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__username", flat=True))


@pytest.mark.parametrize("verb", list(DO))
@pytest.mark.parametrize("state", list(ItemState))
def test_each_verb_in_each_state(cast, convenor, item, state, verb):
    item = brought_to(item, state, by=cast.water_officer, rater=convenor)
    act, given = DO[verb]
    target = ALLOWED.get((state, verb))
    if target is None:
        with pytest.raises(OutOfTurn):
            act(item=item, user=doer(verb, cast, convenor), **given)
    else:
        act(item=item, user=doer(verb, cast, convenor), **given)
    item.refresh_from_db()
    assert item.state == (target or state)


def test_the_table_says_what_is_tried_here():
    moves = {(state, verb): move.target or state for verb, move in COMMITMENT_MOVES.items() for state in move.sources}
    assert moves == ALLOWED
    assert all(move.rule for move in COMMITMENT_MOVES.values())


@pytest.mark.parametrize("verb", list(DO))
def test_nobody_else_does_it(cast, convenor, item, verb):
    state = next(state for state, other in ALLOWED if other == verb)
    item = brought_to(item, state, by=cast.water_officer, rater=convenor)
    act, given = DO[verb]
    others = {cast.resident, cast.parks_officer, cast.grid_worker, cast.dispatcher, cast.outside_officer}
    others |= {cast.water_officer, cast.water_head} if verb == Verb.RATE else {cast.secretary, convenor}
    for user in others:
        with pytest.raises(NotAllowed):
            act(item=item, user=user, **given)
    item.refresh_from_db()
    assert item.state == state


def test_the_unit_owes_the_claim_then_the_delivery_and_who_asked_the_rating(cast, convenor, item):
    assert owed(item) == [(Step.CLAIM_COMMITMENT, cast.water, None, "open")]
    item = claim_commitment(item=item, user=cast.water_head)
    deadline = Deadline.objects.get(kind=Step.DELIVER)
    assert timezone.localdate(deadline.due_at) == in_days(7)
    deliver_commitment(item=item, user=cast.water_officer, evidence="已疏通")
    assert owed(item) == [
        (Step.CLAIM_COMMITMENT, cast.water, None, "met"),
        (Step.DELIVER, cast.water, None, "met"),
        (Step.RATE_ITEM, cast.community, None, "open"),
    ]
    rate_commitment(item=item, user=cast.secretary, rating=4, remark=" 很快 ")
    item.refresh_from_db()
    assert (item.rating, item.remark, item.rated_by, item.delivered_by) == (
        4,
        "很快",
        cast.secretary,
        cast.water_officer,
    )
    assert "open" not in [state for *_rest, state in owed(item)]
    verbs = (
        AuditEntry.objects.filter(subject=f"service.listitem:{item.pk}").order_by("pk").values_list("verb", flat=True)
    )
    assert list(verbs) == ["commitment.claim", "commitment.deliver", "commitment.rate"]


def test_what_a_person_asked_only_that_person_rates(cast, convenor):
    item = committed(cast, convenor, asked_by=cast.resident)
    item = brought_to(item, ItemState.DELIVERED, by=cast.water_officer, rater=convenor)
    assert owed(item)[-1] == (Step.RATE_ITEM, cast.community, cast.resident, "open")
    assert told("commitment.delivered") == {"resident"}
    for user in (convenor, cast.secretary):
        with pytest.raises(NotAllowed):
            rate_commitment(item=item, user=user, rating=5)
    rate_commitment(item=item, user=cast.resident, rating=2)
    assert told("commitment.rated") == {"water", "waterhead"}


def test_for_somebody_whose_account_was_closed_the_unit_s_people_rate(cast, convenor):
    item = committed(cast, convenor, asked_by=cast.resident)
    deactivate(user=cast.resident)
    item = brought_to(item, ItemState.DELIVERED, by=cast.water_officer, rater=convenor)
    assert owed(item)[-1] == (Step.RATE_ITEM, cast.community, None, "open")
    assert told("commitment.delivered") == {"secretary", "convenor"}
    assert rate_commitment(item=item, user=cast.secretary, rating=5).state == ItemState.RATED


def test_what_somebody_owed_when_the_account_was_closed_the_unit_owes_until_it_is_open_again(cast, convenor):
    item = committed(cast, convenor, asked_by=cast.resident)
    other = brought_to(committed(cast, convenor), ItemState.CLAIMED, by=cast.water_officer, rater=convenor)
    item = brought_to(item, ItemState.DELIVERED, by=cast.water_officer, rater=convenor)
    deactivate(user=cast.resident)
    assert owed(item)[-1] == (Step.RATE_ITEM, cast.community, None, "open")
    assert Deadline.objects.get(object_id=item.pk, kind=Step.RATE_ITEM) in owed_by(cast.secretary)
    reactivate(user=cast.resident)
    assert owed(item)[-1] == (Step.RATE_ITEM, cast.community, cast.resident, "open")
    assert [person for _kind, _unit, person, _state in owed(other)] == [None, None]
    with pytest.raises(NotAllowed):
        rate_commitment(item=item, user=cast.secretary, rating=5)
    deactivate(user=cast.resident)
    assert rate_commitment(item=item, user=User.objects.get(pk=convenor.pk), rating=1).rated_by == convenor


def test_a_unit_may_do_what_a_person_asks_of_it_and_that_person_rates(cast, convenor):
    item = committed(cast, convenor, claimant=cast.community, asked_by=cast.resident)
    item = brought_to(item, ItemState.DELIVERED, by=cast.secretary, rater=convenor)
    with pytest.raises(NotAllowed):
        rate_commitment(item=item, user=cast.secretary, rating=5)
    assert rate_commitment(item=item, user=cast.resident, rating=5).state == ItemState.RATED


def test_nobody_rates_what_their_unit_or_they_delivered(cast, convenor, item):
    both = person("both", "两头", cast.water, Role.DUTY_OFFICER)
    appoint(user=both, unit=cast.community, role=Role.FORUM_CONVENOR)
    item = brought_to(item, ItemState.DELIVERED, by=both, rater=convenor)
    fresh = User.objects.get(pk=both.pk)
    with pytest.raises(NotAllowed, match="承办一方"):
        rate_commitment(item=item, user=fresh, rating=5)
    yesterday = in_days(-1)
    Post.objects.filter(user=both, unit=cast.water).update(start=yesterday, end=yesterday)
    fresh = User.objects.get(pk=both.pk)
    with pytest.raises(NotAllowed, match="承办一方"):
        rate_commitment(item=item, user=fresh, rating=5)


def test_who_is_told_what(cast, convenor, item):
    assert told("commitment.asked") == {"water", "waterhead"}
    claim_commitment(item=item, user=cast.water_officer)
    report_progress(item=item, user=cast.water_officer, text="已进场")
    deliver_commitment(item=item, user=cast.water_officer, evidence="已疏通")
    for kind in ("commitment.claimed", "commitment.progress", "commitment.delivered"):
        assert told(kind) == {"secretary", "convenor"}
    rate_commitment(item=item, user=convenor, rating=5)
    assert told("commitment.rated") == {"water", "waterhead"}
    sentences = [notice.sentence for notice in Notice.objects.filter(kind__startswith="commitment.")]
    assert all("疏通3号楼前排水沟" in sentence and "%(" not in sentence for sentence in sentences)


def test_the_forum_is_told_who_declined_and_why(cast, convenor):
    item = committed(cast, convenor, asker=cast.street, asked_by=None)
    decline_commitment(item=item, user=cast.water_head, reason=" 属园林局职责 ")
    assert told("commitment.declined") == {"convenor", "dispatcher", "leader"}
    item.refresh_from_db()
    assert item.reason == "属园林局职责"
    assert owed(item) == [(Step.CLAIM_COMMITMENT, cast.water, None, "met")]


def test_progress_is_kept_entry_by_entry(cast, item):
    claim_commitment(item=item, user=cast.water_officer)
    for text in ("已进场", "已完成一半"):
        report_progress(item=item, user=cast.water_officer, text=text)
    assert list(ItemProgress.objects.filter(item=item).values_list("text", "by__username")) == [
        ("已进场", "water"),
        ("已完成一半", "water"),
    ]


@pytest.mark.parametrize(
    ("verb", "given", "field"),
    [
        (Verb.DECLINE, {"reason": " "}, "reason"),
        (Verb.DECLINE, {"reason": "长" * 501}, "reason"),
        (Verb.REPORT, {"text": "\n"}, "text"),
        (Verb.REPORT, {"text": "长" * 1001}, "text"),
        (Verb.DELIVER, {"evidence": ""}, "evidence"),
        (Verb.RATE, {"rating": 0}, "rating"),
        (Verb.RATE, {"rating": 6}, "rating"),
        (Verb.RATE, {"rating": 3, "remark": "长" * 501}, "remark"),
    ],
)
def test_what_is_missing_is_refused_at_its_field(cast, convenor, item, verb, given, field):
    state = next(state for state, other in ALLOWED if other == verb)
    item = brought_to(item, state, by=cast.water_officer, rater=convenor)
    with pytest.raises(Refused) as refusal:
        DO[verb][0](item=item, user=doer(verb, cast, convenor), **given)
    assert refusal.value.field == field
    item.refresh_from_db()
    assert item.state == state


def test_what_cannot_be_asked_is_refused(cast, convenor):
    cast.parks.is_active = False
    cast.parks.save()
    wrong = [
        ({"claimant": cast.parks}, "owner"),
        ({"claimant": cast.grid}, "owner"),
        ({"claimant": cast.community}, "asker"),
        ({"due_on": in_days(-1)}, "due_on"),
        ({"due_on": in_days(731)}, "due_on"),
        ({"title": " "}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"text": "长" * 2001}, "text"),
    ]
    for given, field in wrong:
        with pytest.raises(Refused) as refusal:
            committed(cast, convenor, **given)
        assert refusal.value.field == field
    assert not ListItem.objects.exists()
    assert not Deadline.objects.filter(kind=Step.CLAIM_COMMITMENT).exists()


def test_it_may_be_taken_on_late_and_is_late_at_once(cast, convenor):
    item = committed(cast, convenor, due_on=in_days(0))
    claim_commitment(item=item, user=cast.water_officer, now=timezone.now() + timedelta(days=3))
    assert Deadline.objects.get(kind=Step.DELIVER).is_late(timezone.now() + timedelta(days=3))


def test_it_is_no_part_of_the_three_lists_and_their_items_are_none(cast, convenor, item):
    assert not items_visible_to(cast.secretary).exists()
    with pytest.raises(OutOfTurn):
        withdraw_item(
            item=brought_to(item, ItemState.CLAIMED, by=cast.water_officer, rater=convenor),
            user=cast.secretary,
            reason="不需要",
        )
    need = ListItem.objects.create(
        kind=ListKind.NEED,
        community=cast.community,
        owner=cast.community,
        asker=cast.community,
        claimant=cast.water,
        title="场地",
        created_by=cast.secretary,
        created_at=timezone.now(),
    )
    with pytest.raises(NotAllowed):
        claim_commitment(item=need, user=cast.water_officer)
