"""Attested hours are never changed: a correction is a new entry with a reason."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Refused
from accounts.models import User
from records import actions as records
from records.terms.steps import checked_text
from service.actions.hours import check_cap, overlap
from service.actions.shift_steps import check_runs, locked_members
from service.enums import HourKind
from service.models import HourEntry
from service.queries.hours import length_of, minutes_on, net_minutes, served_meanwhile


@transaction.atomic
def correct_hours(*, entry: HourEntry, user: User, minutes: int, reason: str, now: datetime | None = None) -> HourEntry:
    """Correct the attested `entry` so that it holds `minutes` in all, for a `reason` the member reads.

    Returns the new entry, which holds the difference. Raises NotAllowed; Refused for one's own hours, without a
    reason, below zero, above the shift's length or what the day allows, or when it already says so.
    """
    now = now or timezone.now()
    check_runs(user, entry)
    locked_members([entry.member_id])
    entry = HourEntry.objects.select_related("member", "community", "sign_up").get(pk=entry.pk)
    if entry.kind != HourKind.ATTESTED:
        raise Refused(_("A correction is not corrected itself: correct the attested entry again."))
    if entry.member_id == user.pk:
        raise Refused(_("Your own hours are for somebody else to correct."))
    reason = checked_text(reason, "reason")
    difference = minutes - net_minutes(entry)
    _check_correction(entry, minutes, difference)
    correction = HourEntry.objects.create(
        kind=HourKind.CORRECTION,
        corrects=entry,
        minutes=difference,
        reason=reason,
        member=entry.member,
        community=entry.community,
        employer_id=entry.employer_id,
        sign_up=entry.sign_up,
        day=entry.day,
        title=entry.title,
        attested_by=user,
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
    records.audit(verb="hours.correct", subject=correction, actor=user, unit=entry.community, detail=detail, now=now)
    return correction


def _check_correction(entry: HourEntry, minutes: int, difference: int) -> None:
    longest = length_of(entry.sign_up) if entry.sign_up else settings.SERVICE_HOURS_A_DAY * 60
    if not 0 <= minutes <= longest:
        raise Refused(_("It must be between 0 and %(longest)d minutes.") % {"longest": longest}, field="minutes")
    if difference == 0:
        raise Refused(_("It already says so: nothing would be corrected."), field="minutes")
    if difference > 0:
        if entry.sign_up and served_meanwhile(entry.sign_up, [entry.member_id]):
            raise overlap(entry.member, entry.day, "minutes")
        already = minutes_on(entry.day, [entry.member_id]).get(entry.member_id, 0)
        check_cap(entry.member, entry.day, already, difference, "minutes")
