"""Reads of commitments: what resolutions ask of units. Who sees them, and who stands on which side of one."""

from django.db.models import Q, QuerySet

from accounts.enums import UnitKind
from accounts.models import Unit, User
from accounts.queries import grants_of, holders_of
from accounts.roles import RULES
from service.enums import ListKind, Verb
from service.models import ListItem
from service.workflow import COMMITMENT_MOVES, Who, allowed

RELATED = ("community", "owner", "asker", "asked_by", "claimant")


def commitments() -> QuerySet[ListItem]:
    """Return every commitment, with the units it names."""
    return ListItem.objects.filter(kind=ListKind.COMMITMENT).select_related(*RELATED)


def commitments_visible_to(user) -> QuerySet[ListItem]:
    """Return the commitments `user` may see: of both sides, and those made at forums of the units they convene at."""
    if user.pk is None:
        return commitments().none()
    return commitments().filter(_owed(user) | _asked(user))


def owed_by_units_of(user) -> QuerySet[ListItem]:
    """Return what the units that `user` represents are to do: order them by created_at."""
    return commitments().filter(_owed(user))


def asked_for_by(user) -> QuerySet[ListItem]:
    """Return what `user`, their units or the forums of their territories asked for: order them by created_at."""
    return commitments().filter(_asked(user))


def represented_by(user) -> frozenset[int]:
    """Return the keys of the units for which `user` speaks: what they owe, `user` owes."""
    return grants_of(user).units("represent_unit")


def _owed(user) -> Q:
    return Q(claimant__in=represented_by(user))


def _asked(user) -> Q:
    grants = grants_of(user)
    convened = grants.units("convene")
    return Q(asked_by=user) | Q(asker__in=represented_by(user) | convened) | Q(community__in=convened)


def does(user, item: ListItem) -> bool:
    """Return whether `user` stands on the side that does `item`: represents it, or delivered it."""
    return grants_of(user).on("represent_unit", item.claimant_id) or user.pk == item.delivered_by_id


def asks_in_person(item: ListItem) -> bool:
    """Return whether a person asked for `item` who can still say what they think of it."""
    return item.asked_by_id is not None and item.asked_by.is_active


def asks(user, item: ListItem) -> bool:
    """Return whether `user` stands on the side that asked for `item`; where a person asked, it is that person alone.

    For somebody whose account is closed, their unit's people stand in.
    """
    if asks_in_person(item):
        return user.pk == item.asked_by_id
    grants = grants_of(user)
    return grants.on("represent_unit", item.asker_id) or grants.on("convene", item.asker_id)


def may_on_commitment(user, verb: Verb, item: ListItem) -> bool:
    """Return whether `verb` on `item` is for `user`, whatever the state. Nobody rates what they or their unit did."""
    if Who.CLAIMANT in COMMITMENT_MOVES[verb].who:
        return grants_of(user).on("represent_unit", item.claimant_id)
    return asks(user, item) and not does(user, item)


def offered_on_commitment(user, item: ListItem) -> list[Verb]:
    """Return the verbs that `user` may do to `item` now, in the order of the table."""
    turns = [verb for verb, move in COMMITMENT_MOVES.items() if allowed(move, item.state)]
    return [verb for verb in turns if may_on_commitment(user, verb, item)]


def representatives_of(unit: Unit) -> QuerySet[User]:
    """Return the people who represent `unit`."""
    return holders_of("represent_unit", unit)


def askers_of(item: ListItem) -> QuerySet[User]:
    """Return the people of the side that asked for `item`."""
    if asks_in_person(item):
        return User.objects.filter(pk=item.asked_by_id)
    return holders_of("represent_unit", item.asker) | holders_of("convene", item.asker)


def convenors_at(unit: Unit) -> QuerySet[User]:
    """Return the people who convene the forums of `unit`."""
    return holders_of("convene", unit)


def kinds_that_commit() -> frozenset[UnitKind]:
    """Return the kinds of unit that somebody may represent: only such a unit can be asked to do something."""
    rules = [rule.kinds for rule in RULES.values() if "represent_unit" in rule.permissions]
    return frozenset().union(*rules)
