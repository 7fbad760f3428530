"""A member has their service certified."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.days import check_day
from accounts.errors import Refused
from accounts.models import User
from service.actions.shift_steps import locked_members
from service.models import Certificate
from service.queries.certificates import certificates_of, certifying_community
from service.queries.hours import BY_EMPLOYERS, hours_of, services_in, total


@transaction.atomic
def issue_certificate(*, member: User, first_day: date, last_day: date, now: datetime | None = None) -> Certificate:
    """Certify the attested minutes of `member` in a span of days, both included, as they stand; return the certificate.

    The same certificate is not issued twice on one day: then the first is returned. Raises Refused for a span that
    ends before it starts or lies ahead, or without attested hours.
    """
    now = now or timezone.now()
    if last_day < first_day:
        raise Refused(_("The span ends before it starts."), field="last_day")
    check_day(first_day, field="first_day")
    if last_day > timezone.localdate(now):
        raise Refused(_("A certificate cannot reach beyond today."), field="last_day")
    locked_members([member.pk])
    entries = hours_of(member, first_day, last_day)
    minutes, services = total(entries), services_in(entries)
    if minutes <= 0:
        raise Refused(_("No hours of yours are attested in this span of days."))
    said = {
        "name": str(member),
        "community": certifying_community(member, entries),
        "first_day": first_day,
        "last_day": last_day,
        "minutes": minutes,
        "services": services,
        "employer_minutes": max(0, total(entries.filter(BY_EMPLOYERS))),
    }
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    issued = certificates_of(member).filter(issued_at__gte=midnight, **said).first()
    return issued or Certificate.objects.create(member=member, issued_at=now, **said)
