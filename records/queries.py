"""Reads of the records."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, IntegerField, Model, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.enums import Role, UnitKind
from accounts.models import Unit, User
from accounts.queries import posts_of, within
from records import registry
from records.chain import GENESIS, digest
from records.circles import LED_DECISION, answers_for
from records.enums import DeliveryState
from records.models import Attachment, AuditEntry, Deadline, Delivery, Notice


def deadlines_of(subjects: list[Model]) -> dict[int, list[Deadline]]:
    """Return the deadlines of `subjects`, rows of one model, by primary key, the first due first: one query."""
    found: dict[int, list[Deadline]] = defaultdict(list)
    if not subjects:
        return found
    rows = Deadline.objects.filter(
        content_type=ContentType.objects.get_for_model(subjects[0]), object_id__in=[s.pk for s in subjects]
    ).select_related("unit")
    for deadline in rows.order_by("due_at", "pk"):
        found[deadline.object_id].append(deadline)
    return found


OPEN = Q(met_at__isnull=True, cancelled_at__isnull=True)
OF_UNITS = Q(person__isnull=True)
SOON = timedelta(hours=24)


def late(now: datetime) -> Q:
    """Return the condition of the open deadlines that have passed by `now`; a paused clock does not run out."""
    return Q(due_at__lt=now, paused_at__isnull=True)


def due_until(end: datetime, now: datetime) -> Q:
    """Return the condition of the open deadlines that are not late at `now` and will be by `end`."""
    return Q(due_at__gte=now, due_at__lt=end, paused_at__isnull=True)


def answered_by(user) -> list[Unit]:
    """Return the units for whose deadlines `user` answers by a post of today: on duty there, or as the head."""
    units = {post.unit_id: post.unit for post in posts_of(user) if answers_for(post.role, post.unit.kind)}
    return list(units.values())


def units_owed_at(user) -> list[Unit]:
    """Return the units at which the deadlines of `owed_by` lie: of a grid also its community."""
    units = {unit.pk: unit for unit in answered_by(user)}
    above = {unit.parent_id: unit.parent for unit in units.values() if unit.kind == UnitKind.GRID and unit.parent}
    return list({**above, **units}.values())


def owed_by(user) -> QuerySet[Deadline]:
    """Return the open deadlines for which `user` answers, across all apps; order them by `due_at`.

    They are those of the units of `answered_by`, for a grid those of what waits at its community to be taken, for a
    district's leader what only the leader decides, and what `user` owes in person. Either half has its index:
    deadline_open_of_unit and deadline_open_of_person.
    """
    units = answered_by(user)
    scope = Q(unit__in=[unit.pk for unit in units]) & ~Q(kind=LED_DECISION)
    if grids := [unit for unit in units if unit.kind == UnitKind.GRID]:
        keys = [grid.pk for grid in grids]
        for model, waiting in registry.takeable():
            content_type = ContentType.objects.get_for_model(model)
            scope |= Q(content_type=content_type, object_id__in=waiting(keys))
    at = [unit.pk for unit in units_owed_at(user)]
    if led := [post.unit_id for post in posts_of(user) if post.role == Role.DISTRICT_LEADER]:
        scope |= Q(unit__in=led, kind=LED_DECISION)
        at += led
    of_units = OF_UNITS & scope & Q(unit__in=at)
    return Deadline.objects.filter(OPEN, of_units | _in_person(user)).select_related("unit")


def owed_by_person(user) -> QuerySet[Deadline]:
    """Return the open deadlines that `user` owes in person; order them by `due_at`: deadline_open_of_person."""
    return Deadline.objects.filter(OPEN, _in_person(user)).select_related("unit")


def _in_person(user) -> Q:
    return Q(person=user.pk) if user.is_active else Q(pk__in=[])


class _Rows(Subquery):
    """How many rows a query finds, as a column of another."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


class HeaderCounts(NamedTuple):
    """What the header of every page says: deadlines open, due within 24 hours and late; notices not read.

    `others` are the numbers of rows of what else was asked for.
    """

    open: int
    soon: int
    late: int
    unread: int
    others: tuple[int, ...] = ()


def header_counts(user, now: datetime, *others: QuerySet) -> HeaderCounts:
    """Return how much of `owed_by` is open, due within 24 hours, late at `now`, and how many notices are unread.

    `others` are counted along. One query for all: the header is on every page, and a desk has eight in all.
    """
    owed = owed_by(user).select_related(None).values("pk")
    row = User.objects.filter(pk=user.pk).values_list(
        _Rows(owed),
        _Rows(owed.filter(due_until(now + SOON, now))),
        _Rows(owed.filter(late(now))),
        _Rows(unread(user).values("pk")),
        *(_Rows(rows.values("pk")) for rows in others),
    )
    found = row.first() or [0] * (4 + len(others))
    return HeaderCounts(*found[:4], tuple(found[4:]))


def owed_by_one(unit: Unit) -> QuerySet[Deadline]:
    """Return the open deadlines of `unit`; order them by `due_at`: the index deadline_open_of_unit."""
    return Deadline.objects.filter(OPEN, OF_UNITS, unit=unit).select_related("unit")


def owed_by_unit(districts: Iterable[Unit], now: datetime) -> QuerySet:
    """Return rows {unit, unit__name, open, today, late} of the open deadlines in `districts`, the latest unit first.

    `today` counts what is still due before midnight.
    """
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (
        Deadline.objects.filter(OPEN, OF_UNITS, unit__in=within(districts))
        .values("unit", "unit__name")
        .annotate(
            open=Count("pk"),
            today=Count("pk", filter=due_until(midnight, now)),
            late=Count("pk", filter=late(now)),
        )
        .order_by("-late", "-today", "-open", "unit__code")
    )


def to_be_reminded(now: datetime) -> QuerySet[Deadline]:
    """Return the open deadlines that the sweep is to look at by `now`: the index deadline_to_be_reminded."""
    return Deadline.objects.filter(
        met_at__isnull=True, cancelled_at__isnull=True, paused_at__isnull=True, remind_at__lte=now
    )


def ready_to_leave(now: datetime) -> QuerySet[Delivery]:
    """Return the deliveries that wait and may be tried at `now`: the index delivery_waiting."""
    return Delivery.objects.filter(state=DeliveryState.WAITING, not_before__lte=now)


def inbox(user) -> QuerySet[Notice]:
    """Return the notices of `user`."""
    return Notice.objects.filter(recipient=user)


def unread(user) -> QuerySet[Notice]:
    """Return the notices that `user` has not read."""
    return inbox(user).filter(read_at__isnull=True)


def attachments_of(subjects: list[Model]) -> dict[tuple[int, int], list[Attachment]]:
    """Return the attachments of `subjects`, of any models, by (content type id, primary key): one query."""
    found: dict[tuple[int, int], list[Attachment]] = defaultdict(list)
    keys: dict[ContentType, list[int]] = defaultdict(list)
    for subject in subjects:
        keys[ContentType.objects.get_for_model(subject)].append(subject.pk)
    condition = Q()
    for content_type, of_type in keys.items():
        condition |= Q(content_type=content_type, object_id__in=of_type)
    if condition:
        for attachment in Attachment.objects.filter(condition):
            found[attachment.content_type_id, attachment.object_id].append(attachment)
    return found


def drafts(token) -> QuerySet[Attachment]:
    """Return the photos that wait under the form token `token`."""
    return Attachment.objects.filter(draft_token=token, object_id__isnull=True)


def readable_attachment(user, attachment_id) -> Attachment | None:
    """Return the attachment if `user` may open it: who may see the subject may see its photos."""
    attachment = Attachment.objects.filter(pk=attachment_id).select_related("content_type").first()
    if attachment is None or attachment.object_id is None:
        return None
    model = attachment.content_type.model_class()
    return attachment if registry.may_read(user, model, attachment.object_id) else None


@dataclass(frozen=True)
class ChainState:
    """What a walk along the audit chain found: how many entries, the last digest, the ids where it is broken."""

    entries: int
    last: str
    broken: list[int]


def audited(subject: Model, verb: str) -> QuerySet[AuditEntry]:
    """Return the entries of the audit trail that say `verb` of `subject`, in their order."""
    found = AuditEntry.objects.filter(subject=f"{subject._meta.label_lower}:{subject.pk}", verb=verb)
    return found.order_by("id")


def chain_state() -> ChainState:
    """Walk along the whole audit chain.

    It cannot tell that entries are missing at its end: for that, compare `last` with a digest noted elsewhere.
    """
    entries, broken, previous = 0, [], GENESIS
    for entry in AuditEntry.objects.order_by("id").iterator(chunk_size=2000):
        if entry.previous != previous or digest(previous, entry) != entry.digest:
            broken.append(entry.pk)
        entries, previous = entries + 1, entry.digest
    return ChainState(entries=entries, last=previous, broken=broken)


def holds_digest(noted: str) -> bool:
    """Return whether `noted`, a digest from an earlier day, is still that of an audit entry."""
    return noted == GENESIS or AuditEntry.objects.filter(digest=noted).exists()
