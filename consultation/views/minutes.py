"""The minutes of a meeting as those read them who write, confirm and publish them."""

from typing import NamedTuple

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import seeing, signed_in
from accounts.errors import Refused
from consultation.actions.minutes import edit_minutes
from consultation.actions.minutes_steps import check_may
from consultation.enums import MinutesVerb
from consultation.forms.minutes import MinutesForm
from consultation.models import Meeting, Minutes, MinutesSection
from consultation.queries.minutes import is_readable_for, minutes_open_to, offered, record_of, sections_of
from consultation.queries.minutes_names import names_people, redaction_of
from consultation.redaction import Piece
from consultation.views.minutes_verbs import ROWS, form_for
from service.forms.refusals import show_refusal
from service.views.panels import carry_out, panels

PREVIEWED = frozenset({MinutesVerb.EDIT, MinutesVerb.PUBLISH})
"""Who may do one of these sees what would be published."""


class Previewed(NamedTuple):
    """A number, and the parts of the title and the text that would be published under it."""

    number: str
    title: list[Piece]
    text: list[Piece]


@signed_in
@require_GET
@never_cache
def minutes(request, pk):
    """Show the minutes of a meeting that is over: to be written, confirmed or published."""
    return _page(request, _seen(request, pk))


@signed_in
@require_POST
@never_cache
def verb(request, pk, verb):
    """Do `verb` to the minutes; what is refused is shown in its form, and nothing that was typed is lost."""
    meeting = _seen(request, pk)
    if verb not in [*ROWS, MinutesVerb.EDIT]:
        raise Http404
    check_may(meeting=meeting, verb=MinutesVerb(verb), user=request.user)
    if verb == MinutesVerb.EDIT:
        return _edit(request, meeting)
    form = form_for(verb, meeting, record_of(meeting), request.POST)
    if carry_out(request, ROWS[verb], form, meeting=meeting):
        return redirect("minutes", pk)
    return _page(request, _seen(request, pk), sent=(verb, form))


def _seen(request, pk) -> Meeting:
    return seeing(minutes_open_to(request.user), pk=pk)


def _edit(request, meeting: Meeting):
    """Save the text, or show the form again: if somebody else was quicker, with their text beside what was typed."""
    record = record_of(meeting)
    if record is None:
        raise Http404
    form = MinutesForm(request.POST, minutes=record, sections=list(sections_of(record)))
    if form.is_valid():
        try:
            edit_minutes(meeting=meeting, user=request.user, **form.given())
        except Refused as refusal:
            show_refusal(form, refusal)
            record = record_of(meeting)
            form.compare(record, list(sections_of(record)))
        else:
            messages.success(request, _("The minutes are saved."))
            return redirect("minutes", meeting.pk)
    return _page(request, meeting, form=form)


def _page(request, meeting: Meeting, *, form: MinutesForm | None = None, sent: tuple | None = None):
    record = record_of(meeting)
    is_readable = is_readable_for(request.user, meeting, record)
    sections = list(sections_of(record)) if is_readable else []
    verbs = offered(request.user, meeting, record)
    if form is None and MinutesVerb.EDIT in verbs:
        form = MinutesForm(minutes=record, sections=sections)
    context = {
        "meeting": meeting,
        "minutes": record if is_readable else None,
        "sections": sections,
        "form": form,
        "preview": _preview(meeting, record, sections) if PREVIEWED & {*verbs} else None,
        "names_people": names_people(meeting),
        "about_to_publish": MinutesVerb.PUBLISH in verbs,
        "panels": panels(
            ROWS,
            verbs,
            lambda verb: form_for(verb, meeting, record),
            lambda verb: reverse("minutes_verb", args=[meeting.pk, verb]),
            sent,
        ),
    }
    return render(request, "consultation/minutes/minutes.html", context)


def _preview(meeting: Meeting, record: Minutes, sections: list[MinutesSection]) -> list[Previewed]:
    """Return the opening, each section and each resolution as they would be published now."""
    parts = redaction_of(meeting).parts
    found = [Previewed("", [], parts(record.opening))]
    for number, section in enumerate(sections, 1):
        found.append(Previewed(f"{number}.", parts(section.item.title), parts(section.text)))
        if resolution := getattr(section.item, "resolution", None):
            head = _("Resolution %(number)s") % {"number": resolution.number}
            found.append(Previewed(head, parts(resolution.title), parts(resolution.text)))
    return found
