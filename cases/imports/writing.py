"""Imported requests are written in batches, each table at once, with the times they had elsewhere.

Nothing is invented: what the file does not say of accepting, arriving or marks stays empty. A department that
worked on a request gets a whistle and a turnout, so that lists and appraisal can count it.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from accounts.enums import UnitKind
from accounts.models import Unit
from cases.enums import Channel, Level, State, Step, TurnoutState, Verb, WhistleKind
from cases.imports.directory import Directory
from cases.imports.rows import FINISHED, Draft
from cases.models import Case, Contact, Movement, Turnout, Whistle, new_number
from cases.queries import clocks as clock_settings
from records import clocks
from records.bigrams import bigrams
from records.calendar import working_calendar
from records.enums import ClockUnit
from records.models import Deadline

SHORT = timedelta(days=1)
"""A time up to this counts as an hour clock, a longer one as a day clock: files give times, not clocks."""


class Writer:
    """Writes batches of drafts. Belongs in the transaction of the import."""

    def __init__(self, directory: Directory):
        self._directory = directory
        self._calendar = working_calendar(date.min)
        self._settings = cache(clock_settings)

    def write(self, drafts: list[Draft]) -> list[Case]:
        """Write the requests with contact, history, whistle, turnout and deadlines; return their cases."""
        numbers = _fresh_numbers([draft.given["lodged_at"] for draft in drafts])
        cases = Case.objects.bulk_create(
            self._case(draft, number) for draft, number in zip(drafts, numbers, strict=True)
        )
        pairs = list(zip(drafts, cases, strict=True))
        Contact.objects.bulk_create(_contact(draft, case) for draft, case in pairs)
        called = [(draft, case) for draft, case in pairs if draft.department]
        whistles = Whistle.objects.bulk_create(_whistle(draft, case) for draft, case in called)
        turnouts = Turnout.objects.bulk_create(
            _turnout(draft, case, whistle) for (draft, case), whistle in zip(called, whistles, strict=True)
        )
        Movement.objects.bulk_create(movement for draft, case in pairs for movement in _movements(draft, case))
        Deadline.objects.bulk_create(
            [deadline for draft, case in pairs for deadline in _case_deadlines(draft, case)]
            + [deadline for turnout in turnouts for deadline in _turnout_deadlines(turnout)]
        )
        return cases

    def _due(self, step: Step, urgency: str, start: datetime) -> datetime | None:
        setting = self._settings(urgency).get(step)
        return setting and clocks.due(start, setting.amount, setting.unit, self._calendar.is_working)

    def _case(self, draft: Draft, number: str) -> Case:
        given = draft.given
        urgency = given.get("urgency") or draft.category.urgency
        territory = self._directory.territory(draft.unit)
        holder, level = _first_desk(draft, territory)
        case = Case(
            number=number,
            channel=Channel.IMPORT,
            kind=given["kind"],
            category=draft.category,
            urgency=urgency,
            text=given["text"],
            search_text=bigrams(given["text"], draft.category.name, holder.name),
            confidential=given.get("confidential") or False,
            district=territory[UnitKind.DISTRICT],
            street=territory[UnitKind.STREET],
            community=territory.get(UnitKind.COMMUNITY),
            grid=territory.get(UnitKind.GRID),
            level=level,
            state=draft.state,
            holder=holder,
            open_turnouts=1 if draft.department and draft.is_open else 0,
            external_id=draft.external_id,
            lodged_at=given["lodged_at"],
            due_at=given.get("due_at") or self._due_without_promise(draft, urgency),
            responded_at=given.get("responded_at"),
            resolved_at=given.get("resolved_at"),
            closed_at=given.get("closed_at"),
        )
        if draft.is_open:
            case.next_due_at = case.due_at
        elif draft.state == State.RESOLVED:
            case.next_due_at = self._due(Step.RATE, urgency, case.resolved_at)
        return case

    def _due_without_promise(self, draft: Draft, urgency: str) -> datetime:
        """Return the due time of a request that came without one.

        Open, it gets the portal's own clock from its lodging on. Finished, nobody had promised anything: it is
        due when it was finished, so that no list calls it late, and it has no deadline.
        """
        ended = draft.given.get("resolved_at") or draft.given.get("closed_at")
        lodged = draft.given["lodged_at"]
        return ended or self._due(Step.RESOLVE, urgency, lodged) or lodged


def _fresh_numbers(moments: list[datetime]) -> list[str]:
    """Return a public number for each of `moments`, different from each other and from all there are."""
    days = [timezone.localtime(moment) for moment in moments]
    numbers: list[str] = []
    taken: set[str] = set()
    while len(numbers) < len(days):
        wanted = [new_number(day) for day in days[len(numbers) :]]
        taken.update(Case.objects.filter(number__in=wanted).values_list("number", flat=True))
        for number in wanted:
            if number in taken:
                break
            taken.add(number)
            numbers.append(number)
    return numbers


def _first_desk(draft: Draft, territory: dict[str, Unit]) -> tuple[Unit, Level]:
    """Return the unit that holds the request, and its level: the street where a department was called."""
    if draft.department or draft.unit.kind == UnitKind.STREET:
        return territory[UnitKind.STREET], Level.STREET
    return draft.unit, Level.GRID


def _contact(draft: Draft, case: Case) -> Contact:
    return Contact(case=case, **{name: draft.given.get(name) or "" for name in ("name", "phone", "address")})


def _whistle(draft: Draft, case: Case) -> Whistle:
    return Whistle(
        case=case, street=case.street, kind=WhistleKind.JOINT, place=draft.unit.name, blown_at=case.lodged_at
    )


def _turnout(draft: Draft, case: Case, whistle: Whistle) -> Turnout:
    turnout = Turnout(
        whistle=whistle,
        case=case,
        street=case.street,
        department=draft.department,
        task=case.summary,
        state=TurnoutState.CALLED if draft.is_open else TurnoutState.IMPORTED,
        called_at=case.lodged_at,
        arrive_due_at=draft.given.get("due_at") or draft.given.get("answered_at") or case.due_at,
    )
    if draft.is_open:
        turnout.next_due_at = case.due_at
    else:
        turnout.report = draft.given.get("answer") or ""
        turnout.reported_at = draft.given.get("answered_at")
    return turnout


def _movements(draft: Draft, case: Case) -> Iterator[Movement]:
    """Yield the history in its order; rows of the same time keep the order in which they are written."""
    answer, answered_at = draft.given.get("answer") or "", draft.given.get("answered_at")

    def moved(verb: Verb, at: datetime, **fields) -> Movement:
        return Movement(case=case, verb=verb, at=at, is_public=True, **fields)

    yield moved(Verb.LODGE, case.lodged_at, to_unit=case.holder, data={"channel": Channel.IMPORT})
    if draft.department:
        data = {"kind": WhistleKind.JOINT, "departments": [draft.department.name]}
        yield moved(Verb.BLOW_WHISTLE, case.lodged_at, unit=case.street, data=data)
    worker = draft.department or case.holder
    if draft.state in FINISHED:
        yield moved(Verb.RESOLVE, case.resolved_at, unit=worker, text=answer)
    elif answer:
        yield moved(Verb.REPORT_PROGRESS, answered_at or case.closed_at, unit=worker, text=answer)
    if draft.state == State.CLOSED:
        yield moved(Verb.CLOSE_SILENT, case.closed_at)
    elif draft.state == State.WITHDRAWN:
        yield moved(Verb.WITHDRAW, case.closed_at)


def _case_deadlines(draft: Draft, case: Case) -> Iterator[Deadline]:
    if draft.is_open or draft.given.get("due_at"):
        yield _deadline(
            case,
            Step.RESOLVE,
            case.holder,
            case.lodged_at,
            case.due_at,
            met_at=case.resolved_at,
            cancelled_at=case.closed_at if draft.state == State.WITHDRAWN else None,
        )


def _turnout_deadlines(turnout: Turnout) -> Iterator[Deadline]:
    if turnout.is_open:
        yield _deadline(turnout, Step.TURNOUT_REPORT, turnout.department, turnout.called_at, turnout.next_due_at)


def _deadline(subject: Case | Turnout, kind: Step, unit: Unit, set_at: datetime, due_at: datetime, **ended) -> Deadline:
    """Return a deadline that is reminded of from now on: what had passed before it came here is told to nobody."""
    now = timezone.now()
    return Deadline(
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        kind=kind,
        unit=unit,
        set_at=set_at,
        due_at=due_at,
        first_due_at=due_at,
        counted_in=ClockUnit.HOURS if due_at - set_at <= SHORT else ClockUnit.WORKING_DAYS,
        remind_at=now,
        reminded_until=now,
        **ended,
    )
