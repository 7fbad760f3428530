"""How a community narrows its lists of registrations."""

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from records.filters import NarrowingFilterSet
from service.enums import RegistrationState
from service.filters.fields import TextFilter
from service.models import EmployerRegistration, Registration, Skill


def _skill_choices() -> list[tuple[str, str]]:
    return [(skill.code, str(skill)) for skill in Skill.objects.all()]


class RegistrationFilter(NarrowingFilterSet):
    """Members by name, skill and state."""

    q = TextFilter(field_name="member__name", lookup_expr="icontains", label=_("Name"), max_length=60)
    skill = filters.ChoiceFilter(
        field_name="skills__code", label=_("Skill"), choices=_skill_choices, empty_label=_("All")
    )
    state = filters.ChoiceFilter(label=_("State"), choices=RegistrationState, empty_label=_("All"))

    class Meta:
        model = Registration
        fields = ["q", "skill", "state"]


class EmployerFilter(NarrowingFilterSet):
    """Employers by name and state."""

    q = TextFilter(label=pgettext_lazy("of a thing", "Name"), max_length=60, method="named")
    state = filters.ChoiceFilter(label=_("State"), choices=RegistrationState, empty_label=_("All"))

    class Meta:
        model = EmployerRegistration
        fields = ["q", "state"]

    def named(self, queryset: QuerySet, _name: str, typed: str) -> QuerySet:
        return queryset.filter(Q(employer__name__icontains=typed) | Q(organisation__icontains=typed))
