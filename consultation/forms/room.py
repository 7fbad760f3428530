"""What is typed in the meeting room: by the convenor who leads, and by whoever votes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultation.enums import AgendaState, Choice
from consultation.forms.agenda import MeasureForm
from consultation.queries.room import RUNNING, Room, not_there, there, to_vote_in_writing
from records.text import LongTextField, PlainTextField
from service.forms.fields import RowField


class RoomForm(forms.Form):
    """A form of the room: `room` says what can be chosen."""

    def __init__(self, *args, room: Room, **kwargs):
        self.room = room
        super().__init__(*args, **kwargs)


class _OfItem(RoomForm):
    """Concerns the item that was at hand when the page was made, even if another one is by now."""

    item = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].initial = self.room.meeting.at_hand_id

    def clean_item(self):
        """Return the item of this meeting."""
        item = next((row for row in self.room.items if row.pk == self.cleaned_data["item"]), None)
        if item is None:
            raise forms.ValidationError(_("This item is not on the agenda. Look at the page again."))
        return item


class OneItemForm(_OfItem):
    """A verb on the item at hand that is one button."""


class _OfVote(RoomForm):
    """Concerns the vote that was open when the page was made."""

    vote = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["vote"].initial = self.room.open_vote.pk if self.room.open_vote else None

    def clean_vote(self):
        """Return the vote of this meeting."""
        vote = next((row for row in self.room.votes if row.pk == self.cleaned_data["vote"]), None)
        if vote is None:
            raise forms.ValidationError(_("There is no such vote in this meeting. Look at the page again."))
        return vote


class OneVoteForm(_OfVote):
    """A verb on the open vote that is one button."""


class BreakOffForm(_OfVote):
    reason = LongTextField(label=_("Reason"), max_length=500, rows=2)


class PresenceForm(RoomForm):
    """Who is there without having checked in."""

    invitation = RowField(label=_("Who is there"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["invitation"].offer(not_there(self.room.meeting))


class ItemChoiceForm(RoomForm):
    """Which item, of those in `states`."""

    states = RUNNING
    item = RowField(label=_("Agenda item"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].offer(row for row in self.room.items if row.state in self.states)


class TakeUpForm(ItemChoiceForm):
    states = (AgendaState.PENDING,)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        following = next((row.pk for row in self.room.items if row.state == AgendaState.PENDING), None)
        self.fields["item"].initial = following


class SaidForm(_OfItem):
    speaker = RowField(label=_("Who spoke"), required=False)
    text = LongTextField(label=_("What was said"), max_length=1000, rows=3)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["speaker"].offer(there(self.room.meeting))


class OutcomeForm(_OfItem):
    discussion = LongTextField(label=_("Discussion"), max_length=4000, required=False)
    decision = LongTextField(
        label=_("Wording of the decision"),
        max_length=2000,
        required=False,
        rows=3,
        help_text=_("If it is put to the vote and adopted, this is the text of the resolution."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if item := self.room.at_hand:
            self.fields["discussion"].initial = item.discussion
            self.fields["decision"].initial = item.decision


class AddMeasureForm(_OfItem, MeasureForm):
    """One more measure of the item at hand."""

    def __init__(self, *args, room: Room, **kwargs):
        super().__init__(*args, room=room, forum=room.meeting.forum, **kwargs)


class DropMeasureForm(RoomForm):
    """Which measure of the item at hand is taken off."""

    measure = RowField(label=_("Measure"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["measure"].offer(self.room.measures)


class QuestionForm(_OfItem):
    question = PlainTextField(label=_("What is voted on"), max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if item := self.room.at_hand:
            self.fields["question"].initial = item.title


def _choice() -> forms.ChoiceField:
    missing = {"required": _("Please choose how you vote."), "invalid_choice": _("Please choose how you vote.")}
    return forms.ChoiceField(
        label=_("Your vote"), choices=Choice.choices, widget=forms.RadioSelect, error_messages=missing
    )


class BallotForm(forms.Form):
    """In favour, against, or neither."""

    choice = _choice()


class WrittenForm(RoomForm):
    """How an absent member votes on one item."""

    item = RowField(label=_("Agenda item"))
    choice = _choice()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].offer(to_vote_in_writing(self.room))
