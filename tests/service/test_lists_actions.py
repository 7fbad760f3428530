"""Needs and resources are listed, claimed or matched into projects, delivered and rated by the side that asked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions import appoint
from accounts.enums import Role
from accounts.errors import NotAllowed, OutOfTurn, Refused
from records.models import AuditEntry, Deadline, Notice
from service.actions.lists import list_need, list_resource, withdraw_item
from service.actions.lists_claims import claim_need, claim_resource, give_back, match_items
from service.actions.lists_deliveries import deliver_item, rate_item
from service.enums import ItemState, ListKind, RegistrationState, Step
from service.models import EmployerRegistration, ListItem

DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def need(team, **given) -> ListItem:
    defaults = {"community": team.community, "user": team.secretary, "resource_kind": "room", "title": "议事场地"}
    return list_need(**{**defaults, **given})


def resource(team, **given) -> ListItem:
    defaults = {
        "community": team.community,
        "employer": team.employer,
        "user": team.liaison,
        "resource_kind": "room",
        "title": "会议室",
    }
    return list_resource(**{**defaults, **given})


def project(team, **given) -> ListItem:
    defaults = {"need": need(team), "resource": resource(team), "user": team.secretary, "due_on": today() + 7 * DAY}
    return match_items(**{**defaults, **given})


def owed(item: ListItem, kind: Step) -> Deadline:
    return Deadline.objects.get(object_id=item.pk, kind=kind, cancelled_at=None)


def partner(team, community=None) -> None:
    """Register the other employer with the community too."""
    EmployerRegistration.objects.create(
        employer=team.other_employer,
        community=community or team.community,
        organisation="长青中学党总支",
        agreement="共建协议。",
        agreed_from=today(),
        agreed_until=today() + 100 * DAY,
        state=RegistrationState.ACTIVE,
        submitted_by=team.other_liaison,
        submitted_at=timezone.now(),
        decided_by=team.secretary,
        decided_at=timezone.now(),
    )


# --- listing ---------------------------------------------------------------------------------------------------


def test_the_community_lists_needs_and_the_employer_resources(team):
    asked, offer = need(team, wanted_on=today()), resource(team)
    assert (asked.owner, asked.asker, asked.state) == (team.community, team.community, ItemState.OPEN)
    assert (offer.owner, offer.asker, offer.claimant) == (team.employer, None, None)


def test_nobody_else_lists(team):
    for user in (team.liaison, team.neighbour_secretary, team.member):
        with pytest.raises(NotAllowed):
            need(team, user=user)
    for user in (team.secretary, team.other_liaison, team.member):
        with pytest.raises(NotAllowed):
            resource(team, user=user)


def test_an_employer_that_is_not_registered_there_lists_nothing(team):
    with pytest.raises(Refused) as refusal:
        resource(team, employer=team.other_employer, user=team.other_liaison)
    assert refusal.value.field == "employer"
    with pytest.raises(Refused):
        resource(team, community=team.cast.neighbour_community)


def test_bad_items_are_refused(team):
    for given, field in (
        ({"title": " "}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"text": "长" * 2001}, "text"),
        ({"wanted_on": today() - DAY}, "wanted_on"),
        ({"resource_kind": "castle"}, "resource_kind"),
    ):
        with pytest.raises(Refused) as refusal:
            need(team, **given)
        assert refusal.value.field == field
    assert not ListItem.objects.exists()


def test_withdrawn_with_a_reason_while_it_is_open(team):
    asked = need(team)
    with pytest.raises(NotAllowed):
        withdraw_item(item=asked, user=team.liaison, reason="不需要了")
    with pytest.raises(Refused):
        withdraw_item(item=asked, user=team.secretary, reason=" ")
    withdraw_item(item=asked, user=team.secretary, reason="不需要了")
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (ItemState.WITHDRAWN, "不需要了")
    with pytest.raises(OutOfTurn):
        claim_need(item=asked, user=team.liaison, employer=team.employer, due_on=today())


# --- matching --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["secretary", "liaison"])
def test_either_side_matches_and_all_three_are_claimed(team, side):
    made = project(team, user=getattr(team, side))
    assert made.kind == ListKind.PROJECT
    for row in (made, made.need, made.resource):
        row.refresh_from_db()
        assert (row.state, row.asker, row.claimant) == (ItemState.CLAIMED, team.community, team.employer)
        assert timezone.localdate(row.due_at) == today() + 7 * DAY
    deadline = owed(made, Step.DELIVER)
    assert (deadline.unit, deadline.due_at) == (team.employer, made.due_at)
    assert Deadline.objects.count() == 1
    others = {team.secretary, team.liaison} - {getattr(team, side)}
    assert {notice.recipient for notice in Notice.objects.filter(kind="item.matched")} == others
    assert AuditEntry.objects.filter(verb="item.match").count() == 1


@pytest.mark.parametrize("person", ["other_liaison", "neighbour_secretary", "member", "resident"])
def test_a_third_one_does_not_match(team, person):
    with pytest.raises(NotAllowed):
        project(team, user=getattr(team, person))
    assert not ListItem.objects.filter(kind=ListKind.PROJECT).exists()


def test_a_match_across_communities_is_refused_and_nothing_is_lost(team):
    appoint(user=team.secretary, unit=team.cast.neighbour_community, role=Role.COMMUNITY_SECRETARY)
    theirs = need(team, community=team.cast.neighbour_community, user=team.neighbour_secretary)
    offer = resource(team)
    with pytest.raises(Refused) as refusal:
        match_items(need=theirs, resource=offer, user=team.secretary, due_on=today())
    assert refusal.value.field == "other"
    for row in (theirs, offer):
        row.refresh_from_db()
        assert row.state == ItemState.OPEN
    assert not Deadline.objects.exists()


def test_two_needs_or_one_thing_twice_do_not_match(team):
    asked, offer = need(team), resource(team)
    for pair in ({"need": asked, "resource": need(team)}, {"need": offer, "resource": asked}):
        with pytest.raises((Refused, NotAllowed)):
            match_items(**pair, user=team.secretary, due_on=today())
    with pytest.raises(Refused):
        match_items(need=asked, resource=asked, user=team.secretary, due_on=today())


def test_what_was_claimed_meanwhile_is_not_matched_again(team):
    made = project(team)
    with pytest.raises(OutOfTurn):
        project(team, need=made.need)
    with pytest.raises(OutOfTurn):
        project(team, resource=made.resource)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy = ListItem.objects.get(pk=made.pk)
        copy.pk = None
        copy.save(force_insert=True)


@pytest.mark.parametrize("days", [-1, 731])
def test_a_day_that_cannot_be_is_refused(team, days):
    with pytest.raises(Refused) as refusal:
        project(team, due_on=today() + days * DAY)
    assert refusal.value.field == "due_on"
    assert not ListItem.objects.exclude(state=ItemState.OPEN).exists()


def test_an_employer_whose_agreement_has_ended_is_not_matched(team):
    asked, offer = need(team), resource(team)
    EmployerRegistration.objects.filter(employer=team.employer).update(state=RegistrationState.EXPIRED)
    with pytest.raises(Refused):
        match_items(need=asked, resource=offer, user=team.secretary, due_on=today())


# --- claiming --------------------------------------------------------------------------------------------------


def test_an_employer_claims_a_need(team):
    asked = claim_need(item=need(team), user=team.liaison, employer=team.employer, due_on=today())
    assert (asked.state, asked.asker, asked.claimant) == (ItemState.CLAIMED, team.community, team.employer)
    assert owed(asked, Step.DELIVER).unit == team.employer
    assert Notice.objects.get(kind="item.claimed").recipient == team.secretary


def test_the_community_claims_a_resource_which_the_employer_delivers(team):
    offer = claim_resource(item=resource(team), user=team.secretary, due_on=today())
    assert (offer.asker, offer.claimant) == (team.community, team.employer)
    assert owed(offer, Step.DELIVER).unit == team.employer
    assert Notice.objects.get(kind="item.claimed").recipient == team.liaison


def test_the_side_that_asks_or_offers_does_not_claim_its_own(team):
    asked, offer = need(team), resource(team)
    with pytest.raises(NotAllowed):
        claim_need(item=asked, user=team.secretary, employer=team.employer, due_on=today())
    with pytest.raises(NotAllowed):
        claim_resource(item=offer, user=team.liaison, due_on=today())
    with pytest.raises(Refused):
        claim_resource(item=asked, user=team.secretary, due_on=today())
    with pytest.raises(Refused):
        claim_need(item=offer, user=team.liaison, employer=team.employer, due_on=today())
    assert not ListItem.objects.exclude(state=ItemState.OPEN).exists()


def test_one_claims_and_the_next_is_told_so(team):
    partner(team)
    asked = need(team)
    claim_need(item=asked, user=team.liaison, employer=team.employer, due_on=today())
    with pytest.raises(OutOfTurn):
        claim_need(item=asked, user=team.other_liaison, employer=team.other_employer, due_on=today())
    asked.refresh_from_db()
    assert asked.claimant == team.employer


def test_an_employer_of_elsewhere_claims_nothing_here(team):
    with pytest.raises(Refused) as refusal:
        claim_need(item=need(team), user=team.other_liaison, employer=team.other_employer, due_on=today())
    assert refusal.value.field == "employer"


# --- delivering and rating -------------------------------------------------------------------------------------


def test_delivered_by_the_claimant_and_rated_by_the_asker_through_all_three(team):
    made = project(team)
    with pytest.raises(NotAllowed):
        deliver_item(item=made, user=team.secretary, evidence="已开放")
    with pytest.raises(Refused) as refusal:
        deliver_item(item=made, user=team.liaison, evidence=" ")
    assert refusal.value.field == "evidence"
    deliver_item(item=made, user=team.liaison, evidence="会议室已开放三次。")
    assert owed(made, Step.DELIVER).met_at
    assert owed(made, Step.RATE_ITEM).unit == team.community
    with pytest.raises(NotAllowed):
        rate_item(item=made, user=team.liaison, rating=5)
    with pytest.raises(Refused):
        rate_item(item=made, user=team.secretary, rating=6)
    rate_item(item=made, user=team.secretary, rating=4, remark="及时")
    assert owed(made, Step.RATE_ITEM).met_at
    for row in (made, made.need, made.resource):
        row.refresh_from_db()
        assert (row.state, row.rating, row.evidence) == (ItemState.RATED, 4, "会议室已开放三次。")
    with pytest.raises(OutOfTurn):
        rate_item(item=made, user=team.secretary, rating=1)


def test_what_is_not_delivered_is_not_rated(team):
    made = project(team)
    with pytest.raises(OutOfTurn):
        rate_item(item=made, user=team.secretary, rating=5)


def test_who_acts_for_both_sides_does_not_rate(team):
    appoint(user=team.secretary, unit=team.employer, role=Role.EMPLOYER_LIAISON)
    made = project(team, user=team.liaison)
    deliver_item(item=made, user=team.liaison, evidence="已完成")
    with pytest.raises(NotAllowed):
        rate_item(item=made, user=team.secretary, rating=5)


def test_the_parts_of_a_project_are_done_at_the_project(team):
    made = project(team)
    for part in (made.need, made.resource):
        with pytest.raises(Refused, match=made.title):
            deliver_item(item=part, user=team.liaison, evidence="已完成")
        with pytest.raises(Refused, match=made.title):
            give_back(item=part, user=team.liaison, reason="无法完成")


# --- giving back -----------------------------------------------------------------------------------------------


def test_a_project_given_back_opens_both_sides_again(team):
    made = project(team)
    for user in (team.other_liaison, team.neighbour_secretary):
        with pytest.raises(NotAllowed):
            give_back(item=made, user=user, reason="无法完成")
    with pytest.raises(Refused):
        give_back(item=made, user=team.liaison, reason="")
    give_back(item=made, user=team.liaison, reason="会议室装修")
    made.refresh_from_db()
    assert made.state == ItemState.WITHDRAWN
    asked, offer = ListItem.objects.get(pk=made.need_id), ListItem.objects.get(pk=made.resource_id)
    assert (asked.state, asked.asker, asked.claimant, asked.due_at) == (ItemState.OPEN, team.community, None, None)
    assert (offer.state, offer.asker, offer.claimant) == (ItemState.OPEN, None, None)
    assert not Deadline.objects.filter(cancelled_at=None).exists()
    assert Notice.objects.get(kind="item.given_back").parameters["reason"] == "会议室装修"
    assert project(team, need=asked, resource=offer).state == ItemState.CLAIMED


def test_a_claim_given_back_can_be_claimed_anew_with_its_own_deadline(team):
    asked = need(team)
    claim_need(item=asked, user=team.liaison, employer=team.employer, due_on=today())
    give_back(item=asked, user=team.secretary, reason="改期")
    claim_need(item=asked, user=team.liaison, employer=team.employer, due_on=today() + DAY)
    assert owed(asked, Step.DELIVER).round == 2
    deliver_item(item=asked, user=team.liaison, evidence="已完成")
    with pytest.raises(OutOfTurn):
        give_back(item=asked, user=team.liaison, reason="改期")
