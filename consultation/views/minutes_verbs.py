"""What may be done to minutes, one row for each verb: its words, its form, the action it calls."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultation.actions.minutes import draft_minutes, submit_minutes
from consultation.actions.minutes_decisions import confirm_minutes, publish_minutes, send_minutes_back
from consultation.enums import MinutesVerb
from consultation.forms.minutes import ConfirmForm, SubmitForm
from consultation.models import Meeting, Minutes
from service.forms.registrations import ReasonForm
from service.views.panels import Row

ROWS: dict[str, Row] = {
    MinutesVerb.DRAFT: Row(
        _("Draft the minutes"),
        _("The minutes have been drafted. Please read them and add what is missing."),
        draft_minutes,
        "file-pen",
        note=_("The draft is composed from who came, the speaking notes, the votes and the decisions."),
    ),
    MinutesVerb.SUBMIT: Row(
        _("Submit to be confirmed"),
        _("The minutes are submitted; who is to confirm them has been told."),
        submit_minutes,
        "send",
        SubmitForm,
        _("Save what you have typed first. Any other entitled person may confirm them too."),
    ),
    MinutesVerb.CONFIRM: Row(
        _("Confirm the minutes"),
        _("The minutes are confirmed and locked."),
        confirm_minutes,
        "check",
        ConfirmForm,
        _("Once confirmed, nobody can change them any more."),
        _("Confirm the minutes as they stand? Nobody can change them afterwards."),
    ),
    MinutesVerb.SEND_BACK: Row(
        _("Send back"),
        _("The minutes are a draft again; who wrote them has been told."),
        send_minutes_back,
        "undo-2",
        ReasonForm,
        _("Who wrote the minutes reads the reason."),
    ),
    MinutesVerb.PUBLISH: Row(
        _("Publish the minutes"),
        _("The minutes and the resolutions are published; followers and the invited have been told."),
        publish_minutes,
        "megaphone",
        note=_("Everybody can read them as shown above. This cannot be undone."),
        confirm=_("Publish the minutes as shown? This cannot be undone."),
    ),
}


def form_for(verb: str, meeting: Meeting, minutes: Minutes | None, data=None) -> forms.Form:
    """Return the form of `verb`, bound to `data` if there is any."""
    if verb == MinutesVerb.SUBMIT:
        return SubmitForm(data, prefix=verb, meeting=meeting)
    if verb == MinutesVerb.CONFIRM:
        return ConfirmForm(data, prefix=verb, initial={"revision": minutes.revision if minutes else 0})
    return ROWS[verb].form(data, prefix=verb)
