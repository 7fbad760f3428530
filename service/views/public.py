"""What anybody may see: the communities, and what each needs, offers to do and has done."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import anyone, seeing
from records.keyset import page
from service.filters.public import CommunityFilter
from service.queries.public import open_communities, public_page
from service.queries.scope import registration_of


@anyone
@require_GET
def communities(request):
    """List the communities, narrowed by name and street."""
    found = CommunityFilter(request.GET, open_communities(), request=request)
    context = {"filter": found, "page": page(found.qs, "id", request.GET.get("cursor", ""))}
    return render(request, "service/public/communities.html", context)


@anyone
@require_GET
def community(request, pk):
    """Show what one community needs and what was done, without a name that its bearer did not release."""
    found = seeing(open_communities(), pk=pk)
    context = {
        "community": found,
        "shown": public_page(found, timezone.now()),
        "is_member": registration_of(request.user) is not None,
    }
    return render(request, "service/public/community.html", context)
