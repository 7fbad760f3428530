"""Deadlines and notices."""

from datetime import timedelta
from uuid import uuid4

from django.db.models import QuerySet
from django.utils import timezone

from records.actions import (
    attach_drafts,
    cancel_deadlines,
    discard_drafts,
    keep_photo,
    meet_deadlines,
    move_deadlines,
    next_due,
    notify,
    read_notices,
    set_deadlines,
)
from records.clocks import Due
from records.enums import ClockUnit
from records.models import Attachment, Deadline, Notice
from records.queries import deadlines_of, unread
from tests.photos import jpeg

NOW = timezone.now()
HOUR = timedelta(hours=1)


def test_the_first_open_deadline_is_next(cast):
    subject = cast.building
    set_deadlines(
        subject=subject,
        unit=cast.grid,
        due={"a.b": Due(NOW + 2 * HOUR, ClockUnit.HOURS), "a.c": Due(NOW + HOUR, ClockUnit.HOURS)},
        now=NOW,
    )
    assert next_due(subject=subject) == NOW + HOUR
    meet_deadlines(subject=subject, kinds=["a.c"], now=NOW)
    assert next_due(subject=subject) == NOW + 2 * HOUR
    cancel_deadlines(subject=subject, kinds=["a.b"], now=NOW)
    assert next_due(subject=subject) is None


def test_moving_a_deadline_never_resets_it(cast):
    set_deadlines(subject=cast.building, unit=cast.grid, due={"a.b": Due(NOW + HOUR, ClockUnit.HOURS)}, now=NOW)
    move_deadlines(subject=cast.building, kinds=["a.b"], unit=cast.street)
    deadline = deadlines_of([cast.building])[cast.building.pk][0]
    assert deadline.unit == cast.street
    assert (deadline.set_at, deadline.due_at, deadline.first_due_at) == (NOW, NOW + HOUR, NOW + HOUR)


def test_late_is_late_whether_met_or_open(cast):
    set_deadlines(
        subject=cast.building,
        unit=cast.grid,
        due={"a.b": Due(NOW, ClockUnit.HOURS), "a.c": Due(NOW, ClockUnit.HOURS), "a.d": Due(NOW, ClockUnit.HOURS)},
        now=NOW - HOUR,
    )
    meet_deadlines(subject=cast.building, kinds=["a.b"], now=NOW - HOUR / 2)
    meet_deadlines(subject=cast.building, kinds=["a.c"], now=NOW + HOUR)
    late = {row.kind: row.is_late(NOW + HOUR) for row in Deadline.objects.all()}
    assert late == {"a.b": False, "a.c": True, "a.d": True}


def test_a_met_deadline_is_not_met_again(cast):
    set_deadlines(subject=cast.building, unit=cast.grid, due={"a.b": Due(NOW + HOUR, ClockUnit.HOURS)}, now=NOW)
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
    assert unread(cast.resident).count() == 1
    assert read_notices(user=cast.resident) == 1
    assert unread(cast.resident).count() == 0
    assert unread(cast.leader).count() == 1


def _draft(token):
    return keep_photo(upload=jpeg(), draft_token=token, uploaded_by=None, now=NOW - 48 * HOUR)


def test_old_drafts_go_with_their_files(cast, django_capture_on_commit_callbacks):
    rows = [_draft(uuid4()) for _i in range(3)]
    with django_capture_on_commit_callbacks() as after_commit:
        assert discard_drafts(older_than=NOW) == 3
        assert all(row.file.storage.exists(row.file.name) for row in rows)  # a rollback loses nothing
    for call in after_commit:
        call()
    assert not any(row.file.storage.exists(row.file.name) for row in rows)
    assert not Attachment.objects.exists()


def test_a_form_finished_meanwhile_keeps_its_photo(cast, django_capture_on_commit_callbacks, monkeypatch):
    """The form is sent just after the sweep has listed the photo."""
    token = uuid4()
    row = _draft(token)
    listed = QuerySet.__iter__

    def finished_meanwhile(queryset):
        rows = list(listed(queryset))
        if queryset.model is Attachment:
            attach_drafts(draft_token=token, subject=cast.building)
        return iter(rows)

    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr(QuerySet, "__iter__", finished_meanwhile)
        assert discard_drafts(older_than=NOW) == 0
    assert Attachment.objects.get(pk=row.pk).subject == cast.building
    assert row.file.storage.exists(row.file.name)
