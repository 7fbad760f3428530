"""The employer's quarter or year: its members' attested hours and rated projects, as a page, XLSX and PDF."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import holding, seeing
from accounts.errors import Refused
from records.keyset import page
from records.sheets import workbook
from service import sheets
from service.actions.reports import note_sheet
from service.durations import named, spelled
from service.quarters import Period, Year, read_year
from service.queries.reports import MemberLine, lines_of, members_at, projects_of, sums_of
from service.queries.scope import employers_run_by
from service.sheet_pdf import as_pdf
from service.views.hours import asked_quarter, begun, neighbours

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@holding("liaise")
@require_GET
@never_cache
def employer_sheets(request):
    """Lead to the sheet of the person's employer, or let them choose where they act for several."""
    employers = list(employers_run_by(request.user).order_by("code"))
    if len(employers) == 1:
        return redirect("employer_hours", employers[0].pk)
    return render(request, "service/hours/employers.html", {"employers": employers})


def asked_period(request) -> Period | None:
    """Return the year that the address asks for, else the quarter; None, and a message, for none that has begun."""
    asked = request.GET.get("year")
    if asked is None:
        return asked_quarter(request)
    found = read_year(asked)
    if found is None:
        messages.error(request, _("There is no such year. Years are written like 2026."))
    return begun(request, found)


@holding("liaise")
@require_GET
@never_cache
def employer_hours(request, pk):
    """Show a quarter or year of the employer: its members' attested service, nothing else of them, and its projects."""
    employer = seeing(employers_run_by(request.user), pk=pk)
    period = asked_period(request)
    if period is None:
        return redirect("employer_hours", employer.pk)
    found = page(members_at(employer, period), "id", request.GET.get("cursor", ""))
    sums, year = sums_of(employer, period), Year(period.first_day.year)
    context = neighbours(period) | {
        "employer": employer,
        "name": named(period),
        "warning": sheets.still_running(period),
        "year": year,
        "quarters": year.quarters(timezone.localdate()),
        "page": found,
        "rows": [_row(line) for line in lines_of(employer, period, found.rows)],
        "sums": sums,
        "hours": spelled(sums.minutes),
        "by_employers": spelled(sums.by_employers),
        "projects": projects_of(employer, period),
    }
    return render(request, "service/hours/employer_hours.html", context)


def _row(line: MemberLine) -> tuple[MemberLine, str, str]:
    """Return a line with its hours as they read, and those of them that an employer attested."""
    return line, spelled(line.minutes), spelled(line.by_employers) if line.by_employers else ""


@holding("liaise")
@require_GET
@never_cache
def export(request, pk):
    """Send the sheet of a quarter or a year as `format` xlsx or pdf; what cannot be made goes back with a sentence."""
    employer = seeing(employers_run_by(request.user), pk=pk)
    form = request.GET.get("format")
    if form not in ("xlsx", "pdf"):
        raise Http404
    period = asked_period(request)
    if period is None:
        return redirect("employer_hours", employer.pk)
    sheet = sheets.sheet_of(employer, period)
    name = f"service-{employer.code}-{period}.{form}"
    try:
        response = _as_pdf(sheet, name) if form == "pdf" else _as_workbook(sheet, name)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('employer_hours', args=[employer.pk])}?{period.asked}")
    note_sheet(user=request.user, employer=employer, period=period, form=form, members=len(sheet.lines))
    return response


def _as_workbook(sheet: sheets.Sheet, name: str) -> FileResponse:
    return FileResponse(
        workbook(sheets.rows_of(sheet)), as_attachment=True, filename=name, content_type=XLSX, headers=NOT_KEPT
    )


def _as_pdf(sheet: sheets.Sheet, name: str) -> HttpResponse:
    headers = NOT_KEPT | {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(as_pdf(sheet), content_type="application/pdf", headers=headers)


NOT_KEPT = {"Cache-Control": "no-store"}
