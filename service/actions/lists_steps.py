"""The steps that the verbs of the three lists are made of: lock, check, tell."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.errors import NotAllowed, Refused
from accounts.models import Unit, User
from records import actions as records
from records.clocks import Due
from records.enums import ClockUnit
from service.actions.turns import check_move
from service.days import end_of
from service.enums import Step, Verb
from service.models import ListItem
from service.queries.lists import acts_for
from service.queries.rounds import next_round
from service.queries.scope import liaisons_of, partners_of, staff_of
from service.workflow import ITEM_MOVES, Move

LONGEST = timedelta(days=730)


def locked(*items: ListItem) -> list[ListItem]:
    """Return `items` read anew, in their order, and locked until the end of the transaction, the lowest key first."""
    related = ListItem.objects.select_related("community", "owner", "asker", "claimant")
    keys = [item.pk for item in items]
    rows = related.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
    found = {row.pk: row for row in rows}
    return [found[key] for key in keys]


def locked_with_parts(item: ListItem) -> tuple[ListItem, list[ListItem]]:
    """Return `item` and the need and resource it joins, if it is a project, all read anew and locked."""
    parts = [part for part in (item.need, item.resource) if part]
    fresh, *rest = locked(item, *parts)
    return fresh, rest


def check_item(item: ListItem, verb: Verb) -> Move:
    """Return the move that `verb` is. Raises OutOfTurn unless the table allows it on the locked `item`."""
    sentence = _("This cannot be done now: “%(title)s” is “%(state)s”.")
    words = {"title": item.title, "state": item.get_state_display()}
    return check_move(ITEM_MOVES[verb], item.state, sentence % words)


def check_acts(user: User, *units: Unit | None, sentence: str = "") -> None:
    """Raise NotAllowed unless `user` speaks for one of `units`."""
    if not any(unit and acts_for(user, unit) for unit in units):
        raise NotAllowed(sentence) if sentence else NotAllowed


def check_registered(employer: Unit, community: Unit) -> None:
    """Raise Refused unless `employer` has an active registration with `community`."""
    if not partners_of(community).filter(employer=employer).exists():
        raise Refused(
            _("%(employer)s is not registered with this community. Register it first.") % {"employer": employer},
            field="employer",
        )


def due_on_day(day: date, now: datetime) -> datetime:
    """Return the end of `day`. Raises Refused when it is over, or too far away."""
    today = timezone.localdate(now)
    if not today <= day <= today + LONGEST:
        raise Refused(_("Please give a day from today on, within two years."), field="due_on")
    return end_of(day)


def owe_delivery(item: ListItem, now: datetime) -> None:
    """Let the claimant owe the delivery of the claimed `item` by its due time."""
    records.set_deadlines(
        subject=item,
        unit=item.claimant,
        due={Step.DELIVER: Due(item.due_at, ClockUnit.WORKING_DAYS)},
        now=now,
        round=next_round(item, Step.DELIVER),
    )


def tell(*, item: ListItem, unit: Unit, by: User, kind: str, now: datetime, reason: str = "") -> None:
    """Tell the people of `unit`, but not who did it, what became of `item`."""
    people = staff_of(unit) if unit.kind == UnitKind.COMMUNITY else liaisons_of(unit)
    records.notify(
        recipients=people.exclude(pk=by.pk),
        kind=kind,
        parameters={
            "title": item.title,
            "claimant": item.claimant.name if item.claimant else "",
            "asker": item.asker.name if item.asker else "",
            "reason": reason,
        },
        url=item.get_absolute_url(),
        now=now,
    )
