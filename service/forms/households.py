"""What the community and the member who cares type about a household."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from records.text import LongTextField, PlainTextField
from service.forms.fields import DayField, RowField
from service.models import Household
from service.queries.households import grids_of
from service.queries.scope import communities_run_by


class NarrowForm(forms.Form):
    """Narrows the list of households."""

    words = PlainTextField(label=_("Household or group"), max_length=60, required=False)
    without = forms.BooleanField(label=_("Only those without a member who cares"), required=False)


def _label() -> PlainTextField:
    return PlainTextField(
        label=_("Household"),
        max_length=60,
        help_text=_("As the community calls it, e.g. building 3, entrance 2, flat 501."),
    )


class _Particulars(forms.Form):
    """Where a household belongs and what to mind."""

    grid = RowField(label=_("Grid"), required=False)
    group = PlainTextField(label=_("Group"), max_length=40, required=False)
    note = LongTextField(
        label=_("What to mind"),
        max_length=200,
        required=False,
        rows=2,
        help_text=_("Read by the community and the member who cares. Only what helps the care."),
    )


class HouseholdForm(_Particulars):
    """A new household of one of the communities whose service `user` runs."""

    community = RowField(label=_("Community or village"))
    label = _label()
    field_order = ["community", "label", "grid", "group", "note"]

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        communities: list[Unit] = list(communities_run_by(user))
        self.fields["community"].offer(communities)
        self.fields["grid"].offer(grids_of(communities))


class OnHousehold(forms.Form):
    """A form about one household; by itself one button."""

    def __init__(self, *args, household: Household, **kwargs):
        super().__init__(*args, **kwargs)
        self.prepare(household)

    def prepare(self, household: Household) -> None:
        """Fill in what is known of `household`."""


class EditForm(OnHousehold, _Particulars):
    label = _label()
    field_order = ["label", "grid", "group", "note"]

    def prepare(self, household: Household) -> None:
        self.fields["grid"].offer(grids_of([household.community]))
        self.initial = {
            "label": household.label,
            "grid": household.grid_id or "",
            "group": household.group,
            "note": household.note,
        }


class AssignForm(OnHousehold):
    member = PlainTextField(
        label=_("Member"),
        max_length=60,
        help_text=_("The full name, the username or the mobile number of a member registered with the community."),
    )


class VisitForm(OnHousehold):
    day = DayField(label=_("Day of the visit"))
    note = LongTextField(label=_("What was found"), max_length=500, rows=3)

    def prepare(self, household: Household) -> None:
        self.initial = {"day": timezone.localdate()}
