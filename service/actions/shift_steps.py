"""What the actions on shifts and sign-ups share. Locks are taken in this order: member → shift → sign-up.

The state is read under them. The lock on a person leaves their key alone (`no_key`), so that whoever holds a shift can
still write to their inbox.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn
from accounts.models import User
from records import actions as records
from service.actions.turns import check_move
from service.enums import LIVE_SIGN_UPS, ShiftState, Verb
from service.models import ServicePost, Shift, SignUp
from service.queries.posts import runs
from service.queries.scope import staff_of
from service.queries.subjects import shift_title
from service.workflow import SHIFT_MOVES, Move

NOT_ON_SITE = {"checked_in_at": None, "checked_out_at": None, "marked_by": None}
"""What a sign-up says of attendance before its shift: also when it is entered again, or the shift has moved."""


def locked_members(keys: Iterable[int]) -> list[User]:
    """Return the people with these `keys`, locked in the order of their keys. Call it before a shift is locked."""
    return list(User.objects.select_for_update(no_key=True).filter(pk__in=list(keys)).order_by("pk"))


def locked_member(user: User) -> User:
    """Return `user`, locked: what they sign up for at the same time waits for its turn."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def locked_shift(shift: Shift) -> Shift:
    """Return `shift` with its post and community as they are now, locked: places are counted under this lock."""
    found = Shift.objects.select_for_update(of=("self",)).select_related("post", "community")
    return found.get(pk=shift.pk)


def locked_sign_up(sign_up: SignUp, shift: Shift) -> SignUp:
    """Return `sign_up` as it is now, locked, with its locked `shift`."""
    rows = SignUp.objects.select_for_update(of=("self",), no_key=True).select_related("member")
    found = rows.get(pk=sign_up.pk)
    found.shift = shift
    return found


def locked_post(post: ServicePost) -> ServicePost:
    """Return `post` as it is now, locked."""
    return ServicePost.objects.select_for_update(of=("self",)).select_related("community", "activity").get(pk=post.pk)


def check_runs(user: User, thing: Shift | ServicePost) -> None:
    """Raise NotAllowed unless `user` runs the service of the community of `thing`."""
    if not runs(user, thing):
        raise NotAllowed


def check_ahead(shift: Shift, now: datetime) -> None:
    """Raise OutOfTurn when `shift` is cancelled or has begun: then nothing about it changes any more."""
    if shift.state == ShiftState.CANCELLED:
        raise OutOfTurn(_("This shift has been cancelled."))
    if now >= shift.starts_at:
        raise OutOfTurn(_("This shift has begun; it cannot be changed any more."))


def check_shift(shift: Shift, verb: Verb, now: datetime) -> Move:
    """Return the move that `verb` is. Raises OutOfTurn unless `shift` is ahead and the table allows it there."""
    check_ahead(shift, now)
    is_open = shift.state == ShiftState.OPEN
    sentence = _("This shift is open already.") if is_open else _("This shift is closed already.")
    return check_move(SHIFT_MOVES[verb], shift.state, sentence)


def live_sign_ups(shift: Shift) -> list[SignUp]:
    """Return the sign-ups of `shift` that have a place, are offered one or wait, with their members."""
    return list(shift.sign_ups.filter(state__in=LIVE_SIGN_UPS).select_related("member").order_by("pk"))


def named(shift: Shift) -> dict[str, str]:
    """Return how notices name `shift`."""
    return {"shift": shift_title(shift), "place": shift.post.place}


def written(moment: datetime) -> str:
    """Return `moment` as notices write it."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def tell(people: Iterable[User], kind: str, shift: Shift, now: datetime, *, key: str = "", **parameters: str) -> None:
    """Put a notice of `kind` about `shift` into the inbox of `people`."""
    records.notify(
        recipients=people,
        kind=kind,
        parameters={**named(shift), **parameters},
        url=shift.get_absolute_url(),
        key=key,
        now=now,
    )


def tell_staff(kind: str, shift: Shift, now: datetime, **parameters: str) -> None:
    """Put a notice of `kind` about `shift` into the inbox of those who run the service of its community."""
    tell(staff_of(shift.community), kind, shift, now, **parameters)
