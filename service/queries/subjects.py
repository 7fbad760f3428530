"""What the deadlines of this app are about, for desks and reminders: a matter, never a person's name."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from records.registry import Subject
from service.models import EmployerRegistration, HelperAnswer, HelperCall, ListItem, Registration, Shift, SignUp, Wish


def registrations_as_subjects(keys: Iterable[int]) -> dict[int, Subject]:
    """Return the subjects of deadlines on the members' registrations with these `keys`."""
    rows = Registration.objects.filter(pk__in=keys).select_related("community")
    title = _("Registration of a member with %(community)s")
    return {row.pk: Subject(title % {"community": row.community}, row.get_absolute_url()) for row in rows}


def employers_as_subjects(keys: Iterable[int]) -> dict[int, Subject]:
    """Return the subjects of deadlines on the employers' registrations with these `keys`."""
    rows = EmployerRegistration.objects.filter(pk__in=keys).select_related("employer", "community")
    title = _("Registration of %(employer)s with %(community)s")
    return {
        row.pk: Subject(title % {"employer": row.employer, "community": row.community}, row.get_absolute_url())
        for row in rows
    }


def items_as_subjects(keys: Iterable[int]) -> dict[int, Subject]:
    """Return the subjects of deadlines on the list items with these `keys`."""
    return {row.pk: Subject(row.title, row.get_absolute_url()) for row in ListItem.objects.filter(pk__in=keys)}


def shifts_as_subjects(keys: Iterable[int]) -> dict[int, Subject]:
    """Return the subjects of deadlines on the shifts with these `keys`."""
    rows = Shift.objects.filter(pk__in=keys).select_related("post")
    return {row.pk: Subject(shift_title(row), row.get_absolute_url()) for row in rows}


def sign_ups_as_subjects(keys: Iterable[int]) -> dict[int, Subject]:
    """Return the subjects of deadlines on the sign-ups with these `keys`."""
    rows = SignUp.objects.filter(pk__in=keys).select_related("shift__post")
    return {row.pk: Subject(shift_title(row.shift), row.get_absolute_url()) for row in rows}


def shift_title(shift: Shift) -> str:
    """Return what `shift` is and when it begins."""
    return f"{shift.post} {timezone.localtime(shift.starts_at):%Y-%m-%d %H:%M}"


def calls_as_subjects(keys: Iterable[int]) -> dict[int, Subject]:
    """Return the subjects of deadlines on the calls with these `keys`."""
    return {row.pk: Subject(row.title, row.get_absolute_url()) for row in HelperCall.objects.filter(pk__in=keys)}


def answers_as_subjects(keys: Iterable[int]) -> dict[int, Subject]:
    """Return the subjects of deadlines on the answers to calls with these `keys`."""
    rows = HelperAnswer.objects.filter(pk__in=keys).select_related("call")
    return {row.pk: Subject(row.call.title, reverse("helper_call", args=[row.call_id])) for row in rows}


def wishes_as_subjects(keys: Iterable[int]) -> dict[int, Subject]:
    """Return the subjects of deadlines on the wishes with these `keys`, not quoted before the review."""
    rows = Wish.objects.filter(pk__in=keys).select_related("community")
    unread = _("Wish made to %(community)s")
    return {
        row.pk: Subject(row.title if row.reviewed_at else unread % {"community": row.community}, row.get_absolute_url())
        for row in rows
    }
