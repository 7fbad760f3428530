"""How a reminder reads outside the portal. It names matters and units, never a resident."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records import registry
from records.outgoing.models import Delivery


def message(deliveries: list[Delivery], now: datetime) -> dict[str, str]:
    """Return the `title` and `body` of one message about the deadlines of `deliveries`, in the active language.

    Whether each is late is said as it is at `now`, which may be long after the reminder was due.
    """
    subjects = registry.subjects_of([delivery.deadline for delivery in deliveries])
    parts = [_part(delivery.deadline, subjects[delivery.deadline_id], now) for delivery in deliveries]
    title = parts[0].split("\n", 1)[0]
    if len(parts) > 1:
        title = ngettext("%(count)d deadline needs you", "%(count)d deadlines need you", len(parts)) % {
            "count": len(parts)
        }
    return {"title": title, "body": "\n\n".join([*parts, _("From the Community Governance Portal.")])}


def _part(deadline, subject: registry.Subject, now: datetime) -> str:
    kind = "deadline.late" if now >= deadline.due_at else "deadline.before"
    sentence = registry.notice_text(kind, {"step": deadline.kind, "subject": subject.title, "unit": deadline.unit.name})
    due_at = date_format(timezone.localtime(deadline.due_at), "DATETIME_FORMAT")
    lines = [sentence, _("Due at %(time)s") % {"time": due_at}]
    if settings.PUBLIC_URL:
        lines.append(urljoin(settings.PUBLIC_URL, subject.url))
    return "\n".join(lines)
