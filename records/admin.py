"""The audit trail, to read, and the working calendar, in the admin."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from accounts.administration import ReadOnly
from records.models import AuditEntry, CalendarDay


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, admin.ModelAdmin):
    """Append-only, here as in the database."""

    list_display = ["at", "actor", "unit", "verb", "subject", "detail"]
    list_display_links = ["at"]
    list_filter = ["verb", "at"]
    list_select_related = ["actor", "unit"]
    search_fields = ["subject", "verb", "actor__username", "actor__name", "unit__name"]
    fields = ["at", "actor", "unit", "verb", "subject", "detail", "previous", "digest"]
    show_full_result_count = False


@admin.register(CalendarDay)
class CalendarDayAdmin(SimpleHistoryAdmin):
    """Days on which we differ from the published calendar; deleting one goes back to what was published."""

    list_display = ["day", "is_working", "note"]
    list_filter = ["is_working"]
    date_hierarchy = "day"
