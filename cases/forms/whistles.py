"""What a street types to blow a whistle."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from accounts.queries import departments_of
from cases.actions import Call
from cases.enums import Urgency, WhistleKind
from cases.forms.turnouts import UNKNOWN_OPTION
from cases.models import Case, Turnout, Whistle
from cases.queries import arrival_clocks
from records.text import LongTextField, PlainTextField

TASK_LENGTH = Turnout._meta.get_field("task").max_length
PLACE_LENGTH = Whistle._meta.get_field("place").max_length


def kinds_with_clocks() -> list[tuple[str, str]]:
    """Return the kinds of whistle as choices, each with the time in which the departments must arrive."""
    clocks = arrival_clocks()
    return [
        (
            kind,
            gettext("%(kind)s: arrive within %(amount)d %(unit)s")
            % {"kind": kind.label, "amount": clocks[kind].amount, "unit": clocks[kind].get_unit_display()}
            if kind in clocks
            else kind.label,
        )
        for kind in WhistleKind
    ]


class WhistleForm(forms.Form):
    """Kind, place, the departments to call, and what is asked of each.

    Departments that were called about `case` before and are not released are listed apart and not offered.
    """

    kind = forms.ChoiceField(label=_("Kind of whistle"), widget=forms.RadioSelect, error_messages=UNKNOWN_OPTION)
    place = PlainTextField(
        label=_("Where to come"),
        max_length=PLACE_LENGTH,
        help_text=_("All departments meet here: a building, a crossing, a gate."),
    )
    task = LongTextField(
        label=_("What is asked"),
        max_length=TASK_LENGTH,
        required=False,
        rows=3,
        help_text=_("Asked of every department below that has no task of its own."),
    )
    departments = forms.TypedMultipleChoiceField(
        label=_("Departments"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Please choose at least one department."),
            "invalid_choice": _("One of the departments can no longer be called. Please look at the list again."),
        },
    )

    def __init__(
        self, data=None, *, case: Case, departments: Iterable[Unit] | None = None, prefix: str = "blow_whistle"
    ):
        self.called = [turnout for turnout in case.turnouts.all() if turnout.is_open]
        called = {turnout.department_id for turnout in self.called}
        departments = departments_of(case.district) if departments is None else departments
        self._departments = {unit.pk: unit for unit in departments if unit.pk not in called}
        default = case.category.department_id
        initial = {
            "kind": WhistleKind.EMERGENCY if case.urgency == Urgency.EMERGENCY else WhistleKind.JOINT,
            "place": _place_of(case),
            "departments": [default] if default in self._departments else [],
        }
        super().__init__(data, prefix=prefix, initial=initial)
        self.fields["kind"].choices = kinds_with_clocks()
        self.fields["departments"].choices = [(unit.pk, unit.name) for unit in self._departments.values()]
        for unit in self._departments.values():
            self.fields[_task_of(unit)] = LongTextField(
                label=gettext("Task of %(department)s") % {"department": unit},
                max_length=TASK_LENGTH,
                required=False,
                rows=2,
            )

    def offered(self) -> list[tuple]:
        """Return the departments that can be ticked: (tick, field of the department's own task)."""
        return [
            (tick, self[_task_of(unit)])
            for tick, unit in zip(self["departments"], self._departments.values(), strict=True)
        ]

    def clean(self) -> dict:
        cleaned = super().clean()
        asked = [self._task_for(pk) for pk in cleaned.get("departments", [])]
        if "task" in cleaned and not all(asked):
            self.add_error("task", _("Please say what is asked of each department."))
        return cleaned

    def _task_for(self, pk: int) -> str:
        return self.cleaned_data.get(_task_of(self._departments[pk])) or self.cleaned_data.get("task", "")

    def save_calls(self) -> tuple[str, str, list[Call]]:
        """Return kind, place and one call per ticked department, as cases.actions.blow_whistle takes them."""
        calls = [Call(self._departments[pk], self._task_for(pk)) for pk in self.cleaned_data["departments"]]
        return self.cleaned_data["kind"], self.cleaned_data["place"], calls


def _task_of(unit: Unit) -> str:
    return f"task_{unit.pk}"


def _place_of(case: Case) -> str:
    if case.building:
        return f"{case.building} {case.building.address}".strip()[:PLACE_LENGTH]
    return str(case.community or case.street)
