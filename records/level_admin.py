"""The plan of reminders in the admin: a part of records.admin."""

from django import forms
from django.contrib import admin, messages
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import Audited, HistoryAdmin, RuledForm
from records.levels import check_level, drop_level, keep_level, units_without
from records.models import ReminderLevel
from records.registry import deadline_kinds, step_label

MOST_NAMED = 5


def _kinds() -> list[tuple[str, str]]:
    return [("", gettext("All kinds without levels of their own")), *deadline_kinds()]


class ReminderLevelForm(RuledForm):
    """One line of the plan; the kinds are those that the apps have."""

    kind = forms.ChoiceField(label=_("Kind of deadline"), choices=_kinds, required=False)

    def check_rule(self, row: ReminderLevel) -> None:
        check_level(level=row)


@admin.register(ReminderLevel)
class ReminderLevelAdmin(Audited, HistoryAdmin):
    """When and to whom the portal reminds; what is open is planned anew when a line changes."""

    form = ReminderLevelForm
    list_display = ["order", "kind_name", "family", "anchor", "amount", "unit", "circle"]
    list_filter = ["family", "anchor", "circle"]
    fields = ["kind", "family", "order", "anchor", "amount", "unit", "circle"]

    @admin.display(description=_("kind of deadline"), ordering="kind")
    def kind_name(self, level: ReminderLevel) -> str:
        return step_label(level.kind) if level.kind else gettext("all")

    def write(self, request, obj, form, change) -> None:
        keep_level(level=obj)
        if units := units_without(obj):
            named = ", ".join(str(unit) for unit in units[:MOST_NAMED])
            messages.warning(
                request,
                gettext("Of “%(circle)s” there is nobody for %(count)d unit(s): %(units)s. The unit above stands in.")
                % {"circle": obj.get_circle_display(), "count": len(units), "units": named},
            )

        if obj.kind and ReminderLevel.objects.filter(kind=obj.kind, family=obj.family).count() == 1:
            messages.warning(
                request,
                gettext("“%(kind)s” now follows its own levels alone: add all that are to be sent, also late ones.")
                % {"kind": step_label(obj.kind)},
            )

    def delete(self, request, obj) -> None:
        drop_level(level=obj)
