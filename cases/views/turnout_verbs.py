"""What each verb of a turnout asks for, which action it calls, and where it leads: one row per verb."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import actions
from cases.enums import Verb
from cases.forms.photos import PhotoFormMixin
from cases.forms.turnouts import ArriveForm, DisputeForm, NothingToSay, ReasonForm, ReleaseForm, ReportForm
from cases.models import Turnout


def _to_turnout(turnout: Turnout) -> str:
    return turnout.get_absolute_url()


def _to_case(turnout: Turnout) -> str:
    return turnout.case.get_absolute_url()


def _to_disputes(_turnout: Turnout) -> str:
    return reverse("disputes")


@dataclass(frozen=True)
class TurnoutVerb:
    """`label` is on the button, `note` above the form, `done` in the message; `leads_to` is the page after it."""

    label: Promise
    done: Promise
    act: Callable
    icon: str
    form: type[forms.Form] = ReasonForm
    note: Promise | str = ""
    leads_to: Callable[[Turnout], str] = _to_turnout

    def carry_out(self, *, form: forms.Form, turnout: Turnout, user) -> None:
        """Call the action with what was typed in the valid `form`. Raises Refused as the action does."""
        given = dict(form.cleaned_data)
        if isinstance(form, PhotoFormMixin):
            given["photos"] = given.pop("token")
        self.act(turnout=turnout, user=user, **given)


TURNOUT_VERBS: dict[str, TurnoutVerb] = {
    Verb.ACCEPT_TURNOUT: TurnoutVerb(
        _("Accept: we are coming"),
        _("You have accepted the whistle. Please arrive in time."),
        actions.accept_turnout,
        "check",
        NothingToSay,
    ),
    Verb.ARRIVE: TurnoutVerb(
        _("We are on the spot"),
        _("Your arrival has been recorded."),
        actions.arrive,
        "map-pin-check",
        ArriveForm,
        _("The time is taken from the server when you send this. Position and photos are optional."),
    ),
    Verb.REPORT: TurnoutVerb(
        _("Report the result"),
        _("Your report has been sent. The street releases you when the matter is done."),
        actions.report,
        "file-text",
        ReportForm,
    ),
    Verb.DISPUTE_TURNOUT: TurnoutVerb(
        _("Dispute the whistle"),
        _("The dispute has been handed to the command centre."),
        actions.dispute_turnout,
        "scale",
        DisputeForm,
    ),
    Verb.RELEASE: TurnoutVerb(
        _("Release the department"),
        _("The department has been released and marked."),
        actions.release,
        "badge-check",
        ReleaseForm,
        _("The matter is done and the department may go. Your three marks count in its appraisal."),
        _to_case,
    ),
    Verb.SEND_BACK: TurnoutVerb(
        _("Send the report back"),
        _("The report has been sent back; the department stays."),
        actions.send_back,
        "undo-2",
        note=_("The matter is not done: the department stays and reports again."),
    ),
    Verb.WITHDRAW_TURNOUT: TurnoutVerb(
        _("Take the whistle back"),
        _("The whistle to this department has been taken back."),
        actions.withdraw_turnout,
        "x",
        note=_("The department is no longer needed. It is not marked."),
    ),
    Verb.UPHOLD_DISPUTE: TurnoutVerb(
        _("Uphold the dispute"),
        _("The dispute has been upheld; the department is excused."),
        partial(actions.decide_dispute, uphold=True),
        "thumbs-up",
        note=_("The department is excused from this whistle and is not marked."),
        leads_to=_to_disputes,
    ),
    Verb.REJECT_DISPUTE: TurnoutVerb(
        _("Reject the dispute"),
        _("The dispute has been rejected; the department stays called."),
        partial(actions.decide_dispute, uphold=False),
        "thumbs-down",
        note=_("The department stays called. Its clocks have run on and cannot be disputed again."),
        leads_to=_to_disputes,
    ),
}
"""In the order in which a page offers them."""


@dataclass(frozen=True)
class Panel:
    """One verb as a page offers it: its row, its form, its address, whether it is the next step to take."""

    verb: str
    row: TurnoutVerb
    form: forms.Form
    url: str
    is_next: bool = False


def panel_of(verb: str, turnout: Turnout, form: forms.Form | None = None, *, is_next: bool = False) -> Panel:
    """Return the panel of `verb`: with the bound `form` that was sent, or with an empty one.

    The ids of its inputs carry the turnout, so that a page can hold the panels of several.
    """
    row = TURNOUT_VERBS[verb]
    form = form or row.form(prefix=verb, auto_id=f"turnout_{turnout.pk}_%s")
    return Panel(verb, row, form, reverse("turnout_verb", args=[turnout.pk, verb]), is_next)
