"""What is typed about minutes: all their sections in one form, who confirms them, and which text was read."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultation.merging import digest, kept, taken
from consultation.models import Meeting, Minutes, MinutesSection
from consultation.queries.minutes import seconds_of
from consultation.queries.minutes_draft import LONGEST_OPENING, LONGEST_SECTION
from records.text import LongTextField
from service.forms.fields import RowField, WholeField


class MinutesForm(forms.Form):
    """The opening and each section, with the revision at which they were read and what tells what was read of each."""

    revision = WholeField(min_value=0, widget=forms.HiddenInput)
    opening = LongTextField(label=_("Time, place and who came"), max_length=LONGEST_OPENING, rows=8)

    def __init__(self, data=None, *, minutes: Minutes, sections: list[MinutesSection]):
        stored = _texts(minutes, sections)
        read = {f"read_{name}": digest(text) for name, text in stored.items()}
        super().__init__(data, prefix="edit", initial={"revision": minutes.revision, **stored, **read})
        self._sections = sections
        self._stored: dict[str, str] = {}
        for number, section in enumerate(sections, 1):
            self.fields[_name(section)] = LongTextField(
                label=f"{number}. {section.item.title}", max_length=LONGEST_SECTION, rows=8, required=False
            )
        for name in read:
            self.fields[name] = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def given(self) -> dict:
        """Return what a valid form holds, as the action takes it."""
        given = self.cleaned_data
        texts = {section.pk: given[_name(section)] for section in self._sections}
        read = {section.pk: given[f"read_{_name(section)}"] for section in self._sections}
        read[None] = given["read_opening"]
        return {"revision": given["revision"], "opening": given["opening"], "texts": texts, "read": read}

    def rows(self) -> list[tuple]:
        """Return each field that is seen, with the text that somebody else saved meanwhile where it is another one."""
        return [(field, self._stored.get(field.name)) for field in self.visible_fields()]

    def compare(self, minutes: Minutes, sections: list[MinutesSection]) -> None:
        """Keep what was typed beside what is stored now, where both were changed; sent once more, it replaces that.

        Where only the other one changed something, their text takes the place of what was read.
        """
        self.data = self.data.copy()
        self.data[self.add_prefix("revision")] = minutes.revision
        self._stored = {}
        for name, text in _texts(minutes, sections).items():
            typed, read = self.cleaned_data.get(name, ""), self.cleaned_data.get(f"read_{name}", "")
            if kept(text, typed, read):
                self.data[self.add_prefix(name)] = text
            elif not taken(text, read):
                self._stored[name] = text
            self.data[self.add_prefix(f"read_{name}")] = digest(text)


def _texts(minutes: Minutes, sections: list[MinutesSection]) -> dict[str, str]:
    return {"opening": minutes.opening} | {_name(section): section.text for section in sections}


def _name(section: MinutesSection) -> str:
    return f"section_{section.pk}"


class SubmitForm(forms.Form):
    """Who is asked to confirm the minutes."""

    confirmer = RowField(
        label=_("Who is asked to confirm"),
        help_text=_("Somebody who was there with a vote or convenes, and who did not write in the minutes."),
    )

    def __init__(self, *args, meeting: Meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["confirmer"].offer(seconds_of(meeting))


class ConfirmForm(forms.Form):
    """The revision that was read."""

    revision = WholeField(min_value=0, widget=forms.HiddenInput)
