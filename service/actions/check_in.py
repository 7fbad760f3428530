"""On the day: members check in by the code on site, and out."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import User
from service import codes
from service.actions.shift_steps import locked_shift, locked_sign_up, written
from service.actions.turns import check_move
from service.enums import Verb
from service.models import Shift, SignUp
from service.throttle import CHECK_INS
from service.workflow import SIGN_UP_MOVES


def opens_at(shift: Shift) -> datetime:
    """Return from when on one may check in to `shift`."""
    return shift.starts_at - codes.EARLIEST


@transaction.atomic
def check_in(*, sign_up: SignUp, user: User, code: str, now: datetime | None = None) -> SignUp:
    """Note that the member is on site, by the `code` shown there; return the sign-up.

    Raises NotAllowed for somebody else's, OutOfTurn without a place, too early, too late or a second time, and
    Refused for a code that is not shown there now; after ten wrong ones only the staff can help.
    """
    now = now or timezone.now()
    sign_up = _own_place(sign_up, user, Verb.CHECK_IN)
    if sign_up.checked_in_at:
        raise OutOfTurn(
            _("You have already checked in at %(time)s. A code counts once.") % {"time": _clock(sign_up.checked_in_at)}
        )
    if now < opens_at(sign_up.shift):
        raise OutOfTurn(
            _("Check-in opens at %(time)s, an hour before the shift begins.")
            % {"time": written(opens_at(sign_up.shift))}
        )
    if now >= sign_up.shift.ends_at:
        raise OutOfTurn(_("The shift is over. If you were there, ask the community's staff to mark you as present."))
    _check_code(sign_up, code, now)
    sign_up.checked_in_at = now
    sign_up.save(update_fields=["checked_in_at"])
    return sign_up


def _check_code(sign_up: SignUp, code: str, now: datetime) -> None:
    who = f"sign-up:{sign_up.pk}"
    if CHECK_INS.is_full(who):
        raise Refused(_("Too many wrong codes. Please ask the staff on site to mark you as present."), field="code")
    if codes.is_valid(sign_up.shift.secret, code, now):
        return
    CHECK_INS.count(who)
    if codes.has_run_out(sign_up.shift.secret, code, now):
        raise Refused(
            _("This code has run out: it changes every minute. Type the one that is shown on site now."), field="code"
        )
    raise Refused(_("This is not the code of this shift. Type the one that is shown on site now."), field="code")


@transaction.atomic
def check_out(*, sign_up: SignUp, user: User, now: datetime | None = None) -> SignUp:
    """Note when the member leaves, once; return the sign-up. What is after the end of the shift does not count.

    Raises NotAllowed for somebody else's, OutOfTurn without a check-in, before the shift begins or a second time.
    """
    now = now or timezone.now()
    sign_up = _own_place(sign_up, user, Verb.CHECK_OUT)
    if sign_up.checked_in_at is None:
        raise OutOfTurn(_("You have not checked in yet."))
    if sign_up.checked_out_at:
        raise OutOfTurn(_("You have already checked out at %(time)s.") % {"time": _clock(sign_up.checked_out_at)})
    if now < sign_up.shift.starts_at:
        raise OutOfTurn(_("The shift has not begun yet."))
    sign_up.checked_out_at = now
    sign_up.save(update_fields=["checked_out_at"])
    return sign_up


def _own_place(sign_up: SignUp, user: User, verb: Verb) -> SignUp:
    """Return `sign_up` locked, its shift before it: so nobody withdraws, and nothing moves, while one checks in.

    Raises NotAllowed unless it is the user's, OutOfTurn unless the table allows `verb`.
    """
    fresh = locked_sign_up(sign_up, locked_shift(sign_up.shift))
    if fresh.member_id != user.pk:
        raise NotAllowed
    sentence = _("This cannot be done now: your sign-up stands at “%(state)s”.") % {"state": fresh.get_state_display()}
    check_move(SIGN_UP_MOVES[verb], fresh.state, sentence, within=fresh.shift.state)
    return fresh


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
