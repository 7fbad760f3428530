"""What leaves the portal: each reminder is written down as a delivery before it is sent, and sent at least once.

The sweep writes the rows with the inbox notice; a task sends them. Who sends a row first takes a lease on it, so
that a message handed over twice is sent once; after a crash the lease runs out and the sweep hands it over again.
"""

import logging
from collections import defaultdict
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

from records.clocks import after_quiet, next_time
from records.enums import DeliveryMode, DeliveryState
from records.models import Deadline, ReminderLevel
from records.outgoing import wording
from records.outgoing.models import Delivery, QuietHours, ReminderPreference, UnitChannel
from records.outgoing.outside import Mailer, send_to_channel
from records.queries import ready_to_leave

logger = logging.getLogger(__name__)

CHUNK = 100
HANDED_OVER_AT_MOST = 5000
SWEEPS_OF_PATIENCE = 4  # then what was handed over and is still there counts as lost on the way
LEASE = timedelta(seconds=30)
BUDGET = 40  # seconds of one task; what is left is handed over again by the sweep
RETRY_AFTER = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60)]
ATTEMPTS = len(RETRY_AFTER) + 1
Reached = tuple[Deadline, ReminderLevel, int]


# --- writing them down --------------------------------------------------------------------------------------


def write_down(reached: list[Reached], now: datetime) -> int:
    """Write the deliveries that follow from (deadline, level, person) reminded of at `now`; return how many.

    Belongs in the transaction that claims the reminders. What may go at once is handed over after its commit.
    """
    rows = [*_to_people(reached, now), *_to_channels(reached, now)]
    Delivery.objects.bulk_create(rows)
    at_once = [row.pk for row in rows if row.enqueued_at]
    if at_once:
        transaction.on_commit(partial(hand_over, at_once))
    return len(rows)


def _row(deadline: Deadline, level: int, now: datetime, not_before: datetime, **to) -> Delivery:
    return Delivery(
        deadline=deadline,
        term=deadline.term,
        level=level,
        created_at=now,
        not_before=not_before,
        enqueued_at=now if not_before <= now else None,
        **to,
    )


def _to_people(reached: list[Reached], now: datetime) -> list[Delivery]:
    people = {person for _deadline, _level, person in reached}
    wanted = {
        (row.user_id, row.kind): row
        for row in ReminderPreference.objects.filter(user__in=people).exclude(user__email="")
    }
    hours = {row.user_id: row for row in QuietHours.objects.filter(user__in={person for person, _kind in wanted})}
    rows = []
    for deadline, level, person in reached:
        preference = wanted.get((person, deadline.kind)) or wanted.get((person, ""))
        if not preference or not preference.email:
            continue
        mode = DeliveryMode.IMMEDIATE if deadline.is_emergency else DeliveryMode(preference.mode)
        not_before = now if deadline.is_emergency else _convenient(now, mode, hours.get(person) or QuietHours())
        rows.append(_row(deadline, level.order, now, not_before, recipient_id=person, mode=mode))
    return rows


def _convenient(now: datetime, mode: DeliveryMode, hours: QuietHours) -> datetime:
    at = next_time(now, hours.digest_at) if mode == DeliveryMode.DIGEST else now
    return after_quiet(at, hours.begins, hours.ends)


def _to_channels(reached: list[Reached], now: datetime) -> list[Delivery]:
    """Return one delivery for each deadline and channel of its unit, at the widest level that was reached."""
    widest: dict[int, tuple[Deadline, int]] = {}
    for deadline, level, _person in reached:
        widest[deadline.pk] = (deadline, max(level.order, widest.get(deadline.pk, (deadline, 0))[1]))
    units = {deadline.unit_id for deadline, _level in widest.values()}
    channels = defaultdict(list)
    for channel in UnitChannel.objects.filter(unit__in=units, is_active=True):
        channels[channel.unit_id].append(channel)
    return [
        _row(deadline, level, now, now, unit_channel=channel)
        for deadline, level in widest.values()
        for channel in channels[deadline.unit_id]
        if not channel.kinds or deadline.kind in channel.kinds
    ]


# --- handing them over --------------------------------------------------------------------------------------


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


def send_again(deliveries: QuerySet[Delivery], *, now: datetime | None = None) -> int:
    """Give the failed ones of `deliveries` all their attempts anew; return how many. The next sweep queues them."""
    return deliveries.filter(state=DeliveryState.FAILED).update(
        state=DeliveryState.WAITING, attempts=0, not_before=now or timezone.now(), enqueued_at=None
    )


# --- sending them -------------------------------------------------------------------------------------------


def deliver(*, keys: Iterable[int], now: datetime | None = None) -> int:
    """Send those of the deliveries with these `keys` that still wait and still matter; return how many were sent.

    May be called with the same keys any number of times, also at the same time. A digest takes along everything
    that waits for the same person.
    """
    started, sent = monotonic(), 0
    with Mailer() as mailer, translation.override(settings.LANGUAGE_CODE):
        for key in keys:
            if monotonic() - started > BUDGET:
                break
            at = now or timezone.now()
            sent += _send(_still_wanted(_claimed(key, at), at), mailer, at)
    return sent


@transaction.atomic
def _claimed(key: int, now: datetime) -> list[Delivery]:
    """Take the lease on the delivery, or on all of its person's digest; return them, or nothing if it is taken."""
    ready = ready_to_leave(now)
    asked = ready.filter(pk=key).values("mode", "recipient").first()
    if asked is None:
        return []
    rows = ready.filter(pk=key)
    if asked["mode"] == DeliveryMode.DIGEST:
        rows = ready.filter(mode=DeliveryMode.DIGEST, recipient=asked["recipient"])
    taken = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    ready.filter(pk__in=taken).update(not_before=now + LEASE, attempts=F("attempts") + 1)
    wider = Delivery.objects.filter(
        deadline=OuterRef("deadline"), term=OuterRef("term"), level__gt=OuterRef("level")
    ).filter(Q(recipient=OuterRef("recipient")) | Q(unit_channel=OuterRef("unit_channel")))
    return list(
        Delivery.objects.filter(pk__in=taken)
        .select_related("deadline__unit", "recipient", "unit_channel")
        .annotate(is_superseded=Exists(wider))
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
    reasons = {
        "met": deadline.met_at is not None,
        "cancelled": deadline.cancelled_at is not None,
        "paused": deadline.paused_at is not None,
        "extended": deadline.term != delivery.term,
        "superseded": delivery.is_superseded,
        "nobody": to is not None and not (to.is_active and to.email),
        "switched_off": channel is not None and not channel.is_active,
    }
    return next((code for code, holds in reasons.items() if holds), "")


def _send(wanted: list[Delivery], mailer: Mailer, now: datetime) -> int:
    """Send `wanted`, one delivery or the digest of one person, and mark what came of it; return how many."""
    if not wanted:
        return 0
    keys = [delivery.pk for delivery in wanted]
    try:
        _way(wanted, mailer)(**wording.message(wanted, now))
    except Exception as error:  # noqa: BLE001 - whatever a server or plug-in does, the others are still sent
        _failed(wanted, type(error).__name__, now)
        return 0
    return _mark(keys, state=DeliveryState.SENT, sent_at=now, last_error="")


def _way(wanted: list[Delivery], mailer: Mailer) -> Callable:
    first = wanted[0]
    if first.unit_channel:
        return partial(send_to_channel, address=first.unit_channel.address)
    return partial(mailer.send, to=first.recipient.email)


def _failed(deliveries: list[Delivery], error: str, now: datetime) -> None:
    for delivery in deliveries:
        if delivery.attempts >= ATTEMPTS:
            logger.warning("delivery failed for good: key=%s error=%s", delivery.pk, error)
            _mark([delivery.pk], state=DeliveryState.FAILED, last_error=error)
        else:
            _mark([delivery.pk], not_before=now + RETRY_AFTER[delivery.attempts - 1], last_error=error)


def _mark(keys: list[int], **values) -> int:
    return Delivery.objects.filter(pk__in=keys, state=DeliveryState.WAITING).update(**values)
