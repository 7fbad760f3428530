"""Votes: who may, once each, counted by the rule; and what follows from the result."""

import pytest
from django.utils import timezone

from accounts.errors import NotAllowed, OutOfTurn, Refused
from consultation.actions.votes import break_off_vote, cast_vote, close_vote, open_vote
from consultation.actions.written_votes import write_vote
from consultation.enums import (
    AgendaKind,
    AgendaState,
    Balloting,
    Choice,
    Majority,
    MatterState,
    MeetingState,
    VoteState,
)
from consultation.models import Ballot, Elector, Forum, Invitation, Resolution, Vote, WrittenVote
from consultation.queries.votes import ballots_of, comparison, marked
from records.models import Notice
from tests.consultation.test_room_actions import invitation, tabled


@pytest.fixture
def session(team):
    return team.in_session()


def vote_on(team, meeting, **given) -> Vote:
    return open_vote(item=meeting.at_hand, user=team.convenor, question="同意划线方案吗？", **given)


def counters(vote: Vote) -> tuple[int, int, int]:
    vote.refresh_from_db()
    return vote.in_favour, vote.against, vote.abstained


# --- opening ------------------------------------------------------------------------------------------------


def test_who_may_vote_is_frozen_when_the_vote_opens(team, session):
    Invitation.objects.filter(meeting=session, person=team.liaison).update(checked_in_at=None)
    vote = vote_on(team, session)
    assert set(vote.electors.values_list("person", flat=True)) == {team.member.pk, team.secretary.pk}
    assert vote.electorate == 2
    Invitation.objects.filter(meeting=session, person=team.liaison).update(checked_in_at=timezone.now())
    for user in (team.liaison, team.adviser, team.convenor, team.resident):
        with pytest.raises(Refused):
            cast_vote(vote=vote, user=user, choice=Choice.FOR)
    assert counters(vote) == (0, 0, 0)


def test_whose_account_is_closed_has_no_vote(team, session):
    team.liaison.is_active = False
    team.liaison.save(update_fields=["is_active"])
    vote = vote_on(team, session)
    assert set(vote.electors.values_list("person", flat=True)) == {team.member.pk, team.secretary.pk}


def test_it_keeps_the_majority_it_was_opened_with(team, session):
    vote = vote_on(team, session)
    Forum.objects.filter(pk=team.forum.pk).update(majority=Majority.TWO_THIRDS)
    cast_vote(vote=vote, user=team.member, choice=Choice.FOR)
    closed = close_vote(vote=vote, user=team.convenor)
    assert (closed.majority, closed.adopted) == (Majority.SIMPLE, True)


def test_nothing_is_voted_on_without_a_quorum(team):
    session = team.in_session(present=False)
    with pytest.raises(Refused, match="0"):
        vote_on(team, session)
    assert not Vote.objects.exists()


def test_two_votes_at_once_are_refused(team, session):
    vote_on(team, session)
    with pytest.raises(OutOfTurn):
        vote_on(team, session)


def test_only_the_item_at_hand_is_voted_on(team, session):
    with pytest.raises(OutOfTurn):
        open_vote(item=team.item(session), user=team.convenor, question="同意吗")


@pytest.mark.parametrize("kind", [AgendaKind.REPORT, AgendaKind.DISCUSSION])
def test_what_was_not_announced_to_be_decided_is_not_voted_on(team, session, kind):
    session.items.update(kind=kind)
    with pytest.raises(Refused):
        vote_on(team, session)


def test_a_meeting_that_is_not_open_votes_on_nothing(team, session):
    session.state = MeetingState.CALLED
    session.save()
    with pytest.raises(OutOfTurn):
        vote_on(team, session)


def test_two_people_cannot_vote_secretly(team, session):
    session.items.update(balloting=Balloting.SECRET)
    Invitation.objects.filter(meeting=session, person=team.liaison).update(checked_in_at=None)
    with pytest.raises(Refused, match="2"):
        vote_on(team, session)


def test_whoever_comes_for_two_has_one_vote(team, session):
    substituted = Invitation.objects.filter(meeting=session, person=team.liaison)
    substituted.update(substitute=team.member, reply="substitute", replied_at=timezone.now())
    vote = vote_on(team, session)
    elector = vote.electors.get(person=team.member)
    assert elector.invitation == invitation(session, team.member)
    assert vote.electorate == 2


def test_who_comes_for_two_votes_by_their_own_invitation_whichever_was_made_first(team, session):
    substituted = Invitation.objects.filter(meeting=session, person=team.member)
    substituted.update(substitute=team.liaison, reply="substitute", replied_at=timezone.now())
    assert substituted.get().pk < invitation(session, team.liaison).pk
    assert vote_on(team, session).electors.get(person=team.liaison).invitation == invitation(session, team.liaison)


def test_who_is_present_for_another_votes_as_present(team, absent):
    """Noted as present for the liaison alone, the member votes in the room, not as an absent member by phone."""
    Invitation.objects.filter(meeting=absent, person=team.liaison).update(
        substitute=team.member, reply="substitute", replied_at=timezone.now(), checked_in_at=timezone.now()
    )
    Invitation.objects.filter(meeting=absent, person=team.member).update(checked_in_at=None)
    elector = vote_on(team, absent).electors.get(person=team.member)
    assert (elector.invitation, elector.is_absent) == (invitation(absent, team.liaison), False)


def test_the_substitute_votes_and_not_who_sent_them(team, session):
    Invitation.objects.filter(meeting=session, person=team.liaison).update(
        substitute=team.resident, reply="substitute", replied_at=timezone.now()
    )
    vote = vote_on(team, session)
    with pytest.raises(Refused):
        cast_vote(vote=vote, user=team.liaison, choice=Choice.FOR)
    assert cast_vote(vote=vote, user=team.resident, choice=Choice.FOR)


# --- casting ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("balloting", Balloting)
def test_a_vote_that_is_sent_again_counts_once_and_stays(team, session, balloting):
    session.items.update(balloting=balloting)
    vote = vote_on(team, session)
    assert cast_vote(vote=vote, user=team.member, choice=Choice.FOR)
    assert not cast_vote(vote=vote, user=team.member, choice=Choice.FOR)
    assert not cast_vote(vote=vote, user=team.member, choice=Choice.AGAINST)
    assert counters(vote) == (1, 0, 0)
    assert marked(vote) == 1
    assert Ballot.objects.count() == (balloting == Balloting.OPEN)


def test_each_choice_has_its_counter(team, session):
    vote = vote_on(team, session)
    for user, choice in ((team.member, "for"), (team.secretary, "against"), (team.liaison, "abstain")):
        cast_vote(vote=vote, user=user, choice=choice)
    assert counters(vote) == (1, 1, 1)


def test_no_choice_is_refused_and_marks_nobody(team, session):
    vote = vote_on(team, session)
    with pytest.raises(Refused):
        cast_vote(vote=vote, user=team.member, choice="perhaps")
    assert marked(vote) == 0


def test_after_closing_nobody_votes_but_who_has_is_told_so(team, session):
    vote = vote_on(team, session)
    cast_vote(vote=vote, user=team.member, choice=Choice.FOR)
    close_vote(vote=vote, user=team.convenor)
    with pytest.raises(OutOfTurn):
        cast_vote(vote=vote, user=team.secretary, choice=Choice.FOR)
    assert not cast_vote(vote=vote, user=team.member, choice=Choice.FOR)
    assert counters(vote) == (1, 0, 0)


# --- the result ---------------------------------------------------------------------------------------------


def test_an_adopted_vote_decides_its_item_and_makes_a_resolution(team, session):
    item = session.at_hand = tabled(team, session, state=AgendaState.AT_HAND)
    session.save()
    vote = vote_on(team, session)
    for user, choice in ((team.member, "for"), (team.secretary, "for"), (team.liaison, "abstain")):
        cast_vote(vote=vote, user=user, choice=choice)
    closed = close_vote(vote=vote, user=team.deputy)
    item.refresh_from_db()
    item.matter.refresh_from_db()
    session.refresh_from_db()
    assert (closed.state, closed.adopted, closed.closed_by) == (VoteState.CLOSED, True, team.deputy)
    assert (item.state, item.matter.state, session.at_hand) == (AgendaState.DONE, MatterState.DECIDED, None)
    assert "2" in item.decision
    assert Resolution.objects.get().vote == vote
    with pytest.raises(OutOfTurn):
        close_vote(vote=vote, user=team.convenor)
    assert Resolution.objects.count() == 1


def test_the_wording_noted_before_is_what_is_adopted(team, session):
    session.items.update(decision="先试划十个车位", text="划三十个车位")
    vote = vote_on(team, session)
    cast_vote(vote=vote, user=team.member, choice=Choice.FOR)
    close_vote(vote=vote, user=team.convenor)
    assert Resolution.objects.get().text == "先试划十个车位"
    assert session.items.get().decision == "先试划十个车位"


def test_without_a_wording_the_question_is_adopted_not_the_count_nor_what_only_the_invited_read(team, session):
    session.items.update(text="划三十个车位，曹代表家门前除外")
    vote = vote_on(team, session)
    cast_vote(vote=vote, user=team.member, choice=Choice.FOR)
    close_vote(vote=vote, user=team.convenor)
    assert Resolution.objects.get().text == vote.question


@pytest.mark.parametrize(
    ("majority", "choices", "adopted", "numbers"),
    [
        (Majority.SIMPLE, ["for", "against"], False, (1, 1)),
        (Majority.SIMPLE, ["for"], True, (1, 0)),
        (Majority.ABSOLUTE, ["for"], False, (2, 3)),
        (Majority.ABSOLUTE, ["for", "for"], True, (4, 3)),
        (Majority.TWO_THIRDS, ["for", "for", "against"], True, (6, 6)),
        (Majority.TWO_THIRDS, ["for", "abstain", "abstain"], False, (3, 6)),
    ],
)
def test_the_rule_decides(team, majority, choices, adopted, numbers):
    Forum.objects.filter(pk=team.forum.pk).update(majority=majority)
    session = team.in_session()
    vote = vote_on(team, session)
    for user, choice in zip((team.member, team.secretary, team.liaison), choices, strict=False):
        cast_vote(vote=vote, user=user, choice=choice)
    closed = close_vote(vote=vote, user=team.convenor)
    shown = comparison(closed)
    assert (closed.adopted, shown.left, shown.right) == (adopted, *numbers)
    assert Resolution.objects.exists() == adopted
    assert session.items.get().state == AgendaState.DONE


def test_only_a_convenor_closes_or_breaks_off(team, session):
    vote = vote_on(team, session)
    for user in (team.member, team.neighbour_convenor):
        with pytest.raises(NotAllowed):
            close_vote(vote=vote, user=user)
        with pytest.raises(NotAllowed):
            break_off_vote(vote=vote, user=user, reason="误开")


# --- breaking off -------------------------------------------------------------------------------------------


def test_a_vote_that_is_broken_off_has_no_result_and_can_be_opened_anew(team, session):
    vote = vote_on(team, session)
    cast_vote(vote=vote, user=team.member, choice=Choice.FOR)
    with pytest.raises(Refused) as refusal:
        break_off_vote(vote=vote, user=team.convenor, reason=" ")
    assert refusal.value.field == "reason"
    broken = break_off_vote(vote=vote, user=team.convenor, reason="问题写错了")
    assert (broken.state, broken.adopted) == (VoteState.BROKEN_OFF, None)
    with pytest.raises(OutOfTurn):
        cast_vote(vote=vote, user=team.secretary, choice=Choice.FOR)
    again = vote_on(team, session)
    assert cast_vote(vote=again, user=team.member, choice=Choice.AGAINST)


def test_of_a_secret_vote_that_is_broken_off_nothing_is_kept(team, session):
    session.items.update(balloting=Balloting.SECRET)
    vote = vote_on(team, session)
    cast_vote(vote=vote, user=team.member, choice=Choice.AGAINST)
    break_off_vote(vote=vote, user=team.convenor, reason="误开")
    assert counters(vote) == (0, 0, 0)
    assert marked(vote) == 0


def test_a_secret_vote_of_one_or_two_is_not_counted(team, session):
    session.items.update(balloting=Balloting.SECRET)
    vote = vote_on(team, session)
    for cast, user in enumerate((team.member, team.secretary), 1):
        cast_vote(vote=vote, user=user, choice=Choice.FOR)
        with pytest.raises(Refused, match=str(cast)):
            close_vote(vote=vote, user=team.convenor)
    vote.refresh_from_db()
    assert vote.state == VoteState.OPEN
    cast_vote(vote=vote, user=team.liaison, choice=Choice.AGAINST)
    assert close_vote(vote=vote, user=team.convenor).adopted is True


def test_a_secret_vote_in_which_nobody_voted_is_closed(team, session):
    session.items.update(balloting=Balloting.SECRET)
    assert close_vote(vote=vote_on(team, session), user=team.convenor).adopted is False


# --- absent members -----------------------------------------------------------------------------------------


@pytest.fixture
def absent(team):
    """A meeting whose forum lets absent members vote; the liaison is not there."""
    Forum.objects.filter(pk=team.forum.pk).update(written_votes=True)
    team.forum.refresh_from_db()
    session = team.in_session()
    Invitation.objects.filter(meeting=session, person=team.liaison).update(checked_in_at=None)
    return session


def test_an_absent_member_votes_by_phone_and_is_told(team, absent):
    vote = vote_on(team, absent)
    assert Elector.objects.get(vote=vote, person=team.liaison).is_absent
    told = Notice.objects.filter(kind="consultation.vote_opened").values_list("recipient", flat=True)
    assert list(told) == [team.liaison.pk]
    assert cast_vote(vote=vote, user=team.liaison, choice=Choice.AGAINST)
    assert counters(vote) == (0, 1, 0)


def test_what_was_written_is_cast_when_the_vote_opens(team, absent):
    item = absent.at_hand
    write_vote(item=item, user=team.liaison, choice=Choice.FOR)
    write_vote(item=item, user=team.liaison, choice=Choice.AGAINST)
    vote = vote_on(team, absent)
    assert counters(vote) == (0, 1, 0)
    ballot = Ballot.objects.get()
    assert (ballot.elector.person, ballot.choice, ballot.is_written) == (team.liaison, Choice.AGAINST, True)
    assert not Notice.objects.filter(kind="consultation.vote_opened").exists()
    assert not cast_vote(vote=vote, user=team.liaison, choice=Choice.FOR)
    with pytest.raises(OutOfTurn):
        write_vote(item=item, user=team.liaison, choice=Choice.FOR)
    assert counters(vote) == (0, 1, 0)


def test_who_came_after_all_votes_in_the_room(team, absent):
    write_vote(item=absent.at_hand, user=team.liaison, choice=Choice.FOR)
    Invitation.objects.filter(meeting=absent, person=team.liaison).update(checked_in_at=timezone.now())
    vote = vote_on(team, absent)
    assert counters(vote) == (0, 0, 0)
    assert cast_vote(vote=vote, user=team.liaison, choice=Choice.AGAINST)


def test_what_was_written_does_not_count_for_a_substitute(team, absent):
    write_vote(item=absent.at_hand, user=team.liaison, choice=Choice.FOR)
    Invitation.objects.filter(meeting=absent, person=team.liaison).update(
        substitute=team.resident, reply="substitute", replied_at=timezone.now()
    )
    vote = vote_on(team, absent)
    assert counters(vote) == (0, 0, 0)
    with pytest.raises(NotAllowed):
        write_vote(item=team.item(absent), user=team.liaison, choice=Choice.FOR)


def test_a_secret_vote_takes_nothing_in_writing(team, absent):
    write_vote(item=absent.at_hand, user=team.liaison, choice=Choice.FOR)
    absent.items.update(balloting=Balloting.SECRET)
    with pytest.raises(Refused):
        write_vote(item=absent.at_hand, user=team.liaison, choice=Choice.AGAINST)
    assert counters(vote_on(team, absent)) == (0, 0, 0)


def test_where_the_rules_do_not_allow_it_nobody_writes(team, session):
    Invitation.objects.filter(meeting=session, person=team.liaison).update(checked_in_at=None)
    with pytest.raises(Refused):
        write_vote(item=session.at_hand, user=team.liaison, choice=Choice.FOR)
    assert not WrittenVote.objects.exists()


def test_only_who_has_a_vote_and_is_not_there_writes(team, absent):
    item = absent.at_hand
    for user in (team.adviser, team.convenor):
        with pytest.raises(NotAllowed):
            write_vote(item=item, user=user, choice=Choice.FOR)
    with pytest.raises(OutOfTurn):
        write_vote(item=item, user=team.member, choice=Choice.FOR)


def test_who_voted_how_is_shown_after_closing_an_open_vote_only(team, session):
    vote = vote_on(team, session)
    cast_vote(vote=vote, user=team.member, choice=Choice.FOR)
    assert not ballots_of(vote)
    assert [row.elector.person for row in ballots_of(close_vote(vote=vote, user=team.convenor))] == [team.member]
