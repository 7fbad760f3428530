from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ServiceConfig(AppConfig):
    name = "service"
    verbose_name = pgettext_lazy("app", "Service")

    def ready(self) -> None:
        from records import registry  # noqa: PLC0415 - models must be loaded
        from service import notices  # noqa: PLC0415
        from service.enums import Step  # noqa: PLC0415
        from service.models import (  # noqa: PLC0415
            EmployerRegistration,
            HelperAnswer,
            HelperCall,
            ListItem,
            Registration,
            Shift,
            SignUp,
            Wish,
        )
        from service.queries import clocks, subjects  # noqa: PLC0415

        registry.register_notices(notices.TEXTS)
        registry.register_clocks(clocks.lengths_of)
        registry.register_deadlines(
            dict(Step.choices),
            {
                Registration: subjects.registrations_as_subjects,
                EmployerRegistration: subjects.employers_as_subjects,
                ListItem: subjects.items_as_subjects,
                Shift: subjects.shifts_as_subjects,
                SignUp: subjects.sign_ups_as_subjects,
                HelperAnswer: subjects.answers_as_subjects,
                HelperCall: subjects.calls_as_subjects,
                Wish: subjects.wishes_as_subjects,
            },
        )
