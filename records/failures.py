"""Background tasks that failed for good: kept for the operator, who can send them again."""

from datetime import datetime
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from accounts.errors import OutOfTurn, Refused
from accounts.models import User
from records.actions import audit
from records.models import FailedTask


@transaction.atomic
def note_failure(
    *, task: str, args: list | tuple, error: str, named: dict | None = None, now: datetime | None = None
) -> None:
    """Keep that `task` failed for good with an exception of the class `error`.

    The same failure that was not sent again yet is counted, not repeated. Arguments that are not keys, or that are
    `named`, are left out: they could hold personal data.
    """
    now = now or timezone.now()
    keys = list(args) if all(map(_is_key, args)) and not named else None
    same = FailedTask.objects.filter(task=task, error=error, sent_again_at__isnull=True)
    same = same.filter(args__isnull=True) if keys is None else same.filter(args=keys)
    first = same.order_by("pk").values_list("pk", flat=True).first()
    if first:
        FailedTask.objects.filter(pk=first).update(times=F("times") + 1, last_at=now)
    else:
        FailedTask.objects.create(task=task, args=keys, error=error, first_at=now, last_at=now)


def _is_key(value) -> bool:
    if isinstance(value, str):
        try:
            return str(UUID(value)) == value
        except ValueError:
            return False
    if isinstance(value, list):
        return all(map(_is_key, value))
    return isinstance(value, int)


@transaction.atomic
def send_again(*, failed: FailedTask, user: User, now: datetime | None = None) -> None:
    """Send a failed task once more.

    Raises OutOfTurn when it was sent again already, Refused when its arguments were not kept or the queue does
    not answer; then it stays as it is.
    """
    if failed.args is None:
        raise Refused(_("This task carried more than keys, which were not kept: it cannot be sent again."))
    now = now or timezone.now()
    if not FailedTask.objects.filter(pk=failed.pk, sent_again_at__isnull=True).update(sent_again_at=now):
        raise OutOfTurn(_("This task was sent again already."))
    audit(verb="task.send_again", subject=failed, actor=user, detail={"task": failed.task}, now=now)
    try:  # last, and not after the commit: what the queue does not take is not marked as sent
        current_app.send_task(failed.task, args=failed.args)
    except OperationalError as error:
        raise Refused(_("The queue does not answer; try again when it is back.")) from error
