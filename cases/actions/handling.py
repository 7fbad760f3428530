"""A unit works on the case that lies on its desk."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.errors import Refused
from accounts.models import Unit, User
from cases.actions.steps import (
    CASE_STEPS,
    check_case,
    drop_exclusions,
    due_times,
    enter,
    is_done,
    keep,
    locked_case,
    record,
    tell_holder,
)
from cases.actions.supporters import bring_supporters, tell_supporters
from cases.enums import OPEN_STATES, Channel, Level, State, Step, Verb
from cases.models import Case
from cases.queries import grids_to_take, places, visible_to
from records import actions as records
from records.queries import drafts


@transaction.atomic
def accept(*, case: Case, user: User, now: datetime | None = None) -> Case:
    """Take responsibility for `case` on behalf of the unit that holds it; return it.

    Raises OutOfTurn when it is not waiting, NotAllowed when `user` does not act for the holder.
    """
    now = now or timezone.now()
    case = locked_case(case)
    check_case(case=case, verb=Verb.ACCEPT, user=user)
    return _accepted(case, Verb.ACCEPT, user, now)


@transaction.atomic
def take(*, case: Case, user: User, now: datetime | None = None) -> Case:
    """Let a grid worker take a case that waits at the community for their grid; return it. Raises as `accept`."""
    now = now or timezone.now()
    case = locked_case(case)
    check_case(case=case, verb=Verb.TAKE, user=user)
    case.grid = case.holder = grids_to_take(user, case)[0]
    records.move_deadlines(subject=case, kinds=CASE_STEPS, unit=case.holder)
    return _accepted(case, Verb.TAKE, user, now)


def _accepted(case: Case, verb: Verb, user: User, now: datetime) -> Case:
    case.state = State.ACCEPTED
    case.responded_at = case.responded_at or now
    records.meet_deadlines(subject=case, kinds=[Step.ACCEPT], now=now)
    keep(case, "state", "responded_at", "holder", "grid")
    record(case=case, verb=verb, now=now, user=user, unit=case.holder, public=True)
    return case


@transaction.atomic
def attend(*, case: Case, user: User, now: datetime | None = None) -> Case:
    """Note that the handler is on the spot, by the server's clock, once for each unit; return the case.

    Raises as `accept`.
    """
    now = now or timezone.now()
    case = locked_case(case)
    check_case(case=case, verb=Verb.ATTEND, user=user)
    if case.movements.filter(verb=Verb.ATTEND, unit=case.holder).exists():
        return case
    records.meet_deadlines(subject=case, kinds=[Step.ON_SPOT], now=now)
    keep(case)
    record(case=case, verb=Verb.ATTEND, now=now, user=user, unit=case.holder, public=True)
    return case


@transaction.atomic
def report_progress(
    *, case: Case, user: User, text: str, photos: UUID | None = None, now: datetime | None = None
) -> Case:
    """Tell the resident in `text` what has been done so far; return the case. Raises as `accept`, or Refused."""
    now = now or timezone.now()
    case = locked_case(case)
    if is_done(case, photos):
        return case
    check_case(case=case, verb=Verb.REPORT_PROGRESS, user=user, text=text)
    records.meet_deadlines(subject=case, kinds=[Step.MEASURES], now=now)
    keep(case)
    movement = record(
        case=case,
        verb=Verb.REPORT_PROGRESS,
        now=now,
        user=user,
        unit=case.holder,
        text=text.strip(),
        public=True,
        token=photos,
    )
    records.attach_drafts(draft_token=photos, subject=movement)
    return case


@transaction.atomic
def resolve(*, case: Case, user: User, text: str, photos: UUID | None = None, now: datetime | None = None) -> Case:
    """Answer the case with evidence: `text`, and photos (drafts under that token) where the category asks.

    Returns the case, which waits for the resident's rating; one from a patrol, which nobody asked for, is
    closed. Raises OutOfTurn while any department is unreleased, NotAllowed, or Refused without evidence.
    """
    now = now or timezone.now()
    case = locked_case(case)
    check_case(case=case, verb=Verb.RESOLVE, user=user, text=text)
    if case.category.photos_required and not (photos and drafts(photos).exists()):
        raise Refused(
            _("Cases of the category “%(category)s” need at least one photo as evidence.")
            % {"category": case.category},
            field="photos",
        )
    rated = case.channel != Channel.PATROL
    case.state = State.RESOLVED if rated else State.CLOSED
    case.resolved_at = now
    case.closed_at = None if rated else now
    records.meet_deadlines(subject=case, kinds=[*CASE_STEPS], now=now)
    if rated:
        due = due_times(scope=case.urgency, steps=[Step.RATE], now=now)
        case.next_due_at = due[Step.RATE].at if Step.RATE in due else None
    else:
        case.next_due_at = None
    case.save(update_fields=["state", "resolved_at", "closed_at", "next_due_at"])
    movement = record(
        case=case, verb=Verb.RESOLVE, now=now, user=user, unit=case.holder, text=text.strip(), public=True
    )
    records.attach_drafts(draft_token=photos, subject=movement)
    tell_supporters(case=case, now=now)
    return case


@transaction.atomic
def escalate(*, case: Case, user: User, reason: str, now: datetime | None = None) -> Case:
    """Send `case` one level up with a `reason`; return it. The case's own clock goes on.

    grid → street → command → leading group (一事一议). Open whistles go on: the street still releases them.
    Raises OutOfTurn, NotAllowed, or Refused without a reason.
    """
    now = now or timezone.now()
    case = locked_case(case)
    check_case(case=case, verb=Verb.ESCALATE, user=user, reason=reason)
    sender = case.holder
    _up(case, now)
    record(
        case=case,
        verb=Verb.ESCALATE,
        now=now,
        user=user,
        unit=sender,
        to_unit=case.holder,
        reason=reason.strip(),
        public=True,
        data={"level": case.level},
    )
    tell_holder(case=case, kind="case.escalated", now=now, reason=reason.strip())
    return case


@transaction.atomic
def refuse(*, case: Case, user: User, reason: str, now: datetime | None = None) -> Case:
    """Refuse a case that does not belong here: it goes one level up and the bounce is counted; return it.

    Raises OutOfTurn once it was accepted, NotAllowed, or Refused without a reason.
    """
    now = now or timezone.now()
    case = locked_case(case)
    check_case(case=case, verb=Verb.REFUSE, user=user, reason=reason)
    sender = case.holder
    case.bounces += 1
    _up(case, now)
    record(
        case=case,
        verb=Verb.REFUSE,
        now=now,
        user=user,
        unit=sender,
        to_unit=case.holder,
        reason=reason.strip(),
        data={"bounces": case.bounces},
    )
    tell_holder(case=case, kind="case.refused", now=now, reason=reason.strip(), **{"from": sender.name})
    return case


def _up(case: Case, now: datetime) -> None:
    case.state = State.LODGED
    level = Level(case.level + 1)
    if level == Level.STREET:
        case.escalated_at = case.escalated_at or now
    enter(case=case, level=level, holder=case.street if level == Level.STREET else case.district, now=now)
    keep(case, "state", "level", "holder", "entries", "bounces", "escalated_at")


@transaction.atomic
def assign(*, case: Case, user: User, to: Unit, reason: str, now: datetime | None = None) -> Case:
    """Give `case` to a unit below: a street to its communities and grids, command to a street; return it.

    No clock starts anew (首接负责). Raises Refused for a unit that is not below the one that assigns.
    """
    now = now or timezone.now()
    case = locked_case(case)
    check_case(case=case, verb=Verb.ASSIGN, user=user, reason=reason)
    sender = _sender(case)
    wanted = {UnitKind.STREET} if case.level >= Level.COMMAND else {UnitKind.COMMUNITY, UnitKind.GRID}
    if to.kind not in wanted or not to.path.startswith(sender.path) or not to.is_active:
        raise Refused(_("“%(unit)s” does not lie below %(sender)s.") % {"unit": to, "sender": sender}, field="to")
    _place(case, to)
    case.state = State.LODGED
    case.level = Level.STREET if to.kind == UnitKind.STREET else Level.GRID
    records.move_deadlines(subject=case, kinds=CASE_STEPS, unit=to)
    keep(case, "state", "level", "holder", "street", "community", "grid")
    record(
        case=case,
        verb=Verb.ASSIGN,
        now=now,
        user=user,
        unit=sender,
        to_unit=to,
        reason=reason.strip(),
        public=True,
    )
    tell_holder(case=case, kind="case.arrived", now=now)
    return case


def _sender(case: Case) -> Unit:
    """Return who gives cases away at the case's level: the street, or command from its level on."""
    return case.district if case.level >= Level.COMMAND else case.street


def _place(case: Case, to: Unit) -> None:
    """Set the holder, and the territory as far as `to` says more than the case knew."""
    territory = places(to)
    if to.kind == UnitKind.STREET and to.pk != case.street_id:
        case.community = case.grid = None
    case.street = territory[UnitKind.STREET]
    if community := territory.get(UnitKind.COMMUNITY):
        if case.community_id != community.pk:
            case.grid = None
        case.community = community
    if grid := territory.get(UnitKind.GRID):
        case.grid = grid
    case.holder = to


@transaction.atomic
def merge(*, case: Case, into: Case, user: User, reason: str, now: datetime | None = None) -> Case:
    """Merge `case` into another of the same matter, which gains its supporters; return `case`.

    Raises Refused when `into` is itself, closed, merged, or lies in another district.
    """
    now = now or timezone.now()
    first, second = sorted([case, into], key=lambda row: row.pk)
    by_key = {row.pk: row for row in (locked_case(first), locked_case(second))}
    case, into = by_key[case.pk], by_key[into.pk]
    check_case(case=case, verb=Verb.MERGE, user=user, reason=reason)
    of_district = into.district_id == case.district_id and visible_to(user).filter(pk=into.pk).exists()
    if into.pk == case.pk or into.state not in OPEN_STATES or not of_district:
        raise Refused(_("It can only be merged into another open case of this district."), field="into")
    case.state, case.merged_into, case.next_due_at, case.closed_at = State.MERGED, into, None, now
    records.cancel_deadlines(subject=case, kinds=[*CASE_STEPS], now=now)
    drop_exclusions(case, now)
    case.save(update_fields=["state", "merged_into", "next_due_at", "closed_at"])
    bring_supporters(case=case, into=into, now=now)
    record(
        case=case,
        verb=Verb.MERGE,
        now=now,
        user=user,
        unit=_sender(case),
        reason=reason.strip(),
        public=True,
        data={"into": into.number},
    )
    record(case=into, verb=Verb.ABSORB, now=now, user=user, unit=_sender(case), data={"merged": case.number})
    return case
