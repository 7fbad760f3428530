"""A shift of 2026-11-24, 9:00 to 11:00, and who has a place in it, for the tests of hours."""

from datetime import datetime, timedelta

from records.clocks import SHANGHAI
from service.actions.check_in import check_in, check_out
from service.actions.hours import attest_hours
from service.codes import code_at
from service.enums import SignUpState
from service.models import HourEntry, Shift, SignUp
from service.queries.scope import registration_of

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)
ELEVEN = NINE + timedelta(hours=2)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def shift_at(team, starts_at=NINE, *, hours=2, **given) -> Shift:
    """Return a shift that begins at `starts_at`."""
    return team.shift(starts_at=starts_at, ends_at=starts_at + hours * HOUR, **given)


def place(shift, member, state=SignUpState.TAKEN, **given) -> SignUp:
    """Return a sign-up of `member`, by default with a place, with whom they belong to now."""
    registration = registration_of(member)
    if registration:
        given = {"employer": registration.employer, "branch": registration.branch, **given}
    sign_up = SignUp.objects.create(
        shift=shift,
        member=member,
        state=state,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        signed_up_at=shift.starts_at - DAY,
        **given,
    )
    if state in (SignUpState.TAKEN, SignUpState.SERVED):
        Shift.objects.filter(pk=shift.pk).update(taken=shift.sign_ups.filter(state__in=["taken", "served"]).count())
    return sign_up


def come(sign_up, at=NINE) -> SignUp:
    """Check the member of `sign_up` in at `at`."""
    code = code_at(sign_up.shift.secret, at)
    return check_in(sign_up=sign_up, user=sign_up.member, code=code, now=at)


def leave(sign_up, at=ELEVEN) -> SignUp:
    return check_out(sign_up=sign_up, user=sign_up.member, now=at)


def serve(team, member, minutes=120, *, starts_at=NINE, hours=2, user=None, **given) -> HourEntry:
    """Return attested hours of `member` in a shift of its own."""
    shift = shift_at(team, starts_at, hours=hours, **given)
    sign_up = come(place(shift, member), starts_at)
    now = shift.ends_at + MINUTE
    return attest_hours(shift=shift, user=user or team.secretary, minutes={sign_up.pk: minutes}, now=now)[0]
