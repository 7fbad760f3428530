"""Which round of an obligation comes next: what was taken back may be taken on again."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Model

from records.models import Deadline


def next_round(subject: Model, kind: str) -> int:
    """Return the round of the next deadline of `kind` on `subject`, whose row is locked."""
    content_type = ContentType.objects.get_for_model(subject)
    rows = Deadline.objects.filter(content_type=content_type, object_id=subject.pk, kind=kind)
    return (rows.aggregate(last=Max("round"))["last"] or 0) + 1
