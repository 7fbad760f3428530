"""The page of one shift: for the community, who sees who comes, and for members, who sign up."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import seeing, signed_in
from accounts.errors import NotAllowed
from records.keyset import page
from service.actions.check_in import opens_at
from service.enums import ShiftState, SignUpState
from service.models import Shift
from service.queries import sign_ups as queries
from service.queries.names import names_in
from service.queries.posts import runs
from service.queries.scope import registration_of
from service.queries.shifts import shifts_visible_to
from service.views.panels import carry_out, panels
from service.views.shift_verbs import SHIFT_VERBS, STAFF_VERBS, offered_to_member, offered_to_staff, shift_form

S = SignUpState
TABS = {
    "coming": ((S.TAKEN, S.OFFERED, S.SERVED, S.ABSENT), "signed_up_at"),
    "waiting": ((S.WAITING,), "queued_at"),
    "gone": ((S.WITHDRAWN, S.LAPSED, S.CANCELLED), "signed_up_at"),
}
"""Lists of people: which states they hold, in which order."""


@signed_in
@require_GET
@never_cache
def shift(request, pk):
    """Show one shift and what the person may do: sign up or withdraw, or run it."""
    return _shown(request, _seen(request, pk))


@signed_in
@require_POST
@never_cache
def verb(request, pk, verb):
    """Do `verb` to a shift; what is refused is shown in its form."""
    found = _seen(request, pk)
    if verb not in SHIFT_VERBS:
        raise Http404
    if verb in STAFF_VERBS and not runs(request.user, found):
        raise NotAllowed
    form = shift_form(verb, found, timezone.now(), request.POST)
    if carry_out(request, SHIFT_VERBS[verb], form, shift=found):
        return redirect(found)
    return _shown(request, _seen(request, pk), (verb, form))


def _seen(request, pk) -> Shift:
    return seeing(shifts_visible_to(request.user), pk=pk)


def _shown(request, found: Shift, sent=None):
    user, now = request.user, timezone.now()
    own, is_staff = queries.own_sign_up(user, found), runs(user, found)
    offered = offered_to_staff(found, now) if is_staff else []
    if registration_of(user) or (own and own.is_live):  # who has moved away can still withdraw
        offered = offered_to_member(found, own, now) + offered
    context = {
        "shift": found,
        "post": found.post,
        "own": own,
        "position": queries.position_of(own) if own and own.state == S.WAITING else None,
        "offer_is_over": own is not None and queries.has_run_out(own, now),
        "has_begun": now >= found.starts_at,
        "is_over": now >= found.ends_at,
        "takes_codes": own is not None and own.state == S.TAKEN and opens_at(found) <= now < found.ends_at,
        "check_in_from": opens_at(found) if own and own.state == S.TAKEN and now < opens_at(found) else None,
        "is_staff": is_staff,
        "panels": panels(
            SHIFT_VERBS,
            offered,
            lambda verb: shift_form(verb, found, now),
            lambda verb: reverse("shift_verb", args=[found.pk, verb]),
            sent,
        ),
    }
    if is_staff:
        context |= _people(request, found)
    return render(request, "service/posts/shift.html", context)


def _people(request, found: Shift) -> dict:
    """Return one list of people of the shift, by the names that its community reads."""
    chosen = request.GET.get("people")
    tab = chosen if chosen in TABS else "gone" if found.state == ShiftState.CANCELLED else "coming"
    states, order = TABS[tab]
    rows = found.sign_ups.filter(state__in=states)
    listed = page(rows, order, request.GET.get("cursor", ""))
    names = names_in(found)
    first = queries.position_of(listed.rows[0]) if tab == "waiting" and listed.rows else 1
    people = [
        {"sign_up": row, "name": names[row.pk], "position": position} for position, row in enumerate(listed, first)
    ]
    return {"tab": tab, "page": listed, "people": people}
