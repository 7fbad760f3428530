"""Service posts as their community runs them: the desk, a new post, the page of one post."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import holding, seeing
from accounts.errors import Refused
from records.keyset import page
from service.actions.posts import publish_post
from service.actions.shifts import add_shifts, check_spans
from service.forms.posts import NewPostForm
from service.forms.refusals import show_refusal
from service.forms.shifts import SeriesForm
from service.models import ServicePost
from service.queries import posts as queries
from service.queries.scope import communities_run_by
from service.views.panels import carry_out, panels
from service.views.post_verbs import POST_VERBS, offered, post_form


@holding("manage_service")
@require_GET
@never_cache
def posts(request):
    """List what the person's communities offer: the coming shifts, the first first, or the posts, the newest first."""
    now, cursor = timezone.now(), request.GET.get("cursor", "")
    of_posts = request.GET.get("tab") == "posts"
    context = {"tab": "posts" if of_posts else "shifts", "counts": queries.desk_counts(request.user, now)}
    if of_posts:
        context["page"] = page(queries.posts_run_by(request.user), "-created_at", cursor)
    else:
        found = page(queries.coming(queries.shifts_run_by(request.user), now), "starts_at", cursor)
        waiting = queries.waiting_for(found.rows)
        context |= {"page": found, "rows": [(shift, waiting.get(shift.pk, 0)) for shift in found]}
    return render(request, "service/posts/desk.html", context)


@holding("manage_service")
@never_cache
def new(request):
    """Show the form of a post, or publish it and lead to its page, where shifts are added."""
    communities = communities_run_by(request.user)
    form = NewPostForm(request.POST if request.method == "POST" else None, communities=communities)
    if form.is_valid():
        try:
            post = publish_post(community=form.cleaned_data["community"], user=request.user, texts=form.texts())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The post has been published. Now add its shifts."))
            return redirect(post)
    return render(request, "service/posts/new.html", {"form": form})


@holding("manage_service")
@require_GET
@never_cache
def post(request, pk):
    """Show one post with its shifts and what can be done to it."""
    return _shown(request, _seen(request, pk))


@holding("manage_service")
@require_POST
@never_cache
def verb(request, pk, verb):
    """Do `verb` to a post; what is refused is shown in its form, and of a series first the dates."""
    found = _seen(request, pk)
    if verb not in POST_VERBS:
        raise Http404
    form = post_form(verb, found, request.POST)
    if verb == "series":
        return _series(request, found, form)
    if carry_out(request, POST_VERBS[verb], form, post=found):
        return redirect(found)
    return _shown(request, _seen(request, pk), (verb, form))


def _series(request, found: ServicePost, form: SeriesForm):
    """Show the dates of a series; publish it once the person has seen them."""
    if not form.is_valid():
        return _shown(request, found, ("series", form))
    planned, places = form.planned(), form.cleaned_data["places"]
    spans = [(shift.starts_at, shift.ends_at) for shift in planned]
    try:
        if "publish" in request.POST:
            add_shifts(post=found, user=request.user, spans=spans, places=places)
            messages.success(request, _("%(count)d shifts have been published.") % {"count": len(planned)})
            return redirect(found)
        check_spans(post=found, spans=spans, places=places, now=timezone.now())
    except Refused as refusal:
        show_refusal(form, refusal)
        return _shown(request, found, ("series", form))
    typed = [(name, value) for name, values in request.POST.lists() if name.startswith("series-") for value in values]
    context = {"post": found, "places": places, "planned": planned, "typed": typed}
    return render(request, "service/posts/series.html", context)


def _seen(request, pk) -> ServicePost:
    return seeing(queries.posts_run_by(request.user).prefetch_related("skills"), pk=pk)


def _shown(request, found: ServicePost, sent=None):
    now, past = timezone.now(), request.GET.get("tab") == "past"
    shifts = queries.shifts_of(found)
    narrowed = shifts.filter(ends_at__lte=now) if past else shifts.filter(ends_at__gt=now)
    context = {
        "post": found,
        "past": past,
        "page": page(narrowed, "-starts_at" if past else "starts_at", request.GET.get("cursor", "")),
        "panels": panels(
            POST_VERBS,
            offered(found),
            lambda verb: post_form(verb, found),
            lambda verb: reverse("service_post_verb", args=[found.pk, verb]),
            sent,
        ),
    }
    return render(request, "service/posts/post.html", context)
