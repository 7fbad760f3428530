"""What the filters of this app are made of."""

import django_filters as filters

from records.text import PlainTextField


class TextFilter(filters.CharFilter):
    """Plain text."""

    field_class = PlainTextField
