"""Residents with the same trouble: each counts once, and all are told together."""

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn
from accounts.models import User
from cases.actions.steps import locked_case, record
from cases.enums import Verb
from cases.models import Case, Supporter
from records import actions as records


def _digest(person: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), person.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def support(*, case: Case, person: str, user: User | None = None, now: datetime | None = None) -> bool:
    """Count one "me too" of `person` (any stable text, kept as a keyed digest); return whether it was new.

    Raises OutOfTurn when the case is no longer open.
    """
    now = now or timezone.now()
    case = locked_case(case)
    if not case.is_open:
        raise OutOfTurn(_("The case is no longer open."))
    _row, created = Supporter.objects.get_or_create(
        case=case,
        person=_digest(person),
        defaults={"at": now, "user": user if user and user.pk else None},
    )
    if created:
        case.supporters += 1
        case.save(update_fields=["supporters"])
        record(case=case, verb=Verb.SUPPORT, now=now, data={"supporters": case.supporters})
    return created


def bring_supporters(*, case: Case, into: Case, now: datetime) -> None:
    """Let whoever asked or supported `case` support `into`, each once. Both cases are locked by the caller."""
    known = set(into.support.values_list("person", flat=True))
    if into.lodger_id:
        known.add(_digest(f"user:{into.lodger_id}"))
    asker = f"user:{case.lodger_id}" if case.lodger_id else f"case:{case.pk}"
    brought = {row.person: row.user_id for row in case.support.all()} | {_digest(asker): case.lodger_id}
    Supporter.objects.bulk_create(
        Supporter(case=into, person=person, user_id=user_id, at=now)
        for person, user_id in brought.items()
        if person not in known
    )
    into.supporters = into.support.count()
    into.save(update_fields=["supporters"])


def tell_supporters(*, case: Case, now: datetime) -> None:
    """Tell the supporters of `case` who have an account that it was answered, once for each answer."""
    records.notify(
        recipients=[row.user for row in case.support.filter(user__isnull=False).select_related("user")],
        kind="case.supported_resolved",
        parameters={"number": case.number},
        key=f"supported:{case.pk}:{case.reopened}",
        now=now,
    )
