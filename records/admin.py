"""The audit trail, to read, and the working calendar, in the admin."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import Audited, CarefulAdmin, HistoryAdmin, ReadOnly, RuledForm
from accounts.days import check_day
from records.models import AuditEntry, CalendarDay
from records.registry import verb_choices, verb_text


class VerbFilter(admin.SimpleListFilter):
    """Narrows the trail to one verb."""

    title = _("what")
    parameter_name = "verb"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return verb_choices()

    def queryset(self, request, queryset):
        return queryset.filter(verb=self.value()) if self.value() else queryset


class BoundedPaginator(Paginator):
    """Pages through the newest rows without counting all of them; a filter or a search leads to older ones."""

    most = 5000

    @cached_property
    def count(self) -> int:
        return self.object_list[: self.most].count()


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, CarefulAdmin):
    """Append-only, here as in the database."""

    list_display = ["at", "actor", "unit", "what", "subject", "detail"]
    list_display_links = ["at"]
    list_filter = [VerbFilter, "at"]
    list_select_related = ["actor", "unit"]
    search_fields = ["subject", "actor__username"]
    search_help_text = _("Exactly a subject (app.model:key), or exactly a user name.")
    paginator = BoundedPaginator
    fields = ["at", "actor", "unit", "what", "subject", "detail", "previous", "digest"]
    readonly_fields = ["what"]
    show_full_result_count = False

    def get_search_results(self, request, queryset, search_term):
        """Find by what has an index: the trail is the longest table there is."""
        typed = search_term.strip()
        if not typed:
            return queryset, False
        field = "subject" if ":" in typed else "actor__username"
        return queryset.filter(**{field: typed}), False

    @admin.display(description=_("what"))
    def what(self, entry: AuditEntry) -> str:
        return verb_text(entry.verb)


class CalendarDayForm(RuledForm):
    def check_rule(self, row: CalendarDay) -> None:
        check_day(row.day, field="day")


@admin.register(CalendarDay)
class CalendarDayAdmin(Audited, HistoryAdmin):
    """Days on which we differ from the published calendar; deleting one goes back to what was published."""

    form = CalendarDayForm
    list_display = ["day", "is_working", "note"]
    list_filter = ["is_working"]
    date_hierarchy = "day"
