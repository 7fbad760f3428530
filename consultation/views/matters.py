"""提事: raising a matter, one's own, the desk of the convenor, and the page of one matter."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import anyone, holding, seeing, signed_in
from accounts.errors import NotAllowed, Refused
from consultation.actions.matters import raise_matter
from consultation.enums import MatterVerb, Step
from consultation.filters.matters import MatterFilter
from consultation.forms.matters import MatterForm
from consultation.matter_page import details
from consultation.models import Forum, Matter
from consultation.queries import matters as queries
from consultation.queries.rights import may_on_matter
from consultation.queries.scope import matters_visible_to
from consultation.views.matter_verbs import MATTER_VERBS, offered
from records.keyset import page
from records.queries import deadlines_of
from service.forms.refusals import show_refusal
from service.views.panels import carry_out, panels


@signed_in
@never_cache
def matter_new(request):
    """Let the person choose a forum, then show the form of a matter there, or raise it."""
    forum = _chosen_forum(request.GET.get("forum", ""))
    if forum is None:
        own = list(queries.forums_sat_on(request.user)[:50])
        near = queries.forums_near(request.user).exclude(pk__in=[row.pk for row in own])[:50]
        return render(request, "consultation/matters/choose.html", {"own": own, "near": near})
    form = MatterForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            raised = raise_matter(forum=forum, user=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Your matter has been handed to the convenor, who accepts or refuses it."))
            return redirect(raised)
    return render(request, "consultation/matters/new.html", {"form": form, "forum": forum})


def _chosen_forum(key: str) -> Forum | None:
    if not key:
        return None
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        raise Http404
    return seeing(Forum.objects.select_related("unit", "convenor"), pk=int(key))


@signed_in
@require_GET
@never_cache
def my_matters(request):
    """List what the person, or a unit for which they speak, has raised."""
    found = page(queries.matters_raised_by(request.user), "-raised_at", request.GET.get("cursor", ""))
    return render(request, "consultation/matters/mine.html", {"page": found})


@holding("convene")
@require_GET
@never_cache
def matter_desk(request):
    """List the matters at the forums that the person keeps, the latest first."""
    narrowed = MatterFilter(request.GET, queries.matters_kept_by(request.user), request=request)
    found = page(narrowed.qs, "-raised_at", request.GET.get("cursor", ""))
    owed = deadlines_of(found.rows)
    cards = [(matter, _due(owed[matter.pk])) for matter in found]
    context = {"filter": narrowed, "page": found, "cards": cards, "waiting": queries.waiting_for(request.user)}
    return render(request, "consultation/matters/desk.html", context)


def _due(deadlines):
    """Return by when the decision is owed, None when it is not."""
    return next((row.due_at for row in deadlines if row.kind == Step.DECIDE_MATTER and row.is_open), None)


@anyone
@require_GET
@never_cache
def matter(request, pk):
    """Show one matter: its words to everybody once it is accepted, the rest to whom it concerns."""
    return _shown(request, _seen(request, pk))


@signed_in
@require_POST
@never_cache
def matter_verb(request, pk, verb):
    """Do `verb` to a matter; what is refused is shown in its form, with everything that was typed."""
    found = _seen(request, pk)
    if verb not in MATTER_VERBS:
        raise Http404
    if not may_on_matter(request.user, MatterVerb(verb), found):
        raise NotAllowed
    row = MATTER_VERBS[verb]
    form = row.form(request.POST, prefix=verb, matter=found)
    if carry_out(request, row, form, matter=found):
        return redirect(found)
    return _shown(request, _seen(request, pk), (verb, form))


def _seen(request, pk) -> Matter:
    return seeing(matters_visible_to(request.user).select_related("case", "forum__convenor"), pk=pk)


def _shown(request, matter: Matter, sent=None):
    """Render the page; `sent` is a refused (verb, form)."""
    user = request.user
    context = details(matter, user) | {
        "due_at": _due(deadlines_of([matter])[matter.pk]),
        "panels": panels(
            MATTER_VERBS,
            offered(user, matter),
            lambda verb: MATTER_VERBS[verb].form(prefix=verb, matter=matter),
            lambda verb: reverse("matter_verb", args=[matter.pk, verb]),
            sent,
        ),
    }
    return render(request, "consultation/matters/matter.html", context)
