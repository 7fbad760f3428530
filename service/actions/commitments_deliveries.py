"""What was taken on is reported on and delivered by the unit that owes it, and rated by who asked."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, Refused
from accounts.models import User
from records import actions as records
from service.actions.commitments_steps import checked_move, tell
from service.actions.typed import checked
from service.enums import ItemState, ListKind, Step, Verb
from service.models import ItemProgress, ListItem
from service.queries.clocks import due_times
from service.queries.commitments import askers_of, asks_in_person, does, representatives_of


@transaction.atomic
def report_progress(*, item: ListItem, user: User, text: str, now: datetime | None = None) -> ItemProgress:
    """Append what has been done so far to `item`; return the entry.

    Raises NotAllowed to others than who represents the unit, OutOfTurn unless it is under way, Refused without text.
    """
    now = now or timezone.now()
    item = checked_move(item, Verb.REPORT, user)
    missing = _("Please say in a sentence or two what has been done.")
    text = checked(text, field="text", most=1000, missing=missing)
    entry = ItemProgress.objects.create(item=item, text=text, by=user, at=now)
    tell(item, askers_of(item), user, "commitment.progress", now)
    return entry


@transaction.atomic
def deliver_commitment(*, item: ListItem, user: User, evidence: str, now: datetime | None = None) -> ListItem:
    """Say in `evidence` what was delivered; who asked rates it next. Return the item.

    Raises NotAllowed to others than who represents the unit, OutOfTurn unless it is under way, Refused without
    evidence.
    """
    now = now or timezone.now()
    item = checked_move(item, Verb.DELIVER, user)
    missing = _("Please say in a sentence or two what was delivered.")
    item.evidence = checked(evidence, field="evidence", most=2000, missing=missing)
    item.delivered_by, item.delivered_at = user, now
    item.save(update_fields=["state", "evidence", "delivered_by", "delivered_at"])
    records.meet_deadlines(subject=item, kinds=[Step.DELIVER], now=now)
    due = due_times(steps=[Step.RATE_ITEM], now=now)
    person = item.asked_by if asks_in_person(item) else None
    records.set_deadlines(subject=item, unit=item.asker, due=due, now=now, person=person)
    tell(item, askers_of(item), user, "commitment.delivered", now)
    records.audit(verb="commitment.deliver", subject=item, actor=user, unit=item.claimant, now=now)
    return item


@transaction.atomic
def rate_commitment(
    *, item: ListItem, user: User, rating: int, remark: str = "", now: datetime | None = None
) -> ListItem:
    """Rate what was delivered from 1 to 5, for the side that asked; return the item.

    Raises NotAllowed to others than that side, and to whoever also represents or delivered for the other one;
    OutOfTurn unless it was delivered and not rated; Refused for another number.
    """
    now = now or timezone.now()
    if does(user, item):
        raise NotAllowed(_("You act for who delivered. Somebody else of the side that asked must rate."))
    item = checked_move(item, Verb.RATE, user)
    if rating not in range(1, 6):
        raise Refused(_("Please rate from 1 to 5."), field="rating")
    item.rating, item.remark = rating, checked(remark, field="remark", most=500)
    item.rated_by, item.rated_at = user, now
    item.save(update_fields=["state", "rating", "remark", "rated_by", "rated_at"])
    records.meet_deadlines(subject=item, kinds=[Step.RATE_ITEM], now=now)
    tell(item, representatives_of(item.claimant), user, "commitment.rated", now, mark=rating)
    detail = {"rating": rating}
    records.audit(verb="commitment.rate", subject=item, actor=user, unit=item.asker, detail=detail, now=now)
    return item


@transaction.atomic
def pass_ratings(*, user: User) -> int:
    """Let the people of the unit owe the ratings of what `user` asked for while the account is closed; return how many.

    Once it is open again, `user` owes them.
    """
    delivered = ListItem.objects.filter(kind=ListKind.COMMITMENT, asked_by=user, state=ItemState.DELIVERED)
    before, after = (None, user) if user.is_active else (user, None)
    return records.hand_to_person(subjects=delivered, before=before, after=after)
