"""Certificates of a member, and the one a code belongs to."""

from django.db.models import QuerySet

from service.models import Certificate, HourEntry
from service.models.hours import ALPHABET
from service.queries.hours import hours_of, total
from service.queries.scope import registration_of


def certificates_of(member) -> QuerySet[Certificate]:
    """Return the certificates of `member`."""
    return Certificate.objects.filter(member=member).select_related("community")


def by_code(typed: str) -> Certificate | None:
    """Return the certificate whose code somebody typed, in groups or not, or None."""
    code = bare(typed)
    if len(code) != 16 or not set(code) <= set(ALPHABET):
        return None
    return Certificate.objects.filter(code=code).select_related("community", "member").first()


def is_diminished(certificate: Certificate) -> bool:
    """Return whether fewer minutes of its span of days are attested now than when `certificate` was issued."""
    return total(hours_of(certificate.member, certificate.first_day, certificate.last_day)) < certificate.minutes


def bare(typed: str) -> str:
    """Return a code without the spaces and dashes between its groups."""
    return "".join(typed.upper().replace("-", "").split())


def grouped(code: str) -> str:
    """Return `code` in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def certifying_community(member, entries: QuerySet[HourEntry]):
    """Return the community that a certificate names: where the member is registered, else where they served last."""
    registration = registration_of(member)
    if registration is not None:
        return registration.community
    return entries.select_related("community").order_by("-day", "-pk")[0].community
