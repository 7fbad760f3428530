"""The steps that the verbs of commitments are made of: lock, check, tell."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed
from accounts.models import User
from records import actions as records
from service.actions.lists_steps import locked
from service.actions.turns import check_move
from service.enums import ListKind, Verb
from service.models import ListItem
from service.queries.commitments import may_on_commitment
from service.workflow import COMMITMENT_MOVES


def checked_move(item: ListItem, verb: Verb, user: User) -> ListItem:
    """Return `item` locked, in the state to which `verb` leads. Raises NotAllowed, or OutOfTurn by the table."""
    (item,) = locked(item)
    if item.kind != ListKind.COMMITMENT or not may_on_commitment(user, verb, item):
        raise NotAllowed
    sentence = _("This cannot be done now: “%(title)s” is “%(state)s”.")
    given = {"title": item.title, "state": item.get_state_display()}
    item.state = check_move(COMMITMENT_MOVES[verb], item.state, sentence % given).target or item.state
    return item


def tell(item: ListItem, people: QuerySet[User], by: User | None, kind: str, now: datetime, **more) -> None:
    """Tell `people`, but not who did it, what became of `item`; without `by` all of them."""
    records.notify(
        recipients=[person for person in people.distinct() if by is None or person.pk != by.pk],
        kind=kind,
        parameters={"title": item.title, "claimant": item.claimant.name, "asker": item.asker.name, **more},
        url=item.get_absolute_url(),
        now=now,
    )
