"""The appraisal of a month: the ranking, one department, and the evidence behind one figure."""

from datetime import date
from io import BytesIO

from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.access import holding
from accounts.models import Unit
from appraisal import exports, queries
from appraisal.enums import RATED_CODES, Code
from appraisal.months import following, month_at, preceding
from appraisal.results import Result, Row, for_reader, result_of
from cases.queries import rating_is_open
from records.keyset import page
from records.sheets import csv_lines, workbook

FILES = {
    "csv": ("text/csv; charset=utf-8", lambda lines: BytesIO("".join(csv_lines(lines)).encode())),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook),
}


def _district(request, districts: list[Unit]) -> Unit:
    """The district that is asked for, among those the person may read; the first without a question."""
    code = request.GET.get("district")
    for district in districts:
        if code in (None, district.code):
            return district
    raise Http404


def _suffix(request, district: Unit) -> str:
    """What a link carries on: the district, where one was chosen."""
    return f"?{urlencode({'district': district.code})}" if "district" in request.GET else ""


def _result(request, month: date, districts: list[Unit] | None = None) -> Result:
    now = timezone.now()
    if month > month_at(now):
        raise Http404
    district = _district(request, districts or queries.districts_of(request.user))
    return for_reader(result_of(district, month, now), request.user, now)


@holding("view_appraisal")
def latest(request):
    """Lead to the newest month with whistles, or to the present one where there are none."""
    district = _district(request, queries.districts_of(request.user))
    _first, last = queries.span(district)
    return redirect(reverse("appraisal_month", args=[last or month_at(timezone.now())]) + _suffix(request, district))


@holding("view_appraisal")
def month(request, month):
    """Rank the departments of the district in `month`, with every figure, weight and sample."""
    districts = queries.districts_of(request.user)
    result = _result(request, month, districts)
    reach = queries.reach_of(request.user, result.district)
    first, _last = queries.span(result.district)
    context = {
        "result": result,
        "districts": districts,
        "suffix": _suffix(request, result.district),
        "openable": [row.department for row in result.rows if reach.opens(row.department)],
        "previous": preceding(month) if first and month > first else None,
        "next": following(month) if month < month_at(timezone.now()) else None,
    }
    return render(request, "appraisal/month.html", context)


@holding("view_appraisal")
def export(request, month, kind):
    """Send the same table as a file."""
    if kind not in FILES:
        raise Http404
    content_type, content = FILES[kind]
    return FileResponse(
        content(exports.lines(_result(request, month))),
        as_attachment=True,
        filename=f"appraisal-{month:%Y-%m}.{kind}",
        content_type=content_type,
        headers={"Cache-Control": "no-store"},
    )


def _opened(request, month: date, code: str) -> dict:
    """What every page about one department shows; one that the person may not open is as if it did not exist."""
    result = _result(request, month)
    reach = queries.reach_of(request.user, result.district)
    row: Row | None = next((row for row in result.rows if row.department.code == code), None)
    if row is None or not reach.opens(row.department):
        raise Http404
    narrowed = reach.narrows(row.department)
    return {
        "result": result,
        "row": row,
        "marks": [given for given in row.facts.marks if not narrowed or given.code in reach.streets],
        "own_part_only": narrowed,
        "suffix": _suffix(request, result.district),
    }


@holding("view_appraisal")
def department(request, month, code):
    """Explain every figure of one department: the formula, and the numbers put in."""
    opened = _opened(request, month, code)
    row = opened["row"]
    explained = [{"figure": figure, "rate": row.facts.rate(figure.code)} for figure in row.figures]
    return render(request, "appraisal/department.html", {**opened, "figures": explained})


@holding("view_appraisal")
def evidence(request, month, code, indicator):
    """List the whistles or cases behind one figure, as far as the person may see them."""
    if indicator not in Code.values:
        raise Http404
    opened = _opened(request, month, code)
    row, now, cursor = opened["row"], timezone.now(), request.GET.get("cursor", "")
    turnouts = queries.turnouts_open_to(request.user, opened["result"].district, row.department, month)
    context = {**opened, "figure": row.figure(indicator), "rate": row.facts.rate(indicator)}
    if indicator in RATED_CODES:
        found = page(queries.cases_behind(turnouts, request.user), "-lodged_at", cursor)
        opening = {case.pk for case in found if case.rated_at and rating_is_open(case.rated_at, now)}
        context |= {"page": found, "open_answers": opening}
        return render(request, "appraisal/evidence_rated.html", context)
    if indicator == Code.TURNOUT_MARKS:
        behind = queries.releases_behind(turnouts)
    else:
        behind = queries.responses_behind(turnouts, now)
    context["page"] = page(behind, "-called_at", cursor)
    return render(request, f"appraisal/evidence_{indicator}.html", context)
