"""The plan of reminders: nonsense is refused with a sentence, and the administrators learn who is missing."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from accounts.errors import Refused
from accounts.models import Post
from records import sweep as sweeping
from records.clocks import SHANGHAI
from records.days import keep_day
from records.levels import check_level, drop_level, keep_level, units_without
from records.models import CalendarDay, Deadline, Notice, Reminder, ReminderLevel, Replanning
from records.replanning import ask_replanning, replan_some
from records.sweep import sweep

LATE_BY_HOURS = {"anchor": "late", "unit": "hours"}
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)


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
        ({"amount": 1000}, "amount"),
        ({"kind": "", "order": 7, "anchor": "late", "amount": 48, "unit": "hours", "circle": "duty"}, "circle"),
        ({"kind": "", "order": 7, "anchor": "late", "amount": 1, "unit": "minutes", "circle": "leader"}, "circle"),
        # a working day is longer than ten hours, and so comes after them
        ({"kind": "", "family": "days", "order": 7, "amount": 10, "circle": "above"} | LATE_BY_HOURS, "circle"),
        ({"amount": 1000} | LATE_BY_HOURS, "amount"),
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


def resolving(cast) -> Deadline:
    """What the grid owes since MONDAY 10:00 until Wednesday 2 December, 10:00; nothing else is open."""
    cast.lodge(now=MONDAY)
    Deadline.objects.exclude(kind="case.resolve").update(cancelled_at=MONDAY)
    sweep(now=MONDAY)
    return Deadline.objects.get(kind="case.resolve")


def told(deadline: Deadline) -> list[tuple[str, int]]:
    rows = Reminder.objects.filter(deadline=deadline).order_by("pk")
    return list(rows.values_list("recipient__username", "level"))


def test_a_change_reaches_what_is_open_and_only_its_clocks(cast):
    cast.lodge(now=MONDAY)
    sweep(now=MONDAY)
    Deadline.objects.update(remind_at=None)
    keep_level(level=ReminderLevel.objects.get(kind="", family="days", order=6))
    assert replan_some() == 1
    assert Deadline.objects.get(kind="case.resolve").remind_at is not None
    assert Deadline.objects.get(kind="case.accept").remind_at is None  # counted in hours
    assert replan_some() == 0
    assert not Replanning.objects.exists()


def test_a_long_ledger_is_planned_anew_in_parts(cast, monkeypatch):
    monkeypatch.setattr("records.replanning.PART", 2)
    for _i in range(3):
        cast.lodge(now=MONDAY)
    ask_replanning(family="days")
    assert [replan_some() for _time in range(5)].count(0) < 5
    assert not Replanning.objects.exists()


def test_levels_need_not_be_numbered_in_the_order_of_time(cast):
    ReminderLevel.objects.filter(family="days").delete()
    for order, hours, circle in ((1, 20, "head"), (2, 10, "duty")):
        keep_level(level=level(kind="", family="days", order=order, amount=hours, circle=circle, **LATE_BY_HOURS))
    owed = resolving(cast)
    for hours in (10, 20):
        sweep(now=owed.due_at + hours * HOUR)
    assert told(owed) == [("grid", 2), ("secretary", 1)]


def test_a_kind_that_gets_levels_of_its_own_is_still_told_when_it_is_late(cast):
    owed = resolving(cast)
    sweep(now=owed.due_at - HOUR)
    assert [name for name, _level in told(owed)] == ["grid"]
    late = level(kind="case.resolve", family="days", order=1, amount=0, **LATE_BY_HOURS)
    keep_level(level=late)
    sweep(now=owed.due_at)
    assert Notice.objects.filter(kind="deadline.late", recipient=cast.grid_worker).count() == 1


def test_a_level_moved_to_a_later_time_is_not_said_again(cast):
    owed = resolving(cast)
    sweep(now=owed.due_at)
    before = told(owed)
    row = ReminderLevel.objects.get(kind="", family="days", order=3)
    row.amount, row.unit = 1, "hours"
    keep_level(level=row)
    sweep(now=owed.due_at + HOUR)
    assert told(owed) == before


def test_a_change_while_a_sweep_is_under_way_is_not_lost(cast, monkeypatch):
    """The administrator saves between two batches of one sweep: the second already follows the new plan."""
    monkeypatch.setattr("records.sweep.BATCH", 1)
    for _i in range(2):
        cast.lodge(now=MONDAY)
    Deadline.objects.exclude(kind="case.resolve").update(cancelled_at=MONDAY)
    handle = sweeping._handle

    def save_in_between(*given):
        found = handle(*given)
        if not ReminderLevel.objects.filter(kind="case.resolve").exists():
            keep_level(level=level(kind="case.resolve", family="days", amount=5, unit="working_days"))
        return found

    monkeypatch.setattr(sweeping, "_handle", save_in_between)
    sweep(now=MONDAY)
    monkeypatch.undo()
    sweep(now=MONDAY)
    planned = set(Deadline.objects.filter(kind="case.resolve").values_list("remind_at", flat=True))
    assert planned == {datetime(2026, 11, 25, 10, 0, tzinfo=SHANGHAI)}


def test_what_falls_due_in_the_evening_is_late_when_it_is_due(cast):
    cast.lodge(now=MONDAY.replace(hour=22))
    Deadline.objects.exclude(kind="case.resolve").update(cancelled_at=MONDAY)
    owed = Deadline.objects.get(kind="case.resolve")
    sweep(now=owed.due_at - HOUR)
    assert not Notice.objects.filter(kind="deadline.late").exists()
    sweep(now=owed.due_at)
    assert Notice.objects.filter(kind="deadline.late", recipient=cast.grid_worker).count() == 1


def test_a_change_of_the_calendar_moves_reminders(cast):
    owed = resolving(cast)
    tuesday = datetime(2026, 12, 1, 10, 0, tzinfo=SHANGHAI)
    assert Deadline.objects.get(pk=owed.pk).remind_at == tuesday
    keep_day(day=CalendarDay(day=tuesday.date(), is_working=False))
    sweep(now=MONDAY + HOUR)
    assert Deadline.objects.get(pk=owed.pk).remind_at == datetime(2026, 11, 30, 10, 0, tzinfo=SHANGHAI)


def test_the_last_level_for_what_is_late_stays(cast, signed_in):
    ReminderLevel.objects.filter(kind="", family="days", anchor="late").exclude(order=3).delete()
    last = ReminderLevel.objects.get(kind="", family="days", anchor="late")
    with pytest.raises(Refused):
        drop_level(level=last)
    client = signed_in(cast.sysadmin)
    chosen = {"action": "delete_selected", "_selected_action": list(ReminderLevel.objects.values_list("pk", flat=True))}
    response = client.post(reverse("admin:records_reminderlevel_changelist"), {**chosen, "post": "yes"}, follow=True)
    assert response.status_code == 200
    assert ReminderLevel.objects.filter(pk=last.pk).exists()
    drop_level(level=ReminderLevel.objects.get(kind="", family="days", order=1))


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
