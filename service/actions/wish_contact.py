"""The community looks at where a wish is to be brought: with a reason, which is recorded, and the resident is told."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.errors import NotAllowed
from accounts.models import User
from records import actions as records
from service.actions.typed import checked_reason
from service.actions.wishes import locked_wish, tell_resident
from service.models import Wish
from service.queries.wishes import may_reveal

LONGEST_TOLD = 80


@transaction.atomic
def reveal_wish_contact(*, wish: Wish, user: User, reason: str, now: datetime | None = None) -> str:
    """Return where `wish` is to be brought; the look is recorded and the resident is told of it.

    Raises NotAllowed for anybody but the community, Refused without a reason.
    """
    now = now or timezone.now()
    wish = locked_wish(wish)
    if not may_reveal(user, wish):
        raise NotAllowed
    reason = checked_reason(reason)
    tell_resident(wish, "wish.revealed", now, unit=wish.community.name, reason=reason[:LONGEST_TOLD])
    records.audit(verb="wish.reveal", subject=wish, actor=user, unit=wish.community, detail={"reason": reason}, now=now)
    return wish.contact
