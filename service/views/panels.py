"""What may be done on a page, one panel for each verb: its words, its form, the action it calls."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.errors import Refused
from service.forms.fields import NothingToSay
from service.forms.refusals import show_refusal


@dataclass(frozen=True)
class Row:
    """One verb. `label` is on the button, `done` in the message, `note` above the form, `confirm` is asked first.

    What is `done` may depend on what the action returned: then it is a function of that.
    """

    label: Promise
    done: Promise | Callable
    act: Callable
    icon: str
    form: Callable[..., forms.Form] = NothingToSay
    note: Promise | str = ""
    confirm: Promise | str = ""


@dataclass(frozen=True)
class Panel:
    """One verb as a page offers it: its row, its form, its address, whether it is the next step to take.

    Of one that `is_gone`, since somebody was quicker, the page says why it was refused, and what was typed.
    """

    verb: str
    row: Row
    form: forms.Form
    url: str
    is_next: bool = False
    is_gone: bool = False

    @property
    def sentences(self) -> list[str]:
        """Why it was refused; what is wrong with a single input helps nobody any more."""
        return list(self.form.non_field_errors()) or [_("This cannot be done any more; see what can be done now.")]

    @property
    def typed(self) -> list[tuple[str, str]]:
        """The texts that were typed, with their labels: what was written is not lost."""
        texts = [bound for bound in self.form.visible_fields() if isinstance(bound.field, forms.CharField)]
        return [(bound.label, bound.value()) for bound in texts if bound.value()]


def carry_out(request, row: Row, form: forms.Form, **given) -> bool:
    """Do `row` with `given` and what was typed; return whether it is done. If not, the form says why.

    Raises NotAllowed as the action does.
    """
    if not form.is_valid():
        return False
    try:
        result = row.act(user=request.user, **given, **form.cleaned_data)
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, row.done(result) if callable(row.done) else row.done)
    return True


def panels(rows: dict[str, Row], offered: list[str], make: Callable, url: Callable, sent: tuple | None) -> list[Panel]:
    """Return a panel for each verb of `offered`, and for the `sent` (verb, form) that was not carried out.

    `make(verb)` makes an empty form, `url(verb)` says where it goes. What was sent stands open; else the first one.
    What was sent and is no longer offered is gone.
    """
    refused = dict([sent]) if sent else {}
    shown = [verb for verb in rows if verb in {*offered, *refused}]
    gone = {verb for verb in refused if verb not in offered}
    first = next((verb for verb in [*refused, *shown] if verb not in gone), None)
    return [
        Panel(verb, rows[verb], refused.get(verb) or make(verb), url(verb), verb == first, verb in gone)
        for verb in shown
    ]
