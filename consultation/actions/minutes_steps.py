"""The steps that the verbs of minutes are made of: check, record who wrote, hand on, tell."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import NotAllowed, OutOfTurn
from accounts.models import User
from consultation.enums import MinutesVerb, Step
from consultation.models import Meeting, Minutes, MinutesEdit
from consultation.queries.clocks import due_times
from consultation.queries.minutes import may, record_of
from consultation.workflow import MINUTES_MOVES, allowed_on_minutes
from records import actions as records
from service.queries.rounds import next_round

SECOND_PERSON = gettext_lazy(
    "Minutes are confirmed by somebody who was there with a vote or convenes, and who did not write in them."
)


def check_may(*, meeting: Meeting, verb: MinutesVerb, user: User) -> None:
    """Raise NotAllowed when `verb` is not for `user`, whatever the state."""
    if not may(user, verb, meeting):
        raise NotAllowed(SECOND_PERSON) if verb == MinutesVerb.CONFIRM else NotAllowed


def check_minutes(*, meeting: Meeting, verb: MinutesVerb, user: User) -> Minutes | None:
    """Ask the table whether `user` may do `verb` to the minutes of the locked `meeting` now.

    Returns them in the state to which it leads, not yet saved; None before there are any. Raises NotAllowed to whom
    the verb is not for, OutOfTurn in another state.
    """
    check_may(meeting=meeting, verb=verb, user=user)
    minutes = record_of(meeting)
    if not allowed_on_minutes(verb, minutes and minutes.state):
        raise OutOfTurn(_why_not(verb, minutes))
    if minutes is not None:
        minutes.state = MINUTES_MOVES[verb].target or minutes.state
    return minutes


def _why_not(verb: MinutesVerb, minutes: Minutes | None) -> str:
    if minutes is None:
        return _("The minutes have not been drafted yet.")
    if verb == MinutesVerb.DRAFT:
        return _("Somebody has drafted the minutes already.")
    return _("This cannot be done now: the minutes are “%(state)s”.") % {"state": minutes.get_state_display()}


def edited(*, minutes: Minutes, user: User, now: datetime) -> None:
    """Record that `user` wrote in `minutes`."""
    MinutesEdit.objects.create(minutes=minutes, by=user, at=now)


def owe(*, meeting: Meeting, step: Step, person: User, now: datetime) -> None:
    """Let `person` owe `step` of the locked `meeting` to the unit of its forum, from `now` on."""
    records.set_deadlines(
        subject=meeting,
        unit=meeting.forum.unit,
        person=person,
        due=due_times(steps=[step], now=now),
        now=now,
        round=next_round(meeting, step),
    )


def handed_on(*, meeting: Meeting, done: Step, step: Step, person: User, now: datetime) -> None:
    """Mark `done` of the locked `meeting` as met, and let `person` owe `step` from `now` on."""
    records.meet_deadlines(subject=meeting, kinds=[done], now=now)
    owe(meeting=meeting, step=step, person=person, now=now)


def tell(
    *, meeting: Meeting, people: Iterable[User], by: User, kind: str, now: datetime, route: str = "minutes", **said
) -> None:
    """Tell `people`, but not `by`, what became of the minutes of `meeting`, each of them once."""
    told = {person.pk: person for person in people if person.is_active and person.pk != by.pk}
    records.notify(
        recipients=told.values(),
        kind=kind,
        parameters={"meeting": meeting.title, "forum": meeting.forum.name, **said},
        url=reverse(route, args=[meeting.pk]),
        now=now,
    )
