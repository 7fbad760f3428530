"""In the meeting: opening, check-in, items, notes, closing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import NotAllowed, OutOfTurn, Refused
from consultation.actions.presence import check_in, note_presence
from consultation.actions.room import (
    close_meeting,
    defer_item,
    finish_item,
    note_outcome,
    note_said,
    open_meeting,
    take_up,
)
from consultation.actions.votes import open_vote
from consultation.enums import AgendaState, MatterState, MatterVerb, MeetingState, Reply, Step
from consultation.models import Invitation, MatterStep, Meeting
from consultation.queries.clocks import due_times
from consultation.queries.room import not_there, quorum_of
from records.actions import set_deadlines
from records.models import AuditEntry, Deadline
from service.codes import code_at

MINUTE = timedelta(minutes=1)


@pytest.fixture
def called(team) -> Meeting:
    """A called meeting that begins in half an hour, to which the forum is invited."""
    meeting = team.meeting(
        starts_at=timezone.now() + 30 * MINUTE,
        state=MeetingState.CALLED,
        quorum_percent=50,
        called_by=team.convenor,
        called_at=timezone.now(),
    )
    team.invite(meeting)
    return meeting


@pytest.fixture
def session(team) -> Meeting:
    return team.in_session()


def invitation(meeting: Meeting, user) -> Invitation:
    return meeting.invitations.get(person=user)


def tabled(team, meeting, **given):
    """Return an item on a matter that was tabled for `meeting`."""
    matter = team.matter(state=MatterState.TABLED)
    MatterStep.objects.create(
        matter=matter, at=timezone.now(), verb=MatterVerb.TABLE, forum=team.forum, meeting=meeting
    )
    return team.item(meeting, matter=matter, **given)


# --- opening ------------------------------------------------------------------------------------------------


def test_a_called_meeting_is_opened_from_an_hour_before(team, called):
    early = called.starts_at - 61 * MINUTE
    with pytest.raises(OutOfTurn):
        open_meeting(meeting=called, user=team.convenor, now=early)
    opened = open_meeting(meeting=called, user=team.convenor)
    assert opened.state == MeetingState.OPENED
    assert AuditEntry.objects.filter(verb="meeting.open").count() == 1
    with pytest.raises(OutOfTurn):
        open_meeting(meeting=called, user=team.convenor)


def test_only_those_who_convene_the_forum_open_it(team, called):
    for user in (team.member, team.neighbour_convenor, team.street_convenor):
        with pytest.raises(NotAllowed):
            open_meeting(meeting=called, user=user)


@pytest.mark.parametrize("act", [open_meeting, close_meeting])
def test_nobody_owes_a_reply_any_more(team, called, act):
    if act is close_meeting:
        Meeting.objects.filter(pk=called.pk).update(state=MeetingState.OPENED)
    now = timezone.now()
    for row in called.invitations.all():
        due = due_times(steps=[Step.REPLY], now=now)
        set_deadlines(subject=row, unit=team.forum.unit, person=row.person, due=due, now=now)
    act(meeting=called, user=team.convenor)
    assert Deadline.objects.filter(kind=Step.REPLY).count() == 4
    assert not Deadline.objects.filter(kind=Step.REPLY, cancelled_at__isnull=True).exists()


# --- who is there -------------------------------------------------------------------------------------------


def code_of(meeting: Meeting, **ago) -> str:
    return code_at(meeting.secret, timezone.now() - timedelta(**ago))


def test_the_code_on_site_checks_in_once(team, called):
    row = check_in(meeting=called, user=team.member, code=code_of(called))
    assert row.checked_in_by == team.member
    with pytest.raises(OutOfTurn, match=f"{timezone.localtime(row.checked_in_at):%H:%M}"):
        check_in(meeting=called, user=team.member, code=code_of(called))


@pytest.mark.parametrize("ago", [{"minutes": 10}, {"days": 3}])
def test_another_code_does_not(team, called, ago):
    with pytest.raises(Refused) as refusal:
        check_in(meeting=called, user=team.member, code=code_of(called, **ago))
    assert refusal.value.field == "code"
    assert invitation(called, team.member).checked_in_at is None


def test_the_code_of_another_meeting_does_not(team, called, session):
    with pytest.raises(Refused):
        check_in(meeting=called, user=team.member, code=code_of(session))


def test_after_ten_wrong_codes_even_the_right_one_is_refused(team, called):
    for _try in range(10):
        with pytest.raises(Refused):
            check_in(meeting=called, user=team.member, code="000000x")
    with pytest.raises(Refused):
        check_in(meeting=called, user=team.member, code=code_of(called))


def test_check_in_opens_an_hour_before_and_ends_with_the_meeting(team, called):
    early = called.starts_at - 61 * MINUTE
    with pytest.raises(OutOfTurn):
        check_in(meeting=called, user=team.member, code=code_at(called.secret, early), now=early)
    late = called.ends_at + 60 * MINUTE  # it runs over
    assert check_in(meeting=called, user=team.member, code=code_at(called.secret, late), now=late)
    Meeting.objects.filter(pk=called.pk).update(state=MeetingState.CLOSED)
    with pytest.raises(OutOfTurn):
        check_in(meeting=called, user=team.liaison, code=code_of(called))


def test_who_is_not_invited_cannot_check_in(team, called):
    for user in (team.resident, team.convenor):
        with pytest.raises(NotAllowed):
            check_in(meeting=called, user=user, code=code_of(called))


def test_the_substitute_checks_in_and_not_who_sent_them(team, called):
    Invitation.objects.filter(meeting=called, person=team.member).update(
        substitute=team.resident, reply=Reply.SUBSTITUTE, replied_at=timezone.now()
    )
    with pytest.raises(Refused, match=str(team.resident)):
        check_in(meeting=called, user=team.member, code=code_of(called))
    row = check_in(meeting=called, user=team.resident, code=code_of(called))
    assert row.person == team.member


def test_a_convenor_notes_who_is_there_by_hand(team, called):
    row = note_presence(invitation=invitation(called, team.member), user=team.convenor)
    assert row.checked_in_by == team.convenor
    with pytest.raises(OutOfTurn):
        note_presence(invitation=row, user=team.convenor)
    with pytest.raises(NotAllowed):
        note_presence(invitation=invitation(called, team.liaison), user=team.liaison)
    early = called.starts_at - 61 * MINUTE
    with pytest.raises(OutOfTurn):
        note_presence(invitation=invitation(called, team.liaison), user=team.convenor, now=early)


def test_the_quorum_counts_people_with_a_vote(team, called):
    def present(user) -> None:
        note_presence(invitation=invitation(called, user), user=team.convenor)

    present(team.adviser)  # has no vote
    assert (quorum_of(called).present, quorum_of(called).seats, quorum_of(called).needed) == (0, 3, 2)
    present(team.member)
    assert not quorum_of(called).is_reached
    Invitation.objects.filter(meeting=called, person=team.liaison).update(
        substitute=team.member, reply=Reply.SUBSTITUTE, replied_at=timezone.now()
    )
    present(team.liaison)  # the member again: one person
    assert quorum_of(called).present == 1
    present(team.secretary)
    assert quorum_of(called).is_reached


# --- items --------------------------------------------------------------------------------------------------


def test_another_item_is_taken_up_and_the_first_goes_back(team, session):
    first, second = session.at_hand, team.item(session)
    take_up(item=second, user=team.deputy)
    states = list(session.items.order_by("position").values_list("state", flat=True))
    assert states == [AgendaState.PENDING, AgendaState.AT_HAND]
    session.refresh_from_db()
    assert session.at_hand == second
    with pytest.raises(OutOfTurn):
        note_said(item=first, user=team.convenor, text="晚了")


def test_an_item_is_not_left_while_its_vote_is_open(team, session):
    other = team.item(session)
    open_vote(item=session.at_hand, user=team.convenor, question="同意吗")
    for act in (take_up, defer_item):
        with pytest.raises(OutOfTurn):
            act(item=other, user=team.convenor)
    with pytest.raises(OutOfTurn):
        finish_item(item=session.at_hand, user=team.convenor)
    with pytest.raises(OutOfTurn):
        close_meeting(meeting=session, user=team.convenor)
    session.refresh_from_db()
    assert session.state == MeetingState.OPENED


def test_what_is_said_is_noted_of_who_is_there(team, session):
    item = session.at_hand
    said = note_said(item=item, user=team.convenor, text=" 赞成 ", speaker=invitation(session, team.member))
    assert said.text == "赞成"
    note_said(item=item, user=team.convenor, text="有人问费用")
    absent = Invitation.objects.create(meeting=session, person=team.resident)
    elsewhere = Invitation.objects.create(meeting=team.meeting(), person=team.member, checked_in_at=timezone.now())
    for speaker in (absent, elsewhere):
        with pytest.raises(Refused) as refusal:
            note_said(item=item, user=team.convenor, text="赞成", speaker=speaker)
        assert refusal.value.field == "speaker"
    with pytest.raises(Refused):
        note_said(item=item, user=team.convenor, text="  ")
    assert item.notes.count() == 2


def test_nobody_else_leads(team, session):
    item = session.at_hand
    acts = [
        lambda user: take_up(item=item, user=user),
        lambda user: note_said(item=item, user=user, text="我说"),
        lambda user: note_outcome(item=item, user=user, discussion="", decision="通过"),
        lambda user: finish_item(item=item, user=user),
        lambda user: defer_item(item=item, user=user),
        lambda user: open_vote(item=item, user=user, question="同意吗"),
        lambda user: close_meeting(meeting=session, user=user),
    ]
    for act in acts:
        for user in (team.member, team.neighbour_convenor):
            with pytest.raises(NotAllowed):
                act(user)


def test_an_item_without_a_vote_is_finished_with_its_outcome(team, session):
    item = tabled(team, session, state=AgendaState.PENDING)
    take_up(item=item, user=team.convenor)
    with pytest.raises(Refused):
        finish_item(item=item, user=team.convenor)
    note_outcome(item=item, user=team.convenor, discussion="讨论了费用", decision="先试行一个月")
    assert finish_item(item=item, user=team.convenor).state == AgendaState.DONE
    item.matter.refresh_from_db()
    assert item.matter.state == MatterState.DECIDED
    session.refresh_from_db()
    assert session.at_hand is None
    with pytest.raises(OutOfTurn):
        take_up(item=item, user=team.convenor)


def test_an_item_that_is_put_off_gives_its_matter_back(team, session):
    item = tabled(team, session)
    defer_item(item=item, user=team.convenor)
    item.matter.refresh_from_db()
    assert (item.matter.state, session.items.get(pk=item.pk).state) == (MatterState.ACCEPTED, AgendaState.DEFERRED)
    with pytest.raises(OutOfTurn):
        defer_item(item=item, user=team.convenor)


def test_closing_puts_off_what_is_left_and_lets_the_minutes_be_owed(team, session):
    item = tabled(team, session)
    done = team.item(session, state=AgendaState.DONE)
    closed = close_meeting(meeting=session, user=team.deputy)
    assert (closed.state, closed.at_hand) == (MeetingState.CLOSED, None)
    states = dict(session.items.values_list("pk", "state"))
    assert states == {
        session.at_hand_id: AgendaState.DEFERRED,
        item.pk: AgendaState.DEFERRED,
        done.pk: AgendaState.DONE,
    }
    item.matter.refresh_from_db()
    assert item.matter.state == MatterState.ACCEPTED
    owed = Deadline.objects.get(kind=Step.DRAFT_MINUTES, met_at__isnull=True)
    assert (owed.person, owed.unit) == (team.convenor, team.forum.unit)
    with pytest.raises(OutOfTurn):
        close_meeting(meeting=session, user=team.convenor)


def test_matters_that_are_put_off_at_the_close_are_locked_by_their_keys(team, session):
    matters = [team.matter(state=MatterState.TABLED, title=title) for title in "甲乙丙"]
    for matter in (matters[2], matters[0], matters[1]):
        MatterStep.objects.create(
            matter=matter, at=timezone.now(), verb=MatterVerb.TABLE, forum=team.forum, meeting=session
        )
        team.item(session, matter=matter)
    close_meeting(meeting=session, user=team.convenor)
    steps = MatterStep.objects.filter(verb=MatterVerb.UNTABLE).order_by("pk")
    assert [step.matter_id for step in steps] == [matter.pk for matter in matters]


def test_an_empty_seat_whose_holder_has_left_the_portal_does_not_count(team, session):
    assert quorum_of(session).seats == 3
    for user in (team.member, team.liaison):
        user.is_active = False
        user.save(update_fields=["is_active"])
    Invitation.objects.filter(meeting=session, person=team.liaison).update(checked_in_at=None)
    quorum = quorum_of(session)
    assert (quorum.seats, quorum.present) == (2, 2)  # who was there was there
    assert team.liaison.pk not in not_there(session).values_list("person", flat=True)
    row = invitation(session, team.liaison)
    row.substitute, row.reply = team.cast.neighbour, Reply.SUBSTITUTE
    row.save()
    assert quorum_of(session).seats == 3
