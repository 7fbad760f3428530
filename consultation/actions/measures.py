"""What is to be done if an agenda item is adopted."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.errors import OutOfTurn, Refused
from accounts.models import Unit, User
from consultation.actions.agenda_steps import arranged_item
from consultation.actions.measures_checks import check_measure
from consultation.actions.room_steps import check_at_hand, check_no_vote_open, led
from consultation.enums import MeetingState
from consultation.models import AgendaItem, Measure, Meeting
from service.actions.typed import checked

LONGEST = Measure._meta.get_field("what").max_length
MOST_MEASURES = 20


@transaction.atomic
def add_measure(
    *,
    item: AgendaItem,
    user: User,
    what: str,
    owner: Unit,
    asker: Unit,
    due_on: date,
    now: datetime | None = None,
) -> Measure:
    """Say that `owner` is to do `what` by `due_on`, for which `asker` asks, if `item` is adopted; return the measure.

    Owner and asker may be the same unit where a resident raised the matter in their own name: then the resident rates
    it. Raises NotAllowed, OutOfTurn once the meeting is called unless the item is at hand and no vote is open, Refused
    for what is missing and for what could not be made if the meeting adopted it.
    """
    item = _changeable(item, user)
    what = checked(what, field="what", most=LONGEST, missing=pgettext("measure", "Please say what is to be done."))
    measure = Measure(item=item, what=what, owner=owner, asker=asker, due_on=due_on)
    check_measure(measure=measure, at=max(now or timezone.now(), item.meeting.starts_at))
    if item.measures.count() >= MOST_MEASURES:
        raise Refused(_("An item has %(most)d measures at most.") % {"most": MOST_MEASURES})
    measure.save()
    return measure


@transaction.atomic
def remove_measure(*, measure: Measure, user: User, now: datetime | None = None) -> None:
    """Take `measure` off its item. Raises NotAllowed, OutOfTurn when it is gone, or as `add_measure`."""
    item = _changeable(measure.item, user)
    if not Measure.objects.filter(pk=measure.pk, item=item).delete()[0]:
        raise OutOfTurn(_("This measure has been taken off already."))


def _changeable(item: AgendaItem, user: User) -> AgendaItem:
    """Return `item` of its locked meeting: while the agenda is arranged, and at hand in the meeting before the vote."""
    if not Meeting.objects.filter(pk=item.meeting_id, state=MeetingState.OPENED).exists():
        return arranged_item(item=item, user=user)
    meeting, item = led(item, user)
    check_at_hand(item, meeting)
    check_no_vote_open(meeting)
    return item
