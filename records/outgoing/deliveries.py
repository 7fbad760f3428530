"""What leaves the portal: each reminder is written down as a delivery before it is sent, and sent at least once.

The sweep writes the rows with the inbox notice (records.outgoing.writing); a task sends them. Who sends a row first
takes a lease on it, so that a message handed over twice is sent once; after a crash the lease runs out and the sweep
hands it over again.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from kombu.exceptions import OperationalError

from accounts.models import User
from accounts.queries import active_posts
from records.actions import audit
from records.enums import DeliveryMode, DeliveryState
from records.outgoing import wording
from records.outgoing.models import Delivery
from records.outgoing.outside import Channels, Mailer
from records.queries import ready_to_leave

logger = logging.getLogger(__name__)

CHUNK = 100
HANDED_OVER_AT_MOST = 5000
SWEEPS_OF_PATIENCE = 4  # then what was handed over and is still there counts as lost on the way
LEASE = timedelta(seconds=30)
BUDGET = 40  # seconds of one task; what is left is handed over again by the sweep
RETRY_AFTER = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60)]
ATTEMPTS = len(RETRY_AFTER) + 1


def hand_over(keys: list[int]) -> None:
    """Queue the deliveries with these `keys`, many to a task. Without a broker the next sweep finds them again."""
    from records.tasks import deliver  # noqa: PLC0415 - the task calls back into this module

    for start in range(0, len(keys), CHUNK):
        try:
            deliver.delay(keys[start : start + CHUNK])
        except (OperationalError, OSError) as error:
            logger.warning("deliveries wait, the broker is away: %s", type(error).__name__)
            return


@transaction.atomic
def hand_over_waiting(*, now: datetime | None = None) -> int:
    """Queue what may be sent at `now` and was not queued within the last sweeps; return how many."""
    now = now or timezone.now()
    patience = timedelta(seconds=SWEEPS_OF_PATIENCE * settings.SWEEP_SECONDS)
    waiting = ready_to_leave(now).filter(Q(enqueued_at__isnull=True) | Q(enqueued_at__lte=now - patience))
    keys = list(waiting.order_by("not_before", "id").values_list("pk", flat=True)[:HANDED_OVER_AT_MOST])
    if keys:
        Delivery.objects.filter(pk__in=keys).update(enqueued_at=now)
        transaction.on_commit(partial(hand_over, keys))
    return len(keys)


@transaction.atomic
def send_again(*, deliveries: QuerySet[Delivery], user: User, now: datetime | None = None) -> int:
    """Give the failed ones of `deliveries` all their attempts anew; return how many. The next sweep queues them."""
    now = now or timezone.now()
    failed = list(deliveries.filter(state=DeliveryState.FAILED).select_for_update(of=("self",)))
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in failed]).update(
        state=DeliveryState.WAITING, attempts=0, not_before=now, enqueued_at=None
    )
    for delivery in failed:
        audit(verb="delivery.send_again", subject=delivery, actor=user, unit=delivery.unit, now=now)
    return len(failed)


# --- sending them -------------------------------------------------------------------------------------------


def deliver(*, keys: Iterable[int], now: datetime | None = None) -> int:
    """Send those of the deliveries with these `keys` that still wait and still matter; return how many were sent.

    May be called with the same keys any number of times, also at the same time. A digest, and any message to a
    channel, takes along everything that waits for the same person or channel.
    """
    started, sent = monotonic(), 0
    channels = Channels()
    with Mailer() as mailer, translation.override(settings.LANGUAGE_CODE):
        for key in keys:
            if monotonic() - started > BUDGET:
                break
            at = now or timezone.now()
            sent += _send(_still_wanted(_claimed(key, at), at), mailer, channels, at)
    return sent


@transaction.atomic
def _claimed(key: int, now: datetime) -> list[Delivery]:
    """Take the lease on the delivery, or on all of the same digest; return them, or nothing if it is taken."""
    ready = ready_to_leave(now)
    asked = ready.filter(pk=key).values("mode", "recipient", "unit_channel").first()
    if asked is None:
        return []
    rows = ready.filter(pk=key)
    if asked["mode"] == DeliveryMode.DIGEST or asked["unit_channel"]:  # group robots refuse many messages a minute
        rows = ready.filter(**asked)
    taken = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    ready.filter(pk__in=taken).update(not_before=now + LEASE, attempts=F("attempts") + 1)
    wider = Delivery.objects.filter(
        deadline=OuterRef("deadline"), revision=OuterRef("revision"), pk__gt=OuterRef("pk")
    ).filter(Q(recipient=OuterRef("recipient")) | Q(unit_channel=OuterRef("unit_channel")))
    return list(
        Delivery.objects.filter(pk__in=taken)
        .select_related("deadline__unit", "recipient", "unit_channel")
        .annotate(is_superseded=Exists(wider), has_post=Exists(active_posts().filter(user=OuterRef("recipient"))))
        .order_by("deadline__due_at", "pk")
    )


def _still_wanted(claimed: list[Delivery], now: datetime) -> list[Delivery]:
    """Mark what no longer matters as dropped; return the rest."""
    reasons = [(_why_not(delivery), delivery) for delivery in claimed]
    dropped = sorted((reason, delivery.pk) for reason, delivery in reasons if reason)
    for reason, group in groupby(dropped, key=lambda pair: pair[0]):
        _mark([pk for _reason, pk in group], state=DeliveryState.DROPPED, last_error=reason)
    return [delivery for reason, delivery in reasons if not reason]


def _why_not(delivery: Delivery) -> str:
    """Return the code of why the delivery is not sent any more, or nothing."""
    deadline, to, channel = delivery.deadline, delivery.recipient, delivery.unit_channel
    answers = delivery.has_post or (to is not None and to.pk == deadline.person_id)
    reasons = {
        "met": deadline.met_at is not None,
        "cancelled": deadline.cancelled_at is not None,
        "paused": deadline.paused_at is not None,
        "changed": deadline.revision != delivery.revision,
        "moved": deadline.unit_id != delivery.unit_id,
        "superseded": delivery.is_superseded,
        "nobody": to is not None and not (to.is_active and to.email and answers),
        "switched_off": channel is not None and not channel.is_active,
    }
    return next((code for code, holds in reasons.items() if holds), "")


def _send(wanted: list[Delivery], mailer: Mailer, channels: Channels, now: datetime) -> int:
    """Send `wanted`, one delivery or one digest, and mark what came of it; return how many."""
    if not wanted:
        return 0
    keys = [delivery.pk for delivery in wanted]
    try:
        _way(wanted[0], mailer, channels)(**wording.message(wanted, now))
    except Exception as error:  # noqa: BLE001 - whatever a server or plug-in does, the others are still sent
        _failed(wanted, type(error).__name__, now)
        return 0
    return _mark(keys, state=DeliveryState.SENT, sent_at=now, last_error="")


def _way(delivery: Delivery, mailer: Mailer, channels: Channels) -> Callable:
    if delivery.unit_channel:
        return partial(channels.send, address=delivery.unit_channel.address)
    return partial(mailer.send, to=delivery.recipient.email)


def _failed(deliveries: list[Delivery], error: str, now: datetime) -> None:
    for delivery in deliveries:
        if delivery.attempts >= ATTEMPTS:
            logger.warning("delivery failed for good: key=%s error=%s", delivery.pk, error)
            _mark([delivery.pk], state=DeliveryState.FAILED, last_error=error)
        else:
            _mark([delivery.pk], not_before=now + RETRY_AFTER[delivery.attempts - 1], last_error=error)


def _mark(keys: list[int], **values) -> int:
    return Delivery.objects.filter(pk__in=keys, state=DeliveryState.WAITING).update(**values)
