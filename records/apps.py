from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from records import checks, notices, registry  # noqa: F401, PLC0415 - the app is being loaded
        from records.circles import LED_DECISION  # noqa: PLC0415
        from records.terms import queries, settling  # noqa: PLC0415
        from records.terms.models import Extension  # noqa: PLC0415

        registry.register_notices(notices.TEXTS)
        registry.register_deadlines(
            {settling.DECIDE: _("Decide an extension"), LED_DECISION: _("Decide an extension of command")},
            {Extension: queries.extensions_as_subjects},
        )
        registry.register_clocks(queries.decision_clock)
