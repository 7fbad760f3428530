"""What the page of one case or one turnout shows."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from accounts.enums import UnitKind
from accounts.models import Unit
from accounts.queries import below, departments_of
from cases.enums import Level, Step, Verb
from cases.models import Case, Movement, Rating, Turnout
from cases.queries.desks import listed
from cases.queries.rights import rating_is_open
from cases.queries.scope import called_from, turnouts_visible_to
from records.models import Deadline
from records.terms.queries import with_terms


def with_details(queryset: QuerySet[Case]) -> QuerySet[Case]:
    """Return `queryset` with all that the page of one case shows."""
    movements = Movement.objects.exclude(verb=Verb.SUPPORT).select_related(
        "unit", "to_unit", "actor", "turnout__department"
    )
    turnouts = Turnout.objects.select_related("department", "street", "whistle", "case")
    return (
        listed(queryset)
        .select_related("contact", "district", "merged_into", "lodger")
        .prefetch_related(
            Prefetch("movements", movements),
            Prefetch("turnouts", turnouts),
            Prefetch("deadlines", with_terms(Deadline.objects).order_by("due_at", "pk")),
        )
    )


def turnout_pages_of(user) -> QuerySet[Turnout]:
    """Return what `user` may see of the turnouts with all that the page of one shows."""
    return turnouts_visible_to(user).select_related(
        "case__category",
        "case__district",
        "case__street",
        "case__community",
        "case__grid",
        "case__building",
        "case__contact",
        "department",
        "street",
        "whistle__blown_by",
    )


def residents_behind(keys: Iterable[int]) -> set[str]:
    """Return the names of who asked in the cases with these `keys` and who lodged them: to be left out, never shown."""
    rows = Case.objects.filter(pk__in=keys).values_list("contact__name", "lodger__name")
    return {name for row in rows for name in row if name}


def others_called(user, turnout: Turnout) -> QuerySet[Turnout]:
    """Return the other turnouts of the case: all for its territory; for a department those of the same whistle."""
    others = Turnout.objects.filter(case=turnout.case_id).exclude(pk=turnout.pk).select_related("department")
    return others if called_from(user, turnout) else others.filter(whistle=turnout.whistle_id)


def public_timeline(case: Case) -> QuerySet[Movement]:
    """Return the entries of the history of `case` that its resident may read."""
    return case.movements.filter(is_public=True).select_related("unit", "to_unit", "turnout__department")


def answer_deadline(case: Case) -> Deadline | None:
    """Return by when `case` must be answered (again, once it was reopened), or None when nobody owes an answer."""
    owed = case.deadlines.filter(kind__in=[Step.RESOLVE, Step.REWORK], cancelled_at__isnull=True)
    return owed.order_by("-set_at", "-pk").first()


def last_word_on_exclusion(case: Case) -> Verb | None:
    """Return what was last said about leaving a fetched `case` out of the rates: asked, approved or rejected."""
    words = (Verb.ASK_EXCLUSION, Verb.APPROVE_EXCLUSION, Verb.REJECT_EXCLUSION)
    said = [Verb(row.verb) for row in case.movements.all() if row.verb in words]
    return said[-1] if said else None


def open_ratings(case: Case, now: datetime) -> list[Rating]:
    """Return the ratings of a fetched `case` that the units may see by `now`; asks only when there are any."""
    rated = [row.at for row in case.movements.all() if row.verb == Verb.RATE]
    if not any(rating_is_open(at, now) for at in rated):
        return []
    return [rating for rating in case.ratings.all() if rating_is_open(rating.rated_at, now)]


def within_reach(case: Case) -> QuerySet[Unit]:
    """Return the departments that may be called about `case` and the units below to which it may be given."""
    if case.level >= Level.COMMAND:
        units = below(case.district, UnitKind.STREET)
    else:
        units = below(case.street, UnitKind.COMMUNITY) | below(case.street, UnitKind.GRID)
    return departments_of(case.district) | units
