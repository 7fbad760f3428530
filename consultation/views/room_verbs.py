"""What may be done in the meeting room, and who is offered it when."""

from django.utils.translation import gettext_lazy as _

from consultation.actions.measures import add_measure, remove_measure
from consultation.actions.presence import note_presence
from consultation.actions.room import (
    close_meeting,
    defer_item,
    finish_item,
    note_outcome,
    note_said,
    open_meeting,
    take_up,
)
from consultation.actions.votes import break_off_vote, close_vote, open_vote
from consultation.actions.written_votes import write_vote
from consultation.enums import AgendaKind, AgendaState, MeetingState
from consultation.forms import room as forms
from consultation.queries.room import RUNNING, Room, own_invitations, to_vote_in_writing
from service.views.panels import Row

LEADING: dict[str, Row] = {
    "open": Row(_("Open the meeting"), _("The meeting is open."), open_meeting, "play"),
    "close_vote": Row(
        _("Close the vote"),
        _("The vote is closed; the result is shown."),
        close_vote,
        "circle-stop",
        forms.OneVoteForm,
        confirm=_("Close the vote and count it? This cannot be undone."),
    ),
    "break_off_vote": Row(
        _("Break off the vote"),
        _("The vote was broken off; it has no result. The item can be voted on anew."),
        break_off_vote,
        "ban",
        forms.BreakOffForm,
        _("The votes that were cast do not count. This cannot be undone."),
    ),
    "open_vote": Row(
        _("Put it to the vote"),
        _("The vote is open. Who may vote is settled now."),
        open_vote,
        "vote",
        forms.QuestionForm,
        _(
            "Whoever is present now may vote, and absent members where the rules of the forum let them; "
            "nobody is added later. It needs a quorum."
        ),
    ),
    "measure": Row(
        _("Add a measure"),
        _("The measure has been added."),
        add_measure,
        "list-plus",
        forms.AddMeasureForm,
        _("Everybody in the room sees it. Once the vote is open, the measures stay as they are."),
    ),
    "drop_measure": Row(
        _("Take a measure off"),
        _("The measure has been taken off."),
        remove_measure,
        "x",
        forms.DropMeasureForm,
        _("To change a measure, take it off and add it anew."),
    ),
    "take_up": Row(
        _("Take up an item"),
        _("The item is at hand."),
        take_up,
        "arrow-right",
        forms.TakeUpForm,
    ),
    "said": Row(
        _("Note what was said"),
        _("It has been noted."),
        note_said,
        "message-square-text",
        forms.SaidForm,
        _("Everybody in the room reads the note; it cannot be changed."),
    ),
    "outcome": Row(
        _("Note discussion and decision"),
        _("It has been noted."),
        note_outcome,
        "notebook-pen",
        forms.OutcomeForm,
    ),
    "finish": Row(
        _("Dealt with, without a vote"),
        _("The item has been dealt with."),
        finish_item,
        "check",
        forms.OneItemForm,
        confirm=_("Without a vote nothing is adopted, and the item cannot be taken up again. Go on?"),
    ),
    "defer": Row(
        _("Put off an item"),
        _("The item has been put off; its matter waits for the next meeting."),
        defer_item,
        "calendar-clock",
        forms.ItemChoiceForm,
        _("It cannot be taken up in this meeting again."),
    ),
    "presence": Row(
        _("Note somebody as present"),
        _("The person is noted as present."),
        note_presence,
        "user-check",
        forms.PresenceForm,
        _("For who is there but cannot check in with a phone. It cannot be taken back."),
    ),
    "close": Row(
        _("Close the meeting"),
        _("The meeting is closed. Items that were not dealt with are put off; the minutes are to be written."),
        close_meeting,
        "door-closed",
        confirm=_("Close the meeting? What was not dealt with is put off. This cannot be undone."),
    ),
}
"""The convenor's verbs, in the order in which the page offers them."""

WRITING: dict[str, Row] = {
    "written": Row(
        _("Vote in writing"),
        _("Your written vote is noted. Until the vote is opened you can change it here."),
        write_vote,
        "file-pen",
        forms.WrittenForm,
        _("For who cannot be there. It is cast when the vote is opened, unless you are present by then."),
    )
}
"""The verb of absent members."""

ROWS = {**LEADING, **WRITING}
OF_MEETING = ("open", "close")
"""The verbs on the meeting itself; the others are on what their form names."""


def offered(room: Room, user) -> list[str]:
    """Return what `user` may do in `room` now, in the order of the page."""
    verbs = _leading(room) if room.leads else []
    if to_vote_in_writing(room) and room.present_at is None and _has_a_vote(room, user):
        verbs.append("written")
    return verbs


def _has_a_vote(room: Room, user) -> bool:
    running = room.meeting.state in (MeetingState.CALLED, MeetingState.OPENED)
    return running and any(row.votes and row.person_id == user.pk for row in own_invitations(user, room.meeting))


def _leading(room: Room) -> list[str]:
    if room.meeting.state == MeetingState.CALLED:
        return ["open", "presence"]
    if room.meeting.state != MeetingState.OPENED:
        return []
    if room.open_vote:
        return ["close_vote", "break_off_vote", "said", "outcome", "presence"]
    return [*_on_items(room), "presence", "close"]


def _on_items(room: Room) -> list[str]:
    verbs, states = [], {row.state for row in room.items}
    item = room.at_hand
    if item and item.kind == AgendaKind.DECISION:
        verbs += ["open_vote", "measure"]
        if room.measures:
            verbs.append("drop_measure")
    if AgendaState.PENDING in states:
        verbs.append("take_up")
    if item:
        verbs += ["said", "outcome", "finish"]
    if states & set(RUNNING):
        verbs.append("defer")
    return verbs
