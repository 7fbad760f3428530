"""Reads of the records."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from records import registry
from records.chain import GENESIS, digest
from records.models import Attachment, AuditEntry, Deadline, Notice


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


def inbox(user) -> QuerySet[Notice]:
    """Return the notices of `user`."""
    return Notice.objects.filter(recipient=user)


def unread_count(user) -> int:
    """Return how many notices `user` has not read."""
    return inbox(user).filter(read_at__isnull=True).count()


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
