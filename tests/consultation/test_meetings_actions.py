"""A meeting is planned, called with notice, put off, planned anew and cancelled; everybody concerned is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import NotAllowed, OutOfTurn, Refused
from consultation.actions.agenda import add_item
from consultation.actions.forums import change_forum
from consultation.actions.invitations import invite_guest, reply, send_invitations
from consultation.actions.meetings import (
    call_meeting,
    cancel_meeting,
    change_meeting,
    plan_meeting,
    postpone_meeting,
    reschedule_meeting,
)
from consultation.actions.room import open_meeting
from consultation.enums import AgendaState, MatterState, MatterVerb, MeetingState, Reply, Step
from consultation.models import Follow, Invitation, MatterStep, Measure, Meeting, WrittenVote
from records.models import AuditEntry, Deadline, Notice

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def plan(team, *, starts_at=None, ends_at=None, **given) -> Meeting:
    starts_at = starts_at or timezone.now() + 10 * DAY
    defaults = {"forum": team.forum, "user": team.convenor, "title": "十一月议事会", "place": "社区议事厅"}
    return plan_meeting(**{**defaults, **given}, starts_at=starts_at, ends_at=ends_at or starts_at + 2 * HOUR)


def ready(team, **given) -> Meeting:
    """Return a planned meeting with one item."""
    meeting = team.meeting(**given)
    team.item(meeting)
    return meeting


def told(person, kind: str) -> list[Notice]:
    return list(Notice.objects.filter(recipient=person, kind=f"consultation.{kind}").order_by("pk"))


def owed(meeting) -> list[tuple]:
    keys = meeting.invitations.values("pk")
    rows = Deadline.objects.filter(kind=Step.REPLY, object_id__in=keys, met_at__isnull=True, cancelled_at__isnull=True)
    return sorted((row.person.username, row.unit_id) for row in rows.select_related("person"))


# --- planning -----------------------------------------------------------------------------------------------------


def test_the_convenor_plans_and_changes_a_meeting(team):
    meeting = plan(team, title=" 十二月议事会 ")
    assert (meeting.title, meeting.state, meeting.created_by) == ("十二月议事会", MeetingState.PLANNED, team.convenor)
    later = meeting.starts_at + DAY
    change_meeting(
        meeting=meeting, user=team.deputy, title="改期", place="活动室", starts_at=later, ends_at=later + HOUR
    )
    meeting.refresh_from_db()
    assert (meeting.title, meeting.place, meeting.starts_at) == ("改期", "活动室", later)
    verbs = AuditEntry.objects.filter(subject=f"consultation.meeting:{meeting.pk}").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["meeting.plan", "meeting.change"]


@pytest.mark.parametrize("who", ["street_convenor", "neighbour_convenor", "member", "secretary", "resident"])
def test_nobody_else_plans_one(team, who):
    with pytest.raises(NotAllowed):
        plan(team, user=getattr(team, who))
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    ("begins", "lasts", "field"),
    [(-HOUR, 3 * HOUR, "starts_at"), (DAY, -HOUR, "ends_at"), (DAY, 0 * HOUR, "ends_at"), (DAY, 25 * HOUR, "ends_at")],
)
def test_a_meeting_lies_ahead_and_lasts_a_day_at_most(team, begins, lasts, field):
    starts_at = timezone.now() + begins
    with pytest.raises(Refused) as refusal:
        plan(team, starts_at=starts_at, ends_at=starts_at + lasts)
    assert refusal.value.field == field


def test_a_forum_meets_once_at_a_time(team):
    first = plan(team)
    with pytest.raises(Refused, match="十一月议事会"):
        plan(team, starts_at=first.starts_at + HOUR, ends_at=first.ends_at + HOUR)
    plan(team, starts_at=first.ends_at)
    plan(team, forum=team.street_forum, user=team.street_convenor, starts_at=first.starts_at)
    cancel_meeting(meeting=first, user=team.convenor, reason="合并到下次")
    assert plan(team, starts_at=first.starts_at).pk


def test_a_meeting_does_not_overlap_itself_but_another(team):
    first = plan(team)
    second = plan(team, starts_at=first.starts_at + DAY)
    given = {"meeting": second, "user": team.convenor, "title": "会", "place": "厅"}
    change_meeting(**given, starts_at=second.starts_at + HOUR, ends_at=second.ends_at + HOUR)
    with pytest.raises(Refused) as refusal:
        change_meeting(**given, starts_at=first.starts_at, ends_at=first.ends_at)
    assert refusal.value.field == "starts_at"


@pytest.mark.parametrize(("texts", "field"), [({"title": "  "}, "title"), ({"place": ""}, "place")])
def test_title_and_place_are_needed(team, texts, field):
    with pytest.raises(Refused) as refusal:
        plan(team, **texts)
    assert refusal.value.field == field


def test_a_forum_that_is_given_up_meets_no_more(team):
    planned, postponed = ready(team), ready(team, starts_at=timezone.now() + 20 * DAY, state=MeetingState.POSTPONED)
    team.forum.is_active = False
    team.forum.save()
    later = postponed.starts_at + DAY
    for attempt in (
        lambda: plan(team, starts_at=later),
        lambda: call_meeting(meeting=planned, user=team.convenor),
        lambda: reschedule_meeting(
            meeting=postponed, user=team.convenor, place="厅", starts_at=later, ends_at=later + HOUR
        ),
    ):
        with pytest.raises(OutOfTurn, match=r"given up|已停用"):
            attempt()


# --- calling ------------------------------------------------------------------------------------------------------


def test_calling_invites_every_seat_and_keeps_the_quorum(team):
    meeting = call_meeting(meeting=ready(team), user=team.convenor)
    assert (meeting.state, meeting.quorum_percent, meeting.called_by) == (MeetingState.CALLED, 50, team.convenor)
    team.forum.quorum_percent = 80
    team.forum.save()
    meeting.refresh_from_db()
    assert meeting.quorum_percent == 50
    rows = meeting.invitations.select_related("person", "unit").order_by("pk")
    assert [(row.person, row.unit, row.votes, row.seat.person) for row in rows] == [
        (team.member, None, True, team.member),
        (team.secretary, team.cast.community, True, team.secretary),
        (team.liaison, team.cast.employer, True, team.liaison),
        (team.adviser, None, False, team.adviser),
    ]


def test_invitations_are_sent_in_the_background_once_each(team, django_capture_on_commit_callbacks):
    Follow.objects.create(forum=team.forum, user=team.resident, since=timezone.now())
    Follow.objects.create(forum=team.forum, user=team.member, since=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        meeting = call_meeting(meeting=ready(team), user=team.convenor)
    meeting.refresh_from_db()
    assert meeting.invited_at is not None
    assert owed(meeting) == [
        (name, team.forum.unit_id) for name in ("forum_adviser", "forum_member", "liaison", "secretary")
    ]
    assert send_invitations(meeting=meeting) == 0
    (notice,) = told(team.member, "invited")
    assert (notice.parameters["place"], notice.url) == ("社区议事厅", meeting.get_absolute_url())
    assert [len(told(who, "meeting_called")) for who in (team.resident, team.member)] == [1, 0]


def test_a_reply_is_due_by_the_clock_but_an_hour_before_the_meeting(team):
    now = timezone.now()
    soon = call_meeting(
        meeting=ready(team, starts_at=now + 5 * HOUR), user=team.convenor, is_urgent=True, urgent_reason="防汛"
    )
    send_invitations(meeting=soon, now=now)
    at_once = call_meeting(
        meeting=ready(team, starts_at=now + 8 * HOUR + timedelta(minutes=30)),
        user=team.convenor,
        is_urgent=True,
        urgent_reason="防汛",
    )
    send_invitations(meeting=at_once, now=at_once.starts_at - timedelta(minutes=30))
    due = {
        meeting.pk: set(
            Deadline.objects.filter(object_id__in=meeting.invitations.values("pk"), kind=Step.REPLY).values_list(
                "due_at", flat=True
            )
        )
        for meeting in (soon, at_once)
    }
    assert due == {soon.pk: {soon.starts_at - HOUR}, at_once.pk: {at_once.starts_at}}


def test_a_meeting_needs_an_agenda_members_and_notice(team):
    with pytest.raises(Refused, match=r"agenda|议程"):
        call_meeting(meeting=team.meeting(), user=team.convenor)
    now = timezone.now()
    late = ready(team, starts_at=now + 2 * DAY)
    with pytest.raises(Refused) as refusal:
        call_meeting(meeting=late, user=team.convenor, now=now)
    assert refusal.value.field == "is_urgent"
    with pytest.raises(Refused) as refusal:
        call_meeting(meeting=late, user=team.convenor, is_urgent=True, urgent_reason=" ", now=now)
    assert refusal.value.field == "urgent_reason"
    called = call_meeting(meeting=late, user=team.convenor, is_urgent=True, urgent_reason="防汛", now=now)
    assert (called.is_urgent, called.urgent_reason) == (True, "防汛")
    empty = ready(team, forum=team.street_forum)
    with pytest.raises(Refused):
        call_meeting(meeting=empty, user=team.street_convenor)
    assert not empty.invitations.exists()


def test_notice_is_counted_in_calendar_days(team):
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    meeting = ready(team, starts_at=noon + 3 * DAY - 3 * HOUR)
    assert call_meeting(meeting=meeting, user=team.convenor, now=noon).state == MeetingState.CALLED


def test_what_lies_in_the_past_cannot_be_called(team):
    meeting = ready(team, starts_at=timezone.now() - HOUR)
    with pytest.raises(Refused):
        call_meeting(meeting=meeting, user=team.convenor, is_urgent=True, urgent_reason="急")


def test_a_measure_due_before_the_meeting_keeps_it_from_being_called(team):
    meeting = ready(team)
    day = timezone.localdate(meeting.starts_at)
    measure = Measure.objects.create(
        item=meeting.items.get(), what="划线", owner=team.cast.water, asker=team.cast.community, due_on=day - DAY
    )
    with pytest.raises(Refused, match="划线"):
        call_meeting(meeting=meeting, user=team.convenor)
    measure.due_on = day
    measure.save()
    assert call_meeting(meeting=meeting, user=team.convenor).state == MeetingState.CALLED


def test_a_called_meeting_is_neither_called_nor_changed_again(team):
    meeting = call_meeting(meeting=ready(team), user=team.convenor)
    with pytest.raises(OutOfTurn):
        call_meeting(meeting=meeting, user=team.convenor)
    with pytest.raises(OutOfTurn):
        change_meeting(
            meeting=meeting,
            user=team.convenor,
            title="会",
            place="厅",
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
        )


def holdings(meeting) -> list[Deadline]:
    rows = Deadline.objects.filter(kind=Step.HOLD_MEETING, object_id=meeting.pk)
    return list(rows.select_related("person").order_by("round"))


def test_a_called_meeting_is_owed_by_the_convenor_until_its_end(team):
    meeting = call_meeting(meeting=ready(team), user=team.deputy)
    (owed_,) = holdings(meeting)
    assert (owed_.person, owed_.unit, owed_.due_at) == (team.convenor, team.cast.community, meeting.ends_at)
    change_forum(forum=team.forum, user=team.convenor, name=team.forum.name, convenor=team.deputy)
    assert holdings(meeting)[0].person == team.deputy
    opened_at = meeting.starts_at
    open_meeting(meeting=meeting, user=team.convenor, now=opened_at)
    assert holdings(meeting)[0].met_at == opened_at


def test_what_is_put_off_is_owed_anew_and_what_is_cancelled_no_more(team):
    meeting = call_meeting(meeting=ready(team), user=team.convenor)
    postpone_meeting(meeting=meeting, user=team.convenor, reason="停电")
    assert not holdings(meeting)[0].is_open
    later = meeting.starts_at + DAY
    reschedule_meeting(meeting=meeting, user=team.convenor, place="厅", starts_at=later, ends_at=later + HOUR)
    call_meeting(meeting=meeting, user=team.convenor)
    assert [(row.is_open, row.due_at) for row in holdings(meeting)][1:] == [(True, later + HOUR)]
    cancel_meeting(meeting=meeting, user=team.convenor, reason="合并")
    assert not any(row.is_open for row in holdings(meeting))


# --- off, and anew ------------------------------------------------------------------------------------------------


def test_everybody_is_told_why_a_meeting_is_postponed(team):
    Follow.objects.create(forum=team.forum, user=team.resident, since=timezone.now())
    meeting = call_meeting(meeting=ready(team), user=team.convenor)
    send_invitations(meeting=meeting)
    own = meeting.invitations.get(person=team.member)
    reply(invitation=own, user=team.member, reply=Reply.SUBSTITUTE, substitute=team.cast.member)
    with pytest.raises(Refused):
        postpone_meeting(meeting=meeting, user=team.convenor, reason=" ")
    postponed = postpone_meeting(meeting=meeting, user=team.convenor, reason="场地维修")
    assert (postponed.state, postponed.revision, postponed.reason) == (MeetingState.POSTPONED, 2, "场地维修")
    assert owed(meeting) == []
    for person in (team.member, team.cast.member, team.adviser, team.resident):
        (notice,) = told(person, "meeting_postponed")
        assert notice.parameters["reason"] == "场地维修"
    assert not told(team.cast.neighbour, "meeting_postponed")


def test_a_postponed_meeting_is_planned_and_called_anew(team):
    meeting = call_meeting(meeting=ready(team), user=team.convenor)
    send_invitations(meeting=meeting)
    item, guest = meeting.items.get(), team.cast.neighbour
    invite_guest(meeting=meeting, user=team.convenor, person=guest)
    send_invitations(meeting=meeting)
    own = meeting.invitations.get(person=team.member)
    reply(invitation=own, user=team.member, reply=Reply.NO, reason="出差")
    WrittenVote.objects.create(item=item, invitation=own, choice="for", at=timezone.now())
    postpone_meeting(meeting=meeting, user=team.convenor, reason="停电")
    later = meeting.starts_at + 7 * DAY
    planned = reschedule_meeting(
        meeting=meeting, user=team.convenor, place="礼堂", starts_at=later, ends_at=later + HOUR
    )
    assert (planned.state, planned.place, planned.starts_at) == (MeetingState.PLANNED, "礼堂", later)
    left = team.forum.seats.get(person=team.liaison)
    left.left_at = timezone.now()
    left.save()
    newcomer = team.seat(team.cast.member)
    call_meeting(meeting=planned, user=team.convenor)
    rows = {row.person: row for row in meeting.invitations.select_related("person")}
    assert set(rows) == {team.member, team.secretary, team.adviser, guest, team.cast.member}
    assert rows[team.cast.member].seat == newcomer
    assert (rows[team.member].reply, rows[team.member].reason, rows[team.member].sent_at) == (Reply.NONE, "", None)
    assert not WrittenVote.objects.exists()
    assert send_invitations(meeting=meeting) == 5
    assert len(owed(meeting)) == 5
    assert [len(told(who, "invited")) for who in (team.member, guest, team.liaison)] == [2, 2, 1]
    meeting.refresh_from_db()
    assert (meeting.revision, meeting.reason) == (3, "")


def test_a_cancelled_meeting_frees_its_matters(team):
    meeting = team.meeting()
    matter = team.matter()
    add_item(
        meeting=meeting,
        user=team.convenor,
        kind="decision",
        title="",
        text="",
        minutes=20,
        presenter=None,
        matter=matter,
        balloting="open",
    )
    call_meeting(meeting=meeting, user=team.convenor)
    send_invitations(meeting=meeting)
    cancelled = cancel_meeting(meeting=meeting, user=team.convenor, reason="事情已解决")
    matter.refresh_from_db()
    assert (cancelled.state, matter.state) == (MeetingState.CANCELLED, MatterState.ACCEPTED)
    assert meeting.items.get().state == AgendaState.DEFERRED
    assert owed(meeting) == []
    assert len(told(team.member, "meeting_cancelled")) == 1
    with pytest.raises(OutOfTurn):
        reschedule_meeting(
            meeting=meeting,
            user=team.convenor,
            place="厅",
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
        )


def test_the_matters_of_a_cancelled_meeting_are_locked_by_their_keys(team):
    meeting = team.meeting()
    matters = [team.matter(title=title, raised_at=timezone.now() - days * DAY) for days, title in enumerate("甲乙丙")]
    for matter in (matters[1], matters[2], matters[0]):
        add_item(
            meeting=meeting,
            user=team.convenor,
            kind="decision",
            title="",
            text="",
            minutes=20,
            presenter=None,
            matter=matter,
            balloting="open",
        )
    cancel_meeting(meeting=meeting, user=team.convenor, reason="合并")
    steps = MatterStep.objects.filter(verb=MatterVerb.UNTABLE).order_by("pk")
    assert [step.matter_id for step in steps] == [matter.pk for matter in matters]


def test_nobody_is_told_of_a_planned_meeting_that_is_cancelled(team):
    Follow.objects.create(forum=team.forum, user=team.resident, since=timezone.now())
    cancel_meeting(meeting=ready(team), user=team.convenor, reason="不开了")
    assert not Notice.objects.filter(kind="consultation.meeting_cancelled").exists()


def test_what_was_not_sent_when_it_was_postponed_is_not_sent_after(team):
    meeting = call_meeting(meeting=ready(team), user=team.convenor)
    postpone_meeting(meeting=meeting, user=team.convenor, reason="停电")
    assert send_invitations(meeting=meeting) == 0
    assert not Notice.objects.filter(kind="consultation.invited").exists()
    assert not Invitation.objects.filter(sent_at__isnull=False).exists()
