"""How one of the three lists is narrowed."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from records.filters import NarrowingFilterSet
from service.enums import ItemState, ResourceKind
from service.filters.fields import TextFilter
from service.models import ListItem


class ItemFilter(NarrowingFilterSet):
    """Items by words of the title, kind and state."""

    q = TextFilter(field_name="title", lookup_expr="icontains", label=_("Words"), max_length=80)
    resource_kind = filters.ChoiceFilter(label=_("What kind?"), choices=ResourceKind, empty_label=_("All"))
    state = filters.ChoiceFilter(label=_("State"), choices=ItemState, empty_label=_("All"))

    class Meta:
        model = ListItem
        fields = ["q", "resource_kind", "state"]
