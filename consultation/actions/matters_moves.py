"""A matter goes on elsewhere: merged into another of the same forum, or passed to a forum of another level."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import User
from consultation.actions.matters_checks import check_case_not_there, check_open
from consultation.actions.matters_steps import (
    decision_met,
    locked_pair,
    owe_decision,
    tell_convenor,
    tell_proposers,
)
from consultation.actions.steps import check_matter, locked_forum, locked_matter, record_step
from consultation.enums import MatterState, MatterVerb
from consultation.models import Forum, Matter
from consultation.queries.forums import forums_above, forums_below
from consultation.queries.matters import LIVE, matter_of_topic
from records import actions as records
from service.actions.typed import checked_reason


@transaction.atomic
def merge_matter(*, matter: Matter, into: Matter, user: User, reason: str, now: datetime | None = None) -> Matter:
    """Let `into`, a live matter of the same forum, go on for both; return `matter`. Its proposer stays informed.

    Raises NotAllowed unless `user` keeps the forum, OutOfTurn once `matter` is on an agenda or over, Refused for
    itself, another forum's or a closed matter, and without a reason.
    """
    now = now or timezone.now()
    if into.pk == matter.pk:
        raise Refused(_("A matter cannot be merged into itself. Please choose another."), field="into")
    matter, into = locked_pair(matter, into)
    check_matter(matter=matter, verb=MatterVerb.MERGE, user=user, reason=reason)
    if into.forum_id != matter.forum_id:
        raise Refused(_("This matter is at another forum. Please choose one of the same forum."), field="into")
    if into.state not in LIVE:
        raise Refused(_("This matter is closed. Please choose one that goes on."), field="into")
    reason = checked_reason(reason)
    tell_proposers(matter, "matter.merged", user, now, reason=reason)
    for absorbed in [matter, *matter.absorbed.select_related("forum").order_by("pk")]:
        record_step(matter=absorbed, verb=MatterVerb.MERGE, now=now, user=user, other=into, reason=reason)
    matter.absorbed.update(merged_into=into)
    matter.state, matter.merged_into, matter.reason = MatterState.MERGED, into, reason
    matter.save(update_fields=["state", "merged_into", "reason"])
    record_step(matter=into, verb=MatterVerb.ABSORB, now=now, user=user, other=matter)
    decision_met(matter, now)
    records.audit(verb="matter.merge", subject=matter, actor=user, unit=matter.forum.unit, now=now)
    return matter


@transaction.atomic
def pass_matter(*, matter: Matter, to: Forum, user: User, reason: str, now: datetime | None = None) -> Matter:
    """Pass `matter` with its whole record to a forum above or below its own, whose convenor decides anew; return it.

    Raises NotAllowed unless `user` keeps the forum, OutOfTurn once it is on an agenda or over, Refused for a forum
    that is neither above nor below or has the matter already, and without a reason.
    """
    now = now or timezone.now()
    left, to = _locked_forums(matter.forum, to)
    matter = locked_matter(matter)
    if matter.forum_id != left.pk:
        raise OutOfTurn(_("Somebody else has passed this matter on meanwhile."))
    verb = _direction(left, to)
    check_matter(matter=matter, verb=verb, user=user, reason=reason)
    check_open(to, field="to")
    _check_not_there(matter, to)
    reason = checked_reason(reason)
    decision_met(matter, now)
    record_step(matter=matter, verb=verb, now=now, user=user, to_forum=to, reason=reason)
    tell_proposers(matter, "matter.passed", user, now, to=to.name, reason=reason)
    matter.forum, matter.state, matter.reason = to, MatterState.RAISED, ""
    matter.decided_by = matter.decided_at = None
    matter.save(update_fields=["forum", "state", "reason", "decided_by", "decided_at"])
    owe_decision(matter, now)
    tell_convenor(matter, "matter.raised", user, now)
    detail = {"from": left.pk, "to": to.pk}
    records.audit(verb="matter.pass", subject=matter, actor=user, unit=left.unit, detail=detail, now=now)
    return matter


def _locked_forums(first: Forum, second: Forum) -> tuple[Forum, Forum]:
    found = {row.pk: locked_forum(row) for row in sorted((first, second), key=lambda row: row.pk)}
    return found[first.pk], found[second.pk]


def _direction(left: Forum, to: Forum) -> MatterVerb:
    if forums_above(left).filter(pk=to.pk).exists():
        return MatterVerb.PASS_UP
    if forums_below(left).filter(pk=to.pk).exists():
        return MatterVerb.PASS_DOWN
    raise Refused(_("Please choose a forum of a level above or below this one."), field="to")


def _check_not_there(matter: Matter, to: Forum) -> None:
    if matter.case is not None:
        check_case_not_there(matter.case, to, field="to", but=matter)
    if matter.category is not None and matter_of_topic(to, matter.category, matter.street, matter.month):
        raise Refused(_("This topic has been raised at “%(forum)s” already.") % {"forum": to}, field="to")
