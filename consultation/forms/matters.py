"""What is typed about matters: by who raises them, and by the convenor."""

from operator import attrgetter
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from consultation.actions.matters import LONGEST_TEXT, LONGEST_TITLE
from consultation.models import Matter
from consultation.queries.matters import forums_to_pass_down, forums_to_pass_up, mergeable, units_to_raise_for
from records.text import LongTextField, PlainTextField
from service.actions.typed import LONGEST_REASON
from service.forms.fields import RowField

PUBLIC_WORDS = _("Please leave out names, telephone numbers and addresses: once it is accepted, everybody can read it.")


def _title() -> PlainTextField:
    return PlainTextField(label=_("What it is about"), max_length=LONGEST_TITLE)


def _text(**options) -> LongTextField:
    return LongTextField(
        label=_("What should be discussed, and why?"), max_length=LONGEST_TEXT, help_text=PUBLIC_WORDS, **options
    )


class MatterForm(forms.Form):
    """A matter, in the name of a unit or in the person's own."""

    unit = RowField(label=_("On behalf of"), required=False, help_text=_("Leave it open to raise it in your own name."))
    title = _title()
    text = _text()
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        units = list(units_to_raise_for(user))
        if units:
            self.fields["unit"].offer(units)
        elif not self.fields["unit"].required:
            del self.fields["unit"]


class OfficialMatterForm(MatterForm):
    """A matter that an official raises for a unit at one of `forums`."""

    forum = RowField(label=_("Forum"))
    unit = RowField(label=_("On behalf of"))
    field_order = ["forum", "unit"]

    def __init__(self, *args, forums, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["forum"].offer(forums, group=attrgetter("unit"))


class OnMatter(forms.Form):
    """A form about one matter; by itself one button."""

    def __init__(self, *args, matter: Matter, **kwargs):
        super().__init__(*args, **kwargs)
        self.prepare(matter)

    def prepare(self, matter: Matter) -> None:
        """Fill in what is known of `matter`."""


class AcceptForm(OnMatter):
    """The words that everybody will read."""

    title = _title()
    text = _text()

    def prepare(self, matter: Matter) -> None:
        self.initial = {"title": matter.title, "text": matter.text}


class ReasonForm(OnMatter):
    """A reason that the proposer reads."""

    reason = LongTextField(label=_("Reason"), max_length=LONGEST_REASON, rows=2)


class MergeForm(ReasonForm):
    """Into which other matter of the forum."""

    into = RowField(label=_("Merge it into"))
    field_order = ["into"]

    def prepare(self, matter: Matter) -> None:
        self.fields["into"].offer(mergeable(matter))


class PassForm(ReasonForm):
    """To which forum."""

    to = RowField(label=_("Pass it to"))
    field_order = ["to"]


class PassUpForm(PassForm):
    """To which forum above."""

    def prepare(self, matter: Matter) -> None:
        self.fields["to"].offer(forums_to_pass_up(matter), group=attrgetter("unit"))


class PassDownForm(PassForm):
    """To which forum below."""

    def prepare(self, matter: Matter) -> None:
        self.fields["to"].offer(forums_to_pass_down(matter), group=attrgetter("unit"))
