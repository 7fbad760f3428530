"""The list of all cases that a person may see, and the same list as a file."""

from django.contrib import messages
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import holding
from cases import exports
from cases.filters import CaseFilter
from cases.queries import listed_for
from records.keyset import page
from records.sheets import csv_lines, workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@holding("view_case")
@require_GET
def cases(request):
    """List the cases of the person's units, the newest first, narrowed by the filters in the address."""
    found = CaseFilter(request.GET, listed_for(request.user), request=request)
    context = {
        "filter": found,
        "page": page(found.qs, "-lodged_at", request.GET.get("cursor", "")),
        "now": timezone.now(),
    }
    return render(request, "cases/list.html", context)


@holding("view_case")
@require_GET
def export(request):
    """Send the list, narrowed in the same way, as `format` csv or xlsx; too long a list goes back with a sentence."""
    form = request.GET.get("format")
    if form not in ("csv", "xlsx"):
        raise Http404
    found = CaseFilter(request.GET, listed_for(request.user), request=request)
    queryset = found.qs.order_by("-lodged_at", "-pk")
    too_long = queryset[: exports.LIMIT + 1].count() > exports.LIMIT
    if too_long or not found.is_valid():
        if too_long:
            sentence = _("A file may hold up to %(limit)d cases. Please narrow the list first.")
            messages.error(request, sentence % {"limit": exports.LIMIT})
        return redirect(f"{reverse('cases')}?{request.GET.urlencode()}")
    used = [name for name in found.filters if request.GET.get(name)]
    exports.note_export(user=request.user, queryset=queryset, form=form, filters=used)
    return _as_csv(queryset) if form == "csv" else _as_workbook(queryset)


def _name(extension: str) -> str:
    return f"cases-{timezone.localtime():%Y%m%d-%H%M}.{extension}"


def _as_csv(queryset) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        csv_lines(exports.rows(queryset)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{_name("csv")}"', "Cache-Control": "no-store"},
    )


def _as_workbook(queryset) -> FileResponse:
    file = workbook(exports.rows(queryset))
    headers = {"Cache-Control": "no-store"}
    return FileResponse(file, as_attachment=True, filename=_name("xlsx"), content_type=XLSX, headers=headers)
