"""manage.py remind --now runs one sweep and says what it did."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Post
from records.models import Deadline, Reminder


def remind() -> str:
    out = StringIO()
    call_command("remind", "--now", stdout=out)
    return out.getvalue()


@pytest.fixture
def late(cast):
    case = cast.lodge(now=timezone.now() - timedelta(hours=1))
    Deadline.objects.update(set_at=timezone.now() - timedelta(hours=2), due_at=timezone.now() - timedelta(minutes=1))
    Deadline.objects.update(counted_in="minutes")
    return case


def test_it_prints_deadlines_reminders_and_units_without_people(cast, late):
    Post.objects.filter(unit=cast.grid).delete()
    printed = remind()
    assert str(Deadline.objects.count()) in printed.splitlines()[0]
    assert str(Reminder.objects.count()) in printed.splitlines()[1]
    assert Reminder.objects.exists()
    assert cast.grid.code in printed


def test_a_second_one_finds_nothing(cast, late):
    remind()
    assert [line.split(":")[-1].split("：")[-1].strip() for line in remind().splitlines()] == ["0"] * 5


def test_without_now_nothing_is_sent(cast, late):
    with pytest.raises(CommandError, match="--now"):
        call_command("remind")
    assert not Reminder.objects.exists()
