"""支部吹哨、党员报到: a community or an employer calls for helpers, and everyone it is for is told."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit, User
from records import actions as records
from service.actions.shift_steps import locked_member
from service.actions.typed import checked
from service.models import HelperAnswer, HelperCall, Skill
from service.queries.calls import Caller, callers_for, matching

LONGEST = timedelta(days=7)
TWICE = timedelta(minutes=5)
MOST_HELPERS = 500


@transaction.atomic
def call_helpers(
    *,
    user: User,
    caller: Unit,
    title: str,
    place: str,
    helpers: int,
    arrive_by: datetime,
    until: datetime,
    text: str = "",
    skills: Iterable[Skill] = (),
    now: datetime | None = None,
) -> HelperCall:
    """Call for helpers in the name of `caller`, and tell every member for whom the call is; return it.

    A community calls all its members, an employer its own in the community where it is registered. Raises
    NotAllowed for a unit for which `user` does not act, Refused for times in the past or in the wrong order, a
    number that makes no sense, missing words, and when nobody has the skills; OutOfTurn when the same person has
    blown the same call within the last minutes, as by a button that was pressed twice.
    """
    now = now or timezone.now()
    acting = next((each for each in callers_for(user) if each.unit == caller), None)
    if acting is None:
        raise NotAllowed
    _check_times(arrive_by, until, now)
    if not 1 <= helpers <= MOST_HELPERS:
        raise Refused(_("Call for 1 to %(most)d helpers.") % {"most": MOST_HELPERS}, field="helpers")
    skills = list(skills)
    call = HelperCall(
        community=acting.community,
        caller=acting.unit,
        title=checked(title, field="title", most=80, missing=_("Please say what is needed.")),
        text=checked(text, field="text", most=1000),
        place=checked(place, field="place", most=200, missing=_("Please say where the helpers are to come.")),
        helpers=helpers,
        arrive_by=arrive_by,
        until=until,
        called_by=user,
        called_at=now,
    )
    locked_member(user)
    just_now = HelperCall.objects.filter(called_by=user, caller=acting.unit, called_at__gt=now - TWICE)
    if just_now.filter(title=call.title, place=call.place).exists():
        raise OutOfTurn(_("You have just blown this call; the helpers have been told."))
    members = list(User.objects.filter(pk__in=matching(acting, skills).values("member")))
    if not members:
        raise Refused(_("No registered member fits this call. Ask for fewer skills."), field="skills")
    call.save(force_insert=True)
    call.skills.set(skills)
    _tell(call, acting, members, now)
    detail = {"helpers": helpers, "told": len(members)}
    records.audit(verb="call.blow", subject=call, actor=user, unit=acting.unit, detail=detail, now=now)
    return call


def _check_times(arrive_by: datetime, until: datetime, now: datetime) -> None:
    if arrive_by <= now:
        raise Refused(_("This time is past. Helpers need some time to come."), field="arrive_by")
    if until <= arrive_by:
        raise Refused(_("The call must end after the helpers are to be there."), field="until")
    if until > now + LONGEST:
        raise Refused(_("A call is for now: it ends within 7 days. For later work, publish a shift."), field="until")


def _tell(call: HelperCall, acting: Caller, members: list[User], now: datetime) -> None:
    HelperAnswer.objects.bulk_create(HelperAnswer(call=call, member=member, told_at=now) for member in members)
    parameters = {
        "unit": acting.unit.name,
        "title": call.title,
        "place": call.place,
        "by": f"{timezone.localtime(call.arrive_by):%Y-%m-%d %H:%M}",
    }
    records.notify(recipients=members, kind="call.blown", parameters=parameters, url=call.get_absolute_url(), now=now)
