"""Commitments in any state, without a forum: for tests of both sides."""

from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from service.actions.commitments import claim_commitment, commit, decline_commitment
from service.actions.commitments_deliveries import deliver_commitment, rate_commitment
from service.enums import ItemState
from service.models import ListItem
from tests.cast import Cast


def in_days(away: int) -> date:
    return timezone.localdate() + timedelta(days=away)


def committed(cast: Cast, user: User, **given) -> ListItem:
    """Return what the community asks of the water bureau by next week, made by `user`."""
    defaults = {
        "territory": cast.community,
        "claimant": cast.water,
        "asker": cast.community,
        "asked_by": None,
        "title": "疏通3号楼前排水沟",
        "text": "槐树社区议事厅 2026-1 排水整治",
        "due_on": in_days(7),
    }
    return commit(**{**defaults, **given}, user=user)


def brought_to(item: ListItem, state: ItemState, *, by: User, rater: User, rating: int = 5) -> ListItem:
    """Return the open `item` after what leads to `state`, done by `by` for the unit and rated by `rater`."""
    if state == ItemState.WITHDRAWN:
        return decline_commitment(item=item, user=by, reason="职责不在我局")
    if state != ItemState.OPEN:
        item = claim_commitment(item=item, user=by)
    if state in (ItemState.DELIVERED, ItemState.RATED):
        item = deliver_commitment(item=item, user=by, evidence="已疏通并复查")
    if state == ItemState.RATED:
        item = rate_commitment(item=item, user=rater, rating=rating)
    return item
