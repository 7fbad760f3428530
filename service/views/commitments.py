"""What resolutions ask of units: both sides' lists, and one commitment with its verbs."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import seeing, signed_in
from accounts.errors import NotAllowed
from records.keyset import page
from service import origins
from service.filters.commitments import CommitmentFilter
from service.models import ListItem
from service.queries import commitments as queries
from service.views.commitment_verbs import ROWS
from service.views.panels import carry_out, panels


@signed_in
@require_GET
@never_cache
def commitments(request):
    """List what the reader's units owe and what was asked for on their side, narrowed by the filters in the address."""
    found = CommitmentFilter(request.GET, queries.commitments_visible_to(request.user), request=request)
    context = {
        "filter": found,
        "page": page(found.qs, "-created_at", request.GET.get("cursor", "")),
        "represented": queries.represented_by(request.user),
    }
    return render(request, "service/commitments/list.html", context)


@signed_in
@require_GET
@never_cache
def commitment(request, pk):
    """Show one commitment to both sides and the forum, with what they may do."""
    return _page(request, _seen(request, pk))


@signed_in
@require_POST
@never_cache
def verb(request, pk, verb):
    """Do `verb` to a commitment; what is refused is shown in its form."""
    found = _seen(request, pk)
    if verb not in ROWS:
        raise Http404
    if not queries.may_on_commitment(request.user, verb, found):
        raise NotAllowed
    form = ROWS[verb].form(request.POST, prefix=verb)
    if carry_out(request, ROWS[verb], form, item=found):
        return redirect(found.get_absolute_url())
    return _page(request, _seen(request, pk), (verb, form))


def _seen(request, pk) -> ListItem:
    return seeing(queries.commitments_visible_to(request.user), pk=pk)


def _page(request, found: ListItem, sent=None):
    context = {
        "item": found,
        "origin": origins.origin_of(found, request.user),
        "progress": found.progress.all(),
        "panels": panels(
            ROWS,
            queries.offered_on_commitment(request.user, found),
            lambda verb: ROWS[verb].form(prefix=verb),
            lambda verb: reverse("commitment_verb", args=[found.pk, verb]),
            sent,
        ),
    }
    return render(request, "service/commitments/commitment.html", context)
