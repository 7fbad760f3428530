"""What a member types to register, and what is typed about a registration."""

from operator import attrgetter

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from records.text import LongTextField, PlainTextField
from service.actions.registrations_checks import LEAST_HOURS, MOST_HOURS
from service.forms.fields import DayField, RowField, RowsField, WholeField
from service.models import Registration
from service.queries import registrations as queries

LONGEST_REASON = Registration._meta.get_field("reason").max_length


def _most(name: str) -> int:
    return Registration._meta.get_field(name).max_length


class HomeForm(forms.Form):
    """The community where somebody lives: its street first, which narrows the communities."""

    street = RowField(
        label=_("Street or town where you live"),
        widget=forms.Select(
            {
                "hx-get": reverse_lazy("registration_places"),
                "hx-target": "#id_community",
                "hx-swap": "outerHTML",
            }
        ),
    )
    community = RowField(label=_("Community or village"), help_text=_("Choose the street or town first."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        streets = list(queries.streets())
        several = len({street.parent_id for street in streets}) > 1
        self.fields["street"].offer(streets, group=attrgetter("parent") if several else None)
        chosen = self.fields["street"].row(self.data.get("street") or self.initial.get("street"))
        self.fields["community"].offer(queries.communities_in(chosen) if chosen else [])

    def forget_errors(self) -> None:
        """Show what was typed without a word about what is missing: only the lists were asked for."""
        self._errors = forms.utils.ErrorDict()


class AbilityForm(forms.Form):
    """What a member can do and give, and whether the name may be shown: the member may change it at any time."""

    skills = RowsField(label=_("What can you do?"), required=False)
    hours_per_month = WholeField(
        label=_("Hours a month that you can give"),
        validators=[MinValueValidator(LEAST_HOURS), MaxValueValidator(MOST_HOURS)],
        widget=forms.NumberInput({"min": LEAST_HOURS, "max": MOST_HOURS}),
    )
    interests = PlainTextField(label=_("What would you like to do?"), max_length=_most("interests"), required=False)
    born_on = DayField(
        label=_("Date of birth"), required=False, help_text=_("Needed only for posts with a minimum age above 18.")
    )
    shows_name = forms.BooleanField(label=_("My name may be shown on the community's public page"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["skills"].offer(queries.skills())


class ChangeForm(AbilityForm):
    """The same of a registration that is there."""

    @staticmethod
    def initial_of(registration: Registration) -> dict:
        """Return what stands in the registration now."""
        kept = {name: getattr(registration, name) for name in ("hours_per_month", "interests", "born_on", "shows_name")}
        return {**kept, "skills": [str(skill.pk) for skill in registration.skills.all()]}


class RegistrationForm(AbilityForm, HomeForm):
    """All that a registration holds; nothing else is asked."""

    employer = RowField(
        label=_("Employer"),
        required=False,
        help_text=_(
            "Employers that are registered themselves. What they see of you is said below. If yours is not among them, "
            "type its name in the next field."
        ),
    )
    employer_name = PlainTextField(
        label=_("Employer, if it is not in the list"),
        max_length=_most("employer_name"),
        required=False,
        help_text=_("Needed if you have chosen none above."),
    )
    branch = PlainTextField(label=_("Party branch"), max_length=_most("branch"), required=False)
    consent = forms.BooleanField(
        label=_("I have read this and agree."),
        error_messages={"required": _("Without your consent the registration cannot be handed in.")},
    )
    field_order = [
        *("street", "community", "employer", "employer_name", "branch"),
        *("skills", "hours_per_month", "interests", "born_on", "shows_name", "consent"),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["employer"].offer(queries.registered_employers())
        for name in ("employer", "employer_name"):
            self.fields[name].is_one_of_two = True

    @staticmethod
    def initial_of(registration: Registration) -> dict:
        """Return what a registration elsewhere may begin with: home and what is to be agreed to are asked anew."""
        kept = {name: getattr(registration, name) for name in ("hours_per_month", "interests", "born_on", "branch")}
        employer = {"employer": registration.employer_id, "employer_name": registration.employer_name}
        return {**kept, **employer, "skills": [str(skill.pk) for skill in registration.skills.all()]}

    def given(self) -> dict:
        """Return what a valid form holds, as the action takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "street"}


class ReasonForm(forms.Form):
    """A reason that the other side reads."""

    reason = LongTextField(label=_("Reason"), max_length=LONGEST_REASON, rows=2)
