"""What a resident types: a request, a rating, more information, a withdrawal, a number with its code."""

from itertools import groupby
from operator import attrgetter

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from accounts.phones import normalise
from cases.actions import Place
from cases.enums import Kind, Reason
from cases.forms.photos import PhotoFormMixin
from cases.forms.places import PlaceFormMixin
from cases.models import Building, Case, Category, Contact, Rating
from cases.queries import choosable_categories
from records.text import LongTextField, PlainTextField

FIELD_ORDER = [
    "kind",
    "category",
    "text",
    "district",
    "street",
    "community",
    "address",
    "photos",
    "confidential",
    "name",
    "phone",
]
KINDS_WITHOUT_CONTACT = frozenset({Kind.ENQUIRY, Kind.SUGGESTION, Kind.PRAISE})


def _length(model, name: str) -> int:
    return model._meta.get_field(name).max_length


class _ByParent(ModelChoiceIterator):
    """The finer categories, grouped under the first level."""

    def __iter__(self):
        yield "", self.field.empty_label
        for parent, rows in groupby(self.queryset, attrgetter("parent")):
            yield str(parent), [self.choice(row) for row in rows]


class CategoryField(forms.ModelChoiceField):
    """One category of the second level."""

    iterator = _ByParent

    def __init__(self, **kwargs):
        super().__init__(Category.objects.none(), empty_label=_("Please choose"), **kwargs)


class _ContactInput(forms.TextInput):
    """The browser does not insist: whether it is needed depends on the kind."""

    def use_required_attribute(self, initial) -> bool:
        return False


class ContactFormMixin(forms.Form):
    """Adds `name` and `phone`, which an enquiry, a suggestion and praise can do without."""

    name = PlainTextField(
        label=_("Your name"),
        max_length=_length(Contact, "name"),
        widget=_ContactInput({"autocomplete": "name"}),
        help_text=_("For an enquiry, a suggestion or praise you may leave name and telephone empty."),
    )
    phone = PlainTextField(
        label=_("Telephone"),
        max_length=_length(Contact, "phone"),
        widget=_ContactInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        needed = self.data.get(self.add_prefix("kind")) not in KINDS_WITHOUT_CONTACT
        self.fields["name"].required = self.fields["phone"].required = needed

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        return normalise(phone) if phone else ""


class RequestForm(PhotoFormMixin, forms.Form):
    """What every request has, whoever types it: kind, category, description, where exactly, photos."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind, initial=Kind.HELP, widget=forms.RadioSelect)
    category = CategoryField(label=_("Category"))
    text = LongTextField(
        label=_("What has happened?"),
        max_length=_length(Case, "text"),
        help_text=_("What, since when, how it troubles you. Please leave out names and telephone numbers."),
    )
    address = PlainTextField(
        label=_("Where exactly"),
        max_length=_length(Contact, "address"),
        required=False,
        help_text=_("House number, entrance, floor, or what stands next to it."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = choosable_categories()

    def place(self) -> Place:
        """Return where the trouble is; asked only of a valid form."""
        raise NotImplementedError

    def given(self) -> dict:
        """Return the arguments of cases.actions.lodge that were typed; asked only of a valid form."""
        wanted = ("kind", "category", "text", "name", "phone", "address", "confidential")
        typed = {name: self.cleaned_data[name] for name in wanted if name in self.cleaned_data}
        return {**typed, "place": self.place(), "submission_token": self.cleaned_data["token"]}

    def forget_errors(self) -> None:
        """Keep what was typed but say nothing of what is still missing; refused photos are still named."""
        for name in set(self.errors) - {"photos"}:
            del self.errors[name]


class ConfidentialFormMixin(forms.Form):
    """Adds the choice that the resident makes about their name."""

    confidential = forms.TypedChoiceField(
        label=_("May the unit concerned know who you are?"),
        coerce=lambda value: value == "withheld",
        choices=[
            ("known", _("Yes, it may know my name and call me")),
            ("withheld", _("No, please withhold my name and telephone")),
        ],
        widget=forms.RadioSelect,
    )


class LodgeForm(PlaceFormMixin, ContactFormMixin, ConfidentialFormMixin, RequestForm):
    """A request with its place chosen from lists: the web form, which the phone desk refines."""

    field_order = FIELD_ORDER

    def place(self) -> Place:
        return Place(self.place_unit)


class BuildingLodgeForm(ContactFormMixin, ConfidentialFormMixin, RequestForm):
    """A request whose place is known from the code at the door."""

    field_order = FIELD_ORDER

    def __init__(self, *args, building: Building, **kwargs):
        super().__init__(*args, **kwargs)
        self.building = building

    def place(self) -> Place:
        return Place(self.building.grid, self.building)


class FollowForm(forms.Form):
    """A number and the secret code that belongs to it."""

    number = PlainTextField(
        label=_("Number"),
        max_length=_length(Case, "number"),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric", "placeholder": "20261121-0000042"}),
    )
    secret = PlainTextField(
        label=_("Secret code"),
        max_length=20,
        help_text=_("12 letters and digits; capital or small does not matter."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class RateForm(forms.Form):
    """The two questions: was it solved, were you satisfied?"""

    solved = forms.TypedChoiceField(
        label=_("Was it solved?"),
        choices=[("yes", _("Yes, it is solved")), ("no", _("No, it is not solved"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    satisfaction = forms.TypedChoiceField(
        label=_("Were you satisfied?"),
        choices=[
            (1, _("Very dissatisfied")),
            (2, _("Dissatisfied")),
            (3, _("So-so")),
            (4, _("Satisfied")),
            (5, _("Very satisfied")),
        ],
        coerce=int,
        template_name="django/forms/rating.html",
        widget=forms.RadioSelect,
    )
    reasons = forms.MultipleChoiceField(
        label=_("Why?"), choices=Reason, required=False, widget=forms.CheckboxSelectMultiple
    )
    comment = LongTextField(label=_("Anything else?"), max_length=_length(Rating, "comment"), required=False, rows=2)


class InformationForm(PhotoFormMixin, forms.Form):
    """What the resident still has to say."""

    text = LongTextField(label=_("What would you like to add?"), max_length=2000)


class WithdrawForm(forms.Form):
    """Why the request is no longer needed."""

    reason = LongTextField(label=_("Why do you withdraw it?"), max_length=500, rows=2)
