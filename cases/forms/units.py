"""Choosing one of the units below: the communities of a street with their grids, or the streets of a district."""

from itertools import groupby

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import UnitKind
from accounts.models import Unit


class UnitBelowField(forms.ChoiceField):
    """One of `offered`, units that were read before; becomes the Unit."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._offered: dict[str, Unit] = {}

    def offer(self, units: list[Unit]) -> None:
        """Let the person choose one of `units`; the only one is chosen already."""
        self._offered = {str(unit.pk): unit for unit in units}
        self.choices = _grouped(units) if len(units) == 1 else [("", _("Please choose")), *_grouped(units)]

    def clean(self, value) -> Unit:
        return self._offered[super().clean(value)]


def _grouped(units: list[Unit]) -> list[tuple]:
    """Return `units` as choices in the order of the tree: a community heads the group of its grids."""
    named = {unit.path: unit.name for unit in units if unit.kind == UnitKind.COMMUNITY}
    ordered = sorted(units, key=lambda unit: unit.path)
    choices: list[tuple] = []
    for path, members in groupby(ordered, key=_community_path):
        options = [(unit.pk, _label(unit)) for unit in members]
        choices.extend([(named[path], options)] if path in named else options)
    return choices


def _community_path(unit: Unit) -> str:
    return unit.path.removesuffix(f"{unit.code}/") if unit.kind == UnitKind.GRID else unit.path


def _label(unit: Unit) -> str:
    if unit.kind == UnitKind.COMMUNITY:
        return gettext("%(unit)s (as a whole)") % {"unit": unit}
    return unit.name
