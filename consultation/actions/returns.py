"""What a unit did not keep, declined, or did poorly is on the next agenda of the forum by itself."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from consultation.actions.steps import locked_forum, locked_meeting
from consultation.enums import AgendaKind, MeetingState
from consultation.models import AgendaItem, Meeting
from consultation.queries.returns import waiting_to_return
from records import actions as records
from service.enums import ItemState
from service.models import ListItem


@transaction.atomic
def bring_back(*, meeting: Meeting, now: datetime | None = None) -> list[AgendaItem]:
    """Put what comes back to the forum at the end of the agenda of the planned `meeting`; return the new items.

    The convenor is told. Of a meeting in another state, or when nothing waits, nothing changes.
    """
    now = now or timezone.now()
    forum = locked_forum(meeting.forum)  # of two planned meetings, one takes it
    meeting = locked_meeting(meeting)
    if meeting.state != MeetingState.PLANNED:
        return []
    waiting = list(waiting_to_return(forum, now=now).exclude(agenda_items__meeting=meeting))
    if not waiting:
        return []
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    with translation.override(settings.LANGUAGE_CODE):  # the agenda is read by everybody
        items = [_item(meeting, last + number, row, now) for number, row in enumerate(waiting, 1)]
    meeting.agenda_revision += 1
    meeting.save(update_fields=["agenda_revision"])
    records.notify(
        recipients=[forum.convenor],
        kind="agenda.brought_back",
        parameters={"meeting": meeting.title, "count": len(items)},
        url=meeting.get_absolute_url(),
        now=now,
    )
    return items


def _item(meeting: Meeting, position: int, row: ListItem, now: datetime) -> AgendaItem:
    return AgendaItem.objects.create(
        meeting=meeting,
        position=position,
        kind=AgendaKind.REPORT,
        title=row.title,
        text=_why(row, now),
        commitment=row,
    )


def _why(row: ListItem, now: datetime) -> str:
    words = {
        "unit": row.claimant,
        "due": _day(row.due_at),
        "day": _day(row.happened_at),
        "today": _day(now),
        "reason": row.reason,
        "mark": row.rating,
    }
    if not row.was_asked:
        return _("This could no longer be asked of %(unit)s when it was resolved on %(day)s: %(reason)s") % words
    if row.state == ItemState.WITHDRAWN:
        return _("%(unit)s declined this on %(day)s: %(reason)s") % words
    if row.state == ItemState.RATED:
        return _("%(unit)s delivered this; it was rated %(mark)d of 5 on %(day)s.") % words
    return _("%(unit)s was to deliver this by %(due)s; by %(today)s it had not been delivered.") % words


def _day(at: datetime) -> str:
    return f"{timezone.localdate(at):%Y-%m-%d}"
