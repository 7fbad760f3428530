"""Posters for buildings: a QR code that opens the request form with the place filled in."""

import segno
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from accounts.access import holding, seeing
from cases.forms.signs import CommunityForm
from cases.queries import buildings_of, communities_with_buildings


@holding("dispatch_case", "handle_case")
def signs(request):
    """List the buildings of the person's territory, one community at a time, each with its poster."""
    communities = list(communities_with_buildings(request.user))
    chosen = CommunityForm(request.GET, communities=communities)
    buildings = buildings_of(request.user).filter(grid__parent=chosen.shown)
    return render(
        request, "cases/signs/list.html", {"chosen": chosen, "communities": communities, "buildings": buildings}
    )


@holding("dispatch_case", "handle_case")
def sign(request, code):
    """Show the poster of one building, A5 when it is printed."""
    building = seeing(buildings_of(request.user), code=code)
    address = request.build_absolute_uri(reverse("building", args=[building.code]))
    drawn = segno.make(address, error="q").svg_inline(omitsize=True, border=0)
    return render(
        request,
        "cases/signs/sign.html",
        {"building": building, "address": address, "qr": mark_safe(drawn)},
    )
