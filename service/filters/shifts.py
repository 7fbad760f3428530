"""How members narrow the shifts they can take. The filters stay in the address, so that a page can be shared."""

from datetime import date, timedelta

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from records.filters import NarrowingFilterSet
from service.forms.fields import FIRST_DAY, LAST_DAY, DayField
from service.models import Shift
from service.queries.posts import activities
from service.queries.registrations import skills
from service.queries.scope import registration_of
from service.queries.shifts import midnight, ring

RINGS = [
    ("community", _("My community")),
    ("street", _("Elsewhere in my street")),
    ("district", _("Elsewhere in the district")),
]


class DayFilter(filters.Filter):
    """A day that every database can hold in every time zone."""

    field_class = DayField

    def __init__(self, **kwargs):
        super().__init__(first=FIRST_DAY, last=LAST_DAY, **kwargs)


class FindForm(forms.Form):
    """Days in their order."""

    def clean(self) -> dict:
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day lies before the first one."))
        return cleaned


class MonthFilter(NarrowingFilterSet):
    """Narrows the shifts of a month by ring around home, kind and skill."""

    near = filters.ChoiceFilter(
        label=_("Where"), choices=RINGS, method="in_ring", empty_label=_("All, the nearest first")
    )
    activity = filters.ModelChoiceFilter(
        label=_("Kind of service"),
        field_name="post__activity",
        queryset=lambda request: activities(),
        empty_label=_("All"),
    )
    skill = filters.ModelChoiceFilter(
        label=_("Skill needed"), field_name="post__skills", queryset=lambda request: skills(), empty_label=_("All")
    )

    class Meta:
        model = Shift
        fields = ["near", "activity", "skill"]

    def in_ring(self, queryset: QuerySet[Shift], _name: str, near: str) -> QuerySet[Shift]:
        return queryset.filter(ring(registration_of(self.request.user).community, near))


class FindFilter(MonthFilter):
    """Narrows the list by days too."""

    since = DayFilter(label=_("From"), method="from_day")
    until = DayFilter(label=_("Until"), method="to_day")

    class Meta:
        model = Shift
        fields = ["near", "since", "until", "activity", "skill"]
        form = FindForm

    def from_day(self, queryset: QuerySet[Shift], _name: str, day: date) -> QuerySet[Shift]:
        return queryset.filter(starts_at__gte=midnight(day))

    def to_day(self, queryset: QuerySet[Shift], _name: str, day: date) -> QuerySet[Shift]:
        return queryset.filter(starts_at__lt=midnight(day + timedelta(days=1)))
