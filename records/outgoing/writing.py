"""Deliveries are written down with the reminders they carry, in one transaction; nothing is sent here."""

from collections import defaultdict
from datetime import datetime
from functools import partial

from django.db import transaction

from records.clocks import after_quiet, next_time
from records.enums import DeliveryMode
from records.models import Deadline, ReminderLevel
from records.outgoing.deliveries import hand_over
from records.outgoing.models import Delivery, QuietHours, ReminderPreference, UnitChannel

Reached = tuple[Deadline, ReminderLevel, int]
"""A deadline, the level that has come, and the key of the person who is told."""


def write_down_for_people(reached: list[Reached], now: datetime) -> int:
    """Write the e-mail that follows from what people are reminded of at `now`; return how many.

    Belongs in the transaction that claims the reminders. What may go at once is handed over after its commit.
    """
    people = {person for _deadline, _level, person in reached}
    wanted = {
        (row.user_id, row.kind): row
        for row in ReminderPreference.objects.filter(user__in=people).exclude(user__email="")
    }
    hours = {row.user_id: row for row in QuietHours.objects.filter(user__in={person for person, _kind in wanted})}
    rows = []
    for deadline, level, person in reached:
        preference = wanted.get((person, deadline.kind)) or wanted.get((person, ""))
        if preference and preference.email:
            quiet = hours.get(person) or QuietHours()
            rows.append(_row(deadline, level, now, preference.mode, quiet, recipient_id=person))
    return _written(rows)


def write_down_for_channels(wanted: list[tuple[Deadline, list[ReminderLevel]]], now: datetime) -> int:
    """Write the messages to the channels of the units that owe, at the last level that has come; return how many.

    A group robot speaks also where nobody was found to be told. Belongs where `write_down_for_people` does.
    """
    last = [(deadline, levels[-1]) for deadline, levels in wanted if levels]
    channels = defaultdict(list)
    for channel in UnitChannel.objects.filter(unit__in={deadline.unit_id for deadline, _level in last}, is_active=True):
        channels[channel.unit_id].append(channel)
    reached = [
        (deadline, level, channel)
        for deadline, level in last
        for channel in channels[deadline.unit_id]
        if not channel.kinds or deadline.kind in channel.kinds
    ]
    written = Delivery.objects.filter(deadline__in={deadline.pk for deadline, _level, _channel in reached})
    said = set(written.values_list("deadline", "revision", "level", "unit_channel"))
    return _written(
        [
            _row(deadline, level, now, channel.mode, channel, unit_channel=channel)
            for deadline, level, channel in reached
            if (deadline.pk, deadline.revision, level.order, channel.pk) not in said
        ]
    )


def _row(
    deadline: Deadline, level: ReminderLevel, now: datetime, mode: str, quiet: QuietHours | UnitChannel, **to
) -> Delivery:
    """Return a delivery that waits for the digest and the end of quiet hours, unless it is of an emergency."""
    mode, not_before = DeliveryMode(mode), now
    if deadline.is_emergency:
        mode = DeliveryMode.IMMEDIATE
    else:
        at = next_time(now, quiet.digest_at) if mode == DeliveryMode.DIGEST else now
        not_before = after_quiet(at, quiet.begins, quiet.ends)
    return Delivery(
        deadline=deadline,
        revision=deadline.revision,
        level=level.order,
        unit_id=deadline.unit_id,
        mode=mode,
        created_at=now,
        not_before=not_before,
        enqueued_at=now if not_before <= now else None,
        **to,
    )


def _written(rows: list[Delivery]) -> int:
    Delivery.objects.bulk_create(rows)
    at_once = [row.pk for row in rows if row.enqueued_at]
    if at_once:
        transaction.on_commit(partial(hand_over, at_once))
    return len(rows)
