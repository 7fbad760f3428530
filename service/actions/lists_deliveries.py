"""What was claimed is delivered by who claimed it, and rated by the side that asked."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, Refused
from accounts.models import User
from accounts.queries import grants_of
from records import actions as records
from service.actions.lists_claims import check_whole
from service.actions.lists_steps import check_acts, check_item, locked_with_parts, tell
from service.actions.typed import checked
from service.enums import Step, Verb
from service.models import ListItem
from service.queries.clocks import due_times


@transaction.atomic
def deliver_item(*, item: ListItem, user: User, evidence: str, now: datetime | None = None) -> ListItem:
    """Say in `evidence` what was delivered; the side that asked rates it next. Return the item, or project.

    Raises NotAllowed to others than who claimed it, OutOfTurn when it is not claimed, Refused without evidence.
    """
    now = now or timezone.now()
    item, parts = locked_with_parts(item)
    check_acts(user, item.claimant)
    move = check_item(item, Verb.DELIVER)
    check_whole(item)
    missing = _("Please say in a sentence or two what was delivered.")
    evidence = checked(evidence, field="evidence", most=2000, missing=missing)
    for row in (item, *parts):
        row.state, row.evidence, row.delivered_at = move.target, evidence, now
        row.save(update_fields=["state", "evidence", "delivered_at"])
    records.meet_deadlines(subject=item, kinds=[Step.DELIVER], now=now)
    due = due_times(steps=[Step.RATE_ITEM], now=now)
    records.set_deadlines(subject=item, unit=item.asker, due=due, now=now)
    tell(item=item, unit=item.asker, by=user, kind="item.delivered", now=now)
    records.audit(verb="item.deliver", subject=item, actor=user, unit=item.claimant, now=now)
    return item


@transaction.atomic
def rate_item(*, item: ListItem, user: User, rating: int, remark: str = "", now: datetime | None = None) -> ListItem:
    """Rate what was delivered from 1 to 5, for the side that asked; return the item.

    Raises NotAllowed to others than the asking side, also to whoever claims for the other one too; OutOfTurn when
    nothing was delivered or it is rated; Refused for another number.
    """
    now = now or timezone.now()
    item, parts = locked_with_parts(item)
    check_acts(user, item.asker, sentence=_("The side that asked rates, not who delivered."))
    if item.claimant and grants_of(user).on("liaise", item.claimant):
        raise NotAllowed(_("You act for who delivered too. Somebody else of the asking side must rate."))
    move = check_item(item, Verb.RATE)
    check_whole(item)
    if rating not in range(1, 6):
        raise Refused(_("Please rate from 1 to 5."), field="rating")
    remark = checked(remark, field="remark", most=500)
    for row in (item, *parts):
        row.state, row.rating, row.remark = move.target, rating, remark
        row.rated_by, row.rated_at = user, now
        row.save(update_fields=["state", "rating", "remark", "rated_by", "rated_at"])
    records.meet_deadlines(subject=item, kinds=[Step.RATE_ITEM], now=now)
    tell(item=item, unit=item.claimant, by=user, kind="item.rated", now=now)
    records.audit(verb="item.rate", subject=item, actor=user, unit=item.asker, detail={"rating": rating}, now=now)
    return item
