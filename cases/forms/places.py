"""Where the trouble is: district → street → community, each list narrowed by the one before."""

from collections.abc import Iterable

from django import forms
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import UnitKind
from accounts.models import Unit

LEVELS = {"district": UnitKind.DISTRICT, "street": UnitKind.STREET, "community": UnitKind.COMMUNITY}
LARGEST_KEY = 2**63 - 1


class UnitField(forms.Field):
    """A key of a unit, turned into the unit by the form, which reads all of them with one query."""

    widget = forms.Select


def _narrowing() -> forms.Select:
    """A select that fetches the lists which depend on it; without script a button does the same."""
    return forms.Select({"hx-get": reverse_lazy("lodge_places"), "hx-swap": "none", "hx-trigger": "change"})


class PlaceFormMixin(forms.Form):
    """Adds `district` (only where there are several), `street` and `community`; `place_unit` is the smallest."""

    district = UnitField(label=_("District"), widget=_narrowing())
    street = UnitField(label=_("Street or town"), widget=_narrowing())
    community = UnitField(
        label=_("Community or village"),
        required=False,
        help_text=_("If you do not know it, leave it open: the street will find out."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._read_units()
        if len(self._districts) == 1:
            del self.fields["district"]
        for name in LEVELS.keys() & self.fields.keys():
            self.fields[name].widget.choices = getattr(self, f"_choices_of_{name}")

    def _read_units(self) -> None:
        """Read the districts and the units that were chosen, with one query."""
        keys = {name: _key(self.data.get(self.add_prefix(name)) or self.initial.get(name)) for name in LEVELS}
        chosen = {key for key in keys.values() if key}
        units = Unit.objects.filter(Q(kind=UnitKind.DISTRICT) | Q(pk__in=chosen), is_active=True).order_by("code")
        found = {unit.pk: unit for unit in units}
        self._districts = [unit for unit in found.values() if unit.kind == UnitKind.DISTRICT]
        self._chosen = {
            name: found[keys[name]]
            for name, kind in LEVELS.items()
            if keys[name] in found and found[keys[name]].kind == kind
        }

    def _choices_of_district(self) -> list[tuple]:
        return [("", gettext("Please choose")), *_options(self._districts)]

    def _choices_of_street(self) -> list[tuple]:
        district = self._districts[0] if len(self._districts) == 1 else self._chosen.get("district")
        if district is None:
            return [("", gettext("Choose the district first"))]
        return [("", gettext("Please choose")), *_options(_children(district, UnitKind.STREET))]

    def _choices_of_community(self) -> list[tuple]:
        street = self._chosen.get("street")
        if street is None:
            return [("", gettext("Choose the street or town first"))]
        return [("", gettext("I do not know")), *_options(_children(street, UnitKind.COMMUNITY))]

    def clean(self) -> dict:
        cleaned = super().clean()
        parent = self._districts[0] if len(self._districts) == 1 else None
        for name in LEVELS:
            if name in self.errors:
                break
            if not cleaned.get(name):
                continue
            unit = self._chosen.get(name)
            if unit is None or (parent and unit.parent_id != parent.pk):
                self.add_error(name, _("Please choose from the list."))
                break
            cleaned[name] = parent = unit
        return cleaned

    @property
    def place_unit(self) -> Unit:
        """The smallest unit that was chosen; ask only when the form is valid."""
        return self.cleaned_data["community"] or self.cleaned_data["street"]

    def dependents(self) -> list[forms.BoundField]:
        """Return the selects that depend on the one that was just chosen, ready to replace those on the page."""
        names = ["community"] if "street" in self._chosen else ["street", "community"]
        for name in names:
            self.fields[name].widget.attrs["hx-swap-oob"] = "true"
        return [self[name] for name in names]


def _key(value) -> int | None:
    """Return `value` as a primary key, or None when it cannot be one."""
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 20 and int(text) <= LARGEST_KEY else None


def _children(parent: Unit, kind: UnitKind) -> Iterable[Unit]:
    return Unit.objects.filter(parent=parent, kind=kind, is_active=True).order_by("code")


def _options(units: Iterable[Unit]) -> list[tuple]:
    return [(unit.pk, unit.name) for unit in units]
