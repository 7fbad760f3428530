"""What may be done to a shift: by the community that offers it, and by a member who comes."""

from datetime import datetime
from functools import partial

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import OutOfTurn
from service.actions import offers, shifts, sign_ups
from service.enums import SignUpState, Verb
from service.forms.shifts import PlacesForm, ReasonForm, TimesForm, WithdrawForm
from service.models import Shift, SignUp
from service.queries.sign_ups import has_run_out, is_bookable, own_sign_up
from service.views.panels import Row
from service.workflow import NO_SIGN_UP, SHIFT_MOVES, SIGN_UP_MOVES, allowed


def _own(act, *, shift: Shift, user, **given) -> None:
    """Do `act` to the sign-up of `user` for `shift`."""
    found = own_sign_up(user, shift)
    if found is None:
        raise OutOfTurn(_("You are not signed up for this shift."))
    act(sign_up=found, user=user, **given)


HAS_PLACE = _("You have a place. Thank you!")
WAITS = _("You are on the waiting list. When a place becomes free for you, you are told and asked to take it.")


def _entered(sign_up: SignUp) -> Promise:
    """Return what to tell of `sign_up`: who was to wait has a place if one became free meanwhile."""
    return HAS_PLACE if sign_up.state == SignUpState.TAKEN else WAITS


MEMBER_VERBS: dict[str, Row] = {
    "take": Row(_("Take the place"), _("The place is yours."), partial(_own, offers.take_offer), "check"),
    "decline": Row(
        _("Leave it to the next"),
        _("The place goes to the next on the waiting list."),
        partial(_own, sign_ups.withdraw),
        "x",
    ),
    "sign_up": Row(_("Sign up"), HAS_PLACE, sign_ups.sign_up, "hand-heart"),
    "wait": Row(
        _("Join the waiting list"),
        _entered,
        partial(sign_ups.sign_up, may_wait=True),
        "list-plus",
        note=_("All places are taken. Places that become free are offered in the order of the list."),
    ),
    "leave": Row(
        _("Leave the waiting list"), _("You are off the waiting list."), partial(_own, sign_ups.withdraw), "list-x"
    ),
    "withdraw": Row(
        _("Withdraw from this shift"),
        _("You have withdrawn; the place goes to the next."),
        partial(_own, sign_ups.withdraw),
        "calendar-x",
        WithdrawForm,
    ),
}
STAFF_VERBS: dict[str, Row] = {
    "places": Row(
        _("Change the places"),
        _("The number of places has been changed."),
        shifts.set_places,
        "users",
        PlacesForm,
        _("Further places are offered to the waiting list in order."),
    ),
    "move": Row(
        _("Move to another time"),
        _("The shift has been moved; everyone has been told."),
        shifts.move_shift,
        "calendar-clock",
        TimesForm,
        _("Everyone who is signed up or waits is told at once, and keeps their place."),
    ),
    "close": Row(
        _("Close to sign-ups"),
        _("The shift takes no more sign-ups. Whoever is in stays in."),
        shifts.close_shift,
        "lock",
        note=_("Nobody can sign up any more, and freed places are not offered. You can open it again."),
    ),
    "reopen": Row(
        _("Open again"),
        _("The shift takes sign-ups again; free places have been offered."),
        shifts.reopen_shift,
        "lock-open",
    ),
    "cancel": Row(
        _("Cancel the shift"),
        _("The shift is cancelled; everyone has been told."),
        shifts.cancel_shift,
        "ban",
        ReasonForm,
        _("Everyone who is signed up or waits is told the reason at once. This cannot be undone."),
        _("Cancel this shift for good and tell everyone?"),
    ),
}
SHIFT_VERBS = {**MEMBER_VERBS, **STAFF_VERBS}
"""In the order in which the page offers them."""
WITHDRAWALS = {SignUpState.OFFERED: "decline", SignUpState.WAITING: "leave", SignUpState.TAKEN: "withdraw"}
"""What to withdraw is called, by what is given up."""


def offered_to_member(shift: Shift, own: SignUp | None, now: datetime) -> list[str]:
    """Return what a member with the sign-up `own`, if any, can do now."""
    if now >= shift.starts_at:
        return []
    state, into = own.state if own else NO_SIGN_UP, Verb.SIGN_UP if shift.free > 0 else Verb.WAIT
    verbs = [
        verb
        for verb in (Verb.TAKE, Verb.WITHDRAW, into)
        if allowed(SIGN_UP_MOVES[verb], state, shift.state)
        and not (verb == into and not is_bookable(shift, now))
        and not (verb == Verb.TAKE and has_run_out(own, now))
        and not (verb == Verb.WITHDRAW and own.checked_in_at)
    ]
    return [WITHDRAWALS[state] if verb == Verb.WITHDRAW else verb for verb in verbs]


def offered_to_staff(shift: Shift, now: datetime) -> list[str]:
    """Return what the community can do now."""
    if now >= shift.starts_at:
        return []
    return [verb for verb in STAFF_VERBS if allowed(SHIFT_MOVES[verb], shift.state)]


def shift_form(verb: str, shift: Shift, now: datetime, data=None) -> forms.Form:
    """Return the form of `verb` for `shift`, bound to `data` if it is given."""
    form = SHIFT_VERBS[verb].form
    given = {}
    if form in (TimesForm, PlacesForm):
        given["shift"] = shift
    if form is WithdrawForm:
        given["late"] = now > sign_ups.free_until(shift)
    return form(data, prefix=verb, **given)
