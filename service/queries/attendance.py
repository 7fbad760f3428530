"""Who comes to a shift, who was there, and what still has to be attested."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet

from records.batches import Row, in_turn
from records.models import Deadline
from service.enums import SignUpState, Step, Verb
from service.models import Shift, SignUp
from service.workflow import SIGN_UP_MOVES

ON_THE_ROLL = (SignUpState.TAKEN, SignUpState.SERVED, SignUpState.ABSENT)


def roll_of(shift: Shift) -> QuerySet[SignUp]:
    """Return the sign-ups of those who have or had a place at the end, as they signed up, with their hours."""
    people = SignUp.objects.filter(shift=shift, state__in=ON_THE_ROLL).select_related("member", "marked_by")
    return people.prefetch_related("hours").order_by("pk")


def unattested(shift: Shift) -> QuerySet[SignUp]:
    """Return the sign-ups of `shift` that are neither attested nor absent."""
    return SignUp.objects.filter(shift=shift, state__in=SIGN_UP_MOVES[Verb.ATTEST].sources)


def attestation_owed(shift: Shift) -> QuerySet[Deadline]:
    """Return the deadlines, also past ones, to attest the hours of `shift`."""
    shifts = ContentType.objects.get_for_model(Shift)
    return Deadline.objects.filter(content_type=shifts, object_id=shift.pk, kind=Step.ATTEST_HOURS)


def ended_unattested(now: datetime, after: Row | None = None) -> list[Row]:
    """Return a batch of the shifts that have ended with people to attest and for which nobody owes that yet.

    They come by their end: the index sign_up_to_attest.
    """
    owed = Deadline.objects.filter(
        Q(met_at__isnull=True, cancelled_at__isnull=True),
        content_type=ContentType.objects.get_for_model(Shift),
        object_id=OuterRef("shift"),
        kind=Step.ATTEST_HOURS,
    )
    attestable = SIGN_UP_MOVES[Verb.ATTEST].sources
    ended = SignUp.objects.filter(state__in=attestable, ends_at__lte=now).exclude(Exists(owed))
    return in_turn(ended, "ends_at", "shift_id", after)
