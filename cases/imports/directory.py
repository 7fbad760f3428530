"""The units and categories that rows name, read once; what a mapping says how to create is created when needed."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.actions import place_unit
from accounts.enums import UnitKind
from accounts.errors import Refused
from accounts.models import Unit
from accounts.tabular import complaint_about
from cases.imports.mapping import Creation, Field, Mapping
from cases.models import Category

LONGEST_CODE = {model: model._meta.get_field("code").max_length for model in (Unit, Category)}
LONGEST_NAME = {model: model._meta.get_field("name").max_length for model in (Unit, Category)}
PLACES = (UnitKind.STREET, UnitKind.COMMUNITY, UnitKind.GRID)


@dataclass(frozen=True)
class Named:
    """What a row says of a unit or category: its code, the cell as it stands, the code and cell of its parent."""

    code: str
    cell: str
    parent_code: str = ""
    parent_cell: str = ""
    create: Creation | None = None


class Directory:
    """All units and categories by code. Belongs in the transaction of the import."""

    def __init__(self):
        self.units = {unit.code: unit for unit in Unit.objects.select_related("parent")}
        self.categories = {row.code: row for row in Category.objects.select_related("parent")}
        self.new_units: Counter[str] = Counter()
        self.new_categories = 0

    def prepare(self, mapping: Mapping) -> None:
        """Create the units and categories that the mapping lists. Raises Refused when one cannot be."""
        for unit in mapping.units:
            if unit["code"] not in self.units:
                self._new_unit(unit["code"], unit["name"], unit["kind"], unit["parent"])
        for row in mapping.categories:
            if row["code"] not in self.categories:
                self._new_category(row["code"], row["name"], row["name_en"], row["parent"])

    def named(self, field: Field, cell: str, model: type[Unit] | type[Category], parent_cell: str = "") -> Named:
        """Return what `cell` names, by the rules of `field`; `parent_cell` names its parent."""
        parent = field.create.parent if field.create else ""
        if parent_cell:
            parent = field.code(parent_cell, LONGEST_CODE[model])
        code = field.code(cell, LONGEST_CODE[model], below=parent if parent_cell else "")
        return Named(code, cell, parent, parent_cell, field.create)

    def complaint_about_unit(self, named: Named, kinds: tuple[UnitKind, ...]) -> str:
        """Return why `named` is no active unit of one of `kinds` and cannot become one; or ""."""
        unit = self.units.get(named.code)
        if unit is None:
            return self._complaint_about_new(named, Unit, self.units)
        if unit.kind not in kinds:
            return _("“%(code)s” is a unit of the kind “%(kind)s”, which cannot stand here.") % {
                "code": named.code,
                "kind": unit.kind,
            }
        return "" if unit.is_active else _("The unit “%(code)s” is not active.") % {"code": named.code}

    def complaint_about_category(self, named: Named) -> str:
        """Return why `named` is no category of the second level and cannot become one; or ""."""
        category = self.categories.get(named.code)
        if category is None:
            return self._complaint_about_new(named, Category, self.categories)
        if category.parent_id is None:
            return _("“%(code)s” is a category of the first level; name a finer one.") % {"code": named.code}
        return ""

    def _complaint_about_new(self, named: Named, model, known: dict) -> str:
        create = named.create
        if create is None or (not named.parent_cell and named.parent_code not in known):
            return _("“%(code)s” is not known to the portal.") % {"code": named.code}
        if len(named.code) > LONGEST_CODE[model]:
            return _("The code “%(code)s” would be too long.") % {"code": named.code}
        return complaint_about(named.cell, longest=LONGEST_NAME[model]) or complaint_about(
            named.parent_cell, longest=LONGEST_NAME[model]
        )

    def district_of(self, named: Named) -> str | None:
        """Return the code of the district in which `named` lies or would be created; None when it cannot be."""
        unit = self.units.get(named.code) or self.units.get(named.parent_code)
        return unit.path.split("/")[0] if unit else None

    def unit(self, named: Named) -> Unit:
        """Return the unit, created if need be; `complaint_about_unit` had nothing to say."""
        if named.code not in self.units:
            self._new_unit(named.code, named.cell, named.create.kind, named.parent_code)
        return self.units[named.code]

    def category(self, named: Named, department: Unit | None) -> Category:
        """Return the category, created if need be with `department` as its default one."""
        if named.code in self.categories:
            return self.categories[named.code]
        if named.parent_code not in self.categories:
            self._new_category(named.parent_code, named.parent_cell, named.parent_cell, "")
        return self._new_category(
            named.code, named.cell, named.cell, named.parent_code, department=department, urgency=named.create.urgency
        )

    def territory(self, unit: Unit) -> dict[str, Unit]:
        """Return `unit` and the units above it by kind."""
        return {self.units[code].kind: self.units[code] for code in unit.path.rstrip("/").split("/")}

    def _new_unit(self, code: str, name: str, kind: str, parent: str) -> None:
        if parent and parent not in self.units:
            raise Refused(_("There is no unit “%(code)s”.") % {"code": parent})
        unit = Unit(code=code, name=name, kind=kind, parent=self.units[parent] if parent else None)
        self.units[code] = place_unit(unit=unit)
        self.new_units[kind] += 1

    def _new_category(self, code: str, name: str, name_en: str, parent: str, **fields) -> Category:
        if parent and parent not in self.categories:
            raise Refused(_("There is no category “%(code)s”.") % {"code": parent})
        above = self.categories[parent] if parent else None
        category = Category.objects.create(code=code, name=name, name_en=name_en, parent=above, **fields)
        self.categories[code] = category
        self.new_categories += 1
        return category
