"""The convenor plans a meeting, calls it, moves it and cancels it; everybody concerned is told."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import User
from consultation import events
from consultation.actions.matters_tabling import untable_matter
from consultation.actions.measures_checks import check_measures
from consultation.actions.meeting_tell import call_off, owe_holding
from consultation.actions.meeting_times import check_lead, check_times
from consultation.actions.put_off import carry_on, take_over
from consultation.actions.returns import bring_back
from consultation.actions.seats_invited import invite_seats
from consultation.actions.steps import check_meeting, locked_forum, locked_meeting
from consultation.enums import AgendaState, MeetingState, MeetingVerb
from consultation.models import Forum, Meeting
from consultation.queries.measures import measures_to_check
from consultation.queries.scope import convenes, seats_of
from records import actions as records
from service.actions.typed import LONGEST_REASON, checked, checked_reason

LENGTHS = {name: Meeting._meta.get_field(name).max_length for name in ("title", "place")}


@transaction.atomic
def plan_meeting(
    *,
    forum: Forum,
    user: User,
    title: str,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime | None = None,
) -> Meeting:
    """Plan a meeting of `forum` and return it.

    What comes back to the forum, and what its last meeting put off, is on its agenda by itself.

    Raises NotAllowed for anyone but a convenor, OutOfTurn when the forum is given up, Refused for what is missing and
    for a time in the past, upside down, longer than a day, or at which the forum meets already.
    """
    now = now or timezone.now()
    forum = locked_forum(forum)
    if not convenes(user, forum):
        raise NotAllowed
    _check_active(forum)
    check_times(forum=forum, starts_at=starts_at, ends_at=ends_at, now=now)
    meeting = Meeting.objects.create(
        forum=forum,
        **_texts(title=title, place=place),
        starts_at=starts_at,
        ends_at=ends_at,
        created_by=user,
        created_at=now,
    )
    bring_back(meeting=meeting, now=now)
    take_over(meeting=locked_meeting(meeting))
    _audit("meeting.plan", meeting, user, now)
    return Meeting.objects.select_related("forum__unit", "forum__convenor").get(pk=meeting.pk)


@transaction.atomic
def change_meeting(
    *,
    meeting: Meeting,
    user: User,
    title: str,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime | None = None,
) -> Meeting:
    """Give the planned `meeting` another title, place and time; return it. Raises as `plan_meeting`."""
    now = now or timezone.now()
    meeting = _locked(meeting, MeetingVerb.CHANGE, user)
    check_times(forum=meeting.forum, starts_at=starts_at, ends_at=ends_at, now=now, besides=meeting)
    _set(meeting, **_texts(title=title, place=place), starts_at=starts_at, ends_at=ends_at)
    _audit("meeting.change", meeting, user, now)
    return meeting


@transaction.atomic
def call_meeting(
    *, meeting: Meeting, user: User, is_urgent: bool = False, urgent_reason: str = "", now: datetime | None = None
) -> Meeting:
    """Call the planned `meeting`: everybody with a seat on its forum is invited. Return it.

    Only whose account is closed is left out. The forum's convenor owes it until its end. It keeps the quorum of the
    forum, and whether it names people, as they are now. The invitations are sent in the background. Raises NotAllowed,
    OutOfTurn also when the forum is given up, and Refused without an agenda or members with a vote, in the past, with
    less notice than the forum gives unless `is_urgent` with an `urgent_reason`, and when a measure could not be made.
    """
    now = now or timezone.now()
    meeting = _locked(meeting, MeetingVerb.CALL, user)
    _check_active(meeting.forum)
    _check_agenda(meeting, now)
    urgent_reason = checked(urgent_reason, field="urgent_reason", most=LONGEST_REASON) if is_urgent else ""
    check_lead(forum=meeting.forum, meeting=meeting, is_urgent=is_urgent, urgent_reason=urgent_reason, now=now)
    seats = list(seats_of(meeting.forum).filter(person__is_active=True))
    if not any(seat.votes for seat in seats):
        raise Refused(_("Nobody on this forum has a vote. Please add its members first."))
    _set(
        meeting,
        state=MeetingState.CALLED,
        is_urgent=is_urgent,
        urgent_reason=urgent_reason,
        quorum_percent=meeting.forum.quorum_percent,
        names_public=meeting.forum.names_public,
        called_by=user,
        called_at=now,
        invited_at=None,
        reason="",
        revision=meeting.revision + 1,
    )
    invite_seats(meeting=meeting, seats=seats)
    owe_holding(meeting=meeting, now=now)
    events.invitations_due.send(sender=None, key=meeting.pk)
    _audit("meeting.call", meeting, user, now)
    return meeting


@transaction.atomic
def postpone_meeting(*, meeting: Meeting, user: User, reason: str, now: datetime | None = None) -> Meeting:
    """Put the called `meeting` off to a time that is still to be planned, for a `reason` that all are told; return it.

    Its agenda stays. Raises NotAllowed, OutOfTurn, Refused without a reason.
    """
    now = now or timezone.now()
    meeting = _locked(meeting, MeetingVerb.POSTPONE, user, reason=reason)
    reason = checked_reason(reason)
    _set(meeting, state=MeetingState.POSTPONED, reason=reason, revision=meeting.revision + 1)
    call_off(meeting=meeting, kind="consultation.meeting_postponed", reason=reason, now=now)
    _audit("meeting.postpone", meeting, user, now)
    return meeting


@transaction.atomic
def reschedule_meeting(
    *, meeting: Meeting, user: User, place: str, starts_at: datetime, ends_at: datetime, now: datetime | None = None
) -> Meeting:
    """Plan a new time and place for the postponed `meeting`, which is then called anew; return it.

    Raises as `plan_meeting`.
    """
    now = now or timezone.now()
    meeting = _locked(meeting, MeetingVerb.RESCHEDULE, user)
    _check_active(meeting.forum)
    check_times(forum=meeting.forum, starts_at=starts_at, ends_at=ends_at, now=now, besides=meeting)
    place = _texts(title=meeting.title, place=place)["place"]
    _set(meeting, state=MeetingState.PLANNED, place=place, starts_at=starts_at, ends_at=ends_at)
    bring_back(meeting=meeting, now=now)
    take_over(meeting=locked_meeting(meeting))
    _audit("meeting.reschedule", meeting, user, now)
    return locked_meeting(meeting)


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, user: User, reason: str, now: datetime | None = None) -> Meeting:
    """Cancel `meeting` for good, for a `reason` that all who know of it are told; return it.

    Its items are put off: the free ones to the next planned meeting, its matters wait for another. Raises NotAllowed,
    OutOfTurn, Refused.
    """
    now = now or timezone.now()
    meeting = _locked(meeting, MeetingVerb.CANCEL, user, reason=reason)
    reason = checked_reason(reason)
    _set(meeting, state=MeetingState.CANCELLED, reason=reason, revision=meeting.revision + 1)
    call_off(meeting=meeting, kind="consultation.meeting_cancelled", reason=reason, now=now)
    for item in meeting.items.filter(matter__isnull=False).select_related("matter").order_by("matter_id"):
        untable_matter(matter=item.matter, meeting=meeting, user=user, now=now, reason=reason)
    meeting.items.update(state=AgendaState.DEFERRED)
    carry_on(forum=meeting.forum)
    _audit("meeting.cancel", meeting, user, now)
    return meeting


def _locked(meeting: Meeting, verb: MeetingVerb, user: User, **given: str) -> Meeting:
    """Return `meeting` with its forum, both locked, once the table allows `verb`."""
    locked_forum(meeting.forum)
    meeting = locked_meeting(meeting)
    check_meeting(meeting=meeting, verb=verb, user=user, **given)
    return meeting


def _check_active(forum: Forum) -> None:
    if not forum.is_active:
        raise OutOfTurn(_("This forum has been given up: it holds no more meetings."))


def _texts(*, title: str, place: str) -> dict[str, str]:
    missing = {"title": _("Please give the meeting a title."), "place": _("Please say where the meeting is held.")}
    given = {"title": title, "place": place}
    return {name: checked(given[name], field=name, most=most, missing=missing[name]) for name, most in LENGTHS.items()}


def _check_agenda(meeting: Meeting, now: datetime) -> None:
    if not meeting.items.exists():
        raise Refused(_("A meeting without an agenda cannot be called. Please add what is to be discussed."))
    check_measures(measures=measures_to_check(item__meeting=meeting), at=max(now, meeting.starts_at))


def _set(meeting: Meeting, **columns) -> None:
    for name, value in columns.items():
        setattr(meeting, name, value)
    meeting.save(update_fields=list(columns))


def _audit(verb: str, meeting: Meeting, user: User, now: datetime) -> None:
    starts_at = f"{timezone.localtime(meeting.starts_at):%Y-%m-%d %H:%M}"
    detail = {"forum": meeting.forum_id, "revision": meeting.revision, "starts_at": starts_at}
    records.audit(verb=verb, subject=meeting, actor=user, unit=meeting.forum.unit, detail=detail, now=now)
