"""What a convenor types about a forum: what it is, its rules, its members."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Unit, User
from consultation.actions.forum_rules import Rules
from consultation.enums import KINDS_OF_LEVEL, Balloting, ForumLevel, Majority, Proposers
from consultation.models import Forum, Seat
from consultation.queries.forums import convenors_at, units_to_sit
from records.text import LongTextField, PlainTextField
from service.forms.fields import NOT_LISTED, RowField, WholeField

RULES = tuple(Rules.__dataclass_fields__)


def _most(model, name: str) -> int:
    return model._meta.get_field(name).max_length


def _choice(label, choices) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, error_messages=NOT_LISTED)


class RulesForm(forms.Form):
    """By which rules a forum meets; with `forum`, as they stand now."""

    lead_days = WholeField(
        label=_("Days of notice"),
        min_value=0,
        max_value=60,
        initial=3,
        help_text=_("Calendar days between the call and the meeting. A shorter notice needs a reason."),
    )
    quorum_percent = WholeField(
        label=_("Quorum in per cent"),
        min_value=1,
        max_value=100,
        initial=50,
        help_text=_("Of the seats with a vote, how many must be present."),
    )
    majority = _choice(_("Majority"), Majority)
    balloting = _choice(_("Way of voting"), Balloting)
    written_votes = forms.BooleanField(
        label=_("Absent members may vote"),
        required=False,
        help_text=_("In writing before an open vote, or by phone while a vote is open."),
    )
    proposers = _choice(_("Who may raise matters"), Proposers)
    names_public = forms.BooleanField(
        label=_("Public pages and minutes name people"),
        required=False,
        help_text=_("Otherwise they name units and seats only."),
    )

    def __init__(self, *args, forum: Forum | None = None, **kwargs):
        if forum is not None:
            kwargs["initial"] = {name: getattr(forum, name) for name in RULES}
        super().__init__(*args, **kwargs)

    def rules(self) -> Rules:
        """Return what was typed into a valid form."""
        return Rules(**{name: self.cleaned_data[name] for name in RULES})


class _WhatItIs(forms.Form):
    name = PlainTextField(label=_("Name of the forum"), max_length=_most(Forum, "name"))
    text = LongTextField(label=_("What it is for"), max_length=_most(Forum, "text"), required=False)
    convenor = RowField(
        label=_("Convenor"), help_text=_("Answers for the forum and is reminded of what is due. Holds that post there.")
    )


class ForumForm(_WhatItIs, RulesForm):
    """A new forum of one of `units`, kept by `user` unless they choose somebody else."""

    level = _choice(pgettext_lazy("forum", "Level"), ForumLevel)
    unit = RowField(label=_("Kept by"))
    field_order = ["level", "unit", "name", "text", "convenor", *RULES]

    def __init__(self, *args, user: User, units: list[Unit], **kwargs):
        super().__init__(*args, **kwargs)
        kinds = {unit.kind for unit in units}
        self.fields["level"].choices = [(level, level.label) for level in ForumLevel if KINDS_OF_LEVEL[level] & kinds]
        self.fields["unit"].offer(units)
        self.fields["convenor"].offer(convenors_at(units))
        self.initial["convenor"] = user.pk


class ChangeForm(_WhatItIs):
    """What `forum` is called, what it is for and who answers for it, as it stands now."""

    def __init__(self, *args, forum: Forum, **kwargs):
        super().__init__(
            *args, initial={"name": forum.name, "text": forum.text, "convenor": forum.convenor_id}, **kwargs
        )
        self.fields["convenor"].offer(convenors_at([forum.unit]))


class SeatForm(forms.Form):
    """A new member of `forum`."""

    who = PlainTextField(
        label=_("Username or mobile number"),
        max_length=60,
        help_text=_("Exactly as the person signs in. They are told."),
    )
    unit = RowField(label=_("Sits for"), required=False, help_text=_("Leave it open for a person of their own."))
    title = PlainTextField(
        label=_("As what"),
        max_length=_most(Seat, "title"),
        required=False,
        help_text=_("Shown on the public page, e.g. residents' delegate. Please no name."),
    )
    votes = forms.BooleanField(
        label=_("Has a vote"), required=False, initial=True, help_text=_("Without one they are an adviser.")
    )

    def __init__(self, *args, forum: Forum, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units_to_sit(forum), group=Unit.get_kind_display)


class UnseatForm(forms.Form):
    """Which of the members of `forum` is to leave."""

    seat = RowField(widget=forms.HiddenInput)

    def __init__(self, *args, forum: Forum, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seat"].offer(forum.seats.select_related("person", "unit"))


class OnForum(forms.Form):
    """A verb on a forum that is one button."""

    def __init__(self, *args, forum: Forum, **kwargs):
        super().__init__(*args, **kwargs)
