"""Who may do what, by the workflow tables; and who may know what."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.queries import grants_of
from cases.enums import OPEN_TURNOUT_STATES, Level, Verb
from cases.models import Case, Turnout
from cases.workflow import CASE_MOVES, TURNOUT_MOVES, Who, allowed_on_case, allowed_on_turnout

HANDLER_PERMISSION = {
    Level.GRID: "handle_case",
    Level.STREET: "handle_case",
    Level.COMMAND: "command_case",
    Level.LEADING_GROUP: "lead_case",
}


def is_one_of(user, who: Who, case: Case, turnout: Turnout | None = None) -> bool:
    """Return whether `user` is the `who` of a workflow row for this case (and turnout)."""
    grants = grants_of(user)
    match who:
        case Who.HANDLER:
            return grants.on(HANDLER_PERMISSION[Level(case.level)], case.holder_id)
        case Who.GRID:
            return case.holder.kind == UnitKind.COMMUNITY and bool(grids_to_take(user, case))
        case Who.DISPATCHER:
            return grants.on("dispatch_case", case.street_id)
        case Who.COMMAND:
            return grants.on("command_case", case.district_id)
        case Who.DEPARTMENT:
            return turnout is not None and grants.on("attend_turnout", turnout.department_id)
        case Who.RESIDENT:
            return case.lodger_id is not None and case.lodger_id == getattr(user, "pk", None)
    return False


def grids_to_take(user, case: Case) -> list[Unit]:
    """Return the grids of the community that holds `case` for which `user` may take it."""
    grids = grants_of(user).units("handle_case", UnitKind.GRID)
    return list(Unit.objects.filter(pk__in=grids, parent=case.holder_id, is_active=True)) if grids else []


def verbs_for(user, case: Case) -> list[Verb]:
    """Return the verbs that the workflow table allows `user` on `case` now, in the table's order."""
    return [
        verb
        for verb in CASE_MOVES
        if allowed_on_case(verb, case.state, case.level, case.open_turnouts) and may_ever_on_case(user, verb, case)
    ]


def may_ever_on_case(user, verb: Verb, case: Case) -> bool:
    """Return whether `verb` is for `user` to do on `case` in any state at all; if not, the answer is 403."""
    return any(is_one_of(user, who, case) for who in CASE_MOVES[verb].who_at(case.level) - {Who.RESIDENT})


def held_back_verbs(user, case: Case) -> list[Verb]:
    """Return the verbs that `user` could do on `case` were every department released: 事不完、人不走."""
    return [
        verb
        for verb, move in CASE_MOVES.items()
        if case.open_turnouts
        and move.no_open_turnout
        and allowed_on_case(verb, case.state, case.level, open_turnouts=0)
        and may_ever_on_case(user, verb, case)
    ]


def may_ever(user, verb: Verb, turnout: Turnout) -> bool:
    """Return whether `verb` is for `user` to do on `turnout` in any state at all; if not, the answer is 403."""
    return any(is_one_of(user, who, turnout.case, turnout) for who in TURNOUT_MOVES[verb].who)


def turnout_verbs_for(user, turnout: Turnout) -> list[Verb]:
    """Return the verbs that the workflow table allows `user` on `turnout` now; a second dispute is not one."""
    return [
        verb
        for verb in TURNOUT_MOVES
        if allowed_on_turnout(verb, turnout.state)
        and not (verb == Verb.DISPUTE_TURNOUT and turnout.disputed_at)
        and may_ever(user, verb, turnout)
    ]


def may_reveal(user, case: Case) -> bool:
    """Return whether `user` may have the contact shown, as far as it is not withheld (see `revealing_unit`)."""
    return revealing_unit(user, case) is not None


def revealing_unit(user, case: Case) -> int | None:
    """Return the key of the unit for which `user` may have the contact shown, or None: a unit at work on the case.

    Of a contact that is withheld it is shown where to go, and the rest to the command centre only (`withholds`).
    """
    grants = grants_of(user)
    for unit in (case.holder_id, case.grid_id, case.community_id, case.street_id):
        if unit and unit != case.district_id and grants.on("reveal_contact", unit):
            return unit
    if departments := grants.units("reveal_contact", UnitKind.DEPARTMENT):
        called = case.turnouts.filter(department__in=departments, state__in=OPEN_TURNOUT_STATES)
        if department := called.values_list("department", flat=True).first():
            return department
    if grants.on("command_case", case.district_id) and grants.on("reveal_contact", case.district_id):
        return case.district_id
    return None


def withholds(case: Case, unit_id: int) -> bool:
    """Return whether name and telephone are withheld from that unit: the resident asked so, and it is not command.

    Which of grid, community, street and department is the unit complained about cannot be known, so it is all.
    """
    return case.confidential and unit_id != case.district_id


def rating_is_open(rating_at: datetime, now: datetime) -> bool:
    """Return whether a single rating may be shown to the units: once its month is over and settled.

    The handler sees no single rating before the appraisal period has closed (domain, section 1).
    """
    local = timezone.localtime(rating_at)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    next_month = (first + timedelta(days=32)).replace(day=1)
    return now >= next_month + timedelta(days=settings.RATING_SETTLEMENT_DAYS)
