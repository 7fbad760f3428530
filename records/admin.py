"""The audit trail, to read, the working calendar, and the tasks that failed for good, in the admin."""

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import Audited, CarefulAdmin, HistoryAdmin, ImportingAdmin, ReadOnly, RuledForm
from accounts.days import check_day
from accounts.errors import Refused
from accounts.imports import Report
from records.days import drop_day, keep_day
from records.failures import send_again
from records.imports import import_calendar
from records.level_admin import ReminderLevelAdmin  # noqa: F401 - registers itself
from records.models import AuditEntry, CalendarDay, FailedTask
from records.outgoing.admin import DeliveryAdmin, UnitChannelAdmin  # noqa: F401 - they register themselves
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
class CalendarDayAdmin(ImportingAdmin, Audited, HistoryAdmin):
    """Days off and make-up workdays; without a row, a day is as its weekday says."""

    form = CalendarDayForm
    list_display = ["day", "is_working", "note"]
    list_filter = ["is_working"]
    date_hierarchy = "day"
    import_title = _("Import the working calendar")
    import_columns = "day,is_working[,note]"
    import_notes = _(
        "One row per day off on a weekday (is_working: no) and per make-up workday (yes). Days that are not in the "
        "file stay as they are."
    )

    def write(self, request, obj, form, change) -> None:
        keep_day(day=obj)

    def delete(self, request, obj) -> None:
        drop_day(day=obj)

    def take(self, source, actor) -> Report:
        return import_calendar(source=source, actor=actor)


@admin.register(FailedTask)
class FailedTaskAdmin(ReadOnly, CarefulAdmin):
    """What failed for good, the latest first; sent again once its cause is gone."""

    list_display = ["task", "args", "error", "times", "first_at", "last_at", "sent_again_at"]
    list_filter = [("sent_again_at", admin.EmptyFieldListFilter), "task", "error"]
    fields = ["task", "args", "error", "times", "first_at", "last_at", "sent_again_at"]
    actions = ["send_again"]

    def has_resend_permission(self, request) -> bool:
        return request.user.has_perm("records.change_failedtask")

    @admin.action(description=_("Send the chosen tasks again"), permissions=["resend"])
    def send_again(self, request, queryset) -> None:
        sent = 0
        for failed in queryset:
            try:
                send_again(failed=failed, user=request.user)
            except Refused as refusal:
                self.message_user(request, f"{failed}: {refusal}", messages.ERROR)
                continue
            sent += 1
        self.message_user(request, gettext("%(count)d tasks were sent again.") % {"count": sent}, messages.SUCCESS)
