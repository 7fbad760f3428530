"""What the administrator sets: categories with their routing, clocks, buildings with their signs."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import Audited, CarefulAdmin, HistoryAdmin, NeverDeleted, RuledForm
from accounts.errors import Refused
from cases.models import Building, Category, ClockSetting


class CategoryForm(RuledForm):
    def check_rule(self, row: Category) -> None:
        if row.parent_id and row.parent_id == row.pk:
            raise Refused(gettext("A category cannot lie below itself."), field="parent")


@admin.register(Category)
class CategoryAdmin(Audited, NeverDeleted, HistoryAdmin):
    """Two levels; the second one routes, sets the clock and asks for photos."""

    form = CategoryForm
    list_display = ["name", "parent", "department", "urgency", "photos_required", "is_active", "position"]
    list_editable = ["department", "urgency", "photos_required", "is_active", "position"]
    list_filter = ["urgency", "photos_required", "is_active", ("parent", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["parent", "department"]
    list_per_page = 50
    search_fields = ["code", "name", "name_en"]
    autocomplete_fields = ["department"]
    ordering = ["parent__position", "parent__code", "position", "code"]
    fields = [
        "code",
        "name",
        "name_en",
        "parent",
        "department",
        "urgency",
        "photos_required",
        "is_active",
        "position",
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Leave out the links to the unit's own page: a list of fifty rows needs the choice only."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "department":
            for link in ("add", "change", "view"):
                setattr(field.widget, f"can_{link}_related", False)
        return field

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        """With cases or finer categories below it, a category stays on its level."""
        if obj is None:
            return []
        return ["code", "parent"] if obj.children.exists() or obj.cases.exists() else ["code"]


@admin.register(ClockSetting)
class ClockSettingAdmin(Audited, HistoryAdmin):
    """How long a step may take; what has begun keeps the time it was given."""

    list_display = ["step", "scope_name", "amount", "unit"]
    list_editable = ["amount", "unit"]
    list_filter = ["step", "scope"]

    @admin.display(description=_("applies to"), ordering="scope")
    def scope_name(self, clock: ClockSetting) -> str:
        return clock.get_scope_display()


@admin.register(Building)
class BuildingAdmin(Audited, NeverDeleted, CarefulAdmin):
    """Buildings whose door carries a code."""

    list_display = ["code", "name", "address", "grid", "is_active", "sign"]
    list_filter = ["is_active"]
    list_select_related = ["grid"]
    search_fields = ["code", "name", "address"]
    autocomplete_fields = ["grid"]

    @admin.display(description=_("sign"))
    def sign(self, building: Building) -> str:
        return format_html('<a href="{}">{}</a>', reverse("sign", args=[building.code]), gettext("Sign to print"))
