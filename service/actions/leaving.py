"""What becomes of the shifts and the households of a member whose registration with a community has ended."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit, User
from records import actions as records
from service.actions.offers import free_a_place
from service.actions.shift_steps import locked_shift, locked_sign_up
from service.enums import SignUpState, Step
from service.models import Registration, Shift, SignUp
from service.queries.households import left_by
from service.queries.scope import staff_of
from service.queries.sign_ups import ahead_of
from service.queries.subjects import shift_title


@transaction.atomic
def leave_shifts(*, member: User, community: Unit, now: datetime | None = None) -> None:
    """Take `member` off the waiting lists and the offers of the coming shifts of `community`, and tell them.

    What they were offered goes to the next who waits. Places they have taken stay theirs: they and the staff are
    told, so that one of them may act; each side by one notice that names all the shifts. Call it under the lock of
    the member, once the registration has ended; the shifts are locked here, in the order of their keys.
    """
    now = now or timezone.now()
    kept, left = [], []
    for sign_up in ahead_of(member, community, now):
        shift = locked_shift(sign_up.shift)
        found = locked_sign_up(sign_up, shift)
        if found.state == SignUpState.TAKEN:
            kept.append(shift)
        elif found.is_live:
            _leave(found, shift, now)
            left.append(shift)
    _tell(member, community, kept, left, now)


def _leave(found: SignUp, shift: Shift, now: datetime) -> None:
    was_offered = found.state == SignUpState.OFFERED
    records.cancel_deadlines(subject=found, kinds=[Step.ANSWER_OFFER], now=now)
    found.state, found.offered_until, found.queued_at = SignUpState.WITHDRAWN, None, None
    found.revision += 1
    found.save(update_fields=["state", "offered_until", "queued_at", "revision"])
    if was_offered:
        free_a_place(shift=shift, now=now)


def _tell(member: User, community: Unit, kept: list[Shift], left: list[Shift], now: datetime) -> None:
    """Tell `member` of all shifts at once, and the staff of `community` of those in which a place is `kept`."""
    kind = "service.place_kept" if kept else "service.off_the_list"
    kind = "service.kept_and_off_the_list" if kept and left else kind
    parameters = {"shift": _titles(kept or left), "left": _titles(left)}
    if kept or left:
        mine = {"url": reverse("my_service"), "now": now}
        records.notify(recipients=[member], kind=kind, parameters=parameters, **mine)
    if kept:
        address = kept[0].get_absolute_url() if len(kept) == 1 else reverse("service_posts")
        records.notify(
            recipients=staff_of(community),
            kind="service.place_kept_by_leaver",
            parameters={"shift": _titles(kept)},
            url=address,
            now=now,
        )


def _titles(shifts: Iterable[Shift]) -> str:
    return " · ".join(shift_title(shift) for shift in shifts)


def tell_of_households(*, registration: Registration, now: datetime) -> None:
    """Tell the community, once, how many households were in the care of the member whose `registration` has ended."""
    community = registration.community
    households = left_by(registration.member, community).count()
    if households:
        records.notify(
            recipients=staff_of(community),
            kind="household.carer_left",
            parameters={"community": community.name, "count": str(households)},
            url=f"{reverse('households')}?without=on",
            key=f"household.carer_left:{registration.pk}",
            now=now,
        )
