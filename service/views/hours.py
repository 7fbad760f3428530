"""A member's own hours, and the correction of an entry by its community, or by the employer that attested it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import holding, seeing, signed_in
from accounts.errors import Refused
from records.keyset import page
from service.actions.corrections import correct_hours, settled
from service.durations import spelled
from service.forms.attendance import CorrectForm
from service.forms.refusals import show_refusal
from service.quarters import Period, Quarter, Year, before, has_begun, is_running, quarter_of, read_quarter
from service.queries.hours import (
    corrections_of,
    corrects_for,
    entries_run_by,
    hours_in,
    is_settled_for,
    net_minutes,
    total,
    year_of,
)
from service.queries.names import name_in


def asked_quarter(request) -> Quarter | None:
    """Return the quarter that the address asks for, the present one without.

    None, and a message, for no quarter or one that lies ahead.
    """
    asked = request.GET.get("quarter")
    if asked is None:
        return quarter_of(timezone.localdate())
    found = read_quarter(asked)
    if found is None:
        messages.error(request, _("There is no such quarter. Quarters are written like 2026Q4."))
    return begun(request, found)


def begun(request, period: Period | None) -> Period | None:
    """Return `period`, or None, and a message, where it lies ahead."""
    if period is None or has_begun(period, timezone.localdate()):
        return period
    messages.error(request, _("%(period)s has not begun yet.") % {"period": period})
    return None


def neighbours(period: Period) -> dict:
    """Return the periods that a page leads to, none ahead or before what is known, and whether this one still runs."""
    today = timezone.localdate()
    return {
        "period": period,
        "is_year": isinstance(period, Year),
        "previous": before(period),
        "next": period.next if has_begun(period.next, today) else None,
        "is_running": is_running(period, today),
    }


@signed_in
@require_GET
@never_cache
def my_hours(request):
    """List the person's hours of a quarter, the newest first, with the sums of the quarter and of its year."""
    quarter = asked_quarter(request)
    if quarter is None:
        return redirect("my_hours")
    entries = hours_in(request.user, quarter)
    found = page(entries, "-attested_at", request.GET.get("cursor", ""))
    context = neighbours(quarter) | {
        "quarter": quarter,
        "page": found,
        "rows": [(entry, spelled(entry.minutes)) for entry in found],
        "of_quarter": spelled(total(entries)),
        "of_year": spelled(year_of(request.user, quarter.year)),
    }
    return render(request, "service/hours/my_hours.html", context)


@holding("manage_service", "liaise")
@never_cache
def correct(request, pk):
    """Show an attested entry with its corrections, and enter a further one."""
    entry = seeing(entries_run_by(request.user), pk=pk)
    unit = corrects_for(request.user, entry)
    form = CorrectForm(request.POST if request.method == "POST" else None, initial={"shown": net_minutes(entry)})
    if form.is_valid():
        try:
            correct_hours(entry=entry, user=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The correction has been entered; the member has been told."))
            return redirect("correct_hours", entry.pk)
    corrections = list(corrections_of(entry))
    context = {
        "entry": entry,
        "name": name_in(entry, unit),
        "form": form,
        "attested": spelled(entry.minutes),
        "corrections": [(row, spelled(row.minutes)) for row in corrections],
        "net": spelled(entry.minutes + sum(row.minutes for row in corrections)),
        "is_own": entry.member_id == request.user.pk,
        "settled": settled() if is_settled_for(unit, entry) else "",
    }
    return render(request, "service/hours/correct.html", context)
