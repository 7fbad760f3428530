"""What is typed about needs, resources and projects."""

from collections.abc import Iterable
from operator import attrgetter

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Unit
from records.text import LongTextField, PlainTextField
from service.enums import ResourceKind
from service.forms.fields import NOT_LISTED, DayField, RowField
from service.models import ListItem


def _most(name: str) -> int:
    return ListItem._meta.get_field(name).max_length


class ItemForm(forms.Form):
    """What a need and a resource have in common."""

    resource_kind = forms.ChoiceField(
        label=_("What kind?"), choices=ResourceKind, widget=forms.RadioSelect, error_messages=NOT_LISTED
    )
    title = PlainTextField(label=_("Title"), max_length=_most("title"))
    text = LongTextField(
        label=pgettext_lazy("list item", "Description"),
        max_length=_most("text"),
        required=False,
        help_text=_("Please name no resident. The title of a need is public."),
    )


class NeedForm(ItemForm):
    """What the community needs, and by when."""

    wanted_on = DayField(label=_("Wanted by"), required=False)


class ResourceForm(ItemForm):
    """What an employer offers; `employers` are those the person may choose from."""

    employer = RowField(label=_("Employer"))
    field_order = ["employer"]

    def __init__(self, *args, employers: list[Unit], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["employer"].offer(employers)


class DueForm(forms.Form):
    """By which day it is to be delivered."""

    due_on = DayField(label=_("To be delivered by"))


class ClaimNeedForm(DueForm):
    """Which of `employers` does it, by when."""

    employer = RowField(label=_("Employer that does it"))
    field_order = ["employer"]

    def __init__(self, *args, employers: list[Unit], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["employer"].offer(employers)


class MatchForm(DueForm):
    """With which of `others`, the open items of the other list, and by when."""

    other = RowField(label=_("Match it with"))
    field_order = ["other"]

    def __init__(self, *args, others: Iterable[ListItem], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["other"].offer(others, group=attrgetter("owner"))


class DeliverForm(forms.Form):
    """What was delivered."""

    evidence = LongTextField(
        label=_("What was delivered, and with what result?"),
        max_length=_most("evidence"),
        help_text=_("Please name no resident."),
    )


class RateForm(forms.Form):
    """One to five, with a remark."""

    rating = forms.TypedChoiceField(
        label=_("How well was it done?"),
        choices=[(mark, str(mark)) for mark in range(1, 6)],
        coerce=int,
        widget=forms.RadioSelect,
        template_name="django/forms/rating.html",
        error_messages=NOT_LISTED,
    )
    remark = PlainTextField(label=_("Remark"), max_length=_most("remark"), required=False)
