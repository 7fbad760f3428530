"""Attested hours are never changed: a correction is a new entry with a reason."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit, User
from records import actions as records
from service.actions.hours import check_cap, overlap
from service.actions.shift_steps import locked_members
from service.actions.typed import checked_reason
from service.enums import HourKind
from service.models import HourEntry
from service.queries.call_hours import minutes_there, time_there
from service.queries.hours import corrects_for, is_settled_for, length_of, minutes_between, net_minutes, span_of
from service.queries.hours_of_day import left_on, most_a_day, overlapping
from service.queries.names import name_in


@transaction.atomic
def correct_hours(
    *,
    entry: HourEntry,
    user: User,
    minutes: int,
    reason: str,
    shown: int | None = None,
    now: datetime | None = None,
) -> HourEntry:
    """Correct the attested `entry` so that it holds `minutes` in all, for a `reason` the member reads.

    Where `shown` says how many the person saw, it must still hold those: else somebody else was quicker, OutOfTurn.

    The community corrects its entries; an employer what it attested itself, until the community has corrected that:
    then the community's word stands. Returns the new entry, which holds the difference. Raises NotAllowed for anybody
    else; Refused for one's own hours, without a reason, below zero, above the length of the shift or of the time on the
    spot of the call, above what the day allows, into other attested hours, or when it already says so.
    """
    now = now or timezone.now()
    unit = corrects_for(user, entry)
    if unit is None:
        raise NotAllowed
    locked_members([entry.member_id])
    entry = HourEntry.objects.select_related("member", "community", "sign_up__shift", "answer__call").get(pk=entry.pk)
    if entry.kind != HourKind.ATTESTED:
        raise Refused(_("A correction is not corrected itself: correct the attested entry again."))
    if entry.member_id == user.pk:
        raise Refused(_("Your own hours are for somebody else to correct."))
    if is_settled_for(unit, entry):
        raise Refused(settled())
    reason = checked_reason(reason)
    net = net_minutes(entry)
    if shown is not None and shown != net:
        sentence = _("Somebody has corrected this meanwhile: it is %(minutes)d minutes now. Please look at it again.")
        raise OutOfTurn(sentence % {"minutes": net})
    difference = minutes - net
    begins_at, ends_at = _span(entry, minutes) if difference > 0 else (None, None)
    _check_correction(entry, unit, minutes, difference)
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


def settled() -> str:
    """Return why an employer cannot correct what the community has corrected."""
    return _("The community has corrected these hours: what it says stands. Please ask the community if it is wrong.")


def _longest(entry: HourEntry) -> int:
    """Return how many minutes there were: of the shift, or on the spot of the call, whatever was attested of them."""
    if entry.sign_up:
        return length_of(entry.sign_up)
    if entry.answer:
        return minutes_there(entry.answer, entry.answer.released_at)
    return minutes_between(entry.begins_at, entry.ends_at) if entry.begins_at else most_a_day()


def _span(entry: HourEntry, minutes: int) -> tuple[datetime | None, datetime | None]:
    """Return the time that `entry` takes up with so many `minutes`.

    Of a call that is from where the attested time begins, or earlier, so that it ends with the release or the call.
    """
    if entry.sign_up:
        return span_of(entry.sign_up, minutes)
    if entry.answer:
        served, ended = timedelta(minutes=minutes), time_there(entry.answer, entry.answer.released_at)[1]
        begun = min(entry.begins_at, ended - served)
        return begun, begun + served
    return entry.begins_at, entry.ends_at


def _check_correction(entry: HourEntry, unit: Unit, minutes: int, difference: int) -> None:
    longest = _longest(entry)
    if not 0 <= minutes <= longest:
        raise Refused(_("It must be between 0 and %(longest)d minutes.") % {"longest": longest}, field="minutes")
    if difference == 0:
        raise Refused(_("It already says so: nothing would be corrected."), field="minutes")
    if difference > 0:
        name = name_in(entry, unit)
        begins_at, ends_at = _span(entry, minutes)
        if begins_at and overlapping(entry.member, begins_at, ends_at).exclude(pk=entry.pk).exists():
            raise overlap(name, entry.day, "minutes")
        left = left_on(entry.day, [entry.member_id])[entry.member_id]
        check_cap(name, entry.day, left, difference, "minutes")
