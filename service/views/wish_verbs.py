"""What may be done to a wish: by its resident, by the community, and by whoever claims it."""

from django.utils.translation import gettext_lazy as _

from service.actions.wish_claims import claim_wish, fulfil_wish, give_back_wish
from service.actions.wish_thanks import publish_thanks, refuse_thanks, thank
from service.actions.wishes import publish_wish, refuse_wish, withdraw_wish
from service.forms.wishes import (
    ClaimForm,
    FulfilForm,
    OnWish,
    PublishForm,
    PublishThanksForm,
    ReasonForm,
    RefuseForm,
    ThankForm,
)
from service.models import Wish
from service.queries.wishes import employers_to_claim, is_claimant, is_member_at, runs_wishes_of
from service.views.panels import Row
from service.workflow import THANKS_MOVES, WISH_MOVES, Who, allowed

NAMELESS = _("Everybody can read these words. Take out names, telephone numbers and addresses, and shorten freely.")

WISH_VERBS: dict[str, Row] = {
    "publish": Row(_("Publish"), _("The wish has been published."), publish_wish, "eye", PublishForm, NAMELESS),
    "refuse": Row(
        _("Do not publish"),
        _("The wish is not shown; the resident has been told why."),
        refuse_wish,
        "circle-x",
        RefuseForm,
        _("The resident reads the reason. This cannot be undone."),
    ),
    "publish_thanks": Row(
        _("Publish the thanks"),
        _("The thanks have been published."),
        publish_thanks,
        "eye",
        PublishThanksForm,
        NAMELESS,
    ),
    "refuse_thanks": Row(
        _("Do not publish the thanks"),
        _("The thanks are not shown; the resident has been told why."),
        refuse_thanks,
        "circle-x",
        ReasonForm,
        _("The resident reads the reason."),
    ),
    "claim": Row(
        _("Claim this wish"),
        _("The wish is yours to fulfil. This page now shows where to bring it."),
        claim_wish,
        "hand-heart",
        ClaimForm,
        _("You will see where to bring it, and that is recorded. Neither you nor the resident is named to others."),
    ),
    "fulfil": Row(
        _("It is fulfilled"),
        _("Thank you. The resident has been told."),
        fulfil_wish,
        "circle-check-big",
        FulfilForm,
        _("Read by the resident and the community."),
    ),
    "give_back": Row(
        _("Give it back"),
        _("The wish is published again."),
        give_back_wish,
        "undo-2",
        ReasonForm,
        _("It is published again, and somebody else may claim it."),
    ),
    "thank": Row(
        _("Say thank you"),
        _("Your thanks have been handed to the community, which reads them first."),
        thank,
        "heart",
        ThankForm,
    ),
    "withdraw": Row(
        _("Withdraw the wish"),
        _("The wish has been withdrawn."),
        withdraw_wish,
        "x",
        OnWish,
        confirm=_("Withdraw this wish? This cannot be undone."),
    ),
}
"""In the order in which the page offers them."""

MOVES = WISH_MOVES | THANKS_MOVES


def may_ever(user, verb: str, wish: Wish) -> bool:
    """Return whether `verb` is for `user` to do to `wish` at any time at all; if not, the answer is 403."""
    who = MOVES[verb].who
    if Who.RESIDENT in who:
        return wish.resident_id == user.pk
    if Who.MEMBER in who:
        return may_claim(user, wish)
    return (Who.COMMUNITY in who and runs_wishes_of(user, wish)) or (Who.CLAIMANT in who and is_claimant(user, wish))


def may_claim(user, wish: Wish) -> bool:
    """Return whether `user` may claim wishes where this one was made: as a member, or for an employer."""
    return is_member_at(user, wish.community) or bool(employers_to_claim(user, wish))


def offered(user, wish: Wish) -> list[str]:
    """Return the verbs that `user` can do to `wish` now: to one's own only what is for a resident."""
    if user.pk is None:
        return []
    is_own = wish.resident_id == user.pk
    return [
        verb
        for verb, move in MOVES.items()
        if (Who.RESIDENT in move.who) == is_own and _is_turn(verb, wish) and may_ever(user, verb, wish)
    ]


def _is_turn(verb: str, wish: Wish) -> bool:
    if verb in THANKS_MOVES:
        return allowed(THANKS_MOVES[verb], wish.thanks_state, wish.state)
    return allowed(WISH_MOVES[verb], wish.state)
