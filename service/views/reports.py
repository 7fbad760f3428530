"""The employer's quarter: its members' attested hours and rated projects, as a page, XLSX and PDF."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import holding, seeing
from accounts.errors import Refused
from records.keyset import page
from records.sheets import workbook
from service import sheets
from service.actions.reports import note_sheet
from service.durations import spelled
from service.queries.reports import lines_of, members_at, projects_of, sums_of
from service.queries.scope import employers_run_by
from service.views.hours import asked_quarter, neighbours

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


@holding("liaise")
@require_GET
@never_cache
def employer_hours(request, pk):
    """Show a quarter of the employer: its members' attested service, and nothing else of them, and its projects."""
    employer = seeing(employers_run_by(request.user), pk=pk)
    quarter = asked_quarter(request)
    if quarter is None:
        return redirect("employer_hours", employer.pk)
    found = page(members_at(employer, quarter), "id", request.GET.get("cursor", ""))
    sums = sums_of(employer, quarter)
    context = neighbours(quarter) | {
        "employer": employer,
        "page": found,
        "rows": [(line, spelled(line.minutes)) for line in lines_of(employer, quarter, found.rows)],
        "sums": sums,
        "hours": spelled(sums.minutes),
        "projects": projects_of(employer, quarter),
    }
    return render(request, "service/hours/employer_hours.html", context)


@holding("liaise")
@require_GET
@never_cache
def export(request, pk):
    """Send the sheet of a quarter as `format` xlsx or pdf; what cannot be made goes back with a sentence."""
    employer = seeing(employers_run_by(request.user), pk=pk)
    form = request.GET.get("format")
    if form not in ("xlsx", "pdf"):
        raise Http404
    quarter = asked_quarter(request)
    if quarter is None:
        return redirect("employer_hours", employer.pk)
    sheet = sheets.sheet_of(employer, quarter)
    name = f"service-{employer.code}-{quarter}.{form}"
    try:
        response = _as_pdf(sheet, name) if form == "pdf" else _as_workbook(sheet, name)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('employer_hours', args=[employer.pk])}?quarter={quarter}")
    note_sheet(user=request.user, employer=employer, quarter=quarter, form=form, members=len(sheet.lines))
    return response


def _as_workbook(sheet: sheets.Sheet, name: str) -> FileResponse:
    return FileResponse(
        workbook(sheets.rows_of(sheet)), as_attachment=True, filename=name, content_type=XLSX, headers=NOT_KEPT
    )


def _as_pdf(sheet: sheets.Sheet, name: str) -> HttpResponse:
    headers = NOT_KEPT | {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(sheets.as_pdf(sheet), content_type="application/pdf", headers=headers)


NOT_KEPT = {"Cache-Control": "no-store"}
