"""Forums as their convenors keep them: the list, a new one, the desk of one with its members and verbs."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import holding, seeing
from accounts.errors import Refused
from consultation.actions.forums import make_forum
from consultation.forms.forums import RULES, ForumForm
from consultation.models import Forum
from consultation.queries import forums as queries
from consultation.queries.scope import forums_kept_by, seats_of, units_convened_by
from consultation.views.forum_verbs import ROWS, UNSEAT, form_for, offered
from records.keyset import page
from service.forms.refusals import show_refusal
from service.views.panels import carry_out, panels

MEMBERS = 50
FORMER = 100


@holding("convene")
@require_GET
@never_cache
def kept(request):
    """List the forums that the person keeps, with what waits there."""
    found = page(queries.kept_with_counts(request.user), "id", request.GET.get("cursor", ""))
    return render(request, "consultation/forums/kept.html", {"page": found})


@holding("convene")
@never_cache
def new(request):
    """Show the form of a forum, or set it up and lead to its desk, where members are added."""
    units = list(units_convened_by(request.user))
    form = ForumForm(request.POST if request.method == "POST" else None, user=request.user, units=units)
    if form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name not in RULES}
        try:
            forum = make_forum(user=request.user, rules=form.rules(), **given)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The forum has been set up. Now add its members."))
            return redirect("forum_desk", forum.pk)
    return render(request, "consultation/forums/new.html", {"form": form})


@holding("convene")
@require_GET
@never_cache
def desk(request, pk):
    """Show a forum to those who keep it, with its members and what can be done."""
    return _page(request, _seen(request, pk))


@holding("convene")
@require_POST
@never_cache
def verb(request, pk, verb):
    """Do `verb` to a forum; what is refused is shown in its form, and for a member who is removed in a message."""
    found = _seen(request, pk)
    if verb not in ROWS:
        raise Http404
    form = form_for(verb, found, request.POST)
    if carry_out(request, ROWS[verb], form, forum=found):
        return redirect("forum_desk", pk)
    if verb == UNSEAT:
        for sentences in form.errors.values():
            messages.error(request, " ".join(sentences))
        return redirect("forum_desk", pk)
    return _page(request, _seen(request, pk), (verb, form))


def _seen(request, pk) -> Forum:
    return seeing(forums_kept_by(request.user), pk=pk)


def _page(request, forum: Forum, sent=None):
    context = {
        "forum": forum,
        "page": page(seats_of(forum), "since", request.GET.get("cursor", ""), size=MEMBERS),
        "former": queries.seats_left(forum)[:FORMER],
        "panels": panels(
            ROWS,
            offered(forum),
            lambda verb: form_for(verb, forum),
            lambda verb: reverse("forum_verb", args=[forum.pk, verb]),
            sent,
        ),
    }
    return render(request, "consultation/forums/desk.html", context)
