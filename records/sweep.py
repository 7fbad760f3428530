"""The sweep: finds what is due to be reminded of, claims it, and writes it into inboxes, each once.

It reads open deadlines by `remind_at` through an index, in batches under a row lock, so that two sweeps share
the work and none does any twice. A sweep that was down for a day sends what still matters: one message per
person, at the widest level that has passed.
"""

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.enums import UnitKind
from accounts.queries import people_by_post
from records import registry, vacancies
from records.calendar import WorkingCalendar, working_calendar
from records.circles import rungs
from records.clocks import Lead, family_of, moment
from records.enums import Anchor, Circle
from records.failures import note_failure
from records.models import Deadline, Notice, Reminder, ReminderLevel
from records.outgoing import deliveries
from records.outgoing.writing import Reached, write_down_for_channels, write_down_for_people
from records.queries import to_be_reminded
from records.replanning import replan_some

logger = logging.getLogger(__name__)

BATCH = 500
LOOKBACK = timedelta(days=400)
PUT_OFF = timedelta(minutes=10)
LOOK_AGAIN = "records.tasks.look_again"


@dataclass
class Swept:
    """What a sweep did: deadlines looked at, reminders sent, deliveries that had waited and were handed over, keys of
    units for which nobody was found, and keys of deadlines that could not be handled and are tried again later.
    """

    deadlines: int = 0
    reminders: int = 0
    handed_over: int = 0
    without_people: set[int] = field(default_factory=set)
    put_off: set[int] = field(default_factory=set)


@dataclass
class _Plan:
    """The reminder levels in force, by kind and family."""

    levels: dict[tuple[str, str], list[ReminderLevel]]
    calendar: WorkingCalendar

    def of(self, deadline: Deadline) -> list[tuple[ReminderLevel, datetime]]:
        """Return the levels of `deadline` with their moments, the earliest first; those too early are left out."""
        family = family_of(deadline.counted_in)
        levels = self.levels.get((deadline.kind, family)) or self.levels.get(("", family), [])
        timed = [
            (level, moment(deadline.set_at, deadline.due_at, _lead(level), self.calendar.is_working))
            for level in levels
        ]
        return sorted(((level, at) for level, at in timed if at), key=lambda pair: (pair[1], pair[0].order))


def _lead(level: ReminderLevel) -> Lead:
    return Lead(level.anchor, level.amount, level.unit)


def sweep(*, now: datetime | None = None) -> Swept:
    """Send every reminder that is due at `now` (default: the present) and return what was done.

    May run at the same time as another sweep and may be killed at any moment: a batch is committed whole or
    not at all, and what is not committed is found by the next sweep.
    """
    now = now or timezone.now()
    done = Swept()
    replan_some(now=now)
    while _handle_some(now, done):
        pass
    if done.without_people:
        vacancies.tell_administrators(units=done.without_people, now=now)
    done.handed_over = deliveries.hand_over_waiting(now=now)
    return done


def _plan(now: datetime) -> _Plan:
    levels = defaultdict(list)
    for level in ReminderLevel.objects.all():
        levels[level.kind, level.family].append(level)
    start: date = timezone.localdate(now - LOOKBACK)
    return _Plan(dict(levels), working_calendar(start))


def look_again(*, key: int, now: datetime | None = None) -> int:
    """Let the next sweep look at the deadline `key`, which was put off; return 1, or 0 when it is over."""
    open_one = Deadline.objects.filter(pk=key, met_at__isnull=True, cancelled_at__isnull=True)
    return open_one.update(remind_at=now or timezone.now())


def next_batch(now: datetime) -> QuerySet[Deadline]:
    """Return the deadlines to look at next, locked; another sweep's are passed over."""
    return _locked(now).order_by("remind_at", "id")[:BATCH]


def _locked(now: datetime) -> QuerySet[Deadline]:
    return to_be_reminded(now).select_related("unit").select_for_update(skip_locked=True, of=("self",))


def _handle_some(now: datetime, done: Swept) -> bool:
    """Handle up to BATCH deadlines; return whether there may be more.

    One that cannot be handled keeps no other waiting: it is left alone for PUT_OFF, and the operator sees it.
    """
    try:
        return _handle(next_batch(now), now, done) == BATCH
    except (OperationalError, InterfaceError):  # the database is away, and so is everything
        raise
    except Exception as error:  # noqa: BLE001 - whatever one deadline does, the others are handled
        logger.warning("deadlines are handled one by one: %s", type(error).__name__)
    with transaction.atomic():
        keys = [deadline.pk for deadline in next_batch(now)]
    for key in keys:
        try:
            _handle(_locked(now).filter(pk=key), now, done)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001
            logger.error("deadline %d could not be handled: %s", key, type(error).__name__)
            Deadline.objects.filter(pk=key).update(remind_at=now + PUT_OFF)
            note_failure(task=LOOK_AGAIN, args=[key], error=type(error).__name__, now=now)
            done.put_off.add(key)
    return len(keys) == BATCH


@transaction.atomic
def _handle(queryset: QuerySet[Deadline], now: datetime, done: Swept) -> int:
    """Remind of the locked deadlines of `queryset` and plan what comes next for them; return how many there were."""
    batch = list(queryset)
    if not batch:
        return 0
    plan = _plan(now)  # read after the rows are locked: a change of the plan that came before is in it
    due_now = [(deadline, *_split(deadline, plan, now)) for deadline in batch]
    wanted = [(deadline, _matters(deadline, passed, now)) for deadline, passed, _later in due_now]
    sent = _claim(_unsaid(_recipients(wanted, done)), now)
    write_down_for_channels(wanted, now)
    for deadline, _passed, later in due_now:
        deadline.remind_at, deadline.reminded_until = later, max(now, deadline.reminded_until)
    # Not bulk_update, whose CASE of a thousand branches took half of the time: the rows are there and locked.
    Deadline.objects.bulk_create(
        batch, update_conflicts=True, unique_fields=["id"], update_fields=["remind_at", "reminded_until"]
    )
    done.deadlines += len(batch)
    done.reminders += sent
    return len(batch)


def _split(deadline: Deadline, plan: _Plan, now: datetime) -> tuple[list[ReminderLevel], datetime | None]:
    """Return the levels that have passed unsent by `now`, and when the next one comes."""
    timed = [(level, at) for level, at in plan.of(deadline) if at > deadline.reminded_until]
    passed = [level for level, at in timed if at <= now]
    return passed, next((at for _level, at in timed if at > now), None)


def _matters(deadline: Deadline, passed: list[ReminderLevel], now: datetime) -> list[ReminderLevel]:
    """Return what of `passed` is still worth saying: once it is late, nothing that was to be said before."""
    if now < deadline.due_at:
        return passed
    return [level for level in passed if level.anchor == Anchor.LATE]


def _recipients(wanted, done: Swept) -> list[Reached]:
    """Return (deadline, level, person) for everyone to be told, each person once a deadline, at the last level."""
    people = people_by_post({place for deadline, levels in wanted if levels for place in _places(deadline.unit)})
    found = []
    for deadline, levels in wanted:
        told: dict[int, ReminderLevel] = {}
        for level in levels:
            if deadline.person_id and level.circle == Circle.DUTY:
                told[deadline.person_id] = level
                continue
            circle, stood_in = _circle(deadline, Circle(level.circle), people)
            if stood_in:
                done.without_people.add(deadline.unit_id)
            told |= dict.fromkeys(circle, level)
        found.extend((deadline, level, person) for person, level in told.items())
    return found


def _places(unit) -> list[str]:
    """Return the codes from the district down to `unit`."""
    return unit.path.rstrip("/").split("/")


def _circle(deadline: Deadline, circle: Circle, people) -> tuple[list[int], bool]:
    """Return the keys of the people of `circle` about `deadline`, and whether those of a unit above stand in."""
    codes = set(_places(deadline.unit))
    for step, (kind, roles) in enumerate(rungs(circle, UnitKind(deadline.unit.kind), deadline.kind)):
        found = [
            person
            for role in roles
            for code, person_ids in people.get((kind, role), [])
            if code in codes
            for person in person_ids
        ]
        if found:
            return found, step > 0
    return [], True


def _unsaid(reached: list[Reached]) -> list[Reached]:
    """Return what of `reached` was not said before, as it would be again where a level was moved to a later time."""
    rows = Reminder.objects.filter(deadline__in={deadline.pk for deadline, _level, _person in reached})
    said = set(rows.values_list("deadline", "revision", "level", "recipient"))
    return [
        (deadline, level, person)
        for deadline, level, person in reached
        if (deadline.pk, deadline.revision, level.order, person) not in said
    ]


def _claim(reached: list[Reached], now: datetime) -> int:
    """Write the reminders, their notices and deliveries to people; return how many reminders.

    The rows are new: their deadlines are locked. The unique key of a reminder holds even if that should fail.
    """
    reminders = [
        Reminder(
            deadline=deadline,
            revision=deadline.revision,
            level=level.order,
            recipient_id=person,
            is_late=now >= deadline.due_at,
            sent_at=now,
        )
        for deadline, level, person in reached
    ]
    subjects = registry.subjects_of([deadline for deadline, _level, _person in reached])
    Reminder.objects.bulk_create(reminders)
    Notice.objects.bulk_create(
        Notice(
            recipient_id=person,
            kind="deadline.late" if now >= deadline.due_at else "deadline.before",
            parameters={"step": deadline.kind, "subject": subjects[deadline.pk].title, "unit": deadline.unit.name},
            url=subjects[deadline.pk].url,
            key=f"deadline:{deadline.pk}:{deadline.revision}:{level.order}:{person}",
            created_at=now,
        )
        for deadline, level, person in reached
    )
    write_down_for_people(reached, now)
    return len(reminders)
