"""What becomes of the shifts of a member whose registration with a community has ended."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Unit, User
from records import actions as records
from service.actions.offers import free_a_place
from service.actions.shift_steps import locked_shift, locked_sign_up, tell, tell_staff
from service.enums import SignUpState, Step
from service.models import Shift, SignUp
from service.queries.sign_ups import ahead_of


@transaction.atomic
def leave_shifts(*, member: User, community: Unit, now: datetime | None = None) -> None:
    """Take `member` off the waiting lists and the offers of the coming shifts of `community`, and tell them.

    What they were offered goes to the next who waits. Places they have taken stay theirs: they and the staff are
    told, so that one of them may act. Call it under the lock of the member, once the registration has ended; the
    shifts are locked here, in the order of their keys.
    """
    now = now or timezone.now()
    for sign_up in ahead_of(member, community, now):
        shift = locked_shift(sign_up.shift)
        _leave(locked_sign_up(sign_up, shift), shift, now)


def _leave(found: SignUp, shift: Shift, now: datetime) -> None:
    if found.state == SignUpState.TAKEN:
        tell([found.member], "service.place_kept", shift, now)
        tell_staff("service.place_kept_by_leaver", shift, now)
    elif found.is_live:
        was_offered = found.state == SignUpState.OFFERED
        records.cancel_deadlines(subject=found, kinds=[Step.ANSWER_OFFER], now=now)
        found.state, found.offered_until, found.queued_at = SignUpState.WITHDRAWN, None, None
        found.revision += 1
        found.save(update_fields=["state", "offered_until", "queued_at", "revision"])
        tell([found.member], "service.off_the_list", shift, now)
        if was_offered:
            free_a_place(shift=shift, now=now)
