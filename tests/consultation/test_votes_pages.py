"""Casting a vote on the phone, and the page of its result."""

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from consultation.actions.votes import cast_vote, close_vote, open_vote
from consultation.enums import Balloting, Choice
from consultation.models import Ballot, Forum, Invitation, Meeting, Vote


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


@pytest.fixture
def session(team) -> Meeting:
    return team.in_session()


@pytest.fixture
def vote(team, session) -> Vote:
    return open_vote(item=session.at_hand, user=team.convenor, question="同意划线吗？")


def body(response) -> str:
    return unescape(response.content.decode())


def cast(client, vote: Vote, choice: str = "for", **options):
    return client.post(reverse("vote_cast", args=[vote.pk]), {"choice": choice}, **options)


def test_a_vote_is_cast_and_cast_again(team, vote, signed_in):
    client = signed_in(team.member)
    assert "Your vote has been counted." in body(cast(client, vote, follow=True))
    again = body(cast(client, vote, "against", follow=True))
    assert "had already been counted" in again
    vote.refresh_from_db()
    assert (vote.in_favour, vote.against) == (1, 0)


def test_the_address_to_which_it_leads_says_nothing(team, vote, signed_in):
    response = cast(signed_in(team.member), vote, "against")
    assert response["location"] == reverse("room", args=[vote.meeting_id])


def test_without_a_choice_the_form_says_so(team, vote, signed_in):
    html = body(cast(signed_in(team.member), vote, ""))
    assert "Please choose how you vote." in html
    assert "Cast the vote" in html


def test_who_may_not_vote_reads_why(team, vote, signed_in):
    assert "not among those who may vote" in body(cast(signed_in(team.adviser), vote, follow=True))
    assert cast(signed_in(team.resident), vote).status_code == 404
    close_vote(vote=vote, user=team.convenor)
    assert "This vote is closed; your vote was not counted." in body(cast(signed_in(team.member), vote, follow=True))
    assert not Ballot.objects.exists()


def test_it_is_only_posted(team, vote, signed_in):
    assert signed_in(team.member).get(reverse("vote_cast", args=[vote.pk])).status_code == 405


def test_the_result_shows_the_rule_with_its_numbers_and_who_voted_how(team, signed_in):
    Forum.objects.filter(pk=team.forum.pk).update(majority="two_thirds")
    session = team.in_session()
    vote = open_vote(item=session.at_hand, user=team.convenor, question="同意划线吗？")
    cast_vote(vote=vote, user=team.member, choice=Choice.FOR)
    cast_vote(vote=vote, user=team.liaison, choice=Choice.FOR)
    close_vote(vote=vote, user=team.convenor)
    html = body(signed_in(team.adviser).get(reverse("vote", args=[vote.pk])))
    assert "2 in favour, three times that is 6; it has to be at least 6, twice the 3 who may vote." in html
    assert "Complete: marked as having voted 2, votes counted 2." in html
    assert f'<th scope="row">{team.liaison}</th>' in html
    assert "In favour" in html


def test_a_secret_result_names_nobody_and_shows_that_it_is_complete(team, session, signed_in):
    session.items.update(balloting=Balloting.SECRET)
    vote = open_vote(item=session.at_hand, user=team.convenor, question="同意吗")
    for user in (team.member, team.liaison, team.secretary):
        cast_vote(vote=vote, user=user, choice=Choice.AGAINST)
    close_vote(vote=vote, user=team.convenor)
    html = body(signed_in(team.convenor).get(reverse("vote", args=[vote.pk])))
    assert "Not adopted" in html
    assert "Complete: marked as having voted 3" in html
    assert "Who voted how" not in html
    assert str(team.member) not in html


def test_a_counter_that_does_not_add_up_is_shown(team, session, vote, signed_in):
    cast_vote(vote=vote, user=team.member, choice=Choice.FOR)
    close_vote(vote=vote, user=team.convenor)
    Vote.objects.filter(pk=vote.pk).update(against=1)  # by a hand in the database
    html = body(signed_in(team.convenor).get(reverse("vote", args=[vote.pk])))
    assert "Not complete: marked as having voted 1, votes counted 2." in html


def test_the_page_asks_as_much_of_one_ballot_as_of_thirty(team, session, signed_in):
    people = User.objects.bulk_create(User(username=f"elector{number}", password="!") for number in range(30))
    now = timezone.now()
    Invitation.objects.bulk_create(
        Invitation(meeting=session, person=person, votes=True, checked_in_at=now) for person in people
    )
    vote = open_vote(item=session.at_hand, user=team.convenor, question="同意吗")
    client, address = signed_in(team.member), reverse("vote", args=[vote.pk])

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    cast_vote(vote=vote, user=team.member, choice=Choice.FOR)
    close_vote(vote=vote, user=team.convenor)
    asked()
    one = asked()
    electors = vote.electors.filter(has_voted=False)
    Ballot.objects.bulk_create(Ballot(elector=row, choice=Choice.FOR, at=now) for row in electors)
    assert asked() == one
