"""How a convenor narrows the list of meetings."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from consultation.enums import MeetingState
from consultation.models import Meeting
from consultation.queries.scope import forums_kept_by
from records.filters import NarrowingFilterSet


class MeetingFilter(NarrowingFilterSet):
    """Meetings by forum and state."""

    forum = filters.ChoiceFilter(label=_("Forum"), empty_label=_("All"))
    state = filters.ChoiceFilter(label=_("State"), choices=MeetingState, empty_label=_("All"))

    class Meta:
        model = Meeting
        fields = ["forum", "state"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kept = forums_kept_by(self.request.user).order_by("name", "pk")
        self.filters["forum"].extra["choices"] = [(str(forum.pk), forum.name) for forum in kept]
