"""The page of one deadline, where its time may be changed, and the extensions that wait for a decision."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import holding, seeing, signed_in
from accounts.errors import NotAllowed, Refused
from records.keyset import page
from records.models import Deadline
from records.registry import step_label, subjects_of
from records.terms.enums import TermVerb
from records.terms.extensions import ask_extension, decide_extension
from records.terms.forms import AskForm, DecideForm, PauseForm, ResumeForm
from records.terms.pauses import pause, resume
from records.terms.queries import (
    deadlines_visible_to,
    extensions_for,
    most_paused,
    pauses_of,
    pauses_within,
    with_terms,
)
from records.terms.rules import DECIDING, asks_as, decides, offered

COUNTED_DAYS = 90


def _decide(*, deadline: Deadline, approve: bool, **given) -> None:
    if not hasattr(deadline, "extension"):
        raise Http404
    decide_extension(extension=deadline.extension, approve=approve, **given)


@dataclass(frozen=True)
class Row:
    """One verb: its form, the action, the icon of its panel, the note above the form, the message afterwards."""

    form: type[forms.Form]
    act: Callable
    icon: str
    note: Promise
    done: Promise


ROWS: dict[str, Row] = {
    TermVerb.ASK: Row(
        AskForm,
        ask_extension,
        "calendar-plus",
        _("Possible once, before it is late. Another office decides; the first due time stays visible for good."),
        _("The extension has been asked for; until it is decided the old time stands."),
    ),
    TermVerb.PAUSE: Row(
        PauseForm,
        pause,
        "circle-pause",
        _("The clock stands still until you resume it, and what that lasted is added. Every pause is counted."),
        _("The clock is paused."),
    ),
    TermVerb.RESUME: Row(
        ResumeForm, resume, "circle-play", _("What the pause lasted is added to the due time."), _("The clock runs on.")
    ),
    TermVerb.APPROVE: Row(
        DecideForm,
        partial(_decide, approve=True),
        "thumbs-up",
        _("The new time counts from now on; the first one stays visible."),
        _("The extension has been approved."),
    ),
    TermVerb.REJECT: Row(
        DecideForm,
        partial(_decide, approve=False),
        "thumbs-down",
        _("The time stays as it is, and it cannot be asked for again."),
        _("The extension has been rejected."),
    ),
}


@signed_in
@require_GET
@never_cache
def deadline(request, pk):
    """Show one deadline of something that the person sees, with what happened to its time and what they may do."""
    return _page(request, _seen(request, pk))


@signed_in
@require_POST
@never_cache
def verb(request, pk, verb):
    """Do `verb` to the time of a deadline; what is refused is shown in its form, with everything that was typed."""
    found = _seen(request, pk)
    if verb not in ROWS:
        raise Http404
    if not _may_ever(request.user, verb, found):
        raise NotAllowed
    row = ROWS[verb]
    form = row.form(request.POST, prefix=verb)
    if form.is_valid():
        try:
            row.act(deadline=found, user=request.user, **form.cleaned_data)
        except NotAllowed:
            raise
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, error.sentence)
        else:
            messages.success(request, row.done)
            return redirect(found.get_absolute_url())
    return _page(request, _seen(request, pk), (verb, form))


@holding(*DECIDING)
@require_GET
@never_cache
def extensions(request):
    """List the extensions that wait for the person's decision, what was asked first on top."""
    found = page(extensions_for(request.user), "asked_at", request.GET.get("cursor", ""))
    subjects = subjects_of([row.deadline for row in found])
    rows = [(row, step_label(row.deadline.kind), subjects[row.deadline_id].title) for row in found]
    return render(request, "records/extensions.html", {"page": found, "rows": rows})


@holding(*DECIDING)
@require_GET
@never_cache
def pauses(request):
    """List the pauses in the person's territory, the newest first, and count them by unit."""
    now, within = timezone.now(), pauses_within(request.user)
    found = page(within, "-started_at", request.GET.get("cursor", ""))
    subjects = subjects_of([pause.deadline for pause in found])
    rows = [(pause, step_label(pause.deadline.kind), subjects[pause.deadline_id].title) for pause in found]
    counted = most_paused(within, now - timedelta(days=COUNTED_DAYS))
    context = {"page": found, "rows": rows, "counted": counted, "days": COUNTED_DAYS}
    return render(request, "records/pauses.html", context)


def _seen(request, pk) -> Deadline:
    return seeing(with_terms(deadlines_visible_to(request.user)), pk=pk)


def _may_ever(user, verb: str, deadline: Deadline) -> bool:
    """Return whether `verb` is for `user` at any time at all; if not, the answer is 403."""
    if verb in (TermVerb.APPROVE, TermVerb.REJECT):
        extension = getattr(deadline, "extension", None)
        return extension is not None and decides(user, extension)
    return asks_as(user, deadline.unit) is not None


def _page(request, deadline: Deadline, sent: tuple[str, forms.Form] | None = None):
    now = timezone.now()
    refused = dict([sent]) if sent else {}
    verbs = {*offered(request.user, deadline, now), *refused}
    panels = [
        (verb, TermVerb(verb).label, ROWS[verb], refused.get(verb) or ROWS[verb].form(prefix=verb))
        for verb in ROWS
        if verb in verbs
    ]
    return render(
        request,
        "records/deadline.html",
        {
            "deadline": deadline,
            "label": step_label(deadline.kind),
            "subject": subjects_of([deadline])[deadline.pk],
            "extension": getattr(deadline, "extension", None),
            "pauses": pauses_of(deadline),
            "most_pauses": settings.MOST_PAUSES,
            "panels": panels,
        },
    )
