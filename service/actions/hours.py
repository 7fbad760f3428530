"""Hours of service are attested after a shift, by somebody else than the member."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import User
from records import actions as records
from service.actions.attendance import meet_when_done
from service.actions.shift_steps import check_runs, locked_members, locked_shift
from service.durations import spelled
from service.enums import Step, Verb
from service.models import HourEntry, Shift, SignUp
from service.queries.attendance import attestation_owed, unattested
from service.queries.clocks import due_times
from service.queries.hours import day_of, length_of, span_of
from service.queries.hours_of_day import left_on, spans_held
from service.queries.names import names_in
from service.workflow import SIGN_UP_MOVES


@transaction.atomic
def attest_hours(*, shift: Shift, user: User, minutes: dict[int, int], now: datetime | None = None) -> list[HourEntry]:
    """Attest the `minutes` (key of the sign-up → minutes) of people who were present at `shift`; return the entries.

    All or nothing. Raises NotAllowed; OutOfTurn before the shift has ended or when somebody else was quicker;
    Refused, at the field `minutes_<key>`, for one's own hours, more than the shift's length, more than the day
    allows, or hours that overlap with attested ones.
    """
    now = now or timezone.now()
    check_runs(user, shift)
    locked_members(SignUp.objects.filter(shift=shift, pk__in=minutes).values_list("member", flat=True))
    shift = locked_shift(shift)
    move = SIGN_UP_MOVES[Verb.ATTEST]
    if shift.state not in move.within or now < shift.ends_at:
        raise OutOfTurn(_("Hours can be attested once the shift has ended."))
    if not minutes:
        raise Refused(_("Please fill in the minutes of at least one person."))
    served = _present(shift, minutes)
    _check_all(shift, user, {sign_up: minutes[sign_up.pk] for sign_up in served})
    entries = _enter(shift, served, minutes, user, now)
    SignUp.objects.filter(pk__in=minutes).update(state=move.target, revision=F("revision") + 1)
    meet_when_done(shift, now)
    records.notify(
        recipients=[sign_up.member for sign_up in served],
        kind="service.hours_attested",
        parameters={"title": shift.post.title, "day": day_of(shift).isoformat()},
        url=reverse("my_hours"),
        now=now,
    )
    detail = {"sign_ups": sorted(minutes), "minutes": sum(minutes.values())}
    records.audit(verb="hours.attest", subject=shift, actor=user, unit=shift.community, detail=detail, now=now)
    return entries


def _present(shift: Shift, minutes: dict[int, int]) -> list[SignUp]:
    rows = unattested(shift).filter(pk__in=minutes, checked_in_at__isnull=False).select_related("member")
    served = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if len(served) != len(minutes):
        raise OutOfTurn(_("Somebody has changed this list in the meantime. Please look at it again."))
    return served


def _check_all(shift: Shift, user: User, given: dict[SignUp, int]) -> None:
    day, longest, names = day_of(shift), length_of(shift), names_in(shift)
    members = [sign_up.member_id for sign_up in given]
    left, held = left_on(day, members), spans_held(members, shift.starts_at, shift.ends_at)
    for sign_up, minutes in given.items():
        field = f"minutes_{sign_up.pk}"
        if sign_up.member_id == user.pk:
            raise Refused(_("Your own hours are for somebody else to attest."), field=field)
        if not 1 <= minutes <= longest:
            raise Refused(
                _("It must be between 1 and %(longest)d minutes: longer than the shift nobody serves.")
                % {"longest": longest},
                field=field,
            )
        begins_at, ends_at = span_of(sign_up, minutes)
        if any(begun < ends_at and ended > begins_at for begun, ended in held.get(sign_up.member_id, [])):
            raise overlap(names[sign_up.pk], day, field)
        check_cap(names[sign_up.pk], day, left[sign_up.member_id], minutes, field)


def overlap(member: str, day: date, field: str) -> Refused:
    """Return the refusal of hours at a time of `day` of which others are attested."""
    return Refused(
        _("%(member)s has attested hours of other service at this time of %(day)s.")
        % {"member": member, "day": _spoken(day)},
        field=field,
    )


def check_cap(member: str, day: date, left: int, more: int, field: str) -> None:
    """Raise Refused for `field` when `more` minutes are too many for `day`, of which so many are `left`."""
    if more > left:
        raise Refused(
            _("On %(day)s %(member)s has %(left)s left: at most %(hours)d hours a day count, over all communities.")
            % {
                "day": _spoken(day),
                "member": member,
                "left": spelled(left),
                "hours": settings.SERVICE_HOURS_A_DAY,
            },
            field=field,
        )


def _spoken(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _enter(shift: Shift, served: list[SignUp], minutes: dict[int, int], user: User, now: datetime) -> list[HourEntry]:
    spans = {sign_up.pk: span_of(sign_up, minutes[sign_up.pk]) for sign_up in served}
    return HourEntry.objects.bulk_create(
        HourEntry(
            member=sign_up.member,
            community=shift.community,
            employer_id=sign_up.employer_id,
            branch=sign_up.branch,
            begins_at=spans[sign_up.pk][0],
            ends_at=spans[sign_up.pk][1],
            sign_up=sign_up,
            day=day_of(shift),
            title=shift.post.title,
            minutes=minutes[sign_up.pk],
            attested_by=user,
            attested_at=now,
        )
        for sign_up in served
    )


@transaction.atomic
def owe_attestation(*, shift: Shift, now: datetime | None = None) -> bool:
    """Let the community owe the attestation of a shift that has ended, unless it owes it; return whether it is new.

    The clock runs from the end of the shift; a second time, after somebody was marked present late, from `now`.
    """
    now = now or timezone.now()
    shift = locked_shift(shift)
    owed = attestation_owed(shift)
    is_open = owed.filter(met_at__isnull=True, cancelled_at__isnull=True).exists()
    if is_open or now < shift.ends_at or not unattested(shift).exists():
        return False
    round = owed.count() + 1
    due = due_times(steps=[Step.ATTEST_HOURS], now=shift.ends_at if round == 1 else now)
    records.set_deadlines(subject=shift, unit=shift.community, due=due, now=now, round=round)
    return bool(due)
