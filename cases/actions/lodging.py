"""A request comes in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.errors import NotAllowed, Refused
from accounts.models import Unit, User
from accounts.queries import grants_of
from cases.actions.steps import due_times, record
from cases.enums import Channel, Kind, Level, Step, Urgency, Verb
from cases.models import Building, Case, Category, Contact, new_number
from cases.queries import places_and_grids
from records import actions as records
from records.bigrams import bigrams

OPENING_STEPS = (Step.ACCEPT, Step.ON_SPOT, Step.MEASURES, Step.RESOLVE)
ATTEMPTS = 5


@dataclass(frozen=True)
class Place:
    """Where the trouble is: the smallest unit known, and the building if its code was given."""

    unit: Unit
    building: Building | None = None


def lodge(
    *,
    place: Place,
    category: Category,
    kind: Kind,
    text: str,
    channel: Channel,
    name: str = "",
    phone: str = "",
    address: str = "",
    confidential: bool = False,
    lodger: User | None = None,
    entered_by: User | None = None,
    submission_token: UUID | None = None,
    now: datetime | None = None,
) -> Case:
    """Lodge a request and return its case; the same `submission_token` a second time returns the first case.

    `place.unit` is a grid, community or street; the case starts on the desk of the grid where one is certain
    (the building's, or the community's only one), else of the community, else of the street. `entered_by` is
    the official who types it for a caller or reports it from a patrol. Raises Refused for a category of the
    first level and for a place that is no territory below the district.
    """
    if not text.strip():
        raise Refused(_("Please describe it in a sentence or two."), field="text")
    if category.parent_id is None:
        raise Refused(_("Please choose one of the finer categories."), field="category")
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _lodge(
                    place=place,
                    category=category,
                    kind=kind,
                    text=text.strip(),
                    channel=channel,
                    contact={"name": name.strip(), "phone": phone, "address": address.strip()},
                    confidential=confidential,
                    lodger=lodger,
                    entered_by=entered_by,
                    submission_token=submission_token,
                    now=now or timezone.now(),
                )
        except IntegrityError:
            existing = submission_token and Case.objects.filter(submission_token=submission_token).first()
            if existing:
                return existing
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _first_desk(place: Place) -> tuple[dict[str, Unit], Unit, Level]:
    """Return the territory of `place` by kind, the unit that receives the case, and its level."""
    unit = place.building.grid if place.building else place.unit
    territory, grids = places_and_grids(unit)
    if UnitKind.STREET not in territory:
        raise Refused(_("Please choose the street or town."), field="street")
    if unit.kind == UnitKind.COMMUNITY and len(grids) == 1:
        unit = territory[UnitKind.GRID] = grids[0]
    return territory, unit, Level.STREET if unit.kind == UnitKind.STREET else Level.GRID


def _check_official(official: User | None, channel: Channel, territory: dict[str, Unit]) -> None:
    """Raise NotAllowed unless `official` answers the telephone for, or patrols, a unit around the place."""
    permission = {Channel.PHONE: "lodge_for_caller", Channel.PATROL: "patrol"}.get(channel)
    if official is None or permission is None:
        return
    grants = grants_of(official)
    if not any(grants.on(permission, unit) for unit in territory.values()):
        raise NotAllowed(_("The place does not lie in the territory of your post."))


def _lodge(*, place, category, contact, entered_by, now, **fields) -> Case:
    territory, holder, level = _first_desk(place)
    _check_official(entered_by, fields["channel"], territory)
    due = due_times(scope=category.urgency, steps=OPENING_STEPS, now=now)
    case = Case.objects.create(
        **fields,
        number=new_number(timezone.localtime(now)),
        category=category,
        urgency=category.urgency,
        search_text=bigrams(fields["text"], category.name, holder.name),
        district=territory[UnitKind.DISTRICT],
        street=territory[UnitKind.STREET],
        community=territory.get(UnitKind.COMMUNITY),
        grid=territory.get(UnitKind.GRID),
        building=place.building,
        level=level,
        holder=holder,
        lodged_at=now,
        due_at=due[Step.RESOLVE].at if Step.RESOLVE in due else now,
        next_due_at=min((owed.at for owed in due.values()), default=now),
    )
    Contact.objects.create(case=case, **contact)
    record(
        case=case,
        verb=Verb.LODGE,
        now=now,
        user=entered_by or fields["lodger"],
        to_unit=holder,
        public=True,
        data={"channel": fields["channel"]},
    )
    emergency = case.urgency == Urgency.EMERGENCY
    records.set_deadlines(subject=case, unit=holder, due=due, now=now, emergency=emergency)
    records.attach_drafts(draft_token=fields["submission_token"], subject=case)
    return case
