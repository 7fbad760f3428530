"""The convenor arranges an agenda: its order, its items, their measures and papers."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import holding, seeing
from accounts.errors import NotAllowed, Refused
from consultation.actions.agenda import add_item, move_item
from consultation.actions.agenda_steps import gone
from consultation.enums import MeetingVerb
from consultation.forms.agenda import AddItemForm, MoveForm
from consultation.models import AgendaItem, Meeting
from consultation.queries.agenda import agenda_of, items_kept_by
from consultation.queries.scope import meetings_kept_by
from consultation.views.agenda_verbs import ITEM_VERBS, OFFERED, item_form
from consultation.workflow import allowed_on_meeting
from service.forms.refusals import show_refusal
from service.views.panels import carry_out, panels


@holding("convene")
@never_cache
def agenda(request, pk):
    """Show an agenda in its order, or put one more item on it."""
    found = seeing(meetings_kept_by(request.user), pk=pk)
    form = AddItemForm(request.POST if request.method == "POST" else None, meeting=found)
    if form.is_valid():
        try:
            add_item(meeting=found, user=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The item is on the agenda."))
            return redirect("agenda", found.pk)
    context = {
        "meeting": found,
        "agenda": agenda_of(found),
        "form": form,
        "is_open": _is_open(found),
        "moved": request.GET.get("moved", ""),
        "moved_down": request.GET.get("to") == "down",
    }
    return render(request, "consultation/meetings/agenda.html", context)


@holding("convene")
@require_GET
@never_cache
def item(request, pk):
    """Show one item with its measures, its papers and what can be done to it."""
    return _shown(request, _seen(request, pk))


@holding("convene")
@require_POST
@never_cache
def verb(request, pk, verb):
    """Do `verb` to an item; what is refused is shown in its form, and of a move with the present agenda.

    `?meeting=` says on which agenda an item was that is gone by now.
    """
    if verb not in ITEM_VERBS:
        raise Http404
    kept_by = meetings_kept_by(request.user)
    meeting = request.GET.get("meeting", "")
    known = meeting.isdecimal() and len(meeting) < 19 and kept_by.filter(pk=meeting).exists()
    if known and not AgendaItem.objects.filter(pk=pk).exists():
        messages.error(request, gone())
        return redirect("agenda", meeting)
    found = _seen(request, pk)
    form = item_form(verb, found, request.POST, request.FILES)
    if verb == "move":
        return _move(request, found, form)
    if carry_out(request, ITEM_VERBS[verb], form, item=found):
        return redirect("agenda", found.meeting_id) if verb == "remove" else redirect("agenda_item", found.pk)
    if verb not in OFFERED:
        messages.error(request, " ".join(form.non_field_errors()) or _("It has been taken off already."))
        return redirect("agenda_item", found.pk)
    found = _seen(request, pk)
    if verb == "change":
        form.show_revision(found.meeting.agenda_revision)
    return _shown(request, found, (verb, form))


def _move(request, found: AgendaItem, form: MoveForm):
    """Move an item; whatever comes of it, the agenda is shown as it is now."""
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect("agenda", found.meeting_id)
    typed, before = form.cleaned_data, found.position
    after = typed["after"] and AgendaItem(pk=typed["after"])
    try:
        changed = move_item(item=found, user=request.user, after=after, revision=typed["revision"] or 0)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The item has been moved."))
        if changed:
            messages.info(request, _("Somebody else has changed the agenda too. You see it as it is now."))
        found.refresh_from_db(fields=["position"])
        moved = urlencode({"moved": found.pk, "to": "down" if found.position > before else "up"})
        return redirect(f"{reverse('agenda', args=[found.meeting_id])}?{moved}")  # the keyboard goes on from there
    return redirect("agenda", found.meeting_id)


def _seen(request, pk) -> AgendaItem:
    return seeing(items_kept_by(request.user), pk=pk)


def _is_open(meeting: Meeting) -> bool:
    return allowed_on_meeting(MeetingVerb.ARRANGE, meeting.state)


def _shown(request, found: AgendaItem, sent=None):
    context = {
        "item": found,
        "meeting": found.meeting,
        "measures": found.measures.select_related("owner", "asker"),
        "papers": found.papers.all(),
        "is_open": _is_open(found.meeting),
        "panels": panels(
            ITEM_VERBS,
            OFFERED if _is_open(found.meeting) else [],
            lambda verb: item_form(verb, found),
            lambda verb: f"{reverse('agenda_verb', args=[found.pk, verb])}?meeting={found.meeting_id}",
            sent,
        ),
    }
    return render(request, "consultation/meetings/item.html", context)
