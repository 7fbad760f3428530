"""Who keeps which forum, sits on it and is invited: every scoped read of this app begins here."""

from django.db.models import Q, QuerySet

from accounts.models import Unit, User
from accounts.queries import grants_of, holders_of
from consultation.enums import MatterState, MatterVerb, MeetingState
from consultation.models import Forum, Invitation, Matter, MatterStep, Meeting, Seat

PUBLIC_MATTERS = (MatterState.ACCEPTED, MatterState.TABLED, MatterState.DECIDED)
NEVER_CALLED = Q(state=MeetingState.PLANNED, called_at__isnull=True)
"""Of meetings: not public yet. What was called and postponed stays so while a new time is planned."""
CAN_COME = Q(substitute__isnull=True, person__is_active=True) | Q(substitute__is_active=True)
"""Of invitations: whoever comes for it still uses the portal."""


def convenes(user, forum: Forum) -> bool:
    """Return whether `user` keeps `forum`: convenes at its unit."""
    return grants_of(user).on("convene", forum.unit_id)


def convenors_of(unit: Unit) -> QuerySet[User]:
    """Return the people who convene at `unit`."""
    return holders_of("convene", unit)


def units_convened_by(user) -> QuerySet[Unit]:
    """Return the active units whose forums `user` keeps."""
    return Unit.objects.filter(pk__in=grants_of(user).units("convene"), is_active=True).order_by("code")


def units_represented_by(user) -> QuerySet[Unit]:
    """Return the active units for which `user` speaks."""
    return Unit.objects.filter(pk__in=grants_of(user).units("represent_unit"), is_active=True).order_by("code")


def forums_kept_by(user) -> QuerySet[Forum]:
    """Return the forums that `user` keeps, those that are given up too."""
    return Forum.objects.filter(unit__in=grants_of(user).units("convene")).select_related("unit", "convenor")


def open_forums() -> QuerySet[Forum]:
    """Return the forums that everybody may see."""
    return Forum.objects.filter(is_active=True).select_related("unit", "convenor")


def seats_of(forum: Forum) -> QuerySet[Seat]:
    """Return who sits on `forum` now, in the order in which they came."""
    return Seat.objects.filter(forum=forum, left_at__isnull=True).select_related("person", "unit")


def sits_on(user, forum: Forum) -> bool:
    """Return whether `user` is a member of `forum`."""
    return user.pk is not None and seats_of(forum).filter(person=user).exists()


def passed_on_by(user) -> QuerySet[MatterStep]:
    """Return the entries of records by which the forums that `user` keeps have passed a matter on."""
    passed = (MatterVerb.PASS_UP, MatterVerb.PASS_DOWN)
    return MatterStep.objects.filter(forum__unit__in=grants_of(user).units("convene"), verb__in=passed)


def matters_visible_to(user) -> QuerySet[Matter]:
    """Return the matters `user` may see: those that were accepted, their own, their units', and of forums they keep.

    Whoever keeps a forum that has passed a matter on sees what becomes of it.
    """
    scope = Q(state__in=PUBLIC_MATTERS)
    if user.pk is not None:
        grants = grants_of(user)
        scope |= Q(proposer=user) | Q(unit__in=grants.units("represent_unit"))
        if kept := grants.units("convene"):
            scope |= Q(forum__unit__in=kept) | Q(pk__in=passed_on_by(user).values("matter"))
    related = ("forum__unit", "proposer", "unit", "category", "street", "merged_into")
    return Matter.objects.filter(scope).select_related(*related)


def meetings_visible_to(user) -> QuerySet[Meeting]:
    """Return the meetings `user` may see: those that have ever been called, and all of forums they keep."""
    scope = ~NEVER_CALLED
    if user.pk is not None:
        scope |= Q(forum__unit__in=grants_of(user).units("convene"))
    return Meeting.objects.filter(scope).select_related("forum__unit", "forum__convenor", "at_hand")


def meetings_kept_by(user) -> QuerySet[Meeting]:
    """Return the meetings of the forums that `user` keeps."""
    found = Meeting.objects.filter(forum__unit__in=grants_of(user).units("convene"))
    return found.select_related("forum__unit", "forum__convenor", "at_hand")


def invitations_to(user) -> QuerySet[Invitation]:
    """Return the invitations of `user`, and those of others for whom they come as a substitute."""
    return Invitation.objects.filter(Q(person=user) | Q(substitute=user))


def meetings_attended_by(user) -> QuerySet[Meeting]:
    """Return the meetings to whose papers and room `user` has access: those they convene, and those to which they are
    invited or sent as a substitute, once they were called.
    """
    if user.pk is None:
        return Meeting.objects.none()
    scope = Q(forum__unit__in=grants_of(user).units("convene"))
    scope |= ~Q(state=MeetingState.PLANNED) & Q(pk__in=invitations_to(user).values("meeting"))
    return Meeting.objects.filter(scope).select_related("forum__unit", "forum__convenor", "at_hand")
