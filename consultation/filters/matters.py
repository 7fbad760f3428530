"""How a convenor narrows the matters."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from consultation.enums import MatterState
from consultation.models import Matter
from consultation.queries.scope import forums_kept_by
from records.filters import NarrowingFilterSet


class MatterFilter(NarrowingFilterSet):
    """Matters by forum and state."""

    forum = filters.ChoiceFilter(label=_("Forum"), empty_label=_("All"))
    state = filters.ChoiceFilter(label=_("State"), choices=MatterState, empty_label=_("All"))

    class Meta:
        model = Matter
        fields = ["forum", "state"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        forums = forums_kept_by(self.request.user).order_by("unit__path", "name")
        self.filters["forum"].extra["choices"] = [(str(forum.pk), forum.name) for forum in forums]
