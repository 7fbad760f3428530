"""A member changes what the own registration says about them; where they live and work is confirmed anew elsewhere."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed
from accounts.models import User
from records import actions as records
from service.actions.registrations import locked_registration
from service.actions.registrations_checks import check_given
from service.actions.turns import check_move
from service.actions.typed import checked
from service.enums import Verb
from service.models import Registration, Skill
from service.workflow import MEMBER_MOVES


@transaction.atomic
def change_registration(
    *,
    registration: Registration,
    user: User,
    hours_per_month: int,
    skills: Iterable[Skill] = (),
    interests: str = "",
    born_on: date | None = None,
    shows_name: bool = False,
    now: datetime | None = None,
) -> Registration:
    """Let the member say anew what they can do and give, and whether their name may be shown; return the registration.

    Raises NotAllowed for anybody else, OutOfTurn once it has ended, Refused as `check_given`.
    """
    now = now or timezone.now()
    registration = locked_registration(registration)
    if registration.member_id != user.pk:
        raise NotAllowed
    check_move(MEMBER_MOVES[Verb.CHANGE], registration.state, _("This registration has ended."))
    skills = list(skills)
    check_given(
        employer=registration.employer,
        employer_name=registration.employer_name,
        hours_per_month=hours_per_month,
        skills=skills,
        born_on=born_on,
        consent=True,
        today=timezone.localdate(now),
    )
    registration.hours_per_month, registration.born_on, registration.shows_name = hours_per_month, born_on, shows_name
    registration.interests = checked(interests, field="interests", most=200)
    registration.save(update_fields=["hours_per_month", "born_on", "shows_name", "interests"])
    registration.skills.set(skills)
    records.audit(verb="registration.change", subject=registration, actor=user, unit=registration.community, now=now)
    return registration
