"""What a member hands in is checked, whatever form it came through."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.errors import Refused
from accounts.models import Unit
from service.models import Skill

YOUNGEST, OLDEST = 18, 110
LEAST_HOURS, MOST_HOURS = 1, 200


def check_given(
    *,
    employer: Unit | None,
    employer_name: str,
    hours_per_month: int,
    skills: Iterable[Skill],
    born_on: date | None,
    consent: bool,
    today: date,
) -> None:
    """Raise Refused without consent or employer, for hours or an age that cannot be, or for what was closed."""
    _check_employer(employer, employer_name)
    if not LEAST_HOURS <= hours_per_month <= MOST_HOURS:
        raise Refused(
            _("Please give between %(least)d and %(most)d hours a month.") % {"least": LEAST_HOURS, "most": MOST_HOURS},
            field="hours_per_month",
        )
    chosen = {skill.pk for skill in skills}
    if Skill.objects.filter(pk__in=chosen, is_active=True).count() < len(chosen):
        raise Refused(_("One of these skills is not offered any more. Please choose again."), field="skills")
    if born_on and not _years_ago(today, OLDEST) <= born_on <= _years_ago(today, YOUNGEST):
        raise Refused(_("Please check the date of birth: members are grown up."), field="born_on")
    if not consent:
        raise Refused(_("Without your consent the registration cannot be handed in."), field="consent")


def _check_employer(employer: Unit | None, employer_name: str) -> None:
    if employer and employer_name:
        raise Refused(_("Choose the employer from the list or type its name, not both."), field="employer_name")
    if not employer and not employer_name.strip():
        raise Refused(_("Choose your employer from the list, or type its name."), field="employer")
    if employer and not Unit.objects.filter(pk=employer.pk, kind=UnitKind.EMPLOYER, is_active=True).exists():
        raise Refused(_("This employer is closed. Choose another one, or type its name."), field="employer")


def _years_ago(today: date, years: int) -> date:
    if (today.month, today.day) == (2, 29):
        today -= timedelta(days=1)
    return today.replace(year=today.year - years)
