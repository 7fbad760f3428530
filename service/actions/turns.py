"""Whether it is the turn of a verb: the actions ask the tables of moves here."""

from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn
from service.models import EmployerRegistration, Registration
from service.workflow import Move, allowed


def check_move(move: Move, state: str | bool, sentence: str, *, within: str = "") -> Move:
    """Return `move`. Raises OutOfTurn, with `sentence`, unless its table allows it from `state` (see `allowed`)."""
    if not allowed(move, state, within):
        raise OutOfTurn(sentence)
    return move


def check_decision(move: Move, registration: Registration | EmployerRegistration) -> Move:
    """Return `move`. Raises OutOfTurn unless the locked `registration` waits for it."""
    sentence = _("This registration is “%(state)s” and does not wait for a decision.")
    return check_move(move, registration.state, sentence % {"state": registration.get_state_display()})
