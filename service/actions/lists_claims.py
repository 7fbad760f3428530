"""Who does it: a need or a resource is claimed, or both are matched into a project; a claim can be given back."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import Unit, User
from records import actions as records
from service.actions.lists_steps import (
    check_acts,
    check_item,
    check_registered,
    due_on_day,
    locked,
    locked_with_parts,
    owe_delivery,
    tell,
)
from service.actions.typed import checked_reason
from service.enums import ItemState, ListKind, ResourceKind, Step, Verb
from service.models import ListItem
from service.queries.lists import project_of
from service.workflow import Move

CLAIM = ["state", "asker", "claimant", "claimed_by", "claimed_at", "due_at", "reason"]


@transaction.atomic
def claim_need(*, item: ListItem, user: User, employer: Unit, due_on: date, now: datetime | None = None) -> ListItem:
    """Let `employer` do what the open need asks for, by the end of `due_on`; return the need, claimed.

    Raises NotAllowed to others than the employer's liaisons, also to the side that asks; OutOfTurn when it was
    claimed meanwhile; Refused when the employer is not registered there, or for a day that cannot be.
    """
    now = now or timezone.now()
    (item,) = locked(item)
    check_acts(user, employer, sentence=_("The side that asks cannot claim it; an employer does."))
    if item.kind != ListKind.NEED:
        raise Refused(_("Only a need is claimed by an employer."))
    move = check_item(item, Verb.CLAIM)
    check_registered(employer, item.community)
    item.claimant = employer
    _claim([item], move, user, due_on_day(due_on, now), now)
    owe_delivery(item, now)
    tell(item=item, unit=item.asker, by=user, kind="item.claimed", now=now)
    records.audit(verb="item.claim", subject=item, actor=user, unit=employer, now=now)
    return item


@transaction.atomic
def claim_resource(*, item: ListItem, user: User, due_on: date, now: datetime | None = None) -> ListItem:
    """Let the community call on the open resource, to be delivered by the end of `due_on`; return it, claimed.

    Raises NotAllowed to others than the community, also to the employer that offers it; OutOfTurn when it was
    claimed meanwhile; Refused for a day that cannot be.
    """
    now = now or timezone.now()
    (item,) = locked(item)
    check_acts(user, item.community, sentence=_("The community claims a resource, not who offers it."))
    if item.kind != ListKind.RESOURCE:
        raise Refused(_("Only a resource is claimed by the community."))
    move = check_item(item, Verb.CLAIM)
    check_registered(item.owner, item.community)
    item.asker, item.claimant = item.community, item.owner
    _claim([item], move, user, due_on_day(due_on, now), now)
    owe_delivery(item, now)
    tell(item=item, unit=item.owner, by=user, kind="item.claimed", now=now)
    records.audit(verb="item.claim", subject=item, actor=user, unit=item.community, now=now)
    return item


@transaction.atomic
def match_items(
    *, need: ListItem, resource: ListItem, user: User, due_on: date, now: datetime | None = None
) -> ListItem:
    """Make a project of an open `need` and an open `resource` of one community; return it. All three are claimed.

    Raises NotAllowed to others than the two sides, OutOfTurn when one of them is open no more, Refused for items of
    two communities or kinds that do not fit, or for a day that cannot be.
    """
    now = now or timezone.now()
    if need.pk == resource.pk:
        raise Refused(_("Match a need with a resource."), field="other")
    need, resource = locked(need, resource)
    check_acts(user, need.asker, resource.owner)
    if (need.kind, resource.kind) != (ListKind.NEED, ListKind.RESOURCE):
        raise Refused(_("Match a need with a resource."), field="other")
    if need.community_id != resource.community_id:
        raise Refused(_("Both must be of the same community."), field="other")
    if need.resource_kind != resource.resource_kind and ResourceKind.OTHER not in (
        need.resource_kind,
        resource.resource_kind,
    ):
        raise Refused(_("This need and this resource are of different kinds."), field="other")
    move = check_item(need, Verb.MATCH)
    check_item(resource, Verb.MATCH)
    check_registered(resource.owner, resource.community)
    project = ListItem(
        kind=ListKind.PROJECT,
        community=need.community,
        owner=need.community,
        need=need,
        resource=resource,
        resource_kind=resource.resource_kind,
        title=need.title,
        created_by=user,
        created_at=now,
    )
    for row in (need, resource, project):
        row.asker, row.claimant = need.asker, resource.owner
    try:
        with transaction.atomic():
            _claim([need, resource, project], move, user, due_on_day(due_on, now), now)
    except IntegrityError as error:  # the constraint stands behind the lock
        raise OutOfTurn(_("This need has been matched already.")) from error
    owe_delivery(project, now)
    for unit in (project.asker, project.claimant):
        tell(item=project, unit=unit, by=user, kind="item.matched", now=now)
    records.audit(verb="item.match", subject=project, actor=user, unit=need.community, now=now)
    return project


def _claim(rows: list[ListItem], move: Move, user: User, due_at: datetime, now: datetime) -> None:
    for row in rows:
        row.state, row.reason = move.target, ""
        row.claimed_by, row.claimed_at, row.due_at = user, now, due_at
        row.save(update_fields=CLAIM if row.pk else None)


@transaction.atomic
def give_back(*, item: ListItem, user: User, reason: str, now: datetime | None = None) -> ListItem:
    """Undo the claim of `item` with a `reason`: it is open again, and so are the two sides of a project, which ends.

    Returns it. Raises NotAllowed to others than both sides, OutOfTurn when it is not claimed or was delivered,
    Refused for a part of a project, or without a reason.
    """
    now = now or timezone.now()
    item, parts = locked_with_parts(item)
    check_acts(user, item.claimant, item.asker)
    move = check_item(item, Verb.GIVE_BACK)
    check_whole(item)
    item.reason = checked_reason(reason)
    for unit in (item.asker, item.claimant):
        tell(item=item, unit=unit, by=user, kind="item.given_back", now=now, reason=item.reason)
    if item.kind == ListKind.PROJECT:
        item.state, item.withdrawn_at = ItemState.WITHDRAWN, now
        item.save(update_fields=["state", "reason", "withdrawn_at"])
    for row in parts or [item]:
        _reopen(row, move, item.reason)
    records.cancel_deadlines(subject=item, kinds=[Step.DELIVER], now=now)
    records.audit(verb="item.give_back", subject=item, actor=user, unit=item.community, now=now)
    return item


def _reopen(row: ListItem, move: Move, reason: str) -> None:
    row.state, row.reason = move.target, reason
    row.asker = row.owner if row.kind == ListKind.NEED else None
    row.claimant = row.claimed_by = row.claimed_at = row.due_at = None
    row.save(update_fields=CLAIM)


def check_whole(item: ListItem) -> None:
    """Raise Refused when `item` is a part of a project: the project is what is delivered, rated or given back."""
    project = project_of(item) if item.kind != ListKind.PROJECT else None
    if project:
        raise Refused(_("This is a part of the project “%(project)s”; do it there.") % {"project": project})
