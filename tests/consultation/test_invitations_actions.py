"""Invitations are answered, by a substitute too, and given to guests; they leave by e-mail with a calendar entry."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import User
from consultation.actions import invitation_mail
from consultation.actions.invitation_mail import mail_invitations
from consultation.actions.invitations import invite_guest, reply, send_invitations
from consultation.actions.meetings import call_meeting, cancel_meeting, postpone_meeting, reschedule_meeting
from consultation.actions.presence import note_presence
from consultation.enums import Reply, Step
from consultation.models import Invitation, Meeting
from consultation.queries.invitations import MOST_ATTEMPTS, meetings_to_mail, reply_counts
from consultation.tasks.meetings import send_overdue_invitations
from records.models import Deadline, Notice
from tests.databases import POSTGRESQL

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def meeting(team) -> Meeting:
    """A called meeting whose invitations are sent."""
    planned = team.meeting()
    team.item(planned)
    called = call_meeting(meeting=planned, user=team.convenor)
    send_invitations(meeting=called)
    called.refresh_from_db()
    return called


def own(meeting, person) -> Invitation:
    return meeting.invitations.get(person=person)


def deadline(invitation) -> Deadline:
    return Deadline.objects.get(kind=Step.REPLY, object_id=invitation.pk)


def kinds(person) -> list[str]:
    rows = Notice.objects.filter(recipient=person, kind__startswith="consultation.")
    return list(rows.order_by("pk").values_list("kind", flat=True))


# --- replies ------------------------------------------------------------------------------------------------------


def test_a_reply_meets_the_deadline_and_can_be_changed(team, meeting):
    invitation = own(meeting, team.member)
    answered = reply(invitation=invitation, user=team.member, reply=Reply.YES)
    assert (answered.reply, deadline(invitation).met_at is not None) == (Reply.YES, True)
    reply(invitation=invitation, user=team.member, reply=Reply.NO, reason="出差")
    invitation.refresh_from_db()
    assert (invitation.reply, invitation.reason) == (Reply.NO, "出差")
    counts = reply_counts(meeting)
    assert {name: counts[name] for name in ("invited", "voting", "coming", "voting_coming", "no", "none")} == {
        "invited": 4,
        "voting": 3,
        "coming": 0,
        "voting_coming": 0,
        "no": 1,
        "none": 3,
    }


def test_a_reply_before_the_sending_leaves_nothing_owed(team):
    planned = team.meeting()
    team.item(planned)
    called = call_meeting(meeting=planned, user=team.convenor)
    reply(invitation=own(called, team.member), user=team.member, reply=Reply.YES)
    assert send_invitations(meeting=called) == 4
    assert not Deadline.objects.filter(kind=Step.REPLY, person=team.member).exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reply": Reply.NO, "reason": " "}, "reason"),
        ({"reply": Reply.NO, "reason": "字" * 301}, "reason"),
        ({"reply": Reply.NONE}, "reply"),
        ({"reply": Reply.SUBSTITUTE}, "substitute"),
    ],
)
def test_what_a_reply_needs_is_named(team, meeting, given, field):
    with pytest.raises(Refused) as refusal:
        reply(invitation=own(meeting, team.member), user=team.member, **given)
    assert refusal.value.field == field
    assert deadline(own(meeting, team.member)).is_open


@pytest.mark.parametrize("who", ["convenor", "secretary", "resident"])
def test_nobody_answers_for_another(team, meeting, who):
    with pytest.raises(NotAllowed):
        reply(invitation=own(meeting, team.member), user=getattr(team, who), reply=Reply.YES)


def test_a_substitute_is_told_and_released(team, meeting):
    invitation, substitute = own(meeting, team.member), team.cast.neighbour
    reply(invitation=invitation, user=team.member, reply=Reply.SUBSTITUTE, substitute=substitute)
    invitation.refresh_from_db()
    assert (invitation.attendee, invitation.votes) == (substitute, True)
    assert reply_counts(meeting)["voting_coming"] == 1
    reply(invitation=invitation, user=team.member, reply=Reply.SUBSTITUTE, substitute=substitute)
    reply(invitation=invitation, user=team.member, reply=Reply.YES)
    assert kinds(substitute) == ["consultation.substitute_sent", "consultation.substitute_released"]
    with pytest.raises(NotAllowed):
        reply(invitation=invitation, user=substitute, reply=Reply.NO, reason="不去")


def test_nobody_comes_twice(team, meeting):
    invitation, substitute = own(meeting, team.member), team.cast.neighbour
    for taken in (team.member, team.secretary):
        with pytest.raises(Refused) as refusal:
            reply(invitation=invitation, user=team.member, reply=Reply.SUBSTITUTE, substitute=taken)
        assert refusal.value.field == "substitute"
    reply(invitation=own(meeting, team.liaison), user=team.liaison, reply=Reply.SUBSTITUTE, substitute=substitute)
    with pytest.raises(Refused):
        reply(invitation=invitation, user=team.member, reply=Reply.SUBSTITUTE, substitute=substitute)
    with pytest.raises(Refused):
        invite_guest(meeting=meeting, user=team.convenor, person=substitute)
    substitute = User.objects.create_user("gone", is_active=False)
    with pytest.raises(Refused):
        reply(invitation=invitation, user=team.member, reply=Reply.SUBSTITUTE, substitute=substitute)


@pytest.mark.parametrize("by_substitute", [False, True])
def test_once_somebody_has_come_the_presence_passes_to_nobody_else(team, meeting, by_substitute):
    invitation, comes = own(meeting, team.member), team.member
    if by_substitute:
        comes = team.cast.neighbour
        reply(invitation=invitation, user=team.member, reply=Reply.SUBSTITUTE, substitute=comes)
    note_presence(invitation=invitation, user=team.convenor, now=meeting.starts_at)
    for given in (
        {"reply": Reply.YES},
        {"reply": Reply.NO, "reason": "出差"},
        {"reply": Reply.SUBSTITUTE, "substitute": team.cast.water_officer},
    ):
        with pytest.raises(OutOfTurn):
            reply(invitation=invitation, user=team.member, **given)
    assert own(meeting, team.member).attendee == comes


def test_once_the_meeting_is_open_nobody_answers(team):
    meeting = team.in_session()
    with pytest.raises(OutOfTurn):
        reply(invitation=own(meeting, team.member), user=team.member, reply=Reply.NO, reason="出差")


# --- guests -------------------------------------------------------------------------------------------------------


def test_a_guest_is_invited_without_a_vote(team, meeting, django_capture_on_commit_callbacks):
    guest = team.cast.water_officer
    with django_capture_on_commit_callbacks(execute=True):
        invited = invite_guest(meeting=meeting, user=team.convenor, person=guest, unit=team.cast.water)
    assert (invited.votes, invited.unit, invited.seat) == (False, team.cast.water, None)
    assert kinds(guest) == ["consultation.invited"]
    assert deadline(invited).is_open
    meeting.refresh_from_db()
    assert meeting.invited_at is not None
    with pytest.raises(Refused):
        invite_guest(meeting=meeting, user=team.convenor, person=guest)
    with pytest.raises(NotAllowed):
        invite_guest(meeting=meeting, user=team.member, person=team.cast.parks_officer)


def test_who_was_seated_after_the_call_is_invited_with_their_vote(team, meeting):
    seat = team.seat(team.cast.neighbour, title="新代表")
    invited = invite_guest(meeting=meeting, user=team.convenor, person=team.cast.neighbour)
    assert (invited.seat, invited.votes) == (seat, True)


def test_a_guest_of_a_planned_meeting_opens_it_when_it_is_called(team, signed_in):
    planned = team.meeting()
    team.item(planned)
    invite_guest(meeting=planned, user=team.convenor, person=team.cast.neighbour)
    room, page = reverse("room", args=[planned.pk]), planned.get_absolute_url()
    opened = {
        who: [signed_in(who).get(url).status_code for url in (room, page)]
        for who in (team.cast.neighbour, team.convenor)
    }
    assert opened == {team.cast.neighbour: [404, 404], team.convenor: [200, 200]}
    call_meeting(meeting=planned, user=team.convenor)
    assert [signed_in(team.cast.neighbour).get(url).status_code for url in (room, page)] == [200, 200]


def test_a_guest_of_a_planned_meeting_is_told_when_it_is_called(team):
    planned = team.meeting()
    team.item(planned)
    invite_guest(meeting=planned, user=team.convenor, person=team.cast.neighbour)
    assert kinds(team.cast.neighbour) == []
    called = call_meeting(meeting=planned, user=team.convenor)
    assert send_invitations(meeting=called) == 5
    assert kinds(team.cast.neighbour) == ["consultation.invited"]


# --- e-mail -------------------------------------------------------------------------------------------------------


@pytest.fixture
def addressed(team, meeting) -> Meeting:
    for person in (team.member, team.cast.neighbour):
        person.email = f"{person.username}@example.com"
        person.save(update_fields=["email"])
    return meeting


def entry(message):
    """Return the calendar and its only event of an e-mail, as the library's own parser reads them back."""
    parts = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
    (part,) = parts
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == calendar["METHOD"]
    (event,) = calendar.walk("VEVENT")
    assert not calendar.errors
    return calendar, event


def test_an_invitation_is_mailed_once_with_a_calendar_entry(team, addressed):
    assert mail_invitations(meeting=addressed) == 1
    assert mail_invitations(meeting=addressed) == 0
    (message,) = mail.outbox
    assert message.to == ["forum_member@example.com"]
    assert "十一月议事会" in message.subject
    assert "社区议事厅" in message.body
    calendar, event = entry(message)
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 1)
    assert event["ATTENDEE"] == "MAILTO:forum_member@example.com"
    assert own(addressed, team.member).mailed_revision == 1


def sends(meeting, team, substitute) -> None:
    reply(invitation=own(meeting, team.member), user=team.member, reply=Reply.SUBSTITUTE, substitute=substitute)


def posted(number: int) -> list[tuple[str, str, int]]:
    """Return what the last `number` e-mails did to the entry of whom, and its sequence, in their order."""
    found = []
    for message in mail.outbox[len(mail.outbox) - number :]:
        calendar, event = entry(message)
        assert event["UID"] == entry(mail.outbox[0])[1]["UID"]
        assert event["ATTENDEE"] == f"MAILTO:{message.to[0]}"
        found.append((calendar["METHOD"], message.to[0].partition("@")[0], event["SEQUENCE"]))
    return found


def test_the_entry_goes_from_who_is_replaced_to_who_comes(team, addressed):
    mail_invitations(meeting=addressed)
    sends(addressed, team, team.cast.neighbour)
    assert mail_invitations(meeting=addressed) == 1
    assert posted(2) == [("CANCEL", "forum_member", 1), ("REQUEST", "neighbour", 1)]
    assert "无需出席" in mail.outbox[-2].subject or "need not come" in mail.outbox[-2].subject
    cancelled = cancel_meeting(meeting=addressed, user=team.convenor, reason="合并到下次")
    assert mail_invitations(meeting=cancelled) == 1
    assert (len(mail.outbox), posted(1)) == (4, [("CANCEL", "neighbour", 2)])
    assert entry(mail.outbox[-1])[1]["STATUS"] == "CANCELLED"
    assert "合并到下次" in mail.outbox[-1].body
    assert mail_invitations(meeting=cancelled) == 0


def test_who_sends_a_substitute_without_an_address_loses_the_entry_and_gets_it_back(team, addressed):
    mail_invitations(meeting=addressed)
    sends(addressed, team, team.cast.water_officer)
    assert team.cast.water_officer.email == ""
    mail_invitations(meeting=addressed)
    assert (len(mail.outbox), posted(1)) == (2, [("CANCEL", "forum_member", 1)])
    cache.clear()  # the lease of the first e-mail has run out
    reply(invitation=own(addressed, team.member), user=team.member, reply=Reply.YES)
    mail_invitations(meeting=addressed)
    assert (len(mail.outbox), posted(1)) == (3, [("REQUEST", "forum_member", 1)])


def test_a_substitute_who_is_replaced_loses_the_entry(team, addressed):
    other = team.cast.water_officer
    other.email = "water@example.com"
    other.save(update_fields=["email"])
    sends(addressed, team, team.cast.neighbour)
    mail_invitations(meeting=addressed)
    sends(addressed, team, other)
    mail_invitations(meeting=addressed)
    assert posted(3) == [("REQUEST", "neighbour", 1), ("CANCEL", "neighbour", 1), ("REQUEST", "water", 1)]
    assert own(addressed, team.member).mailed_to == "water@example.com"


def test_who_is_replaced_while_the_server_takes_the_entry_loses_it(team, addressed, monkeypatch):
    sent, take = [], invitation_mail.Mailer.send_message

    def slow(mailer, message):
        if not sent:
            sends(addressed, team, team.cast.neighbour)
        sent.append(message)
        take(mailer, message)

    monkeypatch.setattr(invitation_mail.Mailer, "send_message", slow)
    mail_invitations(meeting=addressed)
    mail_invitations(meeting=addressed)
    assert posted(3) == [("REQUEST", "forum_member", 1), ("CANCEL", "forum_member", 1), ("REQUEST", "neighbour", 1)]


def test_what_is_sent_to_a_substitute_by_another_worker_meanwhile_is_kept(team, addressed, monkeypatch):
    take = invitation_mail.Mailer.send_message

    def slow(mailer, message):
        take(mailer, message)
        if len(mail.outbox) == 1:
            sends(addressed, team, team.cast.neighbour)
            mail_invitations(meeting=addressed)  # another worker

    monkeypatch.setattr(invitation_mail.Mailer, "send_message", slow)
    assert mail_invitations(meeting=addressed) == 0
    row = own(addressed, team.member)
    assert (row.mailed_to, row.mailed_revision) == ("neighbour@example.com", 1)
    assert posted(3) == [("REQUEST", "forum_member", 1), ("CANCEL", "forum_member", 1), ("REQUEST", "neighbour", 1)]


def test_that_a_meeting_is_off_is_mailed_however_often_was_tried_before(team, addressed):
    mail_invitations(meeting=addressed)
    addressed.invitations.update(mail_attempts=MOST_ATTEMPTS)
    cancel_meeting(meeting=addressed, user=team.convenor, reason="合并到下次")
    assert mail_invitations(meeting=addressed) == 1
    assert posted(1) == [("CANCEL", "forum_member", 2)]


def test_whose_account_is_closed_is_neither_told_nor_mailed(team, addressed):
    team.member.is_active = False
    team.member.save(update_fields=["is_active"])
    assert mail_invitations(meeting=addressed) == 0
    planned = team.meeting(starts_at=addressed.starts_at + DAY)
    team.item(planned)
    guest = team.cast.neighbour
    invite_guest(meeting=planned, user=team.convenor, person=guest)
    guest.is_active = False
    guest.save(update_fields=["is_active"])
    called = call_meeting(meeting=planned, user=team.convenor)
    assert set(called.invitations.values_list("person", flat=True)) == {
        team.secretary.pk, team.liaison.pk, team.adviser.pk,
    }  # fmt: skip
    User.objects.filter(pk=team.liaison.pk).update(is_active=False)
    assert send_invitations(meeting=called) == 2
    assert not Deadline.objects.filter(object_id=own(called, team.liaison).pk, kind=Step.REPLY).exists()


def test_the_sweep_reads_the_latest_meetings_only(db):
    if POSTGRESQL:
        pytest.skip("tells how SQLite goes about it")
    plan = meetings_to_mail(timezone.now()).order_by("starts_at", "pk").explain()
    assert "USING INDEX meeting_by_time (starts_at>?)" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan


def test_only_who_was_mailed_learns_by_mail_that_it_is_off(team, addressed):
    postpone_meeting(meeting=addressed, user=team.convenor, reason="停电")
    assert mail_invitations(meeting=addressed) == 0
    later = addressed.starts_at + DAY
    reschedule_meeting(meeting=addressed, user=team.convenor, place="礼堂", starts_at=later, ends_at=later + HOUR)
    assert mail_invitations(meeting=addressed) == 0
    call_meeting(meeting=addressed, user=team.convenor)
    send_invitations(meeting=addressed)
    assert mail_invitations(meeting=addressed) == 1
    assert entry(mail.outbox[0])[1]["SEQUENCE"] == 3


def test_a_mail_server_that_is_away_is_asked_five_times(team, addressed, monkeypatch):
    def unreachable(_mailer, _message):
        raise ConnectionRefusedError

    monkeypatch.setattr(invitation_mail.Mailer, "send_message", unreachable)
    invitation = own(addressed, team.member)
    assert mail_invitations(meeting=addressed) == 0
    assert mail_invitations(meeting=addressed) == 0  # the lease holds
    invitation.refresh_from_db()
    assert invitation.mail_attempts == 1
    for _attempt in range(6):
        cache.clear()  # the lease has run out
        mail_invitations(meeting=addressed)
    invitation.refresh_from_db()
    assert (invitation.mail_attempts, invitation.mailed_revision) == (5, None)


def test_two_workers_send_the_same_invitation_once(team, addressed, monkeypatch):
    sent = []

    def slow(mailer, message):
        sent.append(message.to)
        assert mail_invitations(meeting=addressed) == 0  # another worker, while this one is sending

    monkeypatch.setattr(invitation_mail.Mailer, "send_message", slow)
    assert mail_invitations(meeting=addressed) == 1
    assert sent == [["forum_member@example.com"]]


def test_the_sweep_repeats_what_a_lost_message_left_unsent(team, django_capture_on_commit_callbacks):
    team.member.email = "member@example.com"
    team.member.save()
    planned = team.meeting()
    team.item(planned)
    call_meeting(meeting=planned, user=team.convenor)  # nothing is executed on commit: the message is lost
    with django_capture_on_commit_callbacks(execute=True):
        assert send_overdue_invitations() == 2
    assert (kinds(team.member), len(mail.outbox)) == (["consultation.invited"], 1)
    with django_capture_on_commit_callbacks(execute=True):
        assert send_overdue_invitations() == 0
    assert len(mail.outbox) == 1
