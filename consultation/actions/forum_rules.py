"""By which rules a forum meets, and whether it meets at all."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import User
from consultation.actions.forum_steps import audit, check_fields, locked_and_kept
from consultation.enums import Balloting, Majority, MeetingState, Proposers
from consultation.models import Forum
from consultation.queries.returns import TO_COME

UNDER_WAY = (MeetingState.CALLED, MeetingState.OPENED)
HELD_BY_A_CALL = ("majority", "written_votes", "names_public")
"""The rules that a forum may not change while a meeting that was called by them is still to be held."""


@dataclass(frozen=True)
class Rules:
    """By which rules a forum meets; see consultation.models.Forum."""

    lead_days: int = 3
    quorum_percent: int = 50
    majority: str = Majority.SIMPLE
    balloting: str = Balloting.OPEN
    written_votes: bool = False
    proposers: str = Proposers.EVERYONE
    names_public: bool = False


@transaction.atomic
def set_rules(*, forum: Forum, user: User, rules: Rules, now: datetime | None = None) -> Forum:
    """Give `forum` new rules and return it. What is called already keeps its own.

    It keeps its quorum by itself; what else it was called by is refused while it is still to be held. Raises
    NotAllowed, OutOfTurn for a forum that is given up, Refused also for what is out of range.
    """
    forum = locked_and_kept(forum, user)
    given = asdict(rules)
    changed = [name for name, value in given.items() if getattr(forum, name) != value]
    bound = next((name for name in HELD_BY_A_CALL if name in changed), None)
    if bound and forum.meetings.filter(state__in=UNDER_WAY).exists():
        raise Refused(_("A meeting has been called by this rule. Change it when that meeting is over."), field=bound)
    for name, value in given.items():
        setattr(forum, name, value)
    check_fields(forum)
    forum.save(update_fields=list(given))
    audit(forum, "forum.rules", user, now or timezone.now(), changed=changed)
    return forum


@transaction.atomic
def give_up_forum(*, forum: Forum, user: User, now: datetime | None = None) -> Forum:
    """Take `forum` off the public pages and let it meet no more; return it. Its record stays.

    Raises NotAllowed, OutOfTurn when it is given up already or a meeting is still to be held, be it
    planned, called, in session or postponed.
    """
    forum = locked_and_kept(forum, user)
    if forum.meetings.filter(state__in=TO_COME).exists():
        raise OutOfTurn(_("A meeting of this forum is still to be held. Hold it or cancel it first."))
    return _switch(forum, "forum.give_up", user, now or timezone.now(), active=False)


@transaction.atomic
def restart_forum(*, forum: Forum, user: User, now: datetime | None = None) -> Forum:
    """Take up `forum` again with its members and rules; return it. Raises NotAllowed, OutOfTurn when it is active."""
    forum = locked_and_kept(forum, user, active=False)
    return _switch(forum, "forum.restart", user, now or timezone.now(), active=True)


def _switch(forum: Forum, verb: str, user: User, now: datetime, *, active: bool) -> Forum:
    forum.is_active = active
    forum.save(update_fields=["is_active"])
    audit(forum, verb, user, now)
    return forum
