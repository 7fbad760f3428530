"""党员联户: the community enters households and puts them into a member's care; the member notes each visit."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit, User
from records import actions as records
from service.actions.typed import checked
from service.models import Household, Visit
from service.queries.households import cares_for, members_named, runs_households_of
from service.queries.scope import communities_of

OLDEST_VISIT = timedelta(days=365)


def _locked(household: Household) -> Household:
    related = Household.objects.select_related("community", "grid", "carer")
    household = related.select_for_update(of=("self",)).get(pk=household.pk)
    if not household.is_active:
        raise OutOfTurn(_("This household is not in the list any more."))
    return household


def _locked_by_community(household: Household, user: User) -> Household:
    household = _locked(household)
    if not runs_households_of(user, household):
        raise NotAllowed
    return household


def _fill(household: Household, *, label: str, grid: Unit | None, group: str, note: str) -> None:
    household.label = checked(label, field="label", most=60, missing=_("Please say which household."))
    household.group = checked(group, field="group", most=40)
    household.note = checked(note, field="note", most=200)
    if grid is not None and grid.parent_id != household.community_id:
        raise Refused(_("This grid belongs to another community."), field="grid")
    household.grid = grid


def _save(household: Household, **options) -> None:
    try:
        with transaction.atomic():
            household.save(**options)
    except IntegrityError as error:
        raise Refused(_("This household is in the list already."), field="label") from error


@transaction.atomic
def enter_household(
    *,
    user: User,
    community: Unit,
    label: str,
    grid: Unit | None = None,
    group: str = "",
    note: str = "",
    now: datetime | None = None,
) -> Household:
    """Enter a household of `community`, in the care of nobody yet; return it.

    Raises NotAllowed for a community of others, Refused without a name, for one that is there already, and for a
    grid of another community.
    """
    if community.pk not in communities_of(user):
        raise NotAllowed
    household = Household(community=community, created_at=now or timezone.now())
    _fill(household, label=label, grid=grid, group=group, note=note)
    _save(household, force_insert=True)
    return household


@transaction.atomic
def edit_household(
    *,
    household: Household,
    user: User,
    label: str,
    grid: Unit | None = None,
    group: str = "",
    note: str = "",
) -> Household:
    """Change how `household` is called, where it belongs and what to mind; return it. Raises as above."""
    household = _locked_by_community(household, user)
    _fill(household, label=label, grid=grid, group=group, note=note)
    _save(household, update_fields=["label", "grid", "group", "note"])
    return household


@transaction.atomic
def assign_household(*, household: Household, user: User, member: str, now: datetime | None = None) -> Household:
    """Put `household` into the care of the one registered member of that name or number; return it.

    Whoever cared for it before sees it no longer. Raises NotAllowed for a community of others, Refused when no
    member or more than one is called so.
    """
    now = now or timezone.now()
    household = _locked_by_community(household, user)
    found = members_named(household.community, checked(member, field="member", most=60, missing=_("Please say who.")))
    if not found:
        raise Refused(_("No member registered with this community is called so."), field="member")
    if len(found) > 1:
        raise Refused(_("Several members are called so. Give the mobile number instead."), field="member")
    if household.carer != found[0]:
        _hand_over(household, found[0], user, now)
    return household


@transaction.atomic
def take_household_away(*, household: Household, user: User, now: datetime | None = None) -> Household:
    """Take `household` out of the care of its member; return it. Raises OutOfTurn when nobody cares for it."""
    household = _locked_by_community(household, user)
    if household.carer is None:
        raise OutOfTurn(_("This household is in nobody's care."))
    _hand_over(household, None, user, now or timezone.now())
    return household


def _hand_over(household: Household, carer: User | None, user: User, now: datetime) -> None:
    """Set who cares, tell who does no longer and who does now, and record who may look from now on."""
    before, household.carer = household.carer, carer
    household.save(update_fields=["carer"])
    _tell(household, before, "household.taken_away", now)
    _tell(household, carer, "household.assigned", now)
    detail = {"before": before.pk if before else None, "after": carer.pk if carer else None}
    unit = household.community
    records.audit(verb="household.care", subject=household, actor=user, unit=unit, detail=detail, now=now)


def _tell(household: Household, member: User | None, kind: str, now: datetime) -> None:
    if member is not None:
        address = reverse("household", args=[household.pk]) if kind == "household.assigned" else ""
        parameters = {"community": household.community.name}
        records.notify(recipients=[member], kind=kind, parameters=parameters, url=address, now=now)


@transaction.atomic
def close_household(*, household: Household, user: User, now: datetime | None = None) -> Household:
    """Take `household` off the list, and out of its member's care; its visits stay in the records. Return it."""
    household = _locked_by_community(household, user)
    if household.carer is not None:
        _hand_over(household, None, user, now or timezone.now())
    household.is_active = False
    household.save(update_fields=["is_active"])
    return household


@transaction.atomic
def note_visit(*, household: Household, user: User, day: date, note: str, now: datetime | None = None) -> Visit:
    """Note a visit on `day` by the member who cares; return the line, which is never changed.

    Raises NotAllowed for anybody else, Refused for a day in the future or more than a year ago, and without words,
    OutOfTurn when the same line is there already.
    """
    now = now or timezone.now()
    household = _locked(household)
    if not cares_for(user, household):
        raise NotAllowed
    today = timezone.localdate(now)
    if day > today:
        raise Refused(_("This day is still to come."), field="day")
    if day < today - OLDEST_VISIT:
        raise Refused(_("This day is more than a year ago."), field="day")
    note = checked(note, field="note", most=500, missing=_("Please say in a sentence what you found."))
    if Visit.objects.filter(household=household, member=user, day=day, note=note).exists():
        raise OutOfTurn(_("This visit is noted already."))
    return Visit.objects.create(household=household, member=user, day=day, note=note, noted_at=now)
