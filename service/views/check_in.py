"""On the day: the code on site, checking in and out."""

import segno
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import holding, seeing, signed_in
from accounts.errors import OutOfTurn, Refused
from records.text import plain
from service import codes
from service.actions import check_in as actions
from service.enums import Verb
from service.forms.attendance import CodeForm
from service.forms.refusals import show_refusal
from service.models import Shift, SignUp
from service.queries.posts import shifts_run_by
from service.queries.shifts import shifts_visible_to
from service.queries.sign_ups import own_sign_up
from service.workflow import SIGN_UP_MOVES, allowed


@holding("manage_service")
@require_GET
@never_cache
def code(request, pk):
    """Show the code of this minute, large, with its QR code. Asked by htmx, answer with that part alone."""
    shift = seeing(shifts_run_by(request.user), pk=pk)
    now = timezone.now()
    context = {"shift": shift, "opens_at": actions.opens_at(shift), "now": now}
    if shift.state in SIGN_UP_MOVES[Verb.CHECK_IN].within and actions.opens_at(shift) <= now < shift.ends_at:
        shown = codes.code_at(shift.secret, now)
        address = request.build_absolute_uri(f"{reverse('check_in', args=[shift.pk])}?code={shown}")
        drawn = segno.make(address, error="m").svg_inline(omitsize=True, border=0)
        context |= {"code": shown, "qr": mark_safe(drawn), "until": codes.shown_until(now)}
    return render(request, "service/hours/_code.html" if request.htmx else "service/hours/code.html", context)


@signed_in
@never_cache
def check_in(request, pk):
    """Let a member check in by the code on site, which a scanned QR code fills in, and show what comes next."""
    shift = seeing(shifts_visible_to(request.user), pk=pk)
    sign_up = own_sign_up(request.user, shift)
    if request.method != "POST":
        return _check_in_page(request, shift, sign_up, CodeForm(initial={"code": plain(request.GET.get("code", ""))}))
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            actions.check_in(sign_up=_held(sign_up), user=request.user, code=form.cleaned_data["code"])
        except OutOfTurn as refusal:
            messages.error(request, str(refusal))
            form = CodeForm()
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("You have checked in. Please check out when you leave."))
            return redirect("check_in", shift.pk)
    return _check_in_page(request, shift, own_sign_up(request.user, shift), form)


@signed_in
@require_POST
@never_cache
def check_out(request, pk):
    """Note when the member leaves."""
    shift = seeing(shifts_visible_to(request.user), pk=pk)
    try:
        actions.check_out(sign_up=_held(own_sign_up(request.user, shift)), user=request.user)
    except OutOfTurn as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have checked out. The community attests your hours after the shift."))
    return redirect("check_in", shift.pk)


def _held(sign_up: SignUp | None) -> SignUp:
    if sign_up is None:
        raise OutOfTurn(_("You have not signed up for this shift."))
    return sign_up


def _check_in_page(request, shift: Shift, sign_up: SignUp | None, form: CodeForm):
    may_in, may_out = (
        sign_up is not None and allowed(SIGN_UP_MOVES[verb], sign_up.state, shift.state)
        for verb in (Verb.CHECK_IN, Verb.CHECK_OUT)
    )
    context = {
        "shift": shift,
        "sign_up": sign_up,
        "form": form,
        "opens_at": actions.opens_at(shift),
        "now": timezone.now(),
        "may_check_in": may_in and sign_up.checked_in_at is None,
        "may_check_out": may_out and sign_up.checked_in_at is not None and sign_up.checked_out_at is None,
    }
    return render(request, "service/hours/check_in.html", context)
