"""What a grid, a community, a street or command types when it works on a case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.enums import ExclusionCode
from cases.forms.photos import PhotoFormMixin
from cases.forms.turnouts import REASON_LENGTH
from cases.forms.units import UnitBelowField
from cases.models import Case, Exclusion
from cases.queries import visible_to
from records.text import LongTextField, PlainTextField

TEXT_LENGTH = Case._meta.get_field("text").max_length


class ProgressForm(PhotoFormMixin):
    """What has been done so far, told to the resident."""

    text = LongTextField(
        label=_("What has been done so far?"),
        max_length=TEXT_LENGTH,
        help_text=_("The resident reads this. Please name no third person."),
    )


class ResolveForm(PhotoFormMixin):
    """The answer with its evidence; `photos` says when the category asks for them."""

    text = LongTextField(
        label=_("What was done, and with what result?"),
        max_length=TEXT_LENGTH,
        rows=5,
        help_text=_("The resident reads this and is asked whether the matter is solved."),
    )

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        if case.category.photos_required:
            self.fields["photos"].help_text = _(
                "This category needs at least one photo as evidence: JPEG, PNG or WebP, up to 6, 15 MB each."
            )


class AssignForm(forms.Form):
    """To which of the `units` below the case is given, and why."""

    to = UnitBelowField(label=_("Give it to"))
    reason = LongTextField(label=_("Reason"), max_length=REASON_LENGTH, rows=2)

    def __init__(self, *args, units: list[Unit], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].offer(units)


class MergeForm(forms.Form):
    """The number of the other case of the same matter, among those the person sees, and why."""

    into = PlainTextField(
        label=_("Number of the other case"),
        max_length=Case._meta.get_field("number").max_length,
        help_text=_("Its residents and supporters are told together from now on."),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric", "placeholder": "20261121-0000042"}),
    )
    reason = LongTextField(label=_("Reason"), max_length=REASON_LENGTH, rows=2)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_into(self) -> Case:
        case = visible_to(self._user).filter(number=self.cleaned_data["into"]).first()
        if case is None:
            raise forms.ValidationError(_("Among the cases you see there is none with this number."))
        return case


class ExclusionForm(forms.Form):
    """Which coded reason leaves the case out of the rates, and how."""

    code = forms.ChoiceField(label=_("Reason"), choices=ExclusionCode, widget=forms.RadioSelect)
    text = LongTextField(
        label=_("Explanation"),
        max_length=Exclusion._meta.get_field("text").max_length,
        rows=3,
        help_text=_("The command centre reads it and decides. Exclusions are counted and published."),
    )


class RevealForm(forms.Form):
    """Why somebody needs the resident's name, telephone and address."""

    reason = PlainTextField(
        label=_("Why do you need it?"),
        max_length=REASON_LENGTH,
        help_text=_("Your look and your reason are recorded, and the resident is told."),
    )
