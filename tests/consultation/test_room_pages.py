"""The pages of the meeting room: for who takes part, for who leads, for the wall; and the part that polls."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from consultation.actions.room import close_meeting, note_said
from consultation.actions.votes import cast_vote, open_vote
from consultation.enums import AgendaState, Choice, MeetingState
from consultation.models import Forum, Invitation, Meeting, SpeakingNote, Vote, WrittenVote
from service.codes import code_at
from tests.consultation.tasks_of_resolutions import measured

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


@pytest.fixture
def session(team) -> Meeting:
    return team.in_session()


def body(response) -> str:
    return unescape(response.content.decode())


def room(client, meeting, **query) -> str:
    return body(client.get(reverse("room", args=[meeting.pk]), query))


def polled(html: str) -> str:
    """Return the address that the polled part of the page asks next."""
    return re.search(r'id="room-live" hx-get="([^"]+)"', html)[1]


def do(client, meeting, verb, **typed):
    given = {f"{verb}-{name}": value for name, value in typed.items()}
    return client.post(reverse("room_verb", args=[meeting.pk, verb]), given)


# --- who comes in -------------------------------------------------------------------------------------------


def test_strangers_find_no_room(team, session, signed_in):
    for name in ("room", "room_live", "meeting_check_in"):
        for user in (team.resident, team.neighbour_convenor):
            assert signed_in(user).get(reverse(name, args=[session.pk])).status_code == 404


def test_the_invited_see_what_is_at_hand_and_cannot_lead(team, session, signed_in):
    html = room(signed_in(team.adviser), session)
    assert "At hand: 1. 停车位划线方案" in html
    assert "3</span>present of 3 with a vote" in html
    assert "Quorum reached" in html
    assert "Put it to the vote" not in html
    assert do(signed_in(team.adviser), session, "close").status_code == 403


def test_a_verb_that_does_not_exist_is_not_found(team, session, signed_in):
    assert do(signed_in(team.convenor), session, "adjourn").status_code == 404


def test_the_wall_holds_no_form_and_nothing_personal(team, session, signed_in):
    open_vote(item=session.at_hand, user=team.convenor, question="同意吗？")
    html = room(signed_in(team.convenor), session, view="projector")
    assert "Vote: 同意吗？" in html
    main = html.split('<main class="page"')[1].split("</main>")[0]
    assert "<form" not in main
    assert "room-own" not in main


# --- leading ------------------------------------------------------------------------------------------------


def test_a_meeting_is_led_from_its_page(team, signed_in):
    meeting = team.meeting(
        starts_at=timezone.now(), state=MeetingState.CALLED, quorum_percent=50, called_at=timezone.now()
    )
    item, rows = team.item(meeting), team.invite(meeting)
    client = signed_in(team.convenor)
    assert "not open yet" in room(client, meeting)
    assert do(client, meeting, "open").status_code == 302
    for row in rows:
        assert do(client, meeting, "presence", invitation=row.pk).status_code == 302
    assert do(client, meeting, "take_up", item=item.pk).status_code == 302
    assert do(client, meeting, "said", item=item.pk, speaker=rows[0].pk, text="赞成").status_code == 302
    assert do(client, meeting, "outcome", item=item.pk, discussion="讨论", decision="").status_code == 302
    assert do(client, meeting, "open_vote", item=item.pk, question="同意吗？").status_code == 302
    vote = Vote.objects.get()
    cast_vote(vote=vote, user=team.member, choice=Choice.FOR)
    html = room(client, meeting)
    assert "1 of 3 have voted" in html
    assert "Put it to the vote" not in html
    assert do(client, meeting, "close_vote", vote=vote.pk).status_code == 302
    html = room(client, meeting)
    assert "1 in favour, 0 against." in html
    assert do(client, meeting, "close").status_code == 302
    assert "not in session" in room(client, meeting)
    assert "hx-trigger" not in room(client, meeting)


def test_what_is_refused_keeps_what_was_typed(team, signed_in):
    session = team.in_session(present=False)
    html = body(do(signed_in(team.convenor), session, "open_vote", item=session.at_hand_id, question="同意这个吗？"))
    assert "There is no quorum: 0 of 3 are present, 2 are needed." in html
    assert 'value="同意这个吗？"' in html


def test_a_note_goes_to_the_item_for_which_it_was_typed(team, session, signed_in):
    """Somebody else has taken up another item in the meantime."""
    first, second = session.at_hand, team.item(session, state=AgendaState.AT_HAND)
    session.items.filter(pk=first.pk).update(state=AgendaState.PENDING)
    session.at_hand = second
    session.save()
    html = body(do(signed_in(team.convenor), session, "said", item=first.pk, text="说给第一项"))
    assert "is not at hand any more" in html
    assert "说给第一项" in html
    assert not SpeakingNote.objects.exists()


def test_an_item_of_another_meeting_is_refused(team, session, signed_in):
    other = team.in_session()
    response = do(signed_in(team.convenor), session, "outcome", item=other.at_hand_id, discussion="张冠李戴")
    assert response.status_code == 200
    assert not other.items.get().discussion


def test_two_who_close_the_same_vote_close_it_once(team, session, signed_in):
    vote = open_vote(item=session.at_hand, user=team.convenor, question="同意吗")
    client = signed_in(team.convenor)
    assert do(client, session, "close_vote", vote=vote.pk).status_code == 302
    assert "has already been ended" in body(do(client, session, "close_vote", vote=vote.pk))


def test_an_absent_member_votes_in_writing_on_the_page(team, signed_in):
    Forum.objects.filter(pk=team.forum.pk).update(written_votes=True)
    team.forum.refresh_from_db()
    session = team.in_session(present=False)
    client = signed_in(team.member)
    assert "Vote in writing" in room(client, session)
    response = do(client, session, "written", item=session.at_hand_id, choice="against")
    assert response.status_code == 302
    assert WrittenVote.objects.get().choice == Choice.AGAINST
    assert "Your written votes" in room(client, session)
    assert "Vote in writing" not in room(signed_in(team.adviser), session)


def test_the_measures_of_the_item_at_hand_are_changed_in_the_room_and_seen_by_all(team, session, signed_in):
    measured(team, session.at_hand, team.cast.parks, what="修剪行道树")
    client, item = signed_in(team.convenor), session.at_hand_id
    typed = {
        "item": item,
        "what": "疏通排水沟",
        "owner": team.cast.water.pk,
        "asker": team.cast.community.pk,
        "due_on": f"{timezone.localdate() + timedelta(days=7)}",
    }
    address = polled(room(client, session))
    assert do(client, session, "measure", **typed).status_code == 302
    assert "Load the page again" in body(client.get(address, headers=HTMX))
    assert "疏通排水沟" in room(signed_in(team.adviser), session)
    assert do(signed_in(team.adviser), session, "measure", **typed).status_code == 403
    client, wrong = signed_in(team.convenor), session.at_hand.measures.earliest("pk")
    assert do(client, session, "drop_measure", measure=wrong.pk).status_code == 302
    html = room(client, session)
    assert "修剪行道树" not in html
    open_vote(item=session.at_hand, user=team.convenor, question="同意吗")
    html = room(client, session)
    assert "疏通排水沟" in html
    assert "Take a measure off" not in html
    html = body(do(client, session, "measure", **{**typed, "what": "再加一项"}))
    assert "A vote is open" in html
    assert "再加一项" in html


def test_a_report_takes_no_measures_in_the_room(team, session, signed_in):
    session.items.update(kind="report")
    assert "Add a measure" not in room(signed_in(team.convenor), session)


# --- the polled part ----------------------------------------------------------------------------------------


def test_a_poll_is_answered_with_nothing_until_something_changes(team, session, signed_in):
    client = signed_in(team.member)
    address = polled(room(client, session))
    assert client.get(address, headers=HTMX).status_code == 204
    note_said(item=session.at_hand, user=team.convenor, text="我有话说")
    part = body(client.get(address, headers=HTMX))
    assert "我有话说" in part
    assert "room-own" not in part
    assert "<form" not in part
    assert client.get(polled(part), headers=HTMX).status_code == 204


def test_the_own_vote_is_sent_when_it_opens_and_not_again(team, session, signed_in):
    client = signed_in(team.member)
    address = polled(room(client, session))
    vote = open_vote(item=session.at_hand, user=team.convenor, question="同意吗")
    part = body(client.get(address, headers=HTMX))
    assert 'id="room-own"' in part
    assert 'hx-swap-oob="true"' in part
    assert reverse("vote_cast", args=[vote.pk]) in part
    address = polled(part)
    cast_vote(vote=vote, user=team.secretary, choice=Choice.FOR)
    part = body(client.get(address, headers=HTMX))
    assert "1 of 3 have voted" in part
    assert "<form" not in part  # what is being chosen stays
    address = polled(part)
    cast_vote(vote=vote, user=team.member, choice=Choice.FOR)  # the answer to the phone was lost
    part = body(client.get(address, headers=HTMX))
    assert "Your vote has been counted." in part


def test_no_choice_shows_before_the_vote_is_closed(team, session, signed_in):
    vote = open_vote(item=session.at_hand, user=team.convenor, question="同意吗")
    cast_vote(vote=vote, user=team.secretary, choice=Choice.AGAINST)
    client = signed_in(team.member)
    for html in (room(client, session), body(client.get(reverse("vote", args=[vote.pk])))):
        assert "1 of 3 have voted" in html
        assert 'tile-value">1</span>against' not in html
        assert "Who voted how" not in html


def test_the_convenor_is_told_that_the_actions_are_old(team, session, signed_in):
    client = signed_in(team.convenor)
    address = polled(room(client, session))
    open_vote(item=session.at_hand, user=team.deputy, question="同意吗")
    part = body(client.get(address, headers=HTMX))
    assert "Load the page again" in part
    note_said(item=session.at_hand, user=team.deputy, text="还没读到")
    assert "Load the page again" in body(client.get(polled(part), headers=HTMX))
    assert "Load the page again" not in room(client, session)


def test_when_the_meeting_closes_polling_ends(team, session, signed_in):
    client = signed_in(team.member)
    address = polled(room(client, session))
    close_meeting(meeting=session, user=team.convenor)
    part = body(client.get(address, headers=HTMX))
    assert "not in session" in part
    assert "hx-get" not in part


@pytest.mark.parametrize("leads", [False, True])
def test_the_queries_of_a_poll_do_not_grow(team, session, signed_in, leads):
    client = signed_in(team.convenor if leads else team.member)
    address = reverse("room_live", args=[session.pk])
    vote = open_vote(item=session.at_hand, user=team.convenor, question="同意吗")
    note_said(item=session.at_hand, user=team.convenor, text="一", speaker=session.invitations.first())

    def asked(query: str) -> int:
        client.get(address, headers=HTMX)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{address}?{query}", headers=HTMX).status_code == 200
        return len(queries)

    few = asked("own=x&doable=x")
    people = User.objects.bulk_create(User(username=f"guest{number}", password="!") for number in range(300))
    now = timezone.now()
    rows = Invitation.objects.bulk_create(
        Invitation(meeting=session, person=person, votes=True, checked_in_at=now) for person in people
    )
    for number in range(30):
        note_said(item=session.at_hand, user=team.convenor, text="说", speaker=rows[number])
        team.item(session)
    assert asked("own=x&doable=x") == few <= 10
    measured(team, session.at_hand, *[team.cast.water, team.cast.parks] * 10)
    assert asked("own=x&doable=x") == few + 1
    assert vote.electors.count() == 3


# --- check-in -----------------------------------------------------------------------------------------------


def test_the_convenor_shows_the_code_and_a_member_types_it(team, signed_in):
    session = team.in_session(present=False)
    html = body(signed_in(team.convenor).get(reverse("meeting_code", args=[session.pk])))
    shown = re.search(r'poster-call number">(\d{6})<', html)[1]
    assert "<svg" in html
    assert session.secret not in html
    client = signed_in(team.member)
    address = reverse("meeting_check_in", args=[session.pk])
    assert f'value="{shown}"' in body(client.get(address, {"code": shown}))
    assert client.post(address, {"code": shown}).status_code == 302
    assert Invitation.objects.get(meeting=session, person=team.member).checked_in_at
    assert "You have already checked in" in body(client.post(address, {"code": shown}))
    assert "You checked in at" in room(client, session)


def test_a_wrong_code_is_refused_at_its_field(team, signed_in):
    session = team.in_session(present=False)
    html = body(signed_in(team.member).post(reverse("meeting_check_in", args=[session.pk]), {"code": "12"}))
    assert "not the code of this meeting" in html
    assert 'value="12"' in html


def test_who_keeps_another_forum_sees_no_code(team, session, signed_in):
    address = reverse("meeting_code", args=[session.pk])
    assert signed_in(team.neighbour_convenor).get(address).status_code == 404
    assert signed_in(team.member).get(address).status_code == 403


def test_there_is_no_code_before_and_after(team, signed_in):
    client = signed_in(team.convenor)
    early = team.meeting(starts_at=timezone.now() + timedelta(hours=3), state=MeetingState.CALLED)
    late = team.meeting(state=MeetingState.CLOSED)
    for meeting, sentence in ((early, "an hour before the meeting"), (late, "Nobody checks in now")):
        html = body(client.get(reverse("meeting_code", args=[meeting.pk])))
        assert sentence in html
        assert code_at(meeting.secret, timezone.now()) not in html


def test_who_sent_a_substitute_is_told_who_comes(team, signed_in):
    session = team.in_session(present=False)
    Invitation.objects.filter(meeting=session, person=team.member).update(
        substitute=team.resident, reply="substitute", replied_at=timezone.now()
    )
    html = body(signed_in(team.member).get(reverse("meeting_check_in", args=[session.pk])))
    assert f"{team.resident} comes in your place" in html
    assert "<form" not in html.split('<main class="page"')[1].split("</main>")[0]


def test_a_convenor_who_is_not_invited_is_not_asked_to_check_in_or_vote(team, session, signed_in):
    open_vote(item=session.at_hand, user=team.convenor, question="同意吗")
    html = room(signed_in(team.convenor), session)
    assert reverse("meeting_check_in", args=[session.pk]) not in html
    assert "not among those who may vote" not in html
    assert "not among those who may vote" in room(signed_in(team.adviser), session)
