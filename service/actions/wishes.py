"""微心愿: a resident makes a wish, and the community reviews it, so that no names show."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import Unit, User
from records import actions as records
from service.actions.shift_steps import locked_member
from service.actions.turns import check_move
from service.actions.typed import checked, checked_reason
from service.enums import Step, Verb, WishState
from service.models import Wish
from service.queries.clocks import due_times
from service.queries.scope import staff_of
from service.queries.wishes import runs_wishes_of
from service.workflow import WISH_MOVES, Move


def locked_wish(wish: Wish) -> Wish:
    """Return `wish` read anew and locked until the end of the transaction."""
    related = Wish.objects.select_related("community", "resident", "claimed_by", "claimed_for")
    return related.select_for_update(of=("self",)).get(pk=wish.pk)


def check_wish(wish: Wish, verb: Verb) -> Move:
    """Return the move that `verb` is. Raises OutOfTurn unless the table allows it on the locked `wish`."""
    return check_move(WISH_MOVES[verb], wish.state, wish_stands(wish))


def wish_stands(wish: Wish) -> str:
    """Return the sentence that says why something cannot be done to `wish` now."""
    return _("This cannot be done now: the wish is “%(state)s”.") % {"state": wish.get_state_display()}


def check_reviewer(user: User, wish: Wish) -> None:
    """Raise NotAllowed unless `user` is of the community, and the wish is somebody else's."""
    if not runs_wishes_of(user, wish):
        raise NotAllowed
    if wish.resident_id == user.pk:
        raise NotAllowed(_("Nobody reviews their own wish. A colleague does."))


def tell_resident(wish: Wish, kind: str, now: datetime, **parameters: str) -> None:
    """Put a notice of `kind` into the inbox of whoever made `wish`."""
    given = {"title": wish.title, **parameters}
    records.notify(recipients=[wish.resident], kind=kind, parameters=given, url=wish.get_absolute_url(), now=now)


def tell_community(wish: Wish, kind: str, now: datetime, **parameters: str) -> None:
    """Put a notice of `kind` into the inbox of those who run the service of the community."""
    people, address = staff_of(wish.community), wish.get_absolute_url()
    records.notify(recipients=people, kind=kind, parameters=parameters, url=address, now=now)


def _words(title: str, text: str) -> dict[str, str]:
    return {
        "title": checked(title, field="title", most=60, missing=_("Please say what is wished for.")),
        "text": checked(text, field="text", most=500, missing=_("Please say in a sentence why.")),
    }


@transaction.atomic
def make_wish(*, user: User, community: Unit, title: str, text: str, contact: str, now: datetime | None = None) -> Wish:
    """Hand a wish to `community`, which reviews it before anybody else sees it; return it.

    Raises Refused for missing or overlong words, and for a community that is closed; OutOfTurn while the same wish
    waits for its review already.
    """
    now = now or timezone.now()
    if community.kind != UnitKind.COMMUNITY or not community.is_active:
        raise Refused(_("Please choose a community."), field="community")
    missing = _("Please say where it is to be brought.")
    words = _words(title, text)
    locked_member(user)
    if Wish.objects.filter(resident=user, state=WishState.SUBMITTED, title=words["title"]).exists():
        raise OutOfTurn(_("You have handed in this wish already; the community is looking at it."))
    wish = Wish.objects.create(
        community=community,
        resident=user,
        contact=checked(contact, field="contact", most=200, missing=missing),
        submitted_at=now,
        **words,
    )
    due = due_times(steps=[Step.REVIEW_WISH], now=now)
    records.set_deadlines(subject=wish, unit=community, due=due, now=now)
    tell_community(wish, "wish.submitted", now, community=community.name)
    return wish


@transaction.atomic
def withdraw_wish(*, wish: Wish, user: User, now: datetime | None = None) -> Wish:
    """Take one's own wish back; return it. Raises NotAllowed for another's, OutOfTurn once it is claimed or over."""
    now = now or timezone.now()
    wish = locked_wish(wish)
    if wish.resident_id != user.pk:
        raise NotAllowed
    wish.state = check_wish(wish, Verb.WITHDRAW).target
    wish.save(update_fields=["state"])
    records.cancel_deadlines(subject=wish, kinds=[Step.REVIEW_WISH], now=now)
    return wish


@transaction.atomic
def publish_wish(*, wish: Wish, user: User, title: str, text: str, now: datetime | None = None) -> Wish:
    """Publish `wish` in the words of the review, which leave out who made it; return it.

    Raises NotAllowed for anybody but the community and for one's own wish, OutOfTurn unless it waits for the
    review, Refused for missing or overlong words.
    """
    now = now or timezone.now()
    wish = locked_wish(wish)
    check_reviewer(user, wish)
    move = check_wish(wish, Verb.PUBLISH)
    words = _words(title, text)
    wish.title, wish.text = words["title"], words["text"]
    _reviewed(wish, move, user, now, "title", "text")
    tell_resident(wish, "wish.published", now)
    records.audit(verb="wish.publish", subject=wish, actor=user, unit=wish.community, now=now)
    return wish


@transaction.atomic
def refuse_wish(*, wish: Wish, user: User, reason: str, shown: str = "", now: datetime | None = None) -> Wish:
    """Refuse `wish` with a `reason` that its resident reads, also when it is published already; return it.

    Where `shown` names the state in which the person saw it, it must still be in that. Raises as `publish_wish`,
    OutOfTurn also when somebody else was quicker; a claimed wish is not refused.
    """
    now = now or timezone.now()
    wish = locked_wish(wish)
    check_reviewer(user, wish)
    move = check_wish(wish, Verb.REFUSE)
    if shown and shown != wish.state:
        sentence = _("Somebody has decided meanwhile: this wish is “%(state)s”. Please look at it again.")
        raise OutOfTurn(sentence % {"state": wish.get_state_display()})
    wish.reason = checked_reason(reason)
    _reviewed(wish, move, user, now, "reason")
    tell_resident(wish, "wish.refused", now, reason=wish.reason)
    records.audit(verb="wish.refuse", subject=wish, actor=user, unit=wish.community, now=now)
    return wish


def _reviewed(wish: Wish, move: Move, user: User, now: datetime, *fields: str) -> None:
    wish.state, wish.reviewed_by, wish.reviewed_at = move.target, user, now
    wish.save(update_fields=["state", "reviewed_by", "reviewed_at", *fields])
    records.meet_deadlines(subject=wish, kinds=[Step.REVIEW_WISH], now=now)
