"""The steps that every verb is made of: lock, check, record, set the clocks."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit, User
from accounts.queries import holders_of
from cases.enums import Level, Step, Urgency, Verb
from cases.models import Case, Movement, Turnout
from cases.notices import STEP_NOTICES, words_of
from cases.queries import HANDLER_PERMISSION, is_one_of
from cases.queries import clocks as clock_settings
from cases.workflow import CASE_MOVES, TURNOUT_MOVES, Move, Who, allowed_on_case, allowed_on_turnout
from records import actions as records
from records import clocks
from records.calendar import working_calendar
from records.clocks import Due

CASE_STEPS = (Step.ACCEPT, Step.ON_SPOT, Step.MEASURES, Step.RESOLVE, Step.REWORK)


def locked_case(case: Case) -> Case:
    """Return `case` read anew and locked until the end of the transaction. The case is locked before all else."""
    related = Case.objects.select_related("holder", "street", "district", "category", "community", "grid")
    return related.select_for_update(of=("self",)).get(pk=case.pk)


def locked_turnout(turnout: Turnout) -> Turnout:
    """Return `turnout` read anew and locked, its case locked first."""
    case = locked_case(turnout.case)
    fresh = (
        Turnout.objects.select_related("department", "street", "whistle")
        .select_for_update(of=("self",))
        .get(pk=turnout.pk)
    )
    fresh.case = case
    return fresh


def check_case(*, case: Case, verb: Verb, user: User | None, **given: str) -> None:
    """Ask the workflow table whether `user` may do `verb` to the locked `case` with the inputs `given`.

    Raises OutOfTurn (wrong state, level, or an open turnout), NotAllowed, or Refused for an empty input.
    A resident's own verbs are authorised where the case is fetched, by account or by secret.
    """
    move = CASE_MOVES[verb]
    if not allowed_on_case(verb, case.state, case.level, open_turnouts=0):
        raise OutOfTurn(
            _("This cannot be done now: the case is “%(state)s” at the level “%(level)s”.")
            % {"state": case.get_state_display(), "level": case.get_level_display()}
        )
    people = move.who_at(case.level) - {Who.RESIDENT, Who.SYSTEM}
    if people and not any(is_one_of(user, who, case) for who in people):
        raise NotAllowed
    if not allowed_on_case(verb, case.state, case.level, case.open_turnouts):
        raise OutOfTurn(
            _("%(count)d department(s) have not been released yet. Release them first.") % {"count": case.open_turnouts}
        )
    _check_given(move, given)


def check_turnout(*, turnout: Turnout, verb: Verb, user: User, **given: str) -> None:
    """Ask the workflow table whether `user` may do `verb` to the locked `turnout`. Raises as `check_case`."""
    move = TURNOUT_MOVES[verb]
    if not allowed_on_turnout(verb, turnout.state):
        raise OutOfTurn(
            _("This cannot be done now: the turnout of %(department)s is “%(state)s”.")
            % {"department": turnout.department, "state": turnout.get_state_display()}
        )
    if not any(is_one_of(user, who, turnout.case, turnout) for who in move.who):
        raise NotAllowed
    _check_given(move, given)


def _check_given(move: Move, given: dict[str, str]) -> None:
    sentences = {
        "reason": _("Please give a reason."),
        "text": _("Please describe it in a sentence or two."),
    }
    for name in move.needs:
        if not (given.get(name) or "").strip():
            raise Refused(sentences[name], field=name)


def record(
    *,
    case: Case,
    verb: Verb,
    now: datetime,
    user: User | None = None,
    unit: Unit | None = None,
    to_unit: Unit | None = None,
    turnout: Turnout | None = None,
    text: str = "",
    reason: str = "",
    public: bool = False,
    token: UUID | None = None,
    data: dict | None = None,
) -> Movement:
    """Append one entry to the history of `case` and return it; a `public` one is told to the resident, once."""
    movement = Movement.objects.create(
        case=case,
        at=now,
        verb=verb,
        actor=user if user and user.pk else None,
        unit=unit,
        to_unit=to_unit,
        turnout=turnout,
        text=text,
        reason=reason,
        is_public=public,
        token=token,
        data=data or {},
    )
    if public and verb in STEP_NOTICES and case.lodger_id:
        tell_resident(case=case, kind=STEP_NOTICES[verb], now=now, key=f"step:{movement.pk}", **words_of(movement))
    return movement


def is_done(case: Case, token: UUID | None) -> bool:
    """Return whether the form with that `token` has already been carried out on the locked `case`."""
    return token is not None and case.movements.filter(token=token).exists()


def due_times(*, scope: str, steps: Iterable[Step], now: datetime) -> dict[str, Due]:
    """Return when each of `steps` that has a clock for `scope` is due when it starts at `now`."""
    rows = clock_settings(scope)
    calendar = working_calendar(timezone.localdate(now))
    return {
        step: Due(clocks.due(now, rows[step].amount, rows[step].unit, calendar.is_working), rows[step].unit)
        for step in steps
        if step in rows
    }


def enter(*, case: Case, level: Level, holder: Unit, now: datetime) -> None:
    """Put `case` on the desk of `holder` at `level`: that level's clock starts, the case's own goes on."""
    case.level, case.holder, case.entries = level, holder, case.entries + 1
    records.meet_deadlines(subject=case, kinds=[Step.ACCEPT], now=now)
    records.move_deadlines(subject=case, kinds=CASE_STEPS, unit=holder)
    due = due_times(scope=case.urgency, steps=[Step.ACCEPT], now=now)
    emergency = case.urgency == Urgency.EMERGENCY
    records.set_deadlines(subject=case, unit=holder, due=due, now=now, round=case.entries, emergency=emergency)


def drop_exclusions(case: Case, now: datetime) -> None:
    """End an undecided request to leave `case` out of the rates: it leaves them by itself."""
    for exclusion in case.exclusions.filter(decided_at__isnull=True):
        records.cancel_deadlines(subject=exclusion, kinds=[Step.DECIDE_EXCLUSION], now=now)
        exclusion.decided_at, exclusion.approved = now, False
        exclusion.save(update_fields=["decided_at", "approved"])


def keep(row: Case | Turnout, *fields: str) -> None:
    """Save `fields` of `row` after setting anew what is due first: while it is open, at the latest its own clock."""
    row.next_due_at = records.next_due(subject=row) or (row.last_due_at if row.is_open else None)
    row.save(update_fields=[*fields, "next_due_at"])


def tell_holder(*, case: Case, kind: str, now: datetime, **parameters: str) -> None:
    """Put a notice of `kind` into the inbox of everyone who acts for the unit that holds `case`."""
    records.notify(
        recipients=holders_of(HANDLER_PERMISSION[Level(case.level)], case.holder),
        kind=kind,
        parameters={"number": case.number, "unit": case.holder.name, **parameters},
        url=case.get_absolute_url(),
        now=now,
    )


def tell_resident(*, case: Case, kind: str, now: datetime, key: str = "", **parameters: str) -> None:
    """Put a notice of `kind` into the inbox of the resident who lodged `case`, if they have an account.

    With `key`, once.
    """
    if case.lodger_id is None:
        return
    records.notify(
        recipients=[case.lodger],
        kind=kind,
        parameters={"number": case.number, **parameters},
        url=case.get_public_url(),
        key=key,
        now=now,
    )


def tell_unit(
    *, permission: str, unit: Unit, subject: Model, kind: str, parameters: dict[str, str], now: datetime
) -> None:
    """Put a notice of `kind` into the inbox of everyone who holds `permission` on `unit`."""
    records.notify(
        recipients=holders_of(permission, unit),
        kind=kind,
        parameters=parameters,
        url=subject.get_absolute_url(),
        now=now,
    )
