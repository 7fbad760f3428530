"""How anybody finds a forum."""

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.enums import ForumLevel
from consultation.models import Forum
from records.filters import NarrowingFilterSet, TickFilter
from service.filters.fields import TextFilter
from service.queries.registrations import streets


def _street_choices() -> list[tuple[str, str]]:
    return [(street.path, f"{street.parent} {street}") for street in streets()]


class ForumFilter(NarrowingFilterSet):
    """Forums by words, street and level; whoever has signed in also by whether they follow them."""

    q = TextFilter(label=_("Forum or unit"), max_length=60, method="named")
    street = filters.ChoiceFilter(
        field_name="unit__path",
        lookup_expr="startswith",
        label=_("Street or town"),
        choices=_street_choices,
        empty_label=_("All"),
    )
    level = filters.ChoiceFilter(label=pgettext_lazy("forum", "Level"), choices=ForumLevel, empty_label=_("All"))
    followed = TickFilter(label=_("Only those I follow"), method="only_followed")

    class Meta:
        model = Forum
        fields = ["q", "street", "level", "followed"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.request.user.pk is None:
            del self.filters["followed"]

    def named(self, queryset: QuerySet[Forum], _name: str, typed: str) -> QuerySet[Forum]:
        return queryset.filter(Q(name__icontains=typed) | Q(unit__name__icontains=typed))

    def only_followed(self, queryset: QuerySet[Forum], _name: str, wanted: bool) -> QuerySet[Forum]:
        return queryset.filter(followers__user=self.request.user) if wanted else queryset
