"""The plan of reminders: nonsense is refused with a sentence, and the administrators learn who is missing."""

from datetime import datetime

import pytest
from django.urls import reverse

from accounts.errors import Refused
from accounts.models import Post
from records.clocks import SHANGHAI
from records.levels import check_level, keep_level, units_without
from records.models import Deadline, Notice, ReminderLevel
from records.sweep import sweep

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


def level(**given) -> ReminderLevel:
    plain = {"kind": "turnout.arrive", "family": "short", "order": 1, "anchor": "before", "amount": 10}
    return ReminderLevel(**{**plain, "unit": "minutes", "circle": "duty", **given})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "junk"}, "kind"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"anchor": "late", "amount": -1}, "amount"),
        ({"anchor": "share", "unit": "percent", "amount": 0}, "amount"),
        ({"anchor": "share", "unit": "percent", "amount": 100}, "amount"),
        ({"anchor": "share", "unit": "hours"}, "unit"),
        ({"unit": "percent"}, "unit"),
        ({"amount": 30}, "amount"),  # the shortest clock, of an emergency, is 30 minutes
        ({"amount": 1, "unit": "hours"}, "amount"),
        ({"kind": "", "order": 3, "anchor": "late"}, "order"),  # there is a third level already
        ({"kind": "", "order": 7, "anchor": "before"}, "order"),  # after those that come when it is late
        ({"kind": "", "order": 7, "anchor": "late", "amount": 48, "unit": "hours", "circle": "duty"}, "circle"),
        ({"kind": "", "order": 7, "anchor": "late", "amount": 1, "unit": "minutes", "circle": "leader"}, "amount"),
    ],
)
def test_nonsense_is_refused(given, field):
    with pytest.raises(Refused) as refusal:
        check_level(level=level(**given))
    assert refusal.value.field == field


@pytest.mark.django_db
def test_a_lead_longer_than_the_clock_names_the_clock():
    with pytest.raises(Refused, match="30"):
        check_level(level=level(amount=45))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"anchor": "late", "amount": 0},
        {"anchor": "share", "unit": "percent", "amount": 99},
        {"kind": "", "order": 7, "anchor": "late", "amount": 48, "unit": "hours", "circle": "leader"},
    ],
)
def test_sense_is_not(given):
    check_level(level=level(**given))


@pytest.mark.django_db
def test_the_plan_that_is_shipped_is_without_nonsense():
    for row in ReminderLevel.objects.all():
        check_level(level=row)


def test_a_change_plans_anew_what_is_open(cast):
    cast.lodge(now=MONDAY)
    sweep(now=MONDAY)
    Deadline.objects.update(remind_at=None)
    keep_level(level=ReminderLevel.objects.get(kind="", family="days", order=6))
    assert Deadline.objects.get(kind="case.resolve").remind_at is not None
    assert Deadline.objects.get(kind="case.accept").remind_at is None  # counted in hours


def test_units_in_which_nobody_would_be_reached(cast):
    cast.lodge(now=MONDAY)
    duty = ReminderLevel.objects.get(kind="", family="days", order=1)
    assert units_without(duty) == []
    Post.objects.filter(user=cast.grid_worker).delete()
    assert units_without(duty) == [cast.grid]


def test_the_administrator_sets_it_and_is_warned_by_name(cast, signed_in):
    cast.lodge()
    Post.objects.filter(user=cast.grid_worker).delete()
    client = signed_in(cast.sysadmin)
    typed = {"kind": "case.resolve", "family": "days", "order": 1, "anchor": "before", "amount": 1}
    typed |= {"unit": "working_days", "circle": "duty"}
    add = reverse("admin:records_reminderlevel_add")
    response = client.post(add, {**typed, "amount": 7})
    assert "amount" in response.context["adminform"].form.errors
    response = client.post(add, typed, follow=True)
    assert "槐树第一网格" in response.content.decode()
    assert ReminderLevel.objects.filter(kind="case.resolve").count() == 1
    assert "order" in client.post(add, typed).context["adminform"].form.errors


def test_nobody_else_sets_it(cast, signed_in):
    for who in ("dispatcher", "command", "auditor", "resident"):
        response = signed_in(getattr(cast, who)).get(reverse("admin:records_reminderlevel_changelist"))
        assert response.status_code in (302, 403)  # not an administrator at all, or not of this


def test_a_unit_without_people_is_told_to_the_administrators_once_a_day(cast):
    Post.objects.filter(user=cast.grid_worker).delete()
    for _i in range(2):
        cast.lodge(now=MONDAY)
    sweep(now=MONDAY.replace(hour=15))
    notice = Notice.objects.get(kind="deadline.without_people")
    assert notice.recipient == cast.sysadmin
    assert "槐树第一网格" in notice.sentence
    cast.lodge(now=MONDAY)
    sweep(now=MONDAY.replace(hour=16))
    assert Notice.objects.filter(kind="deadline.without_people").count() == 1
