"""The versions of the scheme: read by everyone who reads the appraisal, composed by its administrator."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import holding, seeing
from accounts.errors import Refused
from accounts.queries import grants_of
from appraisal import actions
from appraisal.forms import SchemeForm
from appraisal.months import following, month_at
from appraisal.queries import scheme_for, schemes
from cases.forms.refusals import show_refusal


@holding("view_appraisal")
def versions(request):
    """Show every version, the newest first, with the streets' share as an exact fraction."""
    now = timezone.now()
    context = {
        "schemes": schemes(),
        "current": scheme_for(month_at(now)),
        "next_month": following(month_at(now)),
        "manages": grants_of(request.user).holds("manage_appraisal"),
    }
    return render(request, "appraisal/schemes.html", context)


@holding("manage_appraisal")
def compose(request):
    """Compose a draft; the button “Work out the share” does without script what typing does with it."""
    if request.method != "POST":
        return _form(request, SchemeForm.starting_from(schemes().first()))
    form = SchemeForm(request.POST)
    if form.is_valid() and "preview" not in request.POST:
        try:
            scheme = actions.compose(user=request.user, name=form.cleaned_data["name"], weights=form.weights)
        except Refused as error:
            show_refusal(form, error)
        else:
            messages.success(
                request,
                _("Version %(version)d is kept as a draft. A second person brings it into force.")
                % {"version": scheme.version},
            )
            return redirect("appraisal_schemes")
    return _form(request, form)


def _form(request, form: SchemeForm):
    return render(request, "appraisal/compose.html", {"form": form, "share": form.share})


@holding("manage_appraisal")
def share(request):
    """The live line of the form: the share of what is typed so far."""
    return render(request, "appraisal/share.html", {"share": SchemeForm(request.GET).share})


@holding("manage_appraisal")
@require_POST
def activate(request, version):
    """Bring a draft into force from the next month on."""
    scheme = actions.activate(scheme=seeing(schemes(), version=version), user=request.user)
    messages.success(
        request,
        _("Version %(version)d comes into force on %(day)s.")
        % {"version": scheme.version, "day": f"{scheme.effective_from:%Y-%m-%d}"},
    )
    return redirect("appraisal_schemes")
