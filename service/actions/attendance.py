"""The staff mark who came and who did not."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import User
from records import actions as records
from service.actions.check_in import opens_at
from service.actions.shift_steps import check_runs, locked_shift
from service.actions.typed import checked_reason
from service.enums import SignUpState, Step, Verb
from service.models import Shift, SignUp
from service.queries.attendance import unattested
from service.queries.hours import day_of
from service.workflow import SIGN_UP_MOVES, Move


@transaction.atomic
def mark_present(
    *, shift: Shift, user: User, people: Iterable[int], reason: str, now: datetime | None = None
) -> list[SignUp]:
    """Mark the sign-ups with the keys `people` as present, for a `reason` such as trouble with the code; return them.

    Who was marked absent by mistake gets the place back. Raises NotAllowed, OutOfTurn before check-in opens or when
    somebody else was quicker, Refused for oneself, without a reason, or when no place is left.
    """
    now = now or timezone.now()
    move = SIGN_UP_MOVES[Verb.PRESENT]
    shift, marked = _to_mark(shift, user, people, move)
    reason = checked_reason(reason)
    if now < opens_at(shift):
        raise OutOfTurn(_("Nobody can be present before check-in opens, an hour before the shift begins."))
    back = [sign_up for sign_up in marked if sign_up.state == SignUpState.ABSENT]
    if len(back) > shift.free:
        raise Refused(_("There are not so many places left in this shift."), field="people")
    for sign_up in marked:
        sign_up.checked_in_at = sign_up.checked_in_at or now
    _mark(shift, marked, user, reason, move)
    _count(shift, len(back))
    _note(shift, marked, user, "attendance.present", now)
    return marked


@transaction.atomic
def mark_absent(
    *, shift: Shift, user: User, people: Iterable[int], reason: str, now: datetime | None = None
) -> list[SignUp]:
    """Mark the sign-ups with the keys `people` as absent, for a `reason` that the members read; return them.

    Raises NotAllowed, OutOfTurn before the shift begins or when somebody else was quicker, Refused for oneself or
    without a reason.
    """
    now = now or timezone.now()
    move = SIGN_UP_MOVES[Verb.ABSENT]
    shift, marked = _to_mark(shift, user, people, move)
    reason = checked_reason(reason)
    if now < shift.starts_at:
        raise OutOfTurn(_("Nobody can be absent before the shift begins."))
    _mark(shift, marked, user, reason, move)
    _count(shift, -len(marked))
    meet_when_done(shift, now)
    records.notify(
        recipients=[sign_up.member for sign_up in marked],
        kind="service.marked_absent",
        parameters={"title": shift.post.title, "day": day_of(shift).isoformat(), "reason": reason},
        now=now,
    )
    _note(shift, marked, user, "attendance.absent", now)
    return marked


def _to_mark(shift: Shift, user: User, people: Iterable[int], move: Move) -> tuple[Shift, list[SignUp]]:
    """Return the locked shift and the locked sign-ups. Raises NotAllowed, Refused or OutOfTurn as the two verbs do."""
    check_runs(user, shift)
    wanted = set(people)
    shift = locked_shift(shift)
    rows = SignUp.objects.select_related("member").filter(shift=shift, pk__in=wanted, state__in=move.sources)
    marked = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if not wanted:
        raise Refused(_("Please choose at least one person."), field="people")
    if len(marked) != len(wanted):
        raise OutOfTurn(_("Somebody has changed this list in the meantime. Please look at it again."))
    if any(sign_up.member_id == user.pk for sign_up in marked):
        raise Refused(_("Your own attendance is for somebody else to mark."), field="people")
    return shift, marked


def _mark(shift: Shift, marked: list[SignUp], user: User, reason: str, move: Move) -> None:
    for sign_up in marked:
        sign_up.revision += sign_up.state != move.target
        sign_up.state, sign_up.marked_by, sign_up.reason = move.target, user, reason
    SignUp.objects.bulk_update(marked, ["state", "marked_by", "reason", "checked_in_at", "revision"])


def _count(shift: Shift, more: int) -> None:
    if more:
        shift.taken += more
        shift.save(update_fields=["taken"])


def _note(shift: Shift, marked: list[SignUp], user: User, verb: str, now: datetime) -> None:
    keys = [sign_up.pk for sign_up in marked]
    records.audit(verb=verb, subject=shift, actor=user, unit=shift.community, detail={"sign_ups": keys}, now=now)


def meet_when_done(shift: Shift, now: datetime) -> None:
    """Meet what is owed for `shift` once everybody is attested or absent."""
    if not unattested(shift).exists():
        records.meet_deadlines(subject=shift, kinds=[Step.ATTEST_HOURS], now=now)
