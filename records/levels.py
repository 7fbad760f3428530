"""The plan of reminders as the administrator sets it: what a level may be, and whom it would not find."""

from datetime import datetime, timedelta
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.errors import Refused
from accounts.models import Unit
from accounts.queries import people_by_post
from records import registry
from records.calendar import WorkingCalendar
from records.circles import rungs
from records.clocks import OFFICE_CLOSES, OFFICE_OPENS, SHANGHAI, Lead, family_of, moment, units_of
from records.enums import Anchor, Circle, ClockFamily, ClockUnit, LeadUnit
from records.models import Deadline, ReminderLevel
from records.replanning import ask_replanning

MOST = 999
WEDNESDAY = datetime(2026, 3, 4, 10, tzinfo=SHANGHAI)
OFFICE_HOURS = OFFICE_CLOSES.hour - OFFICE_OPENS.hour
WIDTH = {circle: width for width, circle in enumerate(Circle)}
SPANS = {
    LeadUnit.MINUTES: timedelta(minutes=1),
    LeadUnit.HOURS: timedelta(hours=1),
    LeadUnit.WORKING_HOURS: timedelta(hours=1),
    LeadUnit.WORKING_DAYS: timedelta(hours=OFFICE_HOURS),
}
"""What a unit comes to in the time that is counted: a working day is one day of office hours."""


def span(amount: int, unit: str) -> timedelta:
    """Return what `amount` of `unit` (minutes, hours, working hours or working days) comes to, to compare leads."""
    return amount * SPANS[LeadUnit(unit)]


def check_level(*, level: ReminderLevel) -> None:
    """Ask whether `level` makes sense by itself, with its clocks and with the other levels. Writes nothing.

    Raises Refused, with a sentence that says what to do.
    """
    if level.kind and level.kind not in dict(registry.deadline_kinds()):
        raise Refused(_("There is no such kind of deadline."), field="kind")
    _check_amount(level)
    others = list(ReminderLevel.objects.filter(kind=level.kind, family=level.family).exclude(pk=level.pk))
    if any(other.order == level.order for other in others):
        raise Refused(
            _("There is a level %(order)d already: choose another number.") % {"order": level.order}, field="order"
        )
    _check_clock(level)
    _check_circles([level, *others])


def _check_amount(level: ReminderLevel) -> None:
    if (level.anchor == Anchor.SHARE) != (level.unit == LeadUnit.PERCENT):
        raise Refused(_("A share of the time is given in percent, and nothing else is."), field="unit")
    if level.anchor == Anchor.SHARE and not 1 <= level.amount <= 99:
        raise Refused(_("A share of the time is from 1 to 99 percent."), field="amount")
    if level.amount > MOST:
        raise Refused(_("At most %(most)d are taken for true.") % {"most": MOST}, field="amount")
    if level.amount < (0 if level.anchor == Anchor.LATE else 1):
        raise Refused(_("Before a deadline is due, the amount must be at least 1."), field="amount")


def _check_clock(level: ReminderLevel) -> None:
    """A lead before the due time must fit into the clock: for one kind into its shortest, else into the longest."""
    if level.anchor != Anchor.BEFORE:
        return
    clocks = [clock for clock in registry.clocks_of(level.kind) if family_of(clock.unit) == level.family]
    if not clocks:
        return
    measure = min if level.kind else max  # what is for all kinds is left out where a clock is too short for it
    clock = measure(clocks, key=lambda clock: span(clock.amount, clock.unit))
    if span(level.amount, level.unit) >= span(clock.amount, clock.unit):
        raise Refused(
            _("The clock “%(clock)s” is %(amount)d %(unit)s long: warn less than that before it is due.")
            % {"clock": clock.label, "amount": clock.amount, "unit": ClockUnit(clock.unit).label},
            field="amount",
        )


def _check_circles(rows: list[ReminderLevel]) -> None:
    """When it is late, who is told later may not be a smaller circle than who was told before."""
    late = sorted((row for row in rows if row.anchor == Anchor.LATE), key=lambda row: (_lateness(row), row.order))
    for first, second in pairwise(late):
        if WIDTH[Circle(first.circle)] > WIDTH[Circle(second.circle)]:
            raise Refused(
                _("Level %(second)d would tell a smaller circle than level %(first)d, which comes before it.")
                % {"first": first.order, "second": second.order},
                field="circle",
            )


def _lateness(level: ReminderLevel) -> datetime:
    """Return when `level` comes after an ordinary Wednesday morning, to compare working with other time."""
    return moment(WEDNESDAY, WEDNESDAY, Lead(level.anchor, level.amount, level.unit), WorkingCalendar().is_working)


@transaction.atomic
def keep_level(*, level: ReminderLevel) -> ReminderLevel:
    """Save `level` and let the sweep plan anew what it concerns; return it. Raises Refused as `check_level`."""
    check_level(level=level)
    level.save()
    ask_replanning(kind=level.kind, family=level.family)
    return level


@transaction.atomic
def drop_level(*, level: ReminderLevel) -> None:
    """Delete `level` and let the sweep plan anew what it concerned: without any of its own, a kind follows the rest.

    Raises Refused for the last level of all kinds that comes when it is late: somebody must always be told.
    """
    late = ReminderLevel.objects.filter(kind="", family=level.family, anchor=Anchor.LATE).exclude(pk=level.pk)
    if not level.kind and level.anchor == Anchor.LATE and not late.exists():
        raise Refused(_("This is the last level that comes when it is late. Add another one before you delete it."))
    level.delete()
    ask_replanning(kind=level.kind, family=level.family)


def _concerned(level: ReminderLevel):
    """Return the open deadlines of the kind and the family of `level`."""
    counted = units_of(ClockFamily(level.family))
    found = Deadline.objects.filter(met_at__isnull=True, cancelled_at__isnull=True, counted_in__in=counted)
    return found.filter(kind=level.kind) if level.kind else found


def units_without(level: ReminderLevel) -> list[Unit]:
    """Return the units that owe such deadlines now and in whose circle of `level` nobody stands."""
    units = list(Unit.objects.filter(pk__in=_concerned(level).values("unit")).order_by("code"))
    people = people_by_post({code for unit in units for code in unit.path.rstrip("/").split("/")})
    return [unit for unit in units if not _is_held(unit, Circle(level.circle), people)]


def _is_held(unit: Unit, circle: Circle, people) -> bool:
    places = rungs(circle, UnitKind(unit.kind))
    if not places:
        return False
    kind, roles = places[0]
    codes = set(unit.path.rstrip("/").split("/"))
    return any(code in codes for role in roles for code, _people in people.get((kind, role), []))
