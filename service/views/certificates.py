"""Certificates: a member issues and prints one, and anybody can verify it, seeing no more than it says."""

import segno
from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import anyone, seeing, signed_in
from accounts.errors import Refused
from records.keyset import page
from records.text import plain
from service.actions.certificates import issue_certificate
from service.durations import spelled
from service.forms.certificates import CertificateForm, VerifyForm
from service.forms.refusals import show_refusal
from service.models import Certificate
from service.queries.certificates import by_code, certificates_of, grouped, is_diminished
from service.throttle import CERTIFICATES


@signed_in
@never_cache
def certificates(request):
    """List the person's certificates, the newest first, and issue a further one."""
    form = CertificateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            issued = issue_certificate(member=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The certificate has been issued."))
            return redirect("certificate", issued.code)
    found = page(certificates_of(request.user), "-issued_at", request.GET.get("cursor", ""))
    rows = [(row, spelled(row.minutes)) for row in found]
    return render(request, "service/hours/certificates.html", {"form": form, "page": found, "rows": rows})


@signed_in
@require_GET
@never_cache
def certificate(request, code):
    """Show the person's own certificate, made to be printed, with the QR code of the page that verifies it."""
    found = seeing(certificates_of(request.user), code=code)
    address = request.build_absolute_uri(reverse("verify_certificate", args=[found.code]))
    drawn = segno.make(address, error="m").svg_inline(omitsize=True, border=0)
    context = _said(found) | {"address": address, "qr": mark_safe(drawn)}
    return render(request, "service/hours/certificate.html", context)


@anyone
@require_GET
def verify(request):
    """Ask for the code of a certificate and lead to what it says."""
    form = VerifyForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        found = _found(request, form, form.cleaned_data["code"])
        if found is not None:
            return redirect("verify_certificate", found.code)
    return _private(render(request, "service/hours/verify.html", {"form": form}))


@anyone
@require_GET
def verify_certificate(request, code):
    """Show exactly what the certificate with this code says, and warn when less is attested now.

    A wrong code gets 404 and may be typed again.
    """
    form = VerifyForm({"code": plain(code)})
    found = _found(request, form, code) if form.is_valid() else None
    if found is None:
        return _private(render(request, "service/hours/verify.html", {"form": form}, status=404))
    context = _said(found) | {"diminished": is_diminished(found)}
    return _private(render(request, "service/hours/verified.html", context))


def _found(request, form: VerifyForm, typed: str) -> Certificate | None:
    """Return the certificate of a code; None, with the reason in `form`, for a wrong one or after too many of them."""
    who = f"address:{get_adapter().get_client_ip(request)}"
    if CERTIFICATES.is_full(who):
        form.add_error(None, _("Too many wrong codes. Please wait ten minutes and try again."))
        return None
    found = by_code(typed)
    if found is None:
        CERTIFICATES.count(who)
        form.add_error("code", _("No certificate has this code. Please compare it with the paper."))
    return found


def _said(certificate: Certificate) -> dict:
    """Return what a certificate says, the same on paper and on the page that verifies it."""
    return {
        "certificate": certificate,
        "code": grouped(certificate.code),
        "hours": spelled(certificate.minutes),
        "by_employers": spelled(certificate.employer_minutes) if certificate.employer_minutes else "",
    }


def _private(response):
    """Return the page kept out of shared caches and search engines: it names a person."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
