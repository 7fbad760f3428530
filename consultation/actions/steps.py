"""The steps that the verbs of this app are made of: lock, check, record.

Locked in the order forum → meeting → agenda item → vote → matter, several matters by their keys. The locks leave the
keys alone (`no_key`), so that rows that point at what is locked can be written meanwhile.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import User
from consultation.enums import MatterVerb, MeetingVerb
from consultation.models import Forum, Matter, MatterStep, Meeting
from consultation.queries.rights import may_on_matter, may_on_meeting
from consultation.workflow import MATTER_MOVES, MEETING_MOVES, allowed_on_matter, allowed_on_meeting


def locked_forum(forum: Forum) -> Forum:
    """Return `forum` read anew and locked until the end of the transaction."""
    related = Forum.objects.select_related("unit", "convenor")
    return related.select_for_update(of=("self",), no_key=True).get(pk=forum.pk)


def locked_meeting(meeting: Meeting) -> Meeting:
    """Return `meeting` read anew and locked until the end of the transaction."""
    related = Meeting.objects.select_related("forum__unit", "forum__convenor", "at_hand")
    return related.select_for_update(of=("self",), no_key=True).get(pk=meeting.pk)


def locked_matter(matter: Matter) -> Matter:
    """Return `matter` read anew and locked until the end of the transaction."""
    related = Matter.objects.select_related("forum__unit", "forum__convenor", "proposer", "unit", "case")
    return related.select_for_update(of=("self",), no_key=True).get(pk=matter.pk)


def check_meeting(*, meeting: Meeting, verb: MeetingVerb, user: User | None, **given: str) -> None:
    """Ask the table whether `user` may do `verb` to the locked `meeting` with the inputs `given`.

    Raises NotAllowed, OutOfTurn (wrong state), or Refused for an empty input. Without a `user` it is the portal.
    """
    if user is not None and not may_on_meeting(user, verb, meeting):
        raise NotAllowed
    if not allowed_on_meeting(verb, meeting.state):
        raise OutOfTurn(
            _("This cannot be done now: the meeting is “%(state)s”.") % {"state": meeting.get_state_display()}
        )
    _check_given(MEETING_MOVES[verb].needs, given)


def check_matter(*, matter: Matter, verb: MatterVerb, user: User | None, **given: str) -> None:
    """Ask the table whether `user` may do `verb` to the locked `matter`. Raises as `check_meeting`."""
    if user is not None and not may_on_matter(user, verb, matter):
        raise NotAllowed
    if not allowed_on_matter(verb, matter.state):
        raise OutOfTurn(
            _("This cannot be done now: the matter is “%(state)s”.") % {"state": matter.get_state_display()}
        )
    _check_given(MATTER_MOVES[verb].needs, given)


def _check_given(needs: tuple[str, ...], given: dict[str, str]) -> None:
    for name in needs:
        if not (given.get(name) or "").strip():
            raise Refused(_("Please give a reason."), field=name)


def record_step(*, matter: Matter, verb: MatterVerb, now: datetime, user: User | None = None, **given) -> MatterStep:
    """Append one entry to the record of `matter` (`to_forum`, `other`, `meeting`, `reason`) and return it."""
    return MatterStep.objects.create(matter=matter, verb=verb, at=now, actor=user, forum=matter.forum, **given)
