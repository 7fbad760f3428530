"""How a desk and the list of cases are narrowed. The filters stay in the address, so that a page can be shared."""

import re
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter

import django_filters as filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.enums import OPEN_STATES, Channel, Level, State, Urgency
from cases.models import Case
from cases.queries import finer_categories, streets_seen_by
from records.bigrams import matching
from records.filters import NarrowingFilterSet, TickFilter
from records.text import PlainTextField

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
NUMBER = re.compile(r"\d{8}-\d{7}")


class TextFilter(filters.CharFilter):
    """Plain text, without control characters."""

    field_class = PlainTextField


class DayFilter(filters.DateFilter):
    """A day between the years 2000 and 2100, which every database can hold in every time zone."""

    def __init__(self, **kwargs):
        super().__init__(
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            validators=[
                MinValueValidator(FIRST_DAY, _("Please give a day after the year 2000.")),
                MaxValueValidator(LAST_DAY, _("Please give a day before the year 2101.")),
            ],
            **kwargs,
        )


class SearchFilterSet(NarrowingFilterSet):
    """What a desk and a list share: words of the description, or exactly a number; late; whistled."""

    q = TextFilter(label=_("Words or number"), max_length=100, method="search")
    late = TickFilter(label=_("Only late ones"), method="only_late")
    whistled = TickFilter(label=_("Only with departments called"), method="only_whistled")

    def search(self, queryset: QuerySet[Case], _name: str, typed: str) -> QuerySet[Case]:
        if NUMBER.fullmatch(typed):
            return queryset.filter(number=typed)
        return matching(queryset, "search_text", typed)

    def only_late(self, queryset: QuerySet[Case], _name: str, wanted: bool) -> QuerySet[Case]:
        if not wanted:
            return queryset
        return queryset.filter(state__in=OPEN_STATES, next_due_at__lt=timezone.now())

    def only_whistled(self, queryset: QuerySet[Case], _name: str, wanted: bool) -> QuerySet[Case]:
        return queryset.filter(open_turnouts__gt=0) if wanted else queryset


class DeskFilter(SearchFilterSet):
    """A desk narrowed by state and text."""

    state = filters.ChoiceFilter(
        label=_("State"), choices=[choice for choice in State.choices if choice[0] in OPEN_STATES], empty_label=_("All")
    )

    class Meta:
        model = Case
        fields = ["q", "state", "late", "whistled"]


def _category_choices() -> list[tuple]:
    """Return all categories, also those no longer in use, each first level as a group that begins with itself."""
    return [
        (
            str(parent),
            [
                (parent.code, gettext("All of %(category)s") % {"category": parent}),
                *((category.code, str(category)) for category in rows),
            ],
        )
        for parent, rows in groupby(finer_categories(), attrgetter("parent"))
    ]


class PeriodForm(forms.Form):
    """Days of lodging in their order."""

    def clean(self) -> dict:
        cleaned = super().clean()
        start, end = cleaned.get("lodged_from"), cleaned.get("lodged_to")
        if start and end and end < start:
            self.add_error("lodged_to", _("This day lies before the first one."))
        return cleaned


class CaseFilter(SearchFilterSet):
    """The list of cases; the choice of the street is left out for whoever sees only one."""

    state = filters.ChoiceFilter(label=_("State"), choices=State, empty_label=_("All"))
    level = filters.ChoiceFilter(label=_("Level"), choices=Level, empty_label=_("All"))
    urgency = filters.ChoiceFilter(label=_("Urgency"), choices=Urgency, empty_label=_("All"))
    category = filters.ChoiceFilter(
        label=_("Category"), choices=_category_choices, method="of_category", empty_label=_("All")
    )
    street = filters.ChoiceFilter(field_name="street", label=_("Street or town"), empty_label=_("All"))
    channel = filters.ChoiceFilter(label=_("Channel"), choices=Channel, empty_label=_("All"))
    lodged_from = DayFilter(label=_("Lodged from"), method="from_day")
    lodged_to = DayFilter(label=_("Lodged until"), method="to_day")
    excluded = filters.ChoiceFilter(
        label=_("Counted in the rates"),
        choices=[("no", _("Counted")), ("yes", _("Excluded"))],
        method="by_exclusion",
        empty_label=_("All"),
    )

    class Meta:
        model = Case
        fields = [
            "q", "state", "level", "urgency", "category", "street", "channel",
            "lodged_from", "lodged_to", "excluded", "late", "whistled",
        ]  # fmt: skip
        form = PeriodForm

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        streets = [(str(street.pk), street.name) for street in streets_seen_by(self.request.user)]
        if len(streets) > 1:
            self.filters["street"].extra["choices"] = streets
        else:
            del self.filters["street"]

    def of_category(self, queryset: QuerySet[Case], _name: str, code: str) -> QuerySet[Case]:
        return queryset.filter(Q(category__code=code) | Q(category__parent__code=code))

    def from_day(self, queryset: QuerySet[Case], _name: str, day: date) -> QuerySet[Case]:
        return queryset.filter(lodged_at__gte=_midnight(day))

    def to_day(self, queryset: QuerySet[Case], _name: str, day: date) -> QuerySet[Case]:
        return queryset.filter(lodged_at__lt=_midnight(day + timedelta(days=1)))

    def by_exclusion(self, queryset: QuerySet[Case], _name: str, wanted: str) -> QuerySet[Case]:
        return queryset.filter(excluded_at__isnull=wanted == "no")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
