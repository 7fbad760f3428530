"""By which name the staff of a community read of people: of its own members by their names, of others by a number."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from service.enums import RegistrationState
from service.models import HourEntry, Registration, Shift, SignUp
from service.queries.scope import members_of


def names_in(shift: Shift) -> dict[int, str]:
    """Return the name of each sign-up of `shift` as its community reads it, by the key of the sign-up: one query.

    The number tells members of other communities apart: their place in the order of sign-up.
    """
    own = Registration.objects.filter(
        member=OuterRef("member"), community=shift.community_id, state=RegistrationState.ACTIVE
    )
    rows = (
        SignUp.objects.filter(shift=shift)
        .order_by("pk")
        .values_list("pk", Exists(own), "member__name", "member__username")
    )
    return {
        key: (name or username) if is_own else _("Member of another community (no. %(number)d)") % {"number": number}
        for number, (key, is_own, name, username) in enumerate(rows, 1)
    }


def name_in(entry: HourEntry) -> str:
    """Return the name of the member of `entry` as its community reads it."""
    if entry.sign_up:
        return names_in(entry.sign_up.shift)[entry.sign_up_id]
    if members_of(entry.community).filter(member=entry.member_id).exists():
        return str(entry.member)
    return _("Member of another community")
