"""The desk of a department, and the page of one turnout for department, street and command."""

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import holding, seeing
from accounts.errors import NotAllowed, Refused
from cases import queries
from cases.case_page import due_steps
from cases.enums import TurnoutState, Verb
from cases.forms.photos import PhotoFormMixin
from cases.forms.refusals import show_refusal
from cases.forms.turnouts import PastTurnoutsForm
from cases.models import Turnout
from cases.views.turnout_verbs import TURNOUT_VERBS, Panel, panel_of
from records.keyset import page
from records.queries import attachments_of
from records.terms.queries import with_terms

PATH = {
    TurnoutState.CALLED: Verb.BLOW_WHISTLE,
    TurnoutState.ACCEPTED: Verb.ACCEPT_TURNOUT,
    TurnoutState.ARRIVED: Verb.ARRIVE,
    TurnoutState.REPORTED: Verb.REPORT,
    TurnoutState.RELEASED: Verb.RELEASE,
}


@holding("attend_turnout")
def desk(request):
    """List the whistles of the own department: the open ones with what is due first on top, or all of them."""
    open_ones = queries.department_desk_of(request.user)
    cursor = request.GET.get("cursor", "")
    shown = {"counts": queries.department_counts(open_ones, timezone.now())}
    if request.GET.get("tab") == "all":
        narrow = PastTurnoutsForm(request.GET)
        turnouts = queries.turnouts_answered_by(request.user)
        if narrow.is_valid() and narrow.cleaned_data["state"]:
            turnouts = turnouts.filter(state=narrow.cleaned_data["state"])
        shown |= {"narrow": narrow, "page": page(turnouts, "-called_at", cursor)}
    else:
        shown |= {"page": page(open_ones, "next_due_at", cursor)}
    return render(request, "cases/turnout/desk.html", shown)


@holding("view_case")
def turnout(request, pk):
    """Show one turnout to the department that was called, the street that called it, and the district."""
    return _shown(request, seeing(queries.turnout_pages_of(request.user), pk=pk))


@holding("view_case")
@require_POST
def verb(request, pk, verb):
    """Do `verb` to a turnout; what is refused is shown in its form, with everything that was typed."""
    found = seeing(queries.turnout_pages_of(request.user), pk=pk)
    if verb not in TURNOUT_VERBS:
        raise Http404
    if not queries.may_ever(request.user, verb, found):
        raise NotAllowed
    row = TURNOUT_VERBS[verb]
    form = row.form(request.POST, request.FILES, prefix=verb, auto_id=f"turnout_{pk}_%s")
    if isinstance(form, PhotoFormMixin):
        form.keep_photos(request.user)
    if form.is_valid():
        try:
            row.carry_out(form=form, turnout=found, user=request.user)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, row.done)
            return redirect(row.leads_to(found))
    current = seeing(queries.turnout_pages_of(request.user), pk=pk)
    return _shown(request, current, panel_of(verb, current, form, is_next=True))


def _shown(request, turnout: Turnout, sent: Panel | None = None):
    user = request.user
    movements = list(turnout.movements.select_related("unit", "actor"))
    sees_case = queries.visible_to(user).filter(pk=turnout.case_id).exists()
    _add_photos(turnout, movements, sees_case)
    return render(
        request,
        "cases/turnout/turnout.html",
        {
            "turnout": turnout,
            "case": turnout.case if sees_case else None,
            "steps": _steps(turnout),
            "due_steps": due_steps(
                with_terms(turnout.deadlines.filter(cancelled_at__isnull=True)).order_by("due_at", "pk"),
                user,
                timezone.now(),
            ),
            "panels": _panels(user, turnout, sent),
            "others": queries.others_called(user, turnout),
            "called_from": queries.called_from(user, turnout),
            "movements": movements,
        },
    )


def _add_photos(turnout: Turnout, movements: list, sees_case: bool) -> None:
    """Give the case and each entry of the history the photos that the reader may open."""
    subjects = [turnout.case, *movements] if sees_case else []
    found = attachments_of(subjects)
    for subject in subjects:
        subject.photos = found[ContentType.objects.get_for_model(subject).pk, subject.pk]


def _panels(user, turnout: Turnout, sent: Panel | None) -> list[Panel]:
    """Return a panel for each verb that is allowed now, and the one that was sent and not carried out."""
    allowed = queries.turnout_verbs_for(user, turnout)
    offered = [verb for verb in TURNOUT_VERBS if verb in allowed or (sent and verb == sent.verb)]
    first = sent.verb if sent else next(iter(offered), None)
    return [sent if sent and verb == sent.verb else panel_of(verb, turnout, is_next=verb == first) for verb in offered]


def _steps(turnout: Turnout) -> list[tuple[str, str]]:
    """Return the path from the call to the release as (label, done | current | ""), or nothing off that path."""
    if turnout.state not in PATH:
        return []
    reached = list(PATH).index(turnout.state)
    return [
        (verb.label, "done" if at <= reached else "current" if at == reached + 1 else "")
        for at, verb in enumerate(PATH.values())
    ]
