"""What a convenor types about the items of an agenda, their measures and papers."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.actions.agenda import LENGTHS
from consultation.actions.measures import LONGEST
from consultation.enums import AgendaKind, Balloting
from consultation.models import AgendaItem, Forum, Meeting
from consultation.papers import ACCEPTED
from consultation.queries.agenda import matters_to_table, presenters_of, units_concerned
from records.text import LongTextField, PlainTextField
from service.forms.fields import NOT_LISTED, DayField, RowField, WholeField

FIELDS = ("kind", "title", "text", "minutes", "presenter", "balloting")
FIRST = ("", _("At the beginning"))


class RevisionForm(forms.Form):
    """Carries which state of the agenda the page showed."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ItemForm(RevisionForm):
    """What an item of the agenda of `meeting` says; with `item`, as it stands now."""

    kind = forms.ChoiceField(label=_("Kind of item"), choices=AgendaKind, error_messages=NOT_LISTED)
    title = PlainTextField(
        label=_("Title"),
        max_length=LENGTHS["title"],
        help_text=_("Everybody reads it with the agenda: please name no people."),
    )
    text = LongTextField(
        label=pgettext_lazy("agenda item", "Description"),
        max_length=LENGTHS["text"],
        required=False,
        help_text=_("Only those who are invited read it."),
    )
    minutes = WholeField(label=_("Minutes"), min_value=1, max_value=480, initial=15)
    presenter = RowField(label=_("Presented by"), required=False)
    balloting = forms.ChoiceField(label=_("Way of voting"), choices=Balloting, error_messages=NOT_LISTED)

    def __init__(self, *args, meeting: Meeting, item: AgendaItem | None = None, **kwargs):
        kwargs["initial"] = {"balloting": meeting.forum.balloting}
        if item is not None:
            kwargs["initial"] = {name: getattr(item, name) for name in FIELDS} | {"presenter": item.presenter_id}
        super().__init__(*args, **kwargs)
        self.initial["revision"] = meeting.agenda_revision
        self.fields["presenter"].offer(presenters_of(meeting.forum))

    def show_revision(self, revision: int) -> None:
        """Let the form that is shown again be about the agenda as it is now."""
        self.data = self.data.copy()
        self.data[self.add_prefix("revision")] = revision


class AddItemForm(ItemForm):
    """One more item: a matter that waits, or a free one."""

    matter = RowField(
        label=_("Matter"),
        required=False,
        help_text=_("Accepted matters that wait for a meeting. Without a title of your own, the item takes its words."),
    )
    field_order = ["matter", "title"]

    def __init__(self, *args, meeting: Meeting, **kwargs):
        super().__init__(*args, meeting=meeting, **kwargs)
        self.fields["matter"].offer(matters_to_table(meeting.forum))
        self.fields["title"].required = False


class MoveForm(RevisionForm):
    """After which item of the present agenda `item` comes."""

    after = forms.TypedChoiceField(
        label=_("Place"),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={
            "invalid_choice": _(
                "Somebody has taken this item off the agenda meanwhile. You see the agenda as it is now."
            )
        },
    )

    def __init__(self, *args, item: AgendaItem, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["revision"] = item.meeting.agenda_revision
        others = item.meeting.items.exclude(pk=item.pk).order_by("position", "pk").values_list("pk", "title")
        after = [(key, _("After: %(item)s") % {"item": title}) for key, title in others]
        self.fields["after"].choices = [FIRST, *after]


class MeasureForm(forms.Form):
    """What is to be done by whom, if the item is adopted."""

    what = PlainTextField(label=pgettext_lazy("measure", "What is to be done"), max_length=LONGEST)
    owner = RowField(label=_("Who does it"))
    asker = RowField(label=_("Who asks for it and rates it"))
    due_on = DayField(label=_("By"), help_text=_("Not before the day of the meeting."))

    def __init__(self, *args, forum: Forum, **kwargs):
        super().__init__(*args, **kwargs)
        units = list(units_concerned(forum))
        for name in ("owner", "asker"):
            self.fields[name].offer(units)


class PaperForm(forms.Form):
    """One file."""

    upload = forms.FileField(
        label=_("File"),
        widget=forms.FileInput({"accept": ACCEPTED}),
        help_text=_("PDF, docx, xlsx, pptx, odt, ods, odp, JPEG or PNG, up to 15 MB. Only the invited can open it."),
    )


class KeyForm(forms.Form):
    """Which row is taken off."""

    key = forms.CharField(max_length=36)
