"""What may be done to a need, a resource or a project: its words, form and action, and who is offered it when."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.queries import grants_of
from service.actions.lists import withdraw_item
from service.actions.lists_claims import claim_need, claim_resource, give_back, match_items
from service.actions.lists_deliveries import deliver_item, rate_item
from service.enums import ListKind, Verb
from service.forms.lists import ClaimNeedForm, DeliverForm, DueForm, MatchForm, RateForm
from service.forms.registrations import ReasonForm
from service.models import ListItem
from service.queries.lists import acts_for, counterparts, partners_acted_for
from service.views.panels import Row
from service.workflow import ITEM_MOVES, Who, allowed


def _match(*, item: ListItem, other: ListItem, **given) -> ListItem:
    need, resource = (item, other) if item.kind == ListKind.NEED else (other, item)
    return match_items(need=need, resource=resource, **given)


def _claim(*, item: ListItem, **given) -> ListItem:
    return claim_need(item=item, **given) if item.kind == ListKind.NEED else claim_resource(item=item, **given)


ROWS: dict[str, Row] = {
    "match": Row(
        _("Match into a project"),
        _("The project has begun; both sides have been told."),
        _match,
        "handshake",
        MatchForm,
        _("A need and a resource become a project, which the employer delivers and the community rates."),
    ),
    "claim": Row(
        _("Claim"),
        _("It is claimed; the other side has been told."),
        _claim,
        "hand",
        DueForm,
        _("Without a match: the employer delivers it by the day you give, and the community rates it."),
    ),
    "deliver": Row(
        _("Deliver"),
        _("The delivery is recorded; the side that asked rates it next."),
        deliver_item,
        "package-check",
        DeliverForm,
    ),
    "rate": Row(_("Rate"), _("Thank you; the rating is shown on the lists."), rate_item, "star", RateForm),
    "give_back": Row(
        _("Undo the claim"),
        _("The claim is undone; both sides have been told."),
        give_back,
        "undo-2",
        ReasonForm,
        _("It is open again for others. Both sides read the reason."),
    ),
    "withdraw": Row(
        pgettext_lazy("list item", "Withdraw"),
        _("It is off the list."),
        withdraw_item,
        "circle-x",
        ReasonForm,
        _("It leaves the list for good; the reason stays on its page."),
    ),
}


def is_for(user, verb: str, item: ListItem) -> bool:
    """Return whether `verb` on `item` is for `user` at any time at all; if not, the answer is 403."""
    whole = item.kind == ListKind.PROJECT
    if verb == "match":
        return not whole and (acts_for(user, item.community_id) or bool(_counterparties(user, item)))
    if verb == "claim" and item.kind == ListKind.NEED:
        return bool(partners_acted_for(user, item.community))
    if verb == "rate" and grants_of(user).on("liaise", item.claimant_id):
        return False
    sides = {
        Who.COMMUNITY: None if whole else item.community_id,
        Who.OWNER: None if whole else item.owner_id,
        Who.CLAIMANT: item.claimant_id,
        Who.ASKER: item.asker_id,
    }
    units = [sides.get(who) for who in ITEM_MOVES[verb].who]
    return any(unit and acts_for(user, unit) for unit in units)


def _counterparties(user, item: ListItem) -> list:
    """Return the employers for which `user` may match `item`: the owner of a resource, any partner for a need."""
    partners = partners_acted_for(user, item.community)
    return [unit for unit in partners if item.kind == ListKind.NEED or unit.pk == item.owner_id]


def offered(user, item: ListItem, project: ListItem | None) -> list[str]:
    """Return what `user` may do to `item` now; what is a part of a `project` is done there."""
    if project:
        return []
    verbs = [verb for verb in ROWS if allowed(ITEM_MOVES[verb], item.state) and is_for(user, verb, item)]
    return [verb for verb in verbs if verb != Verb.MATCH or counterparts(user, item).exists()]


def lacks_counterpart(user, item: ListItem, project: ListItem | None) -> bool:
    """Return whether `user` could match `item`, were there anything to match it with."""
    matchable = project is None and allowed(ITEM_MOVES[Verb.MATCH], item.state) and is_for(user, Verb.MATCH, item)
    return matchable and not counterparts(user, item).exists()


def form_for(user, verb: str, item: ListItem, data=None) -> forms.Form:
    """Return the form of `verb`, bound to `data` if there is any, with the choices that `user` has."""
    if verb == "match":
        return MatchForm(data, prefix=verb, others=counterparts(user, item))
    if verb == "claim" and item.kind == ListKind.NEED:
        return ClaimNeedForm(data, prefix=verb, employers=partners_acted_for(user, item.community))
    return ROWS[verb].form(data, prefix=verb)
