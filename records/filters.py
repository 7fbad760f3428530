"""How lists are narrowed. The filters stay in the address, so that a page can be shared."""

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from records import queries
from records.models import Deadline
from records.registry import deadline_kinds
from records.text import plain


class TickFilter(filters.BooleanFilter):
    """Narrows when it is ticked; otherwise it does nothing."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.CheckboxInput, **kwargs)


class NarrowingFilterSet(filters.FilterSet):
    """A set of filters that takes plain text only and knows whether it is in use."""

    def __init__(self, data: QueryDict, *args, **kwargs):
        typed = data.copy()
        for name, values in data.lists():
            typed.setlist(name, [plain(value) for value in values])
        super().__init__(typed, *args, **kwargs)

    @property
    def narrows(self) -> bool:
        """Whether anything was typed or chosen, well or badly."""
        return any(value for name, value in self.data.items() if name in self.filters)


class DeadlineFilter(NarrowingFilterSet):
    """What one unit owes, narrowed by kind and lateness."""

    kind = filters.ChoiceFilter(label=_("What is due"), choices=deadline_kinds, empty_label=_("All"))
    late = TickFilter(label=_("Only late ones"), method="only_late")

    class Meta:
        model = Deadline
        fields = ["kind", "late"]

    def only_late(self, queryset: QuerySet[Deadline], _name: str, wanted: bool) -> QuerySet[Deadline]:
        return queryset.filter(queries.late(timezone.now())) if wanted else queryset


class OwnDeadlineFilter(DeadlineFilter):
    """What a person's units owe, narrowed by unit too; with one unit there is none to choose."""

    unit = filters.ChoiceFilter(label=_("Unit"), empty_label=_("All"))

    class Meta:
        model = Deadline
        fields = ["kind", "unit", "late"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        units = queries.units_owed_at(self.request.user)
        if len(units) > 1:
            self.filters["unit"].extra["choices"] = [(str(unit.pk), unit.name) for unit in units]
        else:
            del self.filters["unit"]
