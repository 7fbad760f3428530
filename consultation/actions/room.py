"""In the meeting: open it, take up item after item, note what is said and decided, close it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import User
from consultation.actions.matters_tabling import decide_matter, untable_matter
from consultation.actions.meeting_tell import stop_replies
from consultation.actions.minutes import owe_minutes
from consultation.actions.put_off import carry_on
from consultation.actions.room_steps import check_at_hand, check_no_vote_open, led, opens_at
from consultation.actions.steps import check_meeting, locked_forum, locked_meeting
from consultation.enums import AgendaState, MeetingState, MeetingVerb, Step
from consultation.models import AgendaItem, Invitation, Meeting, SpeakingNote
from consultation.queries.room import RUNNING
from records import actions as records
from service.actions.typed import checked


@transaction.atomic
def open_meeting(*, meeting: Meeting, user: User, now: datetime | None = None) -> Meeting:
    """Open the called `meeting`, with or without a quorum; return it. From now on nobody owes a reply.

    Raises NotAllowed, or OutOfTurn in another state and more than an hour before it begins.
    """
    now = now or timezone.now()
    meeting = locked_meeting(meeting)
    check_meeting(meeting=meeting, verb=MeetingVerb.OPEN, user=user)
    if now < opens_at(meeting):
        raise OutOfTurn(
            _("The meeting can be opened from %(time)s on, an hour before it begins.")
            % {"time": f"{timezone.localtime(opens_at(meeting)):%Y-%m-%d %H:%M}"}
        )
    meeting.state = MeetingState.OPENED
    meeting.opened_at = now
    meeting.save(update_fields=["state", "opened_at"])
    stop_replies(meeting=meeting, now=now)
    records.meet_deadlines(subject=meeting, kinds=[Step.HOLD_MEETING], now=now)
    records.audit(verb="meeting.open", subject=meeting, actor=user, unit=meeting.forum.unit, now=now)
    return meeting


@transaction.atomic
def take_up(*, item: AgendaItem, user: User, now: datetime | None = None) -> AgendaItem:
    """Take up `item`; one that was at hand and is not dealt with goes back to its place. Return the item.

    Raises NotAllowed, OutOfTurn while a vote is open or when the item has been dealt with or put off.
    """
    meeting, item = led(item, user)
    check_no_vote_open(meeting)
    if item.state != AgendaState.PENDING:
        raise OutOfTurn(
            _("“%(item)s” cannot be taken up: it is “%(state)s”.")
            % {"item": item.title, "state": item.get_state_display()}
        )
    AgendaItem.objects.filter(meeting=meeting, state=AgendaState.AT_HAND).update(state=AgendaState.PENDING)
    item.state = AgendaState.AT_HAND
    item.save(update_fields=["state"])
    _put_at_hand(meeting, item)
    return item


def _put_at_hand(meeting: Meeting, item: AgendaItem | None) -> None:
    meeting.at_hand = item
    meeting.save(update_fields=["at_hand"])


@transaction.atomic
def note_said(
    *, item: AgendaItem, user: User, text: str, speaker: Invitation | None = None, now: datetime | None = None
) -> SpeakingNote:
    """Note what `speaker`, somebody who is present, said to the item at hand; without one, what was said; return it.

    Raises NotAllowed, OutOfTurn when the item is not at hand, Refused without a text or for somebody who is not there.
    """
    meeting, item = led(item, user)
    check_at_hand(item, meeting)
    text = checked(text, field="text", most=1000, missing=_("Please write what was said."))
    if speaker and (speaker.meeting_id != meeting.pk or speaker.checked_in_at is None):
        raise Refused(_("This person is not present."), field="speaker")
    return SpeakingNote.objects.create(item=item, speaker=speaker, text=text, noted_by=user, at=now or timezone.now())


@transaction.atomic
def note_outcome(
    *, item: AgendaItem, user: User, discussion: str, decision: str, now: datetime | None = None
) -> AgendaItem:
    """Note the discussion and the wording of the decision on the item at hand; it stays at hand. Return it.

    Raises NotAllowed, OutOfTurn when the item is not at hand, Refused for a text that is too long.
    """
    meeting, item = led(item, user)
    check_at_hand(item, meeting)
    item.discussion = checked(discussion, field="discussion", most=4000)
    item.decision = checked(decision, field="decision", most=2000)
    item.save(update_fields=["discussion", "decision"])
    return item


@transaction.atomic
def finish_item(*, item: AgendaItem, user: User, now: datetime | None = None) -> AgendaItem:
    """Mark the item at hand as dealt with without a vote, and its matter as decided; return it.

    Raises NotAllowed, OutOfTurn when it is not at hand or its vote is open, Refused when no outcome has been noted.
    """
    now = now or timezone.now()
    meeting, item = led(item, user)
    check_no_vote_open(meeting)
    check_at_hand(item, meeting)
    if not item.discussion and not item.decision:
        raise Refused(_("Please note first what came of it."))
    item.state = AgendaState.DONE
    item.save(update_fields=["state"])
    _put_at_hand(meeting, None)
    if item.matter:
        decide_matter(matter=item.matter, meeting=meeting, user=user, now=now)
    return item


@transaction.atomic
def defer_item(*, item: AgendaItem, user: User, now: datetime | None = None) -> AgendaItem:
    """Put off `item`: its matter waits for the next meeting. Return it.

    Raises NotAllowed, OutOfTurn while a vote is open or when the item has been dealt with.
    """
    now = now or timezone.now()
    meeting, item = led(item, user)
    check_no_vote_open(meeting)
    if item.state not in RUNNING:
        raise OutOfTurn(
            _("“%(item)s” cannot be put off: it is “%(state)s”.")
            % {"item": item.title, "state": item.get_state_display()}
        )
    _put_off(item, meeting, user, now)
    if meeting.at_hand_id == item.pk:
        _put_at_hand(meeting, None)
    detail = {"item": item.pk}
    records.audit(verb="meeting.defer", subject=meeting, actor=user, unit=meeting.forum.unit, detail=detail, now=now)
    return item


def _put_off(item: AgendaItem, meeting: Meeting, user: User, now: datetime) -> None:
    item.state = AgendaState.DEFERRED
    item.save(update_fields=["state"])
    if item.matter:
        untable_matter(matter=item.matter, meeting=meeting, user=user, now=now)


@transaction.atomic
def close_meeting(*, meeting: Meeting, user: User, now: datetime | None = None) -> Meeting:
    """Close `meeting`: what was not dealt with is put off to the next planned one, and its minutes are owed. Return it.

    Raises NotAllowed, OutOfTurn when it is not in session or a vote is open.
    """
    now = now or timezone.now()
    forum = locked_forum(meeting.forum)  # nobody plans a meeting meanwhile that would not know of what is put off
    meeting = locked_meeting(meeting)
    check_meeting(meeting=meeting, verb=MeetingVerb.CLOSE, user=user)
    check_no_vote_open(meeting)
    # by matter: their locks are taken in the order of their keys
    left = AgendaItem.objects.filter(meeting=meeting, state__in=RUNNING).select_related("matter")
    for item in left.select_for_update(of=("self",), no_key=True).order_by("matter_id", "pk"):
        _put_off(item, meeting, user, now)
    meeting.state = MeetingState.CLOSED
    meeting.closed_at = now
    meeting.at_hand = None
    meeting.save(update_fields=["state", "closed_at", "at_hand"])
    carry_on(forum=forum)
    stop_replies(meeting=meeting, now=now)
    owe_minutes(meeting=meeting, now=now)
    records.audit(verb="meeting.close", subject=meeting, actor=user, unit=meeting.forum.unit, now=now)
    return meeting
