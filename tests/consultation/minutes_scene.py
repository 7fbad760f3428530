"""A meeting that is over, with what its minutes are drafted from."""

import pytest
from django.utils import timezone

from consultation.actions.minutes import draft_minutes, owe_minutes, submit_minutes
from consultation.actions.minutes_decisions import confirm_minutes
from consultation.enums import AgendaState, MeetingState, Reply, VoteState
from consultation.models import Meeting, Minutes, SpeakingNote, Vote
from tests.consultation.cast import ConsultationCast


def invitation_of(meeting: Meeting, user):
    return meeting.invitations.get(person=user)


def say(meeting: Meeting, user, text: str, noted_by) -> SpeakingNote:
    """Let `user`, who is invited, be noted with `text` on the first item."""
    item = meeting.items.order_by("position", "pk").first()
    return SpeakingNote.objects.create(
        item=item, speaker=invitation_of(meeting, user), text=text, noted_by=noted_by, at=timezone.now()
    )


def voted(team: ConsultationCast, meeting: Meeting, **given) -> Vote:
    """Return a closed vote on the first item: three in favour, one against, adopted."""
    defaults = {
        "question": "是否同意停车位划线方案",
        "balloting": "open",
        "majority": "simple",
        "state": VoteState.CLOSED,
        "electorate": 4,
        "in_favour": 3,
        "against": 1,
        "adopted": True,
        "opened_by": team.convenor,
        "opened_at": timezone.now(),
        "closed_at": timezone.now(),
    }
    item = meeting.items.order_by("position", "pk").first()
    return Vote.objects.create(meeting=meeting, item=item, **{**defaults, **given})


def over(team: ConsultationCast, **given) -> Meeting:
    """Return a closed meeting whose minutes the convenor owes: `adviser` is excused, the others came."""
    meeting = team.in_session(**given)
    now = timezone.now()
    meeting.items.update(state=AgendaState.DONE, discussion="讨论了停车位的位置。")
    meeting.invitations.filter(person=team.adviser).update(reply=Reply.NO, checked_in_at=None, checked_in_by=None)
    meeting.state, meeting.closed_at, meeting.at_hand = MeetingState.CLOSED, now, None
    meeting.save(update_fields=["state", "closed_at", "at_hand"])
    owe_minutes(meeting=meeting, now=now)
    return meeting


def drafted(team: ConsultationCast, meeting: Meeting | None = None) -> Minutes:
    """Return minutes that `convenor` has drafted."""
    return draft_minutes(meeting=meeting or over(team), user=team.convenor)


def submitted(team: ConsultationCast, meeting: Meeting | None = None) -> Minutes:
    """Return minutes that wait for `member` to confirm them."""
    minutes = drafted(team, meeting)
    return submit_minutes(meeting=minutes.meeting, user=team.convenor, confirmer=team.member)


def confirmed(team: ConsultationCast, meeting: Meeting | None = None) -> Minutes:
    """Return minutes that `member` has confirmed."""
    minutes = submitted(team, meeting)
    return confirm_minutes(meeting=minutes.meeting, user=team.member, revision=minutes.revision)


def pango_is_there() -> bool:
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


needs_pango = pytest.mark.skipif(not pango_is_there(), reason="needs Pango: apt-get install -y libpangoft2-1.0-0")
