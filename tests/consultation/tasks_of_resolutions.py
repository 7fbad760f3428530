"""A meeting that adopts an item with measures, and what became of them: for tests of resolutions and returns."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Unit
from consultation.actions.resolutions import adopt
from consultation.enums import Balloting, Majority, MeetingState, VoteState
from consultation.models import AgendaItem, Measure, Meeting, Resolution, Vote
from service.models import ListItem
from tests.consultation.cast import DAY, ConsultationCast


def measured(team: ConsultationCast, item: AgendaItem, *owners: Unit, **given) -> list[Measure]:
    """Give `item` a measure for each of `owners`, asked for by the unit of its forum, to be done in a week."""
    defaults = {"asker": item.meeting.forum.unit, "due_on": timezone.localdate() + 7 * DAY}
    return [
        Measure.objects.create(**{"item": item, "what": f"{unit}落实停车划线", "owner": unit, **defaults, **given})
        for unit in owners
    ]


def carried(team: ConsultationCast, item: AgendaItem, **given) -> Vote:
    """Return a closed vote that carried `item` with two against one."""
    now = timezone.now()
    defaults = {
        "question": "是否同意划线方案",
        "balloting": Balloting.OPEN,
        "majority": Majority.SIMPLE,
        "state": VoteState.CLOSED,
        "electorate": 4,
        "in_favour": 2,
        "against": 1,
        "adopted": True,
        "opened_by": team.convenor,
        "opened_at": now,
        "closed_by": team.convenor,
        "closed_at": now,
    }
    return Vote.objects.create(meeting=item.meeting, item=item, **{**defaults, **given})


def adopted(
    team: ConsultationCast, *owners: Unit, now: datetime | None = None, meeting: Meeting | None = None, **given
) -> Resolution:
    """Return a resolution of a past meeting of the community's forum with a task for each of `owners`."""
    meeting = meeting or team.meeting(
        starts_at=timezone.now() - timedelta(hours=3), state=MeetingState.CLOSED, quorum_percent=50
    )
    item = team.item(meeting, state="done", **{"decision": "在3号楼前划设车位。", **given})
    measured(team, item, *owners)
    return adopt(vote=carried(team, item), user=team.convenor, now=now)


def task(resolution: Resolution) -> ListItem:
    """Return the only commitment of `resolution`."""
    return ListItem.objects.get(resolution_task__resolution=resolution)
