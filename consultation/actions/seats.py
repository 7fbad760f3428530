"""Who sits on a forum: persons, and persons for units."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import Unit, User
from consultation.actions.forum_steps import audit, locked_and_kept
from consultation.models import Forum, Seat
from consultation.queries.forums import person_known_as, units_to_sit
from consultation.queries.scope import seats_of
from records import actions as records
from service.actions.typed import checked

TITLE = Seat._meta.get_field("title").max_length


@transaction.atomic
def seat_member(
    *,
    forum: Forum,
    user: User,
    who: str,
    unit: Unit | None = None,
    title: str = "",
    votes: bool = True,
    now: datetime | None = None,
) -> Seat:
    """Seat the person whose username or mobile number is `who` on `forum`, for `unit` if given; tell them.

    Return the seat. Raises NotAllowed for anyone but its convenors, OutOfTurn for a forum that is given up, Refused
    for nobody, a unit from elsewhere, and a person or unit that has a seat already.
    """
    now = now or timezone.now()
    forum = locked_and_kept(forum, user)
    typed = checked(who, field="who", most=60, missing=_("Please give a username or a mobile number."))
    person = person_known_as(typed)
    if person is None:
        raise Refused(_("Nobody has exactly this username or mobile number. Ask the person for it."), field="who")
    if seats_of(forum).filter(person=person).exists():
        raise Refused(_("%(person)s has a seat on this forum already.") % {"person": person}, field="who")
    if unit is not None:
        _check_unit(forum, unit)
    title = checked(title, field="title", most=TITLE)
    seat = Seat.objects.create(forum=forum, person=person, unit=unit, title=title, votes=votes, since=now)
    _tell_and_audit(seat, "forum.seat", "forum.seated", user, now)
    return seat


@transaction.atomic
def unseat_member(*, forum: Forum, user: User, seat: Seat, now: datetime | None = None) -> Seat:
    """Let the person of `seat` be a member of `forum` no longer, and tell them; return the seat, which is kept.

    They keep the invitations they have. Raises NotAllowed, OutOfTurn also when they have left before.
    """
    now = now or timezone.now()
    forum = locked_and_kept(forum, user)
    found = seats_of(forum).filter(pk=seat.pk).first()
    if found is None:
        raise OutOfTurn(_("This person is not a member any more."))
    found.forum, found.left_at = forum, now
    found.save(update_fields=["left_at"])
    _tell_and_audit(found, "forum.unseat", "forum.unseated", user, now)
    return found


def _check_unit(forum: Forum, unit: Unit) -> None:
    if not units_to_sit(forum).filter(pk=unit.pk).exists():
        raise Refused(_("This unit lies outside the territory of the forum."), field="unit")
    if seats_of(forum).filter(unit=unit).exists():
        raise Refused(_("%(unit)s has a seat on this forum already.") % {"unit": unit}, field="unit")


def _tell_and_audit(seat: Seat, verb: str, kind: str, user: User, now: datetime) -> None:
    forum = seat.forum
    if seat.person != user:
        parameters = {"forum": forum.name}
        url = forum.get_absolute_url()
        records.notify(recipients=[seat.person], kind=kind, parameters=parameters, url=url, now=now)
    audit(forum, verb, user, now, seat=seat.pk, person=seat.person_id, for_unit=seat.unit_id, votes=seat.votes)
