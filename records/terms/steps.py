"""What every change of a deadline's time begins with: lock in order, ask the rules."""

from datetime import datetime

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import User
from records import registry
from records.models import Deadline
from records.terms.rules import asks_as, can_change

LONGEST_TEXT = 500


def locked(deadline: Deadline) -> tuple[Model, Deadline]:
    """Return the subject of `deadline` and then the deadline itself, locked in this order as all verbs do."""
    subject = registry.terms_of(deadline).locked(deadline.object_id)
    fresh = Deadline.objects.select_related("unit").select_for_update(of=("self",)).get(pk=deadline.pk)
    return subject, fresh


def check_own(deadline: Deadline, user: User) -> str:
    """Return the permission by which `user` acts for the unit that owes `deadline`. Raises NotAllowed or OutOfTurn."""
    acting = asks_as(user, deadline.unit)
    if acting is None:
        raise NotAllowed
    if not can_change(deadline):
        raise OutOfTurn(_("This deadline is no longer open."))
    return acting


def check_running(deadline: Deadline, now: datetime) -> None:
    """Raise OutOfTurn unless the clock of `deadline` runs and is not late."""
    if deadline.paused_at is not None:
        raise OutOfTurn(_("The clock is paused. Resume it first."))
    if now >= deadline.due_at:
        raise OutOfTurn(_("This deadline is already late: its time can no longer be changed."))


def checked_text(text: str, field: str) -> str:
    """Return `text` without surrounding spaces. Raises Refused when it is empty or too long."""
    text = text.strip()
    if not text:
        raise Refused(_("Please give a reason."), field=field)
    if len(text) > LONGEST_TEXT:
        raise Refused(_("A reason has at most %(longest)d characters.") % {"longest": LONGEST_TEXT}, field=field)
    return text
