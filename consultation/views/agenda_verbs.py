"""What a convenor may do to an item of an agenda that is being arranged."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.errors import OutOfTurn
from consultation.actions import agenda, measures, papers
from consultation.forms.agenda import ItemForm, KeyForm, MeasureForm, MoveForm, PaperForm
from consultation.models import AgendaItem
from service.forms.fields import NothingToSay
from service.views.panels import Row

GONE = _("It has been taken off already.")


def _drop_measure(*, item: AgendaItem, user, key: str) -> None:
    found = item.measures.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    if found is None:
        raise OutOfTurn(GONE)
    found.item = item
    measures.remove_measure(measure=found, user=user)


def _drop_paper(*, item: AgendaItem, user, key: str) -> None:
    try:
        found = item.papers.filter(pk=UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise OutOfTurn(GONE)
    found.item = item
    papers.remove_paper(paper=found, user=user)


ITEM_VERBS: dict[str, Row] = {
    "measure": Row(
        _("Add a measure"),
        _("The measure has been added."),
        measures.add_measure,
        "list-plus",
        MeasureForm,
        _("If the item is adopted, each measure becomes something that its unit owes."),
    ),
    "paper": Row(_("Add a paper"), _("The paper has been added."), papers.add_paper, "paperclip", PaperForm),
    "change": Row(_("Change the item"), _("The item has been changed."), agenda.change_item, "pencil", ItemForm),
    "move": Row(_("Move the item"), _("The item has been moved."), agenda.move_item, "arrow-up-down", MoveForm),
    "remove": Row(
        _("Take the item off the agenda"),
        _("The item has been taken off the agenda."),
        agenda.remove_item,
        "trash-2",
        NothingToSay,
        _("Its measures and papers go with it; a matter waits for another meeting. This cannot be undone."),
        _("Take this item with its measures and papers off the agenda?"),
    ),
    "drop-measure": Row(_("Take the measure off"), _("The measure has been taken off."), _drop_measure, "x", KeyForm),
    "drop-paper": Row(_("Take the paper off"), _("The paper has been taken off."), _drop_paper, "x", KeyForm),
}
OFFERED = ["measure", "paper", "change", "move", "remove"]
"""In the order in which the page offers them; the others stand beside the row they are about."""


def item_form(verb: str, item: AgendaItem, data=None, files=None) -> forms.Form:
    """Return the form of `verb` for `item`, bound to `data` and `files` if they are given."""
    form, given = ITEM_VERBS[verb].form, {}
    if form is ItemForm:
        given = {"meeting": item.meeting, "item": item}
    elif form is MoveForm:
        given = {"item": item}
    elif form is MeasureForm:
        given = {"forum": item.meeting.forum}
    elif form is PaperForm:
        return form(data, files, prefix=verb)
    return form(data, prefix=verb, **given)
