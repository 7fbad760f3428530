"""What may be done to a commitment: its words, its form, the action it calls."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from service.actions.commitments import claim_commitment, decline_commitment
from service.actions.commitments_deliveries import deliver_commitment, rate_commitment, report_progress
from service.enums import Verb
from service.forms.commitments import DeclineForm, ProgressForm
from service.forms.lists import DeliverForm, RateForm
from service.views.panels import Row

ROWS: dict[str, Row] = {
    Verb.CLAIM: Row(
        pgettext_lazy("commitment", "Take it on"),
        _("Your unit has taken it on; the side that asked has been told."),
        claim_commitment,
        "hand",
        note=_("Your unit delivers it by the day that the resolution names."),
    ),
    Verb.REPORT: Row(
        _("Report progress"),
        _("Your report stands on the page; the side that asked has been told."),
        report_progress,
        "message-square-text",
        ProgressForm,
    ),
    Verb.DELIVER: Row(
        _("Deliver"),
        _("The delivery is recorded; the side that asked rates it next."),
        deliver_commitment,
        "package-check",
        DeliverForm,
        _("What you write is public with the resolution and cannot be changed."),
    ),
    Verb.RATE: Row(
        _("Rate"),
        _("Thank you; the rating stands on the page of the resolution."),
        rate_commitment,
        "star",
        RateForm,
        _("With 1 or 2 the forum deals with it again at its next meeting. A rating cannot be changed."),
    ),
    Verb.DECLINE: Row(
        pgettext_lazy("commitment", "Decline"),
        _("It is declined; the forum has it on its next agenda."),
        decline_commitment,
        "circle-x",
        DeclineForm,
        _("It goes back to the forum, which reads the reason. This cannot be undone."),
    ),
}
