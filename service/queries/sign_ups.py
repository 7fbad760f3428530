"""Reads of sign-ups: a member's own, and those of one shift."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Unit, User
from records.batches import Row, in_turn
from service.enums import LIVE_SIGN_UPS, RegistrationState, SignUpState, Verb
from service.models import CalendarFeed, Registration, Shift, SignUp
from service.workflow import SIGN_UP_MOVES

IN_ORDER = ("queued_at", "pk")
"""The order of a waiting list."""
CALENDAR_PAST = timedelta(days=90)
CALENDAR_MOST = 500


def sign_ups_of(user) -> QuerySet[SignUp]:
    """Return the sign-ups of `user`, with their shifts: by starts_at."""
    return SignUp.objects.filter(member=user).select_related("shift__post", "shift__community")


def coming_of(user, now: datetime) -> QuerySet[SignUp]:
    """Return where `user` has a place, is offered one or waits for one, of shifts that have not ended."""
    return sign_ups_of(user).filter(state__in=LIVE_SIGN_UPS, ends_at__gt=now)


def ahead_of(user, community: Unit, now: datetime) -> list[SignUp]:
    """Return where `user` has a place, is offered one or waits in `community`, of shifts not begun: by their key."""
    live = sign_ups_of(user).filter(state__in=LIVE_SIGN_UPS, starts_at__gt=now, shift__community=community)
    return list(live.order_by("shift_id"))


def past_of(user, now: datetime) -> QuerySet[SignUp]:
    """Return what `user` signed up for and what is over for them, withdrawn and cancelled ones too."""
    return sign_ups_of(user).exclude(state__in=LIVE_SIGN_UPS, ends_at__gt=now)


def offers_to(user, now: datetime) -> QuerySet[SignUp]:
    """Return the places that `user` is offered and may still take, what is to be answered first on top."""
    return sign_ups_of(user).filter(state=SignUpState.OFFERED, offered_until__gt=now).order_by("offered_until", "pk")


def has_run_out(sign_up: SignUp, now: datetime) -> bool:
    """Return whether `sign_up` is offered a place that can no longer be taken, although nobody else is asked yet."""
    return sign_up.state == SignUpState.OFFERED and now >= sign_up.offered_until


def own_sign_up(user, shift: Shift) -> SignUp | None:
    """Return the sign-up of `user` for `shift`, if there is one."""
    return SignUp.objects.filter(shift=shift, member=user).first()


def clashing(user: User, shift: Shift) -> SignUp | None:
    """Return the first sign-up of `user` for another shift that meets the time of `shift`; waiting for one counts too.

    Were it otherwise, an offer could come for an hour that is no longer free.
    """
    return next(iter(clashes([user], shift).get(user.pk, [])), None)


def clashes(users: Iterable[User], shift: Shift) -> dict[int, list[SignUp]]:
    """Return all such sign-ups of each of `users` who has any, the first one first, by the key of the user."""
    at_that_time = Q(starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at)
    live = SignUp.objects.filter(at_that_time, member__in=list(users), state__in=LIVE_SIGN_UPS).exclude(shift=shift)
    found: dict[int, list[SignUp]] = {}
    for row in live.select_related("shift__post").order_by("starts_at", "pk"):
        found.setdefault(row.member_id, []).append(row)
    return found


def waiting_list(shift: Shift) -> QuerySet[SignUp]:
    """Return who waits for a place of `shift`, the next one first."""
    return SignUp.objects.filter(shift=shift, state=SignUpState.WAITING).order_by(*IN_ORDER)


def offerable(shift: Shift) -> QuerySet[SignUp]:
    """Return who waits for a place of `shift` and could take it, the next one first: active, and still registered."""
    registered = Registration.objects.filter(member=OuterRef("member"), state=RegistrationState.ACTIVE)
    return waiting_list(shift).filter(Exists(registered), member__is_active=True).select_related("member")


def position_of(sign_up: SignUp) -> int:
    """Return the place of a waiting `sign_up` in its waiting list, from 1."""
    before = Q(queued_at__lt=sign_up.queued_at) | Q(queued_at=sign_up.queued_at, pk__lt=sign_up.pk)
    return SignUp.objects.filter(before, shift=sign_up.shift_id, state=SignUpState.WAITING).count() + 1


def unanswered_offers(now: datetime, after: Row | None = None) -> list[Row]:
    """Return a batch of the offers whose time has run out, by that time: the index sign_up_offered."""
    rows = SignUp.objects.filter(state__in=SIGN_UP_MOVES[Verb.LAPSE].sources, offered_until__lte=now)
    return in_turn(rows, "offered_until", "pk", after)


def lacks(registration: Registration, shift: Shift) -> list:
    """Return the skills that the post of `shift` needs and `registration` does not name."""
    return list(shift.post.skills.exclude(pk__in=registration.skills.values("pk")))


def calendar_of(token: str) -> CalendarFeed | None:
    """Return the calendar with the secret `token`, of a person who is active."""
    if "\x00" in token:
        return None
    return CalendarFeed.objects.filter(token=token, member__is_active=True).select_related("member").first()


def has_calendar(user) -> bool:
    """Return whether the calendar of `user` has an address."""
    return CalendarFeed.objects.filter(member=user).exists()


def in_calendar(user, now: datetime) -> list[SignUp]:
    """Return the sign-ups of `user` for their calendar, the latest first: of the last months and all coming ones."""
    return list(sign_ups_of(user).filter(ends_at__gt=now - CALENDAR_PAST).order_by("-starts_at", "-pk")[:CALENDAR_MOST])


def is_bookable(shift: Shift, now: datetime) -> bool:
    """Return whether `shift` takes sign-ups: open, of an open post, and not begun."""
    return shift.state in SIGN_UP_MOVES[Verb.SIGN_UP].within and shift.post.is_open and now < shift.starts_at
