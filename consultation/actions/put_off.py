"""What was put off in the last meeting of a forum is on the agenda of its next one by itself."""

from consultation.actions.agenda_steps import count_change
from consultation.actions.steps import locked_meeting
from consultation.enums import MeetingState
from consultation.models import AgendaItem, Forum, Measure, Meeting
from consultation.queries.agenda import next_planned, presenters_of, put_off_before


def carry_on(*, forum: Forum) -> list[AgendaItem]:
    """Let the next planned meeting of the locked `forum`, if there is one, take over what was put off before."""
    planned = next_planned(forum)
    return take_over(meeting=locked_meeting(planned)) if planned else []


def take_over(*, meeting: Meeting) -> list[AgendaItem]:
    """Put what was put off in the last meeting of the forum at the end of the agenda of the locked, planned `meeting`.

    With it come its measures, not its papers. Its matter waits on the desk and what was not kept comes back anyway:
    neither is taken over. Return the new items; what another meeting has taken over, or taken off again, is not there.
    """
    if meeting.state != MeetingState.PLANNED:
        return []
    present = list(meeting.items.order_by("position", "pk"))
    position = present[-1].position if present else 0
    presenters = set(presenters_of(meeting.forum).values_list("pk", flat=True))
    new = []
    for number, row in enumerate(put_off_before(meeting), 1):
        measures = list(row.measures.order_by("pk"))
        item = AgendaItem.objects.create(
            meeting=meeting,
            position=position + number,
            kind=row.kind,
            title=row.title,
            text=row.text,
            minutes=row.minutes,
            presenter_id=row.presenter_id if row.presenter_id in presenters else None,
            balloting=row.balloting,
        )
        Measure.objects.bulk_create(
            Measure(item=item, what=old.what, owner_id=old.owner_id, asker_id=old.asker_id, due_on=old.due_on)
            for old in measures
        )
        new.append(item)
    if new:
        count_change(meeting)
    return new
