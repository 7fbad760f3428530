from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = pgettext_lazy("app", "Cases")

    def ready(self) -> None:
        from cases import notices, queries  # noqa: PLC0415 - models must be loaded
        from cases.models import Case, Movement, Turnout  # noqa: PLC0415
        from records import registry  # noqa: PLC0415

        registry.register_notices(notices.TEXTS)
        registry.register_reader(Case, queries.may_see_case)
        registry.register_reader(Movement, queries.may_see_movement)
        registry.register_reader(Turnout, queries.may_see_turnout)
