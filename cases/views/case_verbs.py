"""What each verb of a case asks for, which action it calls and what it says afterwards: one row per verb."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.enums import UnitKind
from accounts.models import Unit, User
from cases import actions, queries
from cases.enums import Verb
from cases.forms.handling import AssignForm, ExclusionForm, MergeForm, ProgressForm, ResolveForm
from cases.forms.photos import PhotoFormMixin
from cases.forms.turnouts import NothingToSay, ReasonForm
from cases.forms.whistles import WhistleForm
from cases.models import Case


@dataclass(frozen=True)
class CaseVerb:
    """`label` is on the button, `note` above the form, `done` in the message; `takes` names what the form needs."""

    label: Promise
    done: Promise
    act: Callable
    icon: str
    form: type[forms.Form] = ReasonForm
    note: Promise | str = ""
    takes: tuple[str, ...] = ()

    def carry_out(self, *, form: forms.Form, case: Case, user: User) -> None:
        """Call the action with what was typed in the valid `form`. Raises Refused as the action does."""
        given = dict(form.cleaned_data)
        if isinstance(form, PhotoFormMixin):
            given["photos"] = given.pop("token")
        self.act(case=case, user=user, **given)

    def is_repeated(self, *, verb: str, form: forms.Form, case: Case, user: User) -> bool:
        """Return whether the valid `form` was sent twice: it is the last thing that happened to the fetched case."""
        movements = list(case.movements.all())
        if not movements:
            return False
        last = movements[-1]
        typed = {form.cleaned_data[name] for name in ("text", "reason") if name in form.cleaned_data}
        return (last.verb, last.actor_id) == (verb, user.pk) and typed <= {last.text, last.reason}


class WhistleVerb(CaseVerb):
    """A whistle, whose form makes one call out of several inputs; a second one may follow at once."""

    def is_repeated(self, **_sent) -> bool:
        return False

    def carry_out(self, *, form: WhistleForm, case: Case, user: User) -> None:
        kind, place, calls = form.save_calls()
        self.act(case=case, user=user, kind=kind, place=place, calls=calls)


CASE_VERBS: dict[str, CaseVerb] = {
    Verb.ACCEPT: CaseVerb(
        _("Accept"),
        _("You have accepted the case; the resident has been told."),
        actions.accept,
        "check",
        NothingToSay,
        _("Your unit answers for this case from now on, and the resident is told."),
    ),
    Verb.TAKE: CaseVerb(
        _("Take it for my grid"),
        _("The case now lies with your grid; the resident has been told."),
        actions.take,
        "hand",
        NothingToSay,
        _("It waits at the community until a grid takes it. Your grid answers for it from now on."),
    ),
    Verb.ATTEND: CaseVerb(
        _("I am on the spot"),
        _("Your arrival has been recorded."),
        actions.attend,
        "map-pin-check",
        NothingToSay,
        _("The time is taken from the server when you press this."),
    ),
    Verb.REPORT_PROGRESS: CaseVerb(
        _("Report progress"),
        _("Your progress report has been sent to the resident."),
        actions.report_progress,
        "message-square-text",
        ProgressForm,
    ),
    Verb.RESOLVE: CaseVerb(
        _("Resolve"),
        _("The case has been answered; the resident is asked to rate it."),
        actions.resolve,
        "circle-check-big",
        ResolveForm,
        takes=("case",),
    ),
    Verb.BLOW_WHISTLE: WhistleVerb(
        _("Blow the whistle"),
        _("The whistle has been blown; the departments have been called."),
        actions.blow_whistle,
        "siren",
        WhistleForm,
        takes=("case", "departments"),
    ),
    Verb.ASSIGN: CaseVerb(
        _("Assign"),
        _("The case has been assigned. No clock has started anew."),
        actions.assign,
        "corner-down-right",
        AssignForm,
        _("The unit below handles the case; the time already used counts."),
        ("units",),
    ),
    Verb.ESCALATE: CaseVerb(
        _("Send up"),
        _("The case has been sent one level up."),
        actions.escalate,
        "arrow-up-from-line",
        note=_("What your level cannot solve goes one level up, with a reason. The case's own clock goes on."),
    ),
    Verb.REFUSE: CaseVerb(
        _("Refuse"),
        _("The case has been refused and sent one level up; the refusal is counted."),
        actions.refuse,
        "undo-2",
        note=_("Only for what does not belong to your unit. Who refused, and why, stays on record and is counted."),
    ),
    Verb.MERGE: CaseVerb(
        _("Merge"),
        _("The case has been merged; the resident has been told."),
        actions.merge,
        "merge",
        MergeForm,
        _("For two cases of the same matter: this one ends, the other goes on for both."),
        ("user",),
    ),
    Verb.ASK_EXCLUSION: CaseVerb(
        _("Ask for exclusion"),
        _("The exclusion has been asked for; the command centre decides."),
        actions.ask_exclusion,
        "circle-slash",
        ExclusionForm,
    ),
}
"""In the order in which the page offers them. Exclusions are decided on a page of command."""

BUTTONS = [verb for verb, row in CASE_VERBS.items() if row.form is NothingToSay]


def named(verbs: list[Verb]) -> str:
    """Return the labels of `verbs` as one list in the active language."""
    return pgettext("between the units of a list", ", ").join(str(CASE_VERBS[verb].label) for verb in verbs)


@dataclass(frozen=True)
class Panel:
    """One verb as the page offers it: its row, its form, its address."""

    verb: str
    row: CaseVerb
    form: forms.Form
    url: str


class Surroundings:
    """What the forms of one page need besides what is typed; the units are read once for all of them."""

    def __init__(self, case: Case, user: User):
        self.case, self.user = case, user

    @cached_property
    def _reach(self) -> list[Unit]:
        return list(queries.within_reach(self.case))

    @property
    def departments(self) -> list[Unit]:
        return [unit for unit in self._reach if unit.kind == UnitKind.DEPARTMENT]

    @property
    def units(self) -> list[Unit]:
        return [unit for unit in self._reach if unit.kind != UnitKind.DEPARTMENT]

    def form(self, verb: str, data=None, files=None) -> forms.Form:
        """Return the form of `verb`, bound to what was sent if `data` is given."""
        row = CASE_VERBS[verb]
        sent = (data, files) if issubclass(row.form, PhotoFormMixin) else (data,)
        return row.form(*sent, prefix=verb, **{name: getattr(self, name) for name in row.takes})


def panels_for(user: User, case: Case, sent: tuple[str, forms.Form] | None = None) -> list[Panel]:
    """Return what `user` may do on `case` now, and with it the `sent` (verb, form) that was refused, if any."""
    surroundings = Surroundings(case, user)
    refused = dict([sent]) if sent else {}
    allowed = set(queries.verbs_for(user, case))
    if queries.last_word_on_exclusion(case) in (Verb.ASK_EXCLUSION, Verb.APPROVE_EXCLUSION):
        allowed.discard(Verb.ASK_EXCLUSION)
    return [
        Panel(verb, row, refused.get(verb) or surroundings.form(verb), reverse("case_verb", args=[case.number, verb]))
        for verb, row in CASE_VERBS.items()
        if verb in allowed | refused.keys()
    ]
