"""Writes of the records. Each belongs in the transaction of the action that calls it."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from accounts.models import Unit, User
from records import chain
from records.clocks import Due
from records.models import Attachment, AuditEntry, Deadline, Notice
from records.photos import reencode
from records.queries import drafts
from records.terms import settling

AUDIT_LOCK = 7_201_934  # any number that nothing else in the database uses as an advisory lock


@transaction.atomic
def audit(
    *,
    verb: str,
    subject: Model,
    actor: User | None,
    unit: Unit | None = None,
    detail: dict | None = None,
    now: datetime | None = None,
) -> AuditEntry:
    """Append one entry to the audit chain and return it. Call it last: it holds the chain until commit.

    `detail` is JSON of codes and numbers, without a resident's name, telephone or address. The one free text in it
    is the reason an official types for opening a resident's contact (contact.reveal, wish.reveal).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AUDIT_LOCK])
    last = AuditEntry.objects.order_by("-id").values_list("digest", flat=True).first()
    entry = AuditEntry(
        at=now or timezone.now(),
        actor=actor if actor and actor.pk else None,
        unit=unit,
        verb=verb,
        subject=f"{subject._meta.label_lower}:{subject.pk}",
        detail=detail or {},
        previous=last or chain.GENESIS,
    )
    entry.digest = chain.digest(entry.previous, entry)
    entry.save(force_insert=True)
    return entry


def set_deadlines(
    *,
    subject: Model,
    unit: Unit,
    due: dict[str, Due],
    now: datetime,
    round: int = 1,
    emergency: bool = False,
    person: User | None = None,
) -> list[Deadline]:
    """Set what `unit` owes for `subject`: `due` is kind → time. Return the deadlines; none is ever set twice.

    With `person`, it is that person who owes it to the unit: they are reminded in place of those on duty there.

    The sweep looks at each once at once, to plan its reminders (records.sweep).
    """
    return Deadline.objects.bulk_create(
        Deadline(
            subject=subject,
            kind=kind,
            round=round,
            unit=unit,
            person=person,
            set_at=now,
            due_at=owed.at,
            first_due_at=owed.at,
            counted_in=owed.counted_in,
            is_emergency=emergency,
            remind_at=now,
            reminded_until=now,
        )
        for kind, owed in due.items()
    )


def next_due(*, subject: Model) -> datetime | None:
    """Return when the first open deadline of `subject` is due, or None when nothing is owed.

    A paused clock counts as if its pause lasted as long as one may: at the latest it is due then.
    """
    rows = Deadline.objects.filter(
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        met_at__isnull=True,
        cancelled_at__isnull=True,
    )
    return min(
        (
            due_at + settings.LONGEST_PAUSE if paused_at else due_at
            for due_at, paused_at in rows.values_list("due_at", "paused_at")
        ),
        default=None,
    )


def _open(subject: Model, kinds: Iterable[str]):
    return Deadline.objects.filter(
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        kind__in=list(kinds),
        met_at__isnull=True,
        cancelled_at__isnull=True,
    )


def meet_deadlines(*, subject: Model, kinds: Iterable[str], now: datetime) -> int:
    """Mark the open deadlines of `kinds` as met at `now`, their pauses ended before; return how many."""
    settling.settle(deadlines=_open(subject, kinds), now=now)
    return _open(subject, kinds).update(met_at=now)


def cancel_deadlines(*, subject: Model, kinds: Iterable[str], now: datetime) -> int:
    """Mark the open deadlines of `kinds` as no longer owed, their pauses ended before; return how many."""
    settling.settle(deadlines=_open(subject, kinds), now=now)
    return _open(subject, kinds).update(cancelled_at=now)


def cancel_deadlines_of(*, subjects: QuerySet, kinds: Iterable[str], now: datetime) -> int:
    """Mark the open deadlines of `kinds` on the rows of `subjects` as no longer owed; return how many."""
    owed = Deadline.objects.filter(
        content_type=ContentType.objects.get_for_model(subjects.model),
        object_id__in=subjects.values("pk"),
        kind__in=list(kinds),
        met_at__isnull=True,
        cancelled_at__isnull=True,
    )
    settling.settle(deadlines=owed, now=now)
    return owed.update(cancelled_at=now)


def move_deadlines(*, subject: Model, kinds: Iterable[str], unit: Unit) -> int:
    """Hand the open deadlines of `kinds` to `unit` with their due times unchanged; return how many."""
    settling.reroute(deadlines=_open(subject, kinds), unit=unit)
    return _open(subject, kinds).update(unit=unit)


def hand_to_person(*, subjects: QuerySet, before: User | None, after: User | None) -> int:
    """Let `after` owe what `before` owes in person for the rows of `subjects`, due times unchanged; return how many.

    None are the people of the unit who are on duty.
    """
    return Deadline.objects.filter(
        content_type=ContentType.objects.get_for_model(subjects.model),
        object_id__in=subjects.values("pk"),
        person=before,
        met_at__isnull=True,
        cancelled_at__isnull=True,
    ).update(person=after)


def notify(
    *,
    recipients: Iterable[User],
    kind: str,
    parameters: dict,
    url: str = "",
    key: str = "",
    now: datetime | None = None,
) -> None:
    """Put a notice of `kind` into each recipient's inbox; with `key`, at most once per person and key."""
    at = now or timezone.now()
    Notice.objects.bulk_create(
        [
            Notice(
                recipient=person,
                kind=kind,
                parameters=parameters,
                url=url,
                key=f"{key}:{person.pk}" if key else None,
                created_at=at,
            )
            for person in recipients
        ],
        ignore_conflicts=bool(key),
    )


def read_notices(*, user: User, now: datetime | None = None) -> int:
    """Mark every notice of `user` as read; return how many were new."""
    return Notice.objects.filter(recipient=user, read_at__isnull=True).update(read_at=now or timezone.now())


def keep_photo(
    *, upload: UploadedFile, draft_token: UUID, uploaded_by: User | None, now: datetime | None = None
) -> Attachment:
    """Re-encode `upload` and keep it as a draft under `draft_token`; return it. Raises Refused as `reencode`."""
    photo = reencode(upload)
    attachment = Attachment(
        width=photo.width,
        height=photo.height,
        size=len(photo.content),
        draft_token=draft_token,
        uploaded_by=uploaded_by if uploaded_by and uploaded_by.pk else None,
        created_at=now or timezone.now(),
    )
    attachment.file.save("photo", ContentFile(photo.content), save=False)
    attachment.save(force_insert=True)
    return attachment


def attach_drafts(*, draft_token: UUID | None, subject: Model) -> int:
    """Give the photos that wait under `draft_token` to `subject`; return how many."""
    if draft_token is None:
        return 0
    return drafts(draft_token).update(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)


def discard_drafts(*, older_than: datetime) -> int:
    """Delete photos whose form was never finished and that are older than `older_than`; return how many.

    A form that is finished meanwhile keeps its photos: each row goes only while it is still a draft, and its file
    after the row is gone for good.
    """
    discarded = 0
    stale = Attachment.objects.filter(object_id__isnull=True, created_at__lt=older_than)
    while batch := list(stale[:500]):
        for attachment in batch:
            with transaction.atomic():
                gone, _by_model = Attachment.objects.filter(pk=attachment.pk, object_id__isnull=True).delete()
                if gone:
                    transaction.on_commit(partial(attachment.file.delete, save=False))
            discarded += gone
    return discarded
