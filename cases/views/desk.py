"""The desk of a unit: what waits for it, what is due first on top; and how it enters requests itself."""

from dataclasses import dataclass

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import holding, seeing
from accounts.errors import Refused
from accounts.models import User
from cases import actions, queries
from cases.case_page import DueStep, next_step
from cases.enums import Channel, Kind, State, Verb
from cases.filters import DeskFilter
from cases.forms.lodging import PatrolForm, PhoneDeskForm
from cases.forms.refusals import show_refusal
from cases.forms.resident import RequestForm
from cases.models import Case
from cases.views.case_verbs import CASE_VERBS, CaseVerb
from cases.workflow import Who
from records.keyset import page
from records.queries import deadlines_of

DESK_PERMISSIONS = ("handle_case", "command_case", "lead_case")
LODGED = "lodged_here"  # session: the number whose code has not been shown yet


@dataclass(frozen=True)
class Card:
    """A case on the desk: what is due next on it, whether that is late, and the one-button verb it waits for."""

    case: Case
    step: DueStep | None
    is_late: bool
    verb: Verb | None

    @property
    def button(self) -> CaseVerb | None:
        return CASE_VERBS[self.verb] if self.verb else None


@holding(*DESK_PERMISSIONS)
@require_GET
@never_cache
def desk(request):
    """List the open cases that wait for the person, what is due first on top."""
    now, mine = timezone.now(), queries.on_desk_of(request.user)
    found = DeskFilter(request.GET, mine, request=request)
    rows = page(found.qs, "next_due_at", request.GET.get("cursor", ""))
    due = deadlines_of(rows.rows)
    context = {
        "filter": found,
        "page": rows,
        "cards": [_card(case, request.user, due[case.pk], now) for case in rows],
        "counts": queries.desk_counts(mine, now),
    }
    return render(request, "cases/desk/desk.html", context)


def _card(case: Case, user: User, deadlines: list, now) -> Card:
    verb = None
    if case.state == State.LODGED:
        verb = Verb.ACCEPT if queries.is_one_of(user, Who.HANDLER, case) else Verb.TAKE
    return Card(case, next_step(deadlines), case.next_due_at < now, verb)


@holding("lodge_for_caller")
@never_cache
def phone_desk(request):
    """Show the form for a caller, or lodge what was typed and show what to read out."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PhoneDeskForm(*sent, user=request.user)
    return _lodged(request, form, Channel.PHONE) or render(request, "cases/desk/phone_desk.html", {"form": form})


@holding("patrol")
@never_cache
def patrol(request):
    """Show the form for what a patrol sees, or lodge it."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PatrolForm(*sent, user=request.user)
    found = _lodged(request, form, Channel.PATROL, kind=Kind.REPORT)
    return found or render(request, "cases/desk/patrol.html", {"form": form})


def _lodged(request, form: RequestForm, channel: Channel, **fixed):
    """Lodge what a complete `form` says and lead to its number; None when there is something to show or ask."""
    form.keep_photos(request.user)
    if "narrow" in request.POST:
        form.forget_errors()
        return None
    if not form.is_valid():
        return None
    try:
        case = actions.lodge(**form.given(), **fixed, channel=channel, entered_by=request.user)
    except Refused as refusal:
        show_refusal(form, refusal)
        return None
    request.session[LODGED] = case.number
    return redirect("desk_lodged", case.number)


@holding("lodge_for_caller", "patrol")
@require_GET
@never_cache
def lodged(request, number):
    """Show the number of what was just entered, and once, to who entered it, the caller's secret code."""
    case = seeing(queries.listed_for(request.user), number=number)
    is_first = request.session.get(LODGED) == case.number
    if is_first:
        del request.session[LODGED]
    return render(request, "cases/desk/lodged.html", {"case": case, "is_first": is_first})
