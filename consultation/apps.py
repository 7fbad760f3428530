from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ConsultationConfig(AppConfig):
    name = "consultation"
    verbose_name = pgettext_lazy("app", "Consultation")

    def ready(self) -> None:
        from cases import page_links  # noqa: PLC0415 - models must be loaded
        from consultation import case_page, notices  # noqa: PLC0415
        from consultation.enums import Step  # noqa: PLC0415
        from consultation.models import Invitation, Matter, Meeting  # noqa: PLC0415
        from consultation.queries import clocks, origins, subjects  # noqa: PLC0415
        from records import registry  # noqa: PLC0415
        from service.origins import register_origins  # noqa: PLC0415

        registry.register_notices(notices.TEXTS)
        page_links.register(case_page.section)
        registry.register_clocks(clocks.lengths_of)
        register_origins(origins.resolution_behind)
        registry.register_deadlines(
            dict(Step.choices),
            {
                Matter: subjects.matters_as_subjects,
                Meeting: subjects.meetings_as_subjects,
                Invitation: subjects.invitations_as_subjects,
            },
        )
