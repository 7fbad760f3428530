"""The three lists of a community: side by side, one by one, one item with its verbs, and the form for a new one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import holding, seeing
from accounts.errors import NotAllowed, Refused
from accounts.queries import grants_of
from records.keyset import page
from service.actions.lists import list_need, list_resource
from service.enums import THREE_LISTS, ListKind
from service.filters.lists import ItemFilter
from service.forms.lists import NeedForm, ResourceForm
from service.forms.refusals import show_refusal
from service.models import ListItem
from service.queries import lists as queries
from service.views.list_verbs import ROWS, form_for, is_for, lacks_counterpart, offered
from service.views.panels import carry_out, panels

BOTH_SIDES = ("manage_service", "liaise")
COLUMN = 20


@holding(*BOTH_SIDES)
@require_GET
@never_cache
def my_lists(request):
    """Lead to the lists of the only community, or let the person choose among theirs."""
    communities = list(queries.list_communities_of(request.user))
    if len(communities) == 1:
        return redirect("lists", communities[0].pk)
    return render(request, "service/lists/communities.html", {"communities": communities})


@holding(*BOTH_SIDES)
@require_GET
@never_cache
def lists(request, pk):
    """Show needs, resources and projects of one community side by side, the newest first."""
    community = seeing(queries.list_communities_of(request.user), pk=pk)
    context = {
        "community": community,
        "columns": [(kind, queries.newest(community, kind, COLUMN)) for kind in THREE_LISTS],
        "lists_needs": grants_of(request.user).on("manage_service", community),
        "lists_resources": bool(queries.partners_acted_for(request.user, community)),
    }
    return render(request, "service/lists/lists.html", context)


@holding(*BOTH_SIDES)
@require_GET
@never_cache
def one_list(request, pk, kind):
    """Show one of the three lists whole, page by page, narrowed by the filters in the address."""
    community = seeing(queries.list_communities_of(request.user), pk=pk)
    if kind not in THREE_LISTS:
        raise Http404
    found = ItemFilter(request.GET, queries.items_of(community, kind), request=request)
    context = {
        "community": community,
        "kind": ListKind(kind),
        "filter": found,
        "page": page(found.qs, "-created_at", request.GET.get("cursor", "")),
    }
    return render(request, "service/lists/list.html", context)


@holding(*BOTH_SIDES)
@never_cache
def new(request, pk, kind):
    """Show the form for a need or a resource, or list what was typed."""
    community = seeing(queries.list_communities_of(request.user), pk=pk)
    if kind not in (ListKind.NEED, ListKind.RESOURCE):
        raise Http404
    data = request.POST if request.method == "POST" else None
    if kind == ListKind.NEED:
        if not grants_of(request.user).on("manage_service", community):
            raise PermissionDenied
        form, act = NeedForm(data), list_need
    else:
        employers = queries.partners_acted_for(request.user, community)
        if not employers:
            raise PermissionDenied
        form, act = ResourceForm(data, employers=employers), list_resource
    if form.is_valid():
        try:
            item = act(community=community, user=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, gettext("It is on the list now."))
            return redirect(item.get_absolute_url())
    return render(request, "service/lists/new.html", {"form": form, "community": community, "kind": ListKind(kind)})


@holding(*BOTH_SIDES)
@require_GET
@never_cache
def item(request, pk):
    """Show one need, resource or project to both sides, with what they may do."""
    return _page(request, _seen(request, pk))


@holding(*BOTH_SIDES)
@require_POST
@never_cache
def verb(request, pk, verb):
    """Do `verb` to an item; what is refused is shown in its form."""
    found = _seen(request, pk)
    if verb not in ROWS:
        raise Http404
    if not is_for(request.user, verb, found):
        raise NotAllowed
    form = form_for(request.user, verb, found, request.POST)
    if carry_out(request, ROWS[verb], form, item=found):
        return redirect(_leads_to(_seen(request, pk)))
    return _page(request, _seen(request, pk), (verb, form))


def _leads_to(found: ListItem) -> str:
    """Return the address where what was done goes on: at the project, once there is one."""
    return (_project(found) or found).get_absolute_url()


def _project(found: ListItem) -> ListItem | None:
    return None if found.kind == ListKind.PROJECT else queries.project_of(found)


def _seen(request, pk) -> ListItem:
    return seeing(queries.items_visible_to(request.user), pk=pk)


def _page(request, found: ListItem, sent=None):
    user, project = request.user, _project(found)
    context = {
        "item": found,
        "project": project,
        "lacks_counterpart": lacks_counterpart(user, found, project),
        "panels": panels(
            ROWS,
            offered(user, found, project),
            lambda verb: form_for(user, verb, found),
            lambda verb: reverse("list_item_verb", args=[found.pk, verb]),
            sent,
        ),
    }
    return render(request, "service/lists/item.html", context)
