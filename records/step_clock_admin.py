"""How the administrator sets the clocks of an app (records.step_clocks)."""

from accounts.admin_base import Audited, HistoryAdmin, NeverDeleted


class StepClockAdmin(Audited, NeverDeleted, HistoryAdmin):
    """How long a step may take; what has begun keeps the time it was given."""

    list_display = ["step", "amount", "unit"]
    list_editable = ["amount", "unit"]
    list_filter = ["unit"]

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        return ["step"] if obj else []
