"""How commitments are narrowed."""

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from records.filters import NarrowingFilterSet
from service.enums import ItemState
from service.filters.fields import TextFilter
from service.models import ListItem
from service.queries.commitments import asked_for_by, owed_by_units_of

SIDES = {
    "owed": (pgettext_lazy("commitments", "What my units are to do"), owed_by_units_of),
    "asked": (pgettext_lazy("commitments", "What was asked for on my side"), asked_for_by),
}

STATES = [
    (ItemState.OPEN, pgettext_lazy("commitment", "Waiting to be taken on")),
    (ItemState.CLAIMED, pgettext_lazy("commitment", "Under way")),
    (ItemState.DELIVERED, ItemState.DELIVERED.label),
    (ItemState.RATED, ItemState.RATED.label),
    (ItemState.WITHDRAWN, pgettext_lazy("commitment", "Declined, or back to the forum")),
]


class CommitmentFilter(NarrowingFilterSet):
    """Commitments by the side on which the reader stands, words of the title and state."""

    side = filters.ChoiceFilter(
        label=_("Which side?"),
        choices=[(side, label) for side, (label, _rows) in SIDES.items()],
        method="only_side",
        empty_label=_("Both"),
    )

    q = TextFilter(field_name="title", lookup_expr="icontains", label=_("Words"), max_length=80)
    state = filters.ChoiceFilter(label=_("State"), choices=STATES, empty_label=_("All"))

    class Meta:
        model = ListItem
        fields = ["side", "q", "state"]

    @property
    def side_alone(self) -> str:
        """The side that was chosen, where nothing else narrows the list."""
        chosen = {name: value for name, value in self.form.cleaned_data.items() if value} if self.is_valid() else {}
        return chosen["side"] if list(chosen) == ["side"] else ""

    def only_side(self, queryset: QuerySet[ListItem], _name: str, side: str) -> QuerySet[ListItem]:
        _label, rows = SIDES[side]
        return queryset & rows(self.request.user)
