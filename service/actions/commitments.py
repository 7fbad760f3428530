"""What a resolution asks of a unit, and whether the unit takes it on."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Refused
from accounts.models import Unit, User
from records import actions as records
from records.clocks import Due
from records.enums import ClockUnit
from service.actions.commitments_steps import checked_move, tell
from service.actions.lists_steps import due_on_day
from service.actions.typed import checked, checked_reason
from service.days import end_of
from service.enums import ItemState, ListKind, Step, Verb
from service.models import ListItem
from service.queries.clocks import due_times
from service.queries.commitments import askers_of, convenors_at, kinds_that_commit, representatives_of


@transaction.atomic
def commit(
    *,
    territory: Unit,
    claimant: Unit,
    asker: Unit,
    asked_by: User | None,
    title: str,
    text: str,
    due_on: date,
    user: User,
    now: datetime | None = None,
) -> ListItem:
    """Ask `claimant` to do `title` by the end of `due_on`, for `asker` or the person `asked_by`; return it, open.

    Whoever calls it has checked that `user` may. Raises Refused as `check_commitment`, or for a text that is too long.
    """
    now = now or timezone.now()
    check_commitment(claimant=claimant, asker=asker, asked_by=asked_by)
    item = ListItem(asker=asker, asked_by=asked_by, claimant=claimant, due_at=due_on_day(due_on, now), created_at=now)
    _save(item, territory, title, text, user)
    due = due_times(steps=[Step.CLAIM_COMMITMENT], now=now)
    records.set_deadlines(subject=item, unit=claimant, due=due, now=now)
    tell(item, representatives_of(claimant), user, "commitment.asked", now, due=f"{due_on:%Y-%m-%d}")
    return item


@transaction.atomic
def record_unasked(
    *,
    territory: Unit,
    claimant: Unit,
    asker: Unit,
    asked_by: User | None,
    title: str,
    text: str,
    due_on: date,
    user: User,
    reason: str,
    now: datetime | None = None,
) -> ListItem:
    """Record what was resolved and cannot be asked of `claimant` any more, for a `reason` that everybody may read.

    It is over at once and nobody owes anything for it: the forum, whose convenors are told, has it on its next
    agenda. Return it. Raises Refused for a text that is too long.
    """
    now = now or timezone.now()
    item = ListItem(
        asker=asker, asked_by=asked_by, claimant=claimant, due_at=end_of(due_on), created_at=now, withdrawn_at=now
    )
    item.state, item.reason = ItemState.WITHDRAWN, reason
    _save(item, territory, title, text, user)
    tell(item, convenors_at(territory), None, "commitment.unasked", now, reason=reason)
    return item


def _save(item: ListItem, territory: Unit, title: str, text: str, user: User) -> None:
    item.kind, item.created_by = ListKind.COMMITMENT, user
    item.community = item.owner = territory
    item.title = checked(title, field="title", most=80, missing=_("Please fill this in."))
    item.text = checked(text, field="text", most=2000)
    item.save(force_insert=True)


def check_commitment(*, claimant: Unit, asker: Unit, asked_by: User | None) -> None:
    """Raise Refused when `claimant` cannot be asked: one side is closed, nobody can represent it, or it would rate
    itself.
    """
    for unit, field in ((claimant, "owner"), (asker, "asker")):
        if not unit.is_active:
            raise Refused(_("%(unit)s has been closed. Choose another unit.") % {"unit": unit}, field=field)
    if claimant.kind not in kinds_that_commit():
        raise Refused(
            _("Nobody can take it on for %(unit)s. Choose the unit above it.") % {"unit": claimant}, field="owner"
        )
    if asked_by is None and claimant.pk == asker.pk:
        raise Refused(_("A unit cannot rate what it does itself. Choose two different units."), field="asker")


@transaction.atomic
def claim_commitment(*, item: ListItem, user: User, now: datetime | None = None) -> ListItem:
    """Take on `item` for the unit that owes it, to be delivered by the day the resolution names; return it.

    Raises NotAllowed to others than who represents the unit, OutOfTurn when it was taken on or declined.
    """
    now = now or timezone.now()
    item = checked_move(item, Verb.CLAIM, user)
    item.claimed_by, item.claimed_at = user, now
    item.save(update_fields=["state", "claimed_by", "claimed_at"])
    records.meet_deadlines(subject=item, kinds=[Step.CLAIM_COMMITMENT], now=now)
    due = {Step.DELIVER: Due(item.due_at, ClockUnit.WORKING_DAYS)}
    records.set_deadlines(subject=item, unit=item.claimant, due=due, now=now)
    tell(item, askers_of(item), user, "commitment.claimed", now)
    records.audit(verb="commitment.claim", subject=item, actor=user, unit=item.claimant, now=now)
    return item


@transaction.atomic
def decline_commitment(*, item: ListItem, user: User, reason: str, now: datetime | None = None) -> ListItem:
    """Decline `item` for the unit that owes it, with a `reason`; return it, withdrawn.

    The forum has it on its next agenda. Raises as `claim_commitment`, and Refused without a reason.
    """
    now = now or timezone.now()
    item = checked_move(item, Verb.DECLINE, user)
    item.reason, item.withdrawn_at = checked_reason(reason), now
    item.save(update_fields=["state", "reason", "withdrawn_at"])
    records.meet_deadlines(subject=item, kinds=[Step.CLAIM_COMMITMENT], now=now)
    told = askers_of(item) | convenors_at(item.community)
    tell(item, told, user, "commitment.declined", now, reason=item.reason)
    records.audit(verb="commitment.decline", subject=item, actor=user, unit=item.claimant, now=now)
    return item
