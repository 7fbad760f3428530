"""The page of one case, its verbs, and the resident's contact."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import holding, seeing
from accounts.errors import NotAllowed, Refused
from accounts.queries import grants_of
from cases import actions, page_links, queries
from cases.case_page import details
from cases.forms.handling import RevealForm
from cases.forms.photos import PhotoFormMixin
from cases.forms.refusals import show_refusal
from cases.models import Case
from cases.views.case_verbs import BUTTONS, CASE_VERBS, Surroundings, named, panels_for
from cases.views.desk import DESK_PERMISSIONS


@holding("view_case")
@require_GET
@never_cache
def case(request, number):
    """Show one case with all that the person may do on it."""
    return _page(request, _seen(request, number))


@holding("view_case")
@require_POST
@never_cache
def contact(request, number):
    """Show the page once with the resident's contact, for the reason that was given, which is recorded."""
    found = _seen(request, number)
    if not queries.may_reveal(request.user, found):
        raise NotAllowed
    if getattr(found, "contact", None) is None:  # imported cases have none
        raise Http404
    form = RevealForm(request.POST, prefix="reveal")
    if not form.is_valid():
        return _page(request, found, reveal=form)
    revealed = actions.reveal_contact(case=found, user=request.user, reason=form.cleaned_data["reason"])
    return _page(request, found, revealed=revealed)


@holding("view_case")
@require_POST
@never_cache
def verb(request, number, verb):
    """Do `verb` to the case; when it is refused, show the page again with what was typed and why."""
    if verb not in CASE_VERBS:
        raise Http404
    found, row = _seen(request, number), CASE_VERBS[verb]
    form = Surroundings(found, request.user).form(verb, request.POST, request.FILES)
    may = queries.may_ever_on_case(request.user, verb, found)
    if may and isinstance(form, PhotoFormMixin):
        form.keep_photos(request.user)
    if form.is_valid() and row.is_repeated(verb=verb, form=form, case=found, user=request.user):
        messages.info(request, _("This has been done already."))
        return redirect(_next(request.user, found))
    if not may:
        raise NotAllowed
    if not form.is_valid():
        return _page(request, found, sent=(verb, form))
    try:
        row.carry_out(form=form, case=found, user=request.user)
    except Refused as refusal:
        show_refusal(form, refusal)
        return _page(request, _seen(request, number), sent=(verb, form))
    messages.success(request, row.done)
    return redirect(_next(request.user, found))


def _seen(request, number: str) -> Case:
    return seeing(queries.with_details(queries.visible_to(request.user)), number=number)


def _page(request, case: Case, *, sent=None, reveal=None, revealed=None):
    """Render the page; `sent` is a refused (verb, form), `reveal` a refused form, `revealed` the contact."""
    panels = panels_for(request.user, case, sent)
    context = {
        **details(case, request.user, timezone.now()),
        "sections": page_links.sections_for(request.user, case, {movement.verb for movement in case.movements.all()}),
        "held_back": named(queries.held_back_verbs(request.user, case)),
        "buttons": [panel for panel in panels if panel.verb in BUTTONS],
        "panels": [panel for panel in panels if panel.verb not in BUTTONS],
        "reveal": reveal or RevealForm(prefix="reveal"),
        "revealed": revealed,
    }
    return render(request, "cases/case/page.html", context)


def _next(user, case: Case) -> str:
    """Return where the person goes on: the case while there is something to do, else the own desk or list."""
    case.refresh_from_db()
    visible = queries.visible_to(user).filter(pk=case.pk).exists()
    if visible and queries.verbs_for(user, case):
        return case.get_absolute_url()
    grants = grants_of(user)
    return "desk" if any(grants.holds(permission) for permission in DESK_PERMISSIONS) else "cases"
