"""Residents follow their request by number and secret code, and answer: rate, add, withdraw."""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.access import anyone
from accounts.errors import OutOfTurn, Refused
from cases import actions, page_links, queries, wording
from cases.enums import Verb
from cases.forms.photos import PhotoFormMixin
from cases.forms.refusals import show_refusal
from cases.forms.resident import FollowForm, InformationForm, RateForm, WithdrawForm
from cases.models import Case
from cases.throttle import GUESSES
from cases.views.by_link import by_link
from cases.workflow import allowed_on_case
from records.queries import attachments_of
from records.views import photo_response


@dataclass(frozen=True)
class Doing:
    """What a resident may do to a case: the form, the action it is for, and what is said afterwards."""

    form: type[forms.Form]
    act: Callable[[Case, object, dict], Case]
    title: str | Promise
    icon: str
    button: str | Promise
    done: str | Promise


def _rate(case: Case, user, given: dict) -> Case:
    return actions.rate(case=case, rater=user, **given)


def _add_information(case: Case, user, given: dict) -> Case:
    return actions.add_information(case=case, resident=user, text=given["text"], photos=given["token"])


def _withdraw(case: Case, user, given: dict) -> Case:
    return actions.withdraw(case=case, resident=user, reason=given["reason"])


DOINGS = {
    Verb.RATE: Doing(
        RateForm,
        _rate,
        _("Rate the answer"),
        "star",
        _("Send the rating"),
        _("Thank you, your rating has been recorded."),
    ),
    Verb.ADD_INFORMATION: Doing(
        InformationForm,
        _add_information,
        _("Add information or photos"),
        "message-square-plus",
        _("Send"),
        _("Thank you, your information has been added."),
    ),
    Verb.WITHDRAW: Doing(
        WithdrawForm,
        _withdraw,
        _("Withdraw the request"),
        "undo-2",
        _("Withdraw the request"),
        _("The request has been withdrawn."),
    ),
}


@anyone
def follow(request):
    """Ask for number and secret code and lead to the request; too many wrong ones have to wait."""
    form = FollowForm(request.POST or None)
    if form.is_valid():
        number, secret = form.cleaned_data["number"], form.cleaned_data["secret"]
        who = (f"address:{get_adapter().get_client_ip(request)}", f"number:{number}")
        if GUESSES.is_full(*who):
            form.add_error(None, _("Too many wrong numbers or codes. Please wait ten minutes and try again."))
        elif case := queries.by_secret(number, secret).first():
            return redirect("follow_case", case.number, case.secret)
        else:
            GUESSES.count(*who)
            form.add_error(None, _("Number and code do not belong together. Please look at them again."))
    return render(request, "cases/public/follow.html", {"form": form})


@by_link
def follow_case(request, case):
    """Show where a request stands, what has happened, and what its resident can do now."""
    return _show(request, case)


def _show(request, case: Case, sent: tuple[Verb, forms.Form] | None = None):
    """Render the page of `case`; `sent` is a form that came back with errors."""
    movements = list(queries.public_timeline(case))
    photos = attachments_of([case, *movements])
    forms_by_verb = {
        verb: doing.form(prefix=verb)
        for verb, doing in DOINGS.items()
        if allowed_on_case(verb, case.state, case.level, case.open_turnouts)
    }
    if sent:
        forms_by_verb.update([sent])
    context = {
        "case": case,
        "standing": wording.standing(case),
        "progress": wording.progress(case),
        "timeline": wording.timeline(case, movements, photos),
        "photos": wording.photos_of_case(case, photos),
        "deadline": queries.answer_deadline(case) if case.is_open else None,
        "sections": page_links.public_sections_for(request.user, case, {movement.verb for movement in movements}),
        "doings": [(verb, DOINGS[verb], form) for verb, form in forms_by_verb.items()],
    }
    return render(request, "cases/public/follow_case.html", context)


@require_POST
@by_link
def follow_verb(request, case, verb):
    """Do what the resident asks; what is missing is said on the page of the request."""
    doing = DOINGS.get(verb)
    if doing is None:
        raise Http404
    user = request.user if request.user.is_authenticated else None
    form = doing.form(request.POST, request.FILES, prefix=verb)
    if isinstance(form, PhotoFormMixin):
        form.keep_photos(user)
    if form.is_valid():
        try:
            doing.act(case, user, form.cleaned_data)
        except OutOfTurn as refusal:  # the form is no longer offered: say so above the page
            messages.error(request, refusal.sentence)
            return redirect(case.get_public_url())
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, doing.done)
            return redirect(case.get_public_url())
    return _show(request, case, (verb, form))


@by_link
def photo(request, case, pk):
    """Send a photo of the request, or of an entry of its public timeline."""
    found = attachments_of([case, *queries.public_timeline(case)])
    for attachment in (one for photos in found.values() for one in photos):
        if attachment.pk == pk:
            return photo_response(attachment)
    raise Http404
