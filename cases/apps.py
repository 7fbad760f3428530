from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = pgettext_lazy("app", "Cases")

    def ready(self) -> None:
        from cases import notices, queries  # noqa: PLC0415 - models must be loaded
        from cases.actions import terms  # noqa: PLC0415
        from cases.enums import Step  # noqa: PLC0415
        from cases.models import Case, Exclusion, Movement, Turnout  # noqa: PLC0415
        from records import registry  # noqa: PLC0415

        registry.register_notices(notices.TEXTS)
        registry.register_reader(Case, queries.may_see_case)
        registry.register_reader(Movement, queries.may_see_movement)
        registry.register_reader(Turnout, queries.may_see_turnout)
        registry.register_takeable(Case, queries.waiting_to_be_taken)
        registry.register_clocks(queries.lengths_of)
        registry.register_terms(
            {
                Case: registry.Terms(
                    terms.CHANGEABLE, queries.visible_to, terms.hold_case, terms.case_moved, terms.note_on_case
                ),
                Turnout: registry.Terms(
                    terms.CHANGEABLE,
                    queries.turnouts_visible_to,
                    terms.hold_turnout,
                    terms.turnout_moved,
                    terms.note_on_turnout,
                ),
            }
        )
        registry.register_deadlines(
            dict(Step.choices),
            {
                Case: queries.cases_as_subjects,
                Turnout: queries.turnouts_as_subjects,
                Exclusion: queries.exclusions_as_subjects,
            },
        )
