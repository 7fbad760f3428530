"""What an official types: for a caller on the telephone, or from a patrol in the lanes."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.actions import Place
from cases.forms.resident import LodgeForm, RequestForm
from cases.forms.units import UnitBelowField
from cases.queries import grounds_of, streets_answered_by


class PhoneDeskForm(LodgeForm):
    """A caller's request. The place lies in one of the streets for which `user` answers the telephone."""

    def __init__(self, *args, user: User, **kwargs):
        self._streets = {street.pk: street for street in streets_answered_by(user)}
        if len(self._streets) == 1:
            kwargs["initial"] = {"street": next(iter(self._streets)), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Caller's name")
        self.fields["name"].help_text = _("An enquiry, a suggestion or praise can do without name and telephone.")
        self.fields["phone"].label = _("Caller's telephone")
        self.fields["confidential"].label = _("May the unit concerned know who the caller is?")
        self.fields["confidential"].choices = [
            ("known", _("Yes, it may know the caller's name and call back")),
            ("withheld", _("No, the caller's name and telephone are withheld")),
        ]
        for name in ("name", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def _read_units(self) -> None:
        super()._read_units()
        parents = {street.parent_id for street in self._streets.values()}
        self._districts = [district for district in self._districts if district.pk in parents]
        if (street := self._chosen.get("street")) and street.pk not in self._streets:
            del self._chosen["street"]

    def _choices_of_street(self) -> list[tuple]:
        streets = [(street.pk, street.name) for street in self._streets.values()]
        return streets if len(streets) == 1 else [("", gettext("Please choose")), *streets]


class PatrolForm(RequestForm):
    """What a patrol sees on its own ground. Nobody's name is asked: it is reported before anybody complains."""

    kind = None
    unit = UnitBelowField(label=_("Where is it?"))

    field_order = ["category", "text", "unit", "address", "photos"]

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(list(grounds_of(user)))
        self.fields["text"].help_text = _("What you see, and whom it may harm. Please name no person.")

    def place(self) -> Place:
        return Place(self.cleaned_data["unit"])
