"""Deadlines and notices."""

from datetime import timedelta

from django.utils import timezone

from records.actions import (
    cancel_deadlines,
    meet_deadlines,
    move_deadlines,
    next_due,
    notify,
    read_notices,
    set_deadlines,
)
from records.models import Deadline, Notice
from records.queries import deadlines_of, unread_count

NOW = timezone.now()
HOUR = timedelta(hours=1)


def test_the_first_open_deadline_is_next(cast):
    subject = cast.building
    set_deadlines(subject=subject, unit=cast.grid, due={"a.b": NOW + 2 * HOUR, "a.c": NOW + HOUR}, now=NOW)
    assert next_due(subject=subject) == NOW + HOUR
    meet_deadlines(subject=subject, kinds=["a.c"], now=NOW)
    assert next_due(subject=subject) == NOW + 2 * HOUR
    cancel_deadlines(subject=subject, kinds=["a.b"], now=NOW)
    assert next_due(subject=subject) is None


def test_moving_a_deadline_never_resets_it(cast):
    set_deadlines(subject=cast.building, unit=cast.grid, due={"a.b": NOW + HOUR}, now=NOW)
    move_deadlines(subject=cast.building, kinds=["a.b"], unit=cast.street)
    deadline = deadlines_of([cast.building])[cast.building.pk][0]
    assert deadline.unit == cast.street
    assert (deadline.set_at, deadline.due_at, deadline.first_due_at) == (NOW, NOW + HOUR, NOW + HOUR)


def test_late_is_late_whether_met_or_open(cast):
    set_deadlines(subject=cast.building, unit=cast.grid, due={"a.b": NOW, "a.c": NOW, "a.d": NOW}, now=NOW - HOUR)
    meet_deadlines(subject=cast.building, kinds=["a.b"], now=NOW - HOUR / 2)
    meet_deadlines(subject=cast.building, kinds=["a.c"], now=NOW + HOUR)
    late = {row.kind: row.is_late(NOW + HOUR) for row in Deadline.objects.all()}
    assert late == {"a.b": False, "a.c": True, "a.d": True}


def test_a_met_deadline_is_not_met_again(cast):
    set_deadlines(subject=cast.building, unit=cast.grid, due={"a.b": NOW + HOUR}, now=NOW)
    assert meet_deadlines(subject=cast.building, kinds=["a.b"], now=NOW) == 1
    assert meet_deadlines(subject=cast.building, kinds=["a.b"], now=NOW + HOUR) == 0
    assert Deadline.objects.get().met_at == NOW


def test_nobody_is_told_twice_by_the_same_key(cast):
    for _i in range(2):
        notify(
            recipients=[cast.resident, cast.leader],
            kind="case.closed",
            parameters={"number": "1"},
            key="once",
            now=NOW,
        )
    assert Notice.objects.count() == 2
    assert unread_count(cast.resident) == 1
    assert read_notices(user=cast.resident) == 1
    assert unread_count(cast.resident) == 0
    assert unread_count(cast.leader) == 1
