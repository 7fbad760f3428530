"""What the administrator sets: skills, kinds of service, and how long the steps may take."""

from django.contrib import admin

from accounts.admin_base import Audited, HistoryAdmin, NeverDeleted
from records.step_clock_admin import StepClockAdmin
from service.models import Activity, ServiceClock, Skill


class NamedAdmin(Audited, NeverDeleted, HistoryAdmin):
    """Rows with a code, which stays, and a name in both languages; what is no longer used is set inactive."""

    list_display = ["code", "name", "name_en", "is_active", "position"]
    list_editable = ["is_active", "position"]
    list_filter = ["is_active"]
    search_fields = ["code", "name", "name_en"]
    fields = ["code", "name", "name_en", "is_active", "position"]

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        return ["code"] if obj else []


@admin.register(Skill)
class SkillAdmin(NamedAdmin):
    """What members can do and posts may need."""


@admin.register(Activity)
class ActivityAdmin(NamedAdmin):
    """The kinds of service posts."""


@admin.register(ServiceClock)
class ServiceClockAdmin(StepClockAdmin):
    """How long the steps of service may take."""
