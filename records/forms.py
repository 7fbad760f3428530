"""What people type about the records."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from records.enums import DeliveryMode
from records.outgoing.preferences import ALL_KINDS, Chosen
from records.registry import deadline_kinds
from records.text import Plain

INBOX = "inbox"
WAYS = [
    (INBOX, _("Inbox alone")),
    (DeliveryMode.IMMEDIATE, _("Inbox, and e-mail at once")),
    (DeliveryMode.DIGEST, _("Inbox, and e-mail as a morning digest")),
]
AS_ALL = ("", _("As for all kinds"))


class PlainEmailField(Plain, forms.EmailField):
    """An e-mail address."""


class PlainTimeField(Plain, forms.TimeField):
    """A time of day, chosen with the browser's own control."""

    widget = forms.TimeInput({"type": "time"}, format="%H:%M")


class ReminderPreferencesForm(forms.Form):
    """How a person wants to be reminded: one choice for all kinds of deadline, and one for each kind."""

    email = PlainEmailField(
        label=_("E-mail"),
        required=False,
        max_length=User._meta.get_field("email").max_length,
        help_text=_("Reminders name cases and units, never residents."),
    )
    ways = forms.ChoiceField(label=_("All kinds of deadline"), choices=WAYS, widget=forms.RadioSelect)
    begins = PlainTimeField(label=_("Quiet from"), required=False)
    ends = PlainTimeField(label=_("Quiet until"), required=False)
    digest_at = PlainTimeField(label=_("Morning digest at"))

    def __init__(self, *args, chosen: Chosen, **kwargs):
        super().__init__(*args, **kwargs)
        self.kinds = {f"kind-{kind}": kind for kind, _label in deadline_kinds()}
        for kind, label in deadline_kinds():
            self.fields[f"kind-{kind}"] = forms.ChoiceField(label=label, choices=[AS_ALL, *WAYS], required=False)
        self.initial = {
            "email": chosen.email,
            "ways": chosen.modes[ALL_KINDS] or INBOX,
            "begins": chosen.begins,
            "ends": chosen.ends,
            "digest_at": chosen.digest_at,
            **{name: chosen.modes[kind] or INBOX for name, kind in self.kinds.items() if kind in chosen.modes},
        }

    @property
    def fields_of_kinds(self) -> list[forms.BoundField]:
        """The choices for each kind of deadline."""
        return [self[name] for name in self.kinds]

    @property
    def single_kinds_differ(self) -> bool:
        """Whether any kind of deadline has a choice of its own, or a wrong one."""
        return any(field.value() or field.errors for field in self.fields_of_kinds)

    def chosen(self) -> Chosen:
        """Return what was typed into a valid form."""
        typed = self.cleaned_data
        ways = {ALL_KINDS: typed["ways"], **{kind: typed[name] for name, kind in self.kinds.items() if typed[name]}}
        return Chosen(
            typed["email"],
            {kind: None if way == INBOX else DeliveryMode(way) for kind, way in ways.items()},
            typed["begins"],
            typed["ends"],
            typed["digest_at"],
        )
