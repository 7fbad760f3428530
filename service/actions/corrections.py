"""Attested hours are never changed: a correction is a new entry with a reason."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, Refused
from accounts.models import User
from records import actions as records
from service.actions.hours import check_cap, overlap
from service.actions.shift_steps import locked_members
from service.actions.typed import checked_reason
from service.enums import HourKind
from service.models import HourEntry
from service.queries.hours import corrects_for, length_of, minutes_between, net_minutes, span_of
from service.queries.hours_of_day import left_on, most_a_day, overlapping
from service.queries.names import name_in


@transaction.atomic
def correct_hours(*, entry: HourEntry, user: User, minutes: int, reason: str, now: datetime | None = None) -> HourEntry:
    """Correct the attested `entry` so that it holds `minutes` in all, for a `reason` the member reads.

    The community corrects its entries, an employer what it attested itself. Returns the new entry, which holds the
    difference. Raises NotAllowed for anybody else; Refused for one's own hours, without a reason, below zero, above the
    length of the shift or of the time on call, above what the day allows, or when it already says so.
    """
    now = now or timezone.now()
    unit = corrects_for(user, entry)
    if unit is None:
        raise NotAllowed
    locked_members([entry.member_id])
    entry = HourEntry.objects.select_related("member", "community", "sign_up__shift").get(pk=entry.pk)
    if entry.kind != HourKind.ATTESTED:
        raise Refused(_("A correction is not corrected itself: correct the attested entry again."))
    if entry.member_id == user.pk:
        raise Refused(_("Your own hours are for somebody else to correct."))
    reason = checked_reason(reason)
    difference = minutes - net_minutes(entry)
    begins_at, ends_at = _span(entry, minutes) if difference > 0 else (None, None)
    _check_correction(entry, minutes, difference)
    correction = HourEntry.objects.create(
        kind=HourKind.CORRECTION,
        corrects=entry,
        minutes=difference,
        reason=reason,
        member=entry.member,
        community=entry.community,
        employer_id=entry.employer_id,
        branch=entry.branch,
        begins_at=begins_at,
        ends_at=ends_at,
        sign_up=entry.sign_up,
        day=entry.day,
        title=entry.title,
        answer_id=entry.answer_id,
        attested_by=user,
        attested_for=None if unit == entry.community else unit,
        attested_at=now,
    )
    records.notify(
        recipients=[entry.member],
        kind="service.hours_corrected",
        parameters={"title": entry.title, "day": entry.day.isoformat(), "reason": reason},
        url=reverse("my_hours"),
        now=now,
    )
    detail = {"corrects": entry.pk, "difference": difference}
    records.audit(verb="hours.correct", subject=correction, actor=user, unit=unit, detail=detail, now=now)
    return correction


def _longest(entry: HourEntry) -> int:
    if entry.sign_up:
        return length_of(entry.sign_up)
    return minutes_between(entry.begins_at, entry.ends_at) if entry.begins_at else most_a_day()


def _span(entry: HourEntry, minutes: int) -> tuple[datetime | None, datetime | None]:
    """Return the time that `entry` takes up with so many `minutes`: of a call it is the one from arrival to release."""
    return span_of(entry.sign_up, minutes) if entry.sign_up else (entry.begins_at, entry.ends_at)


def _check_correction(entry: HourEntry, minutes: int, difference: int) -> None:
    longest = _longest(entry)
    if not 0 <= minutes <= longest:
        raise Refused(_("It must be between 0 and %(longest)d minutes.") % {"longest": longest}, field="minutes")
    if difference == 0:
        raise Refused(_("It already says so: nothing would be corrected."), field="minutes")
    if difference > 0:
        name = name_in(entry)
        begins_at, ends_at = _span(entry, minutes)
        if begins_at and overlapping(entry.member, begins_at, ends_at).exclude(pk=entry.pk).exists():
            raise overlap(name, entry.day, "minutes")
        left = left_on(entry.day, [entry.member_id])[entry.member_id]
        check_cap(name, entry.day, left, difference, "minutes")
