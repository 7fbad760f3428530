"""Every read of the appraisal: who may read what, the schemes, a month's figures and the evidence behind them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.queries import grants_of, posts_of
from appraisal.enums import SchemeState
from appraisal.formula import SATISFIED, Facts, Rate, StreetMarks
from appraisal.models import Indicator, Scheme
from appraisal.months import bounds, month_at
from cases.enums import Channel, State, TurnoutState
from cases.models import Case, Rating, Turnout
from cases.queries import visible_to

# withdrawn by the street, excused by command, or disputed and not decided yet: not the department's doing
COUNTED_STATES = [
    state
    for state in TurnoutState
    if state not in (TurnoutState.WITHDRAWN, TurnoutState.EXCUSED, TurnoutState.DISPUTED)
]
COUNTED = Q(state__in=COUNTED_STATES)
# taking a whistle back does not undo that nobody came in time: it counts for the response, and for nothing else
TAKEN_BACK_LATE = Q(state=TurnoutState.WITHDRAWN, arrived_at__isnull=True, withdrawn_at__gt=F("arrive_due_at"))
EXCLUDED = Q(case__excluded_at__isnull=False)
ANSWERED_AT = Coalesce("arrived_at", "reported_at")

# --- who may read what ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reach:
    """What one person may open of one district's appraisal: all of it, or what their units have part in."""

    whole: bool
    departments: frozenset[str]
    streets: frozenset[str]

    def opens(self, department: Unit) -> bool:
        """Return whether the figures of `department` may be opened: a department only its own."""
        return self.whole or bool(self.streets) or department.code in self.departments

    def narrows(self, department: Unit) -> bool:
        """Return whether of `department` only the part of the person's own streets is shown."""
        return not self.whole and department.code not in self.departments


def _reading(user) -> list[Unit]:
    """The units of today's posts on which `user` holds `view_appraisal`: read with the grants, no query."""
    grants = grants_of(user)
    return [post.unit for post in posts_of(user) if grants.on("view_appraisal", post.unit)]


def districts_of(user) -> list[Unit]:
    """Return the districts whose appraisal `user` may read, those in which they hold a reading post, by code."""
    roots = {unit.path.split("/")[0] for unit in _reading(user)}
    return list(Unit.objects.filter(kind=UnitKind.DISTRICT, code__in=roots).order_by("code"))


def reach_of(user, district: Unit) -> Reach:
    """Return what `user` may open of the appraisal of `district`, by the units of their posts in it."""
    units = [unit for unit in _reading(user) if unit.path.startswith(district.path)]
    return Reach(
        whole=any(unit.pk == district.pk for unit in units),
        departments=frozenset(unit.code for unit in units if unit.kind == UnitKind.DEPARTMENT),
        streets=frozenset(unit.code for unit in units if unit.kind == UnitKind.STREET),
    )


def turnouts_open_to(user, district: Unit, department: Unit, month: date) -> QuerySet[Turnout]:
    """Return the turnouts of `department` in `month` that count for any figure and that `user` may see as evidence.

    A street sees those it called itself; each is `readable` where the person may also see its case.
    """
    reach = reach_of(user, district)
    turnouts = _turnouts(district, month).filter(department=department)
    if reach.narrows(department):
        turnouts = turnouts.filter(street__code__in=sorted(reach.streets))
    return turnouts.annotate(readable=Exists(visible_to(user).filter(pk=OuterRef("case_id"))))


# --- schemes ----------------------------------------------------------------------------------------------


def schemes() -> QuerySet[Scheme]:
    """Return all versions with their indicators, the newest first."""
    return Scheme.objects.prefetch_related("indicators").select_related("composed_by", "activated_by")


def scheme_for(month: date) -> Scheme | None:
    """Return the scheme that is in force in `month`, or None before the first one."""
    return _in_force(month).first()


def indicators_for(month: date) -> list[Indicator]:
    """Return the indicators of the scheme that is in force in `month`, each with the scheme: one query."""
    scheme = _in_force(month).values("pk")[:1]
    return list(Indicator.objects.filter(scheme=scheme).select_related("scheme").order_by("pk"))


def _in_force(month: date) -> QuerySet[Scheme]:
    active = Scheme.objects.filter(state=SchemeState.ACTIVE, effective_from__lte=month)
    return active.order_by("-effective_from")


# --- a month's facts --------------------------------------------------------------------------------------


def _turnouts(district: Unit, month: date) -> QuerySet[Turnout]:
    """The turnouts of `month` that count for any figure; those taken back late count for the response only."""
    start, end = bounds(month)
    return Turnout.objects.filter(
        COUNTED | TAKEN_BACK_LATE, department__parent=district, called_at__gte=start, called_at__lt=end
    )


def span(district: Unit) -> tuple[date | None, date | None]:
    """Return the first and the last month in which departments of `district` were called."""
    # the two ends of each department's stretch of an index, and not every turnout there has ever been
    calls = Turnout.objects.filter(department=OuterRef("pk")).values("called_at")
    found = Unit.objects.filter(kind=UnitKind.DEPARTMENT, parent=district).aggregate(
        first=Min(Subquery(calls.order_by("called_at", "id")[:1])),
        last=Max(Subquery(calls.order_by("-called_at", "-id")[:1])),
    )
    first, last = found["first"], found["last"]
    return (month_at(first), month_at(last)) if first else (None, None)


def departments_in(district: Unit, called) -> QuerySet[Unit]:
    """Return the departments of `district` that are active or among the `called` (ids), in order of their codes."""
    departments = Unit.objects.filter(kind=UnitKind.DEPARTMENT, parent=district)
    return departments.filter(Q(is_active=True) | Q(pk__in=called)).order_by("code")


def facts_of(district: Unit, month: date, now: datetime) -> dict[int, Facts]:
    """Return what is counted of each department of `district` that was called in `month`, by its id.

    Three grouped queries, whatever the number of departments, streets and cases.
    """
    turnouts = _turnouts(district, month)
    marks = _marks(turnouts)
    ratings = _ratings(district, month)
    return {
        row["department"]: Facts(
            called=row["called"],
            marks=tuple(marks.get(row["department"], ())),
            response=Rate(row["prompt"], row["due"], row["excluded_prompt"], row["excluded_due"]),
            unrated=row["unrated"],
            **ratings.get(row["department"], {}),
        )
        for row in _responses(turnouts, now)
    }


def _marks(turnouts: QuerySet[Turnout]) -> dict[int, list[StreetMarks]]:
    """One row per department and street: how often it was released, and the sum of all marks."""
    rows = (
        turnouts.filter(state=TurnoutState.RELEASED)
        .values("department", "street__code", "street__name")
        .annotate(releases=Count("pk"), marks=Sum(F("on_time") + F("cooperation") + F("result")))
        .order_by("department", "street__code")
    )
    found: dict[int, list[StreetMarks]] = {}
    for row in rows:
        given = StreetMarks(row["street__code"], row["street__name"], row["releases"], row["marks"])
        found.setdefault(row["department"], []).append(given)
    return found


def _answered_or_due(turnouts: QuerySet[Turnout], now: datetime) -> QuerySet[Turnout]:
    """Return those of `turnouts` that were answered, or whose time to arrive has run out by `now`."""
    return turnouts.annotate(answered_at=ANSWERED_AT).filter(Q(answered_at__isnull=False) | Q(arrive_due_at__lt=now))


def _responses(turnouts: QuerySet[Turnout], now: datetime) -> QuerySet:
    due = Q(answered_at__isnull=False) | Q(arrive_due_at__lt=now)
    prompt = Q(answered_at__lte=F("arrive_due_at"))
    asked = Q(case__state__in=(State.RESOLVED, State.CLOSED)) & ~Q(case__channel=Channel.PATROL)
    silent = ~Exists(Rating.objects.filter(case=OuterRef("case")))
    return (
        turnouts.annotate(answered_at=ANSWERED_AT)
        .values("department")
        .annotate(
            called=Count("pk"),
            due=Count("pk", filter=due & ~EXCLUDED),
            prompt=Count("pk", filter=prompt & ~EXCLUDED),
            excluded_due=Count("pk", filter=due & EXCLUDED),
            excluded_prompt=Count("pk", filter=prompt & EXCLUDED),
            unrated=Count("case", distinct=True, filter=COUNTED & asked & silent & ~EXCLUDED),
        )
        .order_by("department")
    )


def _ratings_to_count() -> QuerySet[Rating]:
    """The last verified rating of each case, since the resident's last answer stands; and every unverified one."""
    later = Rating.objects.filter(case=OuterRef("case"), round__gt=OuterRef("round"), is_verified=True)
    return Rating.objects.filter(Q(is_verified=False) | ~Exists(later))


def _ratings(district: Unit, month: date) -> dict[int, dict]:
    """Two rates per department: a case counts once for each department that was called to it in `month`."""
    start, end = bounds(month)
    verified = Q(is_verified=True)
    solved, satisfied = verified & Q(solved=True), verified & Q(satisfaction__gte=SATISFIED)

    def cases(condition: Q) -> Count:
        return Count("case", distinct=True, filter=condition)

    rows = (
        _ratings_to_count()
        .filter(
            case__turnouts__department__parent=district,
            case__turnouts__called_at__gte=start,
            case__turnouts__called_at__lt=end,
            case__turnouts__state__in=COUNTED_STATES,
        )
        .values(department=F("case__turnouts__department"))
        .annotate(
            rated=cases(verified & ~EXCLUDED),
            solved_count=cases(solved & ~EXCLUDED),
            satisfied_count=cases(satisfied & ~EXCLUDED),
            excluded_rated=cases(verified & EXCLUDED),
            excluded_solved=cases(solved & EXCLUDED),
            excluded_satisfied=cases(satisfied & EXCLUDED),
            unverified=Count("pk", distinct=True, filter=~verified),
            last=Max("rated_at", filter=verified),
        )
        .order_by("department")
    )
    return {
        row["department"]: {
            "resolution": Rate(row["solved_count"], row["rated"], row["excluded_solved"], row["excluded_rated"]),
            "satisfaction": Rate(
                row["satisfied_count"], row["rated"], row["excluded_satisfied"], row["excluded_rated"]
            ),
            "unverified": row["unverified"],
            "last_rated_at": row["last"],
        }
        for row in rows
    }


# --- the evidence behind a figure -------------------------------------------------------------------------


def releases_behind(turnouts: QuerySet[Turnout]) -> QuerySet[Turnout]:
    """Return those of `turnouts` whose marks count; order them by `-called_at`."""
    return _shown(turnouts.filter(state=TurnoutState.RELEASED))


def responses_behind(turnouts: QuerySet[Turnout], now: datetime) -> QuerySet[Turnout]:
    """Return those of `turnouts` that the response rate counts, with `answered_at`; order them by `-called_at`."""
    return _shown(_answered_or_due(turnouts, now))


def _shown(turnouts: QuerySet[Turnout]) -> QuerySet[Turnout]:
    return turnouts.select_related("case__category", "street", "whistle")


def cases_behind(turnouts: QuerySet[Turnout], user) -> QuerySet[Case]:
    """Return the cases of `turnouts` that were rated, or asked about in vain; order them by `-lodged_at`.

    Each has the last verified answer as `rated_at`, `rated_solved` and `rated_satisfaction`, the number of
    `unverified` ones (None without any), and is `readable` or not.
    """
    ratings = Rating.objects.filter(case=OuterRef("pk"))
    last = ratings.filter(is_verified=True).order_by("-round")
    unverified = ratings.filter(is_verified=False).order_by().values("case").values(number=Count("pk"))
    asked = Q(state__in=(State.RESOLVED, State.CLOSED)) & ~Q(channel=Channel.PATROL)
    return (
        Case.objects.filter(pk__in=turnouts.filter(COUNTED).values("case"))
        .annotate(
            rated_at=Subquery(last.values("rated_at")[:1]),
            rated_solved=Subquery(last.values("solved")[:1]),
            rated_satisfaction=Subquery(last.values("satisfaction")[:1]),
            unverified=Subquery(unverified, output_field=IntegerField()),
            readable=Exists(visible_to(user).filter(pk=OuterRef("pk"))),
        )
        .filter(Q(rated_at__isnull=False) | Q(unverified__isnull=False) | asked)
        .select_related("category", "street")
    )
