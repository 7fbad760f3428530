"""Whether a member may take a place of a shift: registered, with the skills, of age, and free at that time."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.errors import Refused
from accounts.models import User
from service.models import Registration, Shift
from service.queries.scope import registration_of
from service.queries.sign_ups import clashing, lacks
from service.queries.subjects import shift_title

OF_AGE = 18


def check_member(*, member: User, shift: Shift) -> Registration:
    """Return the registration by which the locked `member` may take a place of the locked `shift`.

    Raises Refused, with the reason, when they may not.
    """
    registration = registration_of(member)
    if registration is None:
        raise Refused(_("Please register with the community where you live first; then you can sign up."))
    _check_skills(registration, shift)
    _check_age(registration, shift)
    _check_clash(member, shift)
    return registration


def _check_skills(registration: Registration, shift: Shift) -> None:
    if missing := lacks(registration, shift):
        names = pgettext("between the units of a list", ", ").join(str(skill) for skill in missing)
        sentence = _("This needs a skill that your registration does not name: %(skills)s.")
        raise Refused(sentence % {"skills": names})


def _check_age(registration: Registration, shift: Shift) -> None:
    wanted = shift.post.minimum_age
    if registration.born_on is None:
        if wanted > OF_AGE:
            sentence = _("This is for people of %(age)d or older. Please add your date of birth to your registration.")
            raise Refused(sentence % {"age": wanted})
    elif age_on(timezone.localdate(shift.starts_at), registration.born_on) < wanted:
        raise Refused(_("On that day you are too young: it is for people of %(age)d or older.") % {"age": wanted})


def age_on(day: date, born_on: date) -> int:
    """Return how many years somebody born on `born_on` has completed on `day`."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _check_clash(member: User, shift: Shift) -> None:
    if other := clashing(member, shift):
        sentence = _("At that time you are signed up for “%(shift)s”. Please withdraw there first.")
        raise Refused(sentence % {"shift": shift_title(other.shift)})
