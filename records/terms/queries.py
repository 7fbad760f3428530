"""Reads of deadlines with what happened to their time."""

from datetime import datetime

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet

from accounts.models import Unit
from accounts.queries import grants_of, within
from records import registry
from records.enums import ClockUnit
from records.models import Deadline
from records.terms.models import Extension, Pause
from records.terms.rules import DECIDING
from records.terms.settling import DECIDE, DECISIONS


def with_terms(queryset: QuerySet[Deadline]) -> QuerySet[Deadline]:
    """Return `queryset` with the unit and the extension of each deadline, and how often it was paused."""
    related = queryset.select_related(
        "unit", "extension__asking_unit", "extension__deciding_unit", "extension__decided_by", "extension__asked_by"
    )
    return related.annotate(times_paused=Count("pauses"))


def deadlines_visible_to(user) -> QuerySet[Deadline]:
    """Return the deadlines whose subject `user` may see, of the kinds whose time may change."""
    scope = Q(pk__in=[])
    for model, terms in registry.terms().items():
        scope |= Q(
            content_type=ContentType.objects.get_for_model(model), object_id__in=terms.visible_to(user).values("pk")
        )
    return Deadline.objects.filter(scope, kind__in=registry.changeable_kinds())


def extensions_for(user) -> QuerySet[Extension]:
    """Return the extensions that wait for a decision of an office of `user`, what was asked first on top."""
    grants = grants_of(user)
    scope = Q(pk__in=[])
    for permission in DECIDING:
        if units := grants.units(permission):
            scope |= Q(deciding_unit__in=units, decides_as=permission)
    return Extension.objects.filter(
        scope, decided_at__isnull=True, deadline__met_at__isnull=True, deadline__cancelled_at__isnull=True
    ).select_related("deadline__unit", "asking_unit", "deciding_unit", "asked_by")


def pauses_within(user) -> QuerySet[Pause]:
    """Return the pauses of the units about whose time an office of `user` decides; order them by `-started_at`."""
    grants = grants_of(user)
    offices = frozenset().union(*(grants.units(permission) for permission in DECIDING))
    units = within(Unit.objects.filter(pk__in=offices))
    return Pause.objects.filter(unit__in=units).select_related("deadline", "unit", "started_by", "ended_by")


def most_paused(pauses: QuerySet[Pause], since: datetime, limit: int = 20) -> list[dict]:
    """Return rows {unit__name, times, running} of `pauses` that began after `since`, the most frequent unit first."""
    rows = pauses.filter(started_at__gte=since).order_by().values("unit", "unit__name")
    counted = rows.annotate(times=Count("pk"), running=Count("pk", filter=Q(ended_at__isnull=True)))
    return list(counted.order_by("-times", "unit__code")[:limit])


def pauses_of(deadline: Deadline) -> QuerySet[Pause]:
    """Return the pauses of `deadline`, the first one first."""
    return deadline.pauses.select_related("unit", "started_by", "ended_by")


def overlong_pauses(now: datetime) -> QuerySet[Pause]:
    """Return the pauses that have lasted as long as one may by `now`: the index pause_open."""
    return Pause.objects.filter(ended_at__isnull=True, started_at__lte=now - settings.LONGEST_PAUSE)


def decision_clock(kind: str) -> list[registry.Clock]:
    """Return how long a decision may take, when asked for `kind` "" or that of a decision."""
    if kind not in ("", *DECISIONS):
        return []
    return [registry.Clock(registry.step_label(DECIDE), settings.EXTENSION_DECISION_DAYS, ClockUnit.WORKING_DAYS)]


def extensions_as_subjects(keys) -> dict[int, registry.Subject]:
    """Return the subjects of deadlines on the extensions with these `keys`."""
    rows = list(Extension.objects.filter(pk__in=keys).select_related("deadline"))
    subjects = registry.subjects_of([row.deadline for row in rows])
    return {row.pk: registry.Subject(subjects[row.deadline_id].title, row.deadline.get_absolute_url()) for row in rows}
