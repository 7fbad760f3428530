"""议事, 决事: a matter is put on the agenda of a meeting, taken off it, and decided."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Refused
from accounts.models import User
from consultation.actions.matters_steps import tell_proposers
from consultation.actions.steps import check_matter, locked_matter, record_step
from consultation.enums import MatterState, MatterVerb
from consultation.models import Matter, Meeting
from consultation.workflow import MATTER_MOVES


@transaction.atomic
def table_matter(*, matter: Matter, meeting: Meeting, user: User | None, now: datetime | None = None) -> Matter:
    """Put `matter` on the agenda of `meeting`, which is locked by the caller; return it. On it already: nothing.

    Raises NotAllowed unless `user` keeps the forum (None is the portal), OutOfTurn unless it is accepted and waits,
    Refused for another forum's meeting.
    """
    matter = locked_matter(matter)
    if matter.forum_id != meeting.forum_id:
        raise Refused(_("This matter is at another forum."), field="matter")
    if matter.state == MatterState.TABLED and _tabled_at(matter) == meeting.pk:
        return matter
    check_matter(matter=matter, verb=MatterVerb.TABLE, user=user)
    return _moved(matter, MatterVerb.TABLE, meeting, user=user, now=now)


@transaction.atomic
def untable_matter(
    *, matter: Matter, meeting: Meeting, user: User | None, now: datetime | None = None, reason: str = ""
) -> Matter:
    """Take `matter` off the agenda of `meeting`: it waits for another one; return it. Not on it: nothing.

    Raises NotAllowed unless `user` keeps the forum; None is the portal.
    """
    matter = locked_matter(matter)
    if matter.state != MatterState.TABLED or _tabled_at(matter) != meeting.pk:
        return matter
    check_matter(matter=matter, verb=MatterVerb.UNTABLE, user=user)
    return _moved(matter, MatterVerb.UNTABLE, meeting, user=user, now=now, reason=reason.strip())


@transaction.atomic
def decide_matter(*, matter: Matter, meeting: Meeting, user: User | None, now: datetime | None = None) -> Matter:
    """Let `meeting` have decided `matter`; return it. Decided already: nothing.

    It follows from the vote or the noted decision, whose action asks whether `user` may. Raises OutOfTurn unless it
    is on an agenda.
    """
    matter = locked_matter(matter)
    if matter.state == MatterState.DECIDED:
        return matter
    check_matter(matter=matter, verb=MatterVerb.DECIDE, user=None)
    return _moved(matter, MatterVerb.DECIDE, meeting, user=user, now=now)


TOLD = {
    MatterVerb.TABLE: "matter.tabled",
    MatterVerb.UNTABLE: "matter.untabled",
    MatterVerb.DECIDE: "matter.decided",
}


def _moved(matter: Matter, verb: MatterVerb, meeting: Meeting, *, user, now, reason: str = "") -> Matter:
    now = now or timezone.now()
    matter.state = MATTER_MOVES[verb].target
    matter.save(update_fields=["state"])
    record_step(matter=matter, verb=verb, now=now, user=user, meeting=meeting, reason=reason)
    tell_proposers(matter, TOLD[verb], user, now)
    return matter


def _tabled_at(matter: Matter) -> int | None:
    """Return the key of the meeting on whose agenda `matter` was put last."""
    steps = matter.steps.filter(verb=MatterVerb.TABLE).order_by("-at", "-pk")
    return steps.values_list("meeting", flat=True).first()
