"""How anybody finds a community."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Unit
from records.filters import NarrowingFilterSet
from service.filters.fields import TextFilter
from service.queries.registrations import streets


def _street_choices() -> list[tuple[str, str]]:
    return [(str(street.pk), f"{street.parent} {street}") for street in streets()]


class CommunityFilter(NarrowingFilterSet):
    """Communities by name and street."""

    q = TextFilter(field_name="name", lookup_expr="icontains", label=pgettext_lazy("of a thing", "Name"), max_length=60)
    street = filters.ChoiceFilter(
        field_name="parent", label=_("Street or town"), choices=_street_choices, empty_label=_("All")
    )

    class Meta:
        model = Unit
        fields = ["q", "street"]
