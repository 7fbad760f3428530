"""微心愿: the public list, the page of one wish, a resident's own, and the desk of the community."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import anyone, holding, seeing, signed_in
from accounts.errors import NotAllowed, Refused
from records.keyset import page
from service.actions.wish_contact import reveal_wish_contact
from service.actions.wishes import make_wish
from service.forms.refusals import show_refusal
from service.forms.wishes import CommunityForm, RevealForm, WishForm
from service.models import Wish
from service.queries import wishes as queries
from service.throttle import WISHES
from service.views.panels import carry_out, panels
from service.views.wish_verbs import WISH_VERBS, may_ever, offered

REVIEWS = {
    "review": (queries.TO_REVIEW, "submitted_at"),
    "published": (queries.WAITING, "-submitted_at"),
    "claimed": (queries.UNDER_WAY, "due_at"),
    "thanks": (queries.THANKS_TO_REVIEW, "thanked_at"),
}


@anyone
@require_GET
@never_cache
def wishes(request):
    """List the published wishes of a community, or those that were fulfilled: words only, never a name."""
    form = CommunityForm(request.GET if "community" in request.GET else None)
    community = form.cleaned_data["community"] if form.is_valid() else None
    if not form.is_bound:
        community = queries.own_community(request.user)
        form.initial = {"community": community.pk if community else ""}
    fulfilled = request.GET.get("tab") == "fulfilled"
    found = None
    if community is not None:
        rows = queries.wishes_in(community, fulfilled=fulfilled)
        found = page(rows, "-submitted_at", request.GET.get("cursor", ""))
    context = {"form": form, "community": community, "fulfilled": fulfilled, "page": found}
    return render(request, "service/wishes/list.html", context)


@signed_in
@never_cache
def wish_new(request):
    """Show the form of a wish, or hand it to the community."""
    form = WishForm(request.POST if request.method == "POST" else None, initial=_initial(request))
    who = str(request.user.pk)
    if form.is_valid() and WISHES.is_full(who):
        form.add_error(None, _("You have made many wishes within a day. Please wait until tomorrow."))
    elif form.is_valid():
        try:
            made = make_wish(user=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            WISHES.count(who)
            messages.success(request, _("Your wish has been handed to the community, which reads it first."))
            return redirect(made)
    return render(request, "service/wishes/new.html", {"form": form})


def _initial(request) -> dict:
    community = None if request.method == "POST" else queries.own_community(request.user)
    return {"community": community.pk} if community else {}


@signed_in
@require_GET
@never_cache
def my_wishes(request):
    """List the wishes the person made, or those they claimed."""
    claimed = request.GET.get("tab") == "claimed"
    rows = queries.wishes_claimed_by(request.user) if claimed else queries.wishes_made_by(request.user)
    found = page(rows, "-claimed_at" if claimed else "-submitted_at", request.GET.get("cursor", ""))
    return render(request, "service/wishes/mine.html", {"page": found, "claimed": claimed})


@holding("manage_service")
@require_GET
@never_cache
def wish_reviews(request):
    """List what waits for the community: wishes and thanks to review, and what is under way."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in REVIEWS else "review"
    condition, order = REVIEWS[tab]
    context = {
        "tab": tab,
        "counts": queries.review_counts(request.user),
        "page": page(queries.wishes_run_by(request.user).filter(condition), order, request.GET.get("cursor", "")),
    }
    return render(request, "service/wishes/reviews.html", context)


@anyone
@require_GET
@never_cache
def wish(request, pk):
    """Show one wish: its words to everybody, the rest to whom it concerns."""
    return _shown(request, _seen(request, pk))


@signed_in
@require_POST
@never_cache
def wish_verb(request, pk, verb):
    """Do `verb` to a wish; what is refused is shown in its form, with everything that was typed."""
    found = _seen(request, pk)
    if verb not in WISH_VERBS:
        raise Http404
    if not may_ever(request.user, verb, found):
        raise NotAllowed
    row = WISH_VERBS[verb]
    form = row.form(request.POST, prefix=verb, wish=found, user=request.user)
    if carry_out(request, row, form, wish=found):
        return redirect(found)
    return _shown(request, _seen(request, pk), (verb, form))


@signed_in
@require_POST
@never_cache
def wish_contact(request, pk):
    """Show the page once with where to bring the wish, for the reason that was given, which is recorded."""
    found = _seen(request, pk)
    if not queries.may_reveal(request.user, found):
        raise NotAllowed
    form = RevealForm(request.POST, prefix="reveal", wish=found, user=request.user)
    if not form.is_valid():
        return _shown(request, found, reveal=form)
    contact = reveal_wish_contact(wish=found, user=request.user, **form.cleaned_data)
    return _shown(request, found, revealed=contact)


def _seen(request, pk) -> Wish:
    return seeing(queries.wishes_seen_by(request.user), pk=pk)


def _shown(request, wish: Wish, sent=None, reveal=None, revealed=""):
    """Render the page; `sent` is a refused (verb, form), `reveal` a refused form, `revealed` the contact."""
    user = request.user
    is_own = user.is_authenticated and wish.resident_id == user.pk
    is_staff, is_claimant = queries.runs_wishes_of(user, wish), queries.is_claimant(user, wish)
    context = {
        "wish": wish,
        "is_own": is_own,
        "is_staff": is_staff,
        "is_claimant": is_claimant,
        "is_concerned": is_own or is_staff or is_claimant,
        "sees_contact": queries.sees_contact(user, wish),
        "may_reveal": queries.may_reveal(user, wish),
        "reveal": reveal or RevealForm(prefix="reveal", wish=wish, user=user),
        "revealed": revealed,
        "panels": panels(
            WISH_VERBS,
            offered(user, wish),
            lambda verb: WISH_VERBS[verb].form(prefix=verb, wish=wish, user=user),
            lambda verb: reverse("wish_verb", args=[wish.pk, verb]),
            sent,
        ),
    }
    return render(request, "service/wishes/wish.html", context)
