"""What every verb of a call is made of: lock, check, tell those who run it."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import UnitKind
from accounts.errors import NotAllowed, OutOfTurn
from accounts.models import User
from service.models import HelperAnswer, HelperCall
from service.queries.calls import RUNNING
from service.queries.scope import liaisons_of, staff_of


def locked_call(call: HelperCall) -> HelperCall:
    """Return `call` read anew and locked until the end of the transaction."""
    related = HelperCall.objects.select_related("community", "caller")
    return related.select_for_update(of=("self",)).get(pk=call.pk)


def locked_answer(call: HelperCall, member: User) -> HelperAnswer:
    """Return the answer of `member` to the locked `call`, locked too. Raises NotAllowed when they were not told."""
    rows = HelperAnswer.objects.select_related("member").select_for_update(of=("self",))
    answer = rows.filter(call=call, member=member).first()
    if answer is None:
        raise NotAllowed(_("This call was not made to you."))
    answer.call = call
    return answer


def check_running(call: HelperCall, now: datetime) -> None:
    """Raise OutOfTurn unless the locked `call` still runs at `now`."""
    if call.state not in RUNNING or now >= call.until:
        raise OutOfTurn(_("This call is over."))


def runners_of(call: HelperCall) -> QuerySet[User]:
    """Return the people who act for the unit that called."""
    return staff_of(call.caller) if call.caller.kind == UnitKind.COMMUNITY else liaisons_of(call.caller)
