"""A resident thanks in a sentence, which the community reviews before anybody else reads it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, OutOfTurn
from accounts.models import User
from records import actions as records
from service.actions.turns import check_move
from service.actions.typed import checked, checked_reason
from service.actions.wish_claims import claimants_of
from service.actions.wishes import check_reviewer, locked_wish, tell_resident, wish_stands
from service.enums import Step, Verb
from service.models import Wish
from service.queries.clocks import due_times
from service.queries.rounds import next_round
from service.workflow import THANKS_MOVES, Move


def _words(thanks: str) -> str:
    return checked(thanks, field="thanks", most=200, missing=_("Please write a sentence."))


@transaction.atomic
def thank(*, wish: Wish, user: User, thanks: str, now: datetime | None = None) -> Wish:
    """Thank for one's own fulfilled `wish`; the community reviews the sentence. Return the wish.

    A sentence that was not published may be written anew. Raises NotAllowed for another's wish, OutOfTurn before
    it is fulfilled and when thanks were sent before, Refused for an empty or overlong sentence.
    """
    now = now or timezone.now()
    wish = locked_wish(wish)
    if wish.resident_id != user.pk:
        raise NotAllowed
    move = THANKS_MOVES[Verb.THANK]
    if wish.state not in move.within:
        raise OutOfTurn(wish_stands(wish))
    check_move(move, wish.thanks_state, _("You have said thank you already."))
    wish.thanks, wish.thanks_state, wish.thanked_at = _words(thanks), move.target, now
    wish.save(update_fields=["thanks", "thanks_state", "thanked_at"])
    due = due_times(steps=[Step.REVIEW_THANKS], now=now)
    number = next_round(wish, Step.REVIEW_THANKS)
    records.set_deadlines(subject=wish, unit=wish.community, due=due, now=now, round=number)
    return wish


def _locked_to_review(wish: Wish, user: User, verb: Verb) -> tuple[Wish, Move]:
    wish = locked_wish(wish)
    check_reviewer(user, wish)
    return wish, check_move(THANKS_MOVES[verb], wish.thanks_state, _("No thanks wait to be reviewed here."))


@transaction.atomic
def publish_thanks(*, wish: Wish, user: User, thanks: str, now: datetime | None = None) -> Wish:
    """Publish the thanks in the words of the review, and tell whoever fulfilled the wish; return the wish.

    Raises NotAllowed for anybody but the community and for one's own wish, OutOfTurn unless thanks wait,
    Refused for an empty or overlong sentence.
    """
    now = now or timezone.now()
    wish, move = _locked_to_review(wish, user, Verb.PUBLISH_THANKS)
    wish.thanks, wish.thanks_state = _words(thanks), move.target
    wish.save(update_fields=["thanks", "thanks_state"])
    records.meet_deadlines(subject=wish, kinds=[Step.REVIEW_THANKS], now=now)
    parameters, address = {"title": wish.title, "thanks": wish.thanks}, wish.get_absolute_url()
    people = claimants_of(wish)
    records.notify(recipients=people, kind="wish.thanked", parameters=parameters, url=address, now=now)
    records.audit(verb="wish.publish_thanks", subject=wish, actor=user, unit=wish.community, now=now)
    return wish


@transaction.atomic
def refuse_thanks(*, wish: Wish, user: User, reason: str, now: datetime | None = None) -> Wish:
    """Do not publish the thanks, with a `reason` that the resident reads; return the wish. Raises as above."""
    now = now or timezone.now()
    wish, move = _locked_to_review(wish, user, Verb.REFUSE_THANKS)
    wish.reason, wish.thanks_state = checked_reason(reason), move.target
    wish.save(update_fields=["reason", "thanks_state"])
    records.meet_deadlines(subject=wish, kinds=[Step.REVIEW_THANKS], now=now)
    tell_resident(wish, "wish.thanks_refused", now, reason=wish.reason)
    records.audit(verb="wish.refuse_thanks", subject=wish, actor=user, unit=wish.community, now=now)
    return wish
