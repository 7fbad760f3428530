"""By which name people are read of: by the staff of a community its own members, by an employer its own helpers.

The staff read of former members and of members of other communities by a number, or as such.
"""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import Unit
from service.enums import RegistrationState
from service.models import HourEntry, Registration, Shift, SignUp
from service.queries.scope import members_of

CONFIRMED = Q(expires_on__isnull=False)
"""The condition of the registrations that a community ever confirmed: the days of no others are set."""


def names_in(shift: Shift) -> dict[int, str]:
    """Return the name of each sign-up of `shift` as its community reads it, by the key of the sign-up: one query.

    The number tells former members and those of other communities apart: their place in the order of sign-up.
    """
    here = Registration.objects.filter(member=OuterRef("member"), community=shift.community_id)
    own, former = here.filter(state=RegistrationState.ACTIVE), here.filter(CONFIRMED)
    rows = (
        SignUp.objects.filter(shift=shift)
        .order_by("pk")
        .values_list("pk", Exists(own), Exists(former), "member__name", "member__username")
    )
    return {
        key: (name or username) if is_own else _numbered(number, was_own)
        for number, (key, is_own, was_own, name, username) in enumerate(rows, 1)
    }


def _numbered(number: int, was_own: bool) -> str:
    words = _("Former member (no. %(number)d)") if was_own else _("Member of another community (no. %(number)d)")
    return words % {"number": number}


def name_in(entry: HourEntry, unit: Unit) -> str:
    """Return the name of the member of `entry` as `unit` reads it: its community, or the employer that attested it."""
    if entry.sign_up:
        return names_in(entry.sign_up.shift)[entry.sign_up_id]
    is_own = members_of(entry.community).filter(member=entry.member_id).exists()
    if is_own or unit.pk != entry.community_id:
        return str(entry.member)
    was_own = Registration.objects.filter(CONFIRMED, member=entry.member_id, community=entry.community_id).exists()
    return _("Former member") if was_own else _("Member of another community")
