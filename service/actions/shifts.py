"""The community offers shifts of a post, closes, moves and cancels them; everyone concerned is told."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Refused
from accounts.models import User
from records import actions as records
from service.actions.offers import offer_free_places, renew_offers
from service.actions.shift_steps import (
    NOT_ON_SITE,
    check_runs,
    check_shift,
    live_sign_ups,
    locked_members,
    locked_post,
    locked_shift,
    tell,
    written,
)
from service.actions.turns import check_move
from service.actions.typed import checked_reason
from service.enums import LIVE_SIGN_UPS, SignUpState, Step, Verb
from service.models import ServicePost, Shift
from service.models.posts import MOST_PLACES
from service.queries.posts import FURTHEST_AHEAD, LONGEST_SHIFT, NOT_CANCELLED
from service.queries.sign_ups import clashes
from service.queries.subjects import shift_title
from service.workflow import POST_MOVES

MOST_AT_ONCE = 60
Span = tuple[datetime, datetime]


def check_times(*, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Raise Refused for a shift that ends before it starts, begins in the past or after a year, or is over 12 hours."""
    if ends_at <= starts_at:
        raise Refused(_("A shift ends after it begins."), field="ends_at")
    if starts_at <= now:
        raise Refused(_("A shift begins in the future."), field="starts_at")
    if starts_at - now > FURTHEST_AHEAD:
        raise Refused(_("A shift begins within a year from now."), field="starts_at")
    if ends_at - starts_at > LONGEST_SHIFT:
        raise Refused(_("A shift lasts 12 hours at most."), field="ends_at")


def _check_places(places: int) -> None:
    if not 1 <= places <= MOST_PLACES:
        raise Refused(_("A shift has from 1 to %(most)d places.") % {"most": MOST_PLACES}, field="places")


def check_spans(*, post: ServicePost, spans: Sequence[Span], places: int, now: datetime) -> None:
    """Raise Refused when `post` cannot be offered at all of `spans`: see `add_shifts`."""
    _check_places(places)
    if not spans:
        raise Refused(_("No day fits: please choose other days of the week or a longer span."))
    if len(spans) > MOST_AT_ONCE:
        raise Refused(_("At most %(most)d shifts can be added at once.") % {"most": MOST_AT_ONCE}, field="last")
    begun = set(Shift.objects.filter(NOT_CANCELLED, post=post).values_list("starts_at", flat=True))
    for starts_at, ends_at in spans:
        check_times(starts_at=starts_at, ends_at=ends_at, now=now)
        if starts_at in begun:
            sentence = _("This post has a shift that begins at %(time)s already.")
            raise Refused(sentence % {"time": written(starts_at)}, field="starts_at")
        begun.add(starts_at)


@transaction.atomic
def add_shifts(
    *, post: ServicePost, user: User, spans: Sequence[Span], places: int, now: datetime | None = None
) -> list[Shift]:
    """Offer `post` at each of `spans`, (begin, end), with `places` each; return the shifts.

    Raises NotAllowed for anyone but the community; OutOfTurn when the post is closed; Refused without a time, for more
    than 60, for a wrong time or number of places, and for a time at which the post has a shift already.
    """
    now = now or timezone.now()
    post = locked_post(post)
    check_runs(user, post)
    check_move(POST_MOVES[Verb.ADD_SHIFTS], post.is_open, _("This post is closed. Please open it again first."))
    check_spans(post=post, spans=spans, places=places, now=now)
    return [
        Shift.objects.create(post=post, community=post.community, starts_at=starts_at, ends_at=ends_at, places=places)
        for starts_at, ends_at in spans
    ]


@transaction.atomic
def close_shift(*, shift: Shift, user: User, now: datetime | None = None) -> Shift:
    """Take no more sign-ups for `shift`; who is in stays in, who waits is told. Return it.

    Raises NotAllowed, OutOfTurn.
    """
    now = now or timezone.now()
    shift = locked_shift(shift)
    check_runs(user, shift)
    shift.state = check_shift(shift, Verb.CLOSE, now).target
    shift.save(update_fields=["state"])
    waiting = [sign_up.member for sign_up in live_sign_ups(shift) if sign_up.state == SignUpState.WAITING]
    tell(waiting, "service.shift_closed", shift, now)
    return shift


@transaction.atomic
def reopen_shift(*, shift: Shift, user: User, now: datetime | None = None) -> Shift:
    """Take sign-ups again, and offer what became free meanwhile to those who wait. Return `shift`.

    Raises NotAllowed for anyone but the community, OutOfTurn unless it is closed and ahead.
    """
    shift = locked_shift(shift)
    check_runs(user, shift)
    now = now or timezone.now()
    shift.state = check_shift(shift, Verb.REOPEN, now).target
    shift.save(update_fields=["state"])
    offer_free_places(shift=shift, now=now)
    return shift


@transaction.atomic
def set_places(*, shift: Shift, user: User, places: int, now: datetime | None = None) -> Shift:
    """Change how many can come; further places are offered to those who wait. Return `shift`.

    Raises Refused for fewer than hold a place or are offered one, or beyond what is possible; NotAllowed, OutOfTurn.
    """
    shift = locked_shift(shift)
    check_runs(user, shift)
    now = now or timezone.now()
    check_shift(shift, Verb.PLACES, now)
    _check_places(places)
    if places < shift.taken:
        sentence = _("%(taken)d places are taken or on offer: there cannot be fewer.")
        raise Refused(sentence % {"taken": shift.taken}, field="places")
    shift.places = places
    shift.save(update_fields=["places"])
    offer_free_places(shift=shift, now=now)
    return shift


@transaction.atomic
def move_shift(
    *, shift: Shift, user: User, starts_at: datetime, ends_at: datetime, now: datetime | None = None
) -> Shift:
    """Give `shift` new times and tell everyone who is in, is offered a place or waits; return it.

    Who is signed up elsewhere at the new time keeps the place and is told. Offers are made anew by the new times.
    Who had checked in already has not come to the new time, and checks in again.
    Raises Refused for wrong times or none that differ; NotAllowed; OutOfTurn when it is cancelled or has begun.
    """
    members = shift.sign_ups.filter(state__in=LIVE_SIGN_UPS).values_list("member", flat=True)
    locked_members(members)  # so that nobody signs up elsewhere unseen while we look for clashes
    shift = locked_shift(shift)
    check_runs(user, shift)
    now = now or timezone.now()
    check_shift(shift, Verb.MOVE, now)
    check_times(starts_at=starts_at, ends_at=ends_at, now=now)
    if (starts_at, ends_at) == (shift.starts_at, shift.ends_at):
        raise Refused(_("These are the times the shift has already."), field="starts_at")
    before = shift_title(shift)
    shift.starts_at, shift.ends_at = starts_at, ends_at
    shift.revision += 1
    shift.save(update_fields=["starts_at", "ends_at", "revision"])
    shift.sign_ups.update(starts_at=starts_at, ends_at=ends_at)
    shift.sign_ups.filter(state__in=LIVE_SIGN_UPS).update(**NOT_ON_SITE)  # nobody has come to the new time yet
    _tell_moved(shift, before, now)
    renew_offers(shift=shift, now=now)
    _audit("shift.move", shift, user, now)
    return shift


def _tell_moved(shift: Shift, before: str, now: datetime) -> None:
    times = {"before": before, "starts": written(shift.starts_at), "ends": written(shift.ends_at)}
    members = [sign_up.member for sign_up in live_sign_ups(shift)]
    others = {key: tuple(row.shift for row in rows) for key, rows in clashes(members, shift).items()}
    tell([member for member in members if member.pk not in others], "service.shift_moved", shift, now, **times)
    for clashing in dict.fromkeys(others.values()):
        people = [member for member in members if others.get(member.pk) == clashing]
        titles = " · ".join(shift_title(other) for other in clashing)
        tell(people, "service.shift_moved_clash", shift, now, **times, other=titles)


@transaction.atomic
def cancel_shift(*, shift: Shift, user: User, reason: str, now: datetime | None = None) -> Shift:
    """Call `shift` off for good, with a `reason` that everyone who is in or waits is told; return it.

    Raises Refused without a reason; NotAllowed; OutOfTurn when it is cancelled already or has begun.
    """
    shift = locked_shift(shift)
    check_runs(user, shift)
    now = now or timezone.now()
    move = check_shift(shift, Verb.CANCEL, now)
    reason = checked_reason(reason)
    concerned = live_sign_ups(shift)
    for sign_up in concerned:
        if sign_up.state == SignUpState.OFFERED:
            records.cancel_deadlines(subject=sign_up, kinds=[Step.ANSWER_OFFER], now=now)
    live = shift.sign_ups.filter(state__in=LIVE_SIGN_UPS)
    live.update(state=SignUpState.CANCELLED, offered_until=None, queued_at=None, revision=F("revision") + 1)
    shift.state, shift.reason, shift.taken = move.target, reason, 0
    shift.revision += 1
    shift.save(update_fields=["state", "reason", "taken", "revision"])
    tell([sign_up.member for sign_up in concerned], "service.shift_cancelled", shift, now, reason=reason)
    _audit("shift.cancel", shift, user, now)
    return shift


def _audit(verb: str, shift: Shift, user: User, now: datetime) -> None:
    detail = {"post": shift.post_id, "revision": shift.revision, "starts_at": written(shift.starts_at)}
    records.audit(verb=verb, subject=shift, actor=user, unit=shift.community, detail=detail, now=now)
