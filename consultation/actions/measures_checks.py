"""Whether measures can be made: asked when one is added, when the meeting is called and when its vote opens.

So nothing but what changes while the vote is open stands in the way of a resolution: see
docs/decisions/0019-commitments-are-list-items.md.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Refused
from consultation.models import Measure
from consultation.queries.agenda import units_concerned
from consultation.queries.measures import rater_of
from service.actions.commitments import check_commitment
from service.actions.lists_steps import due_on_day


def check_measure(*, measure: Measure, at: datetime, concerned: Iterable[int] | None = None) -> None:
    """Raise Refused, with the field, when `measure`, saved or not, could not be made if it were adopted at `at`.

    `concerned` are the keys of the units from which the forum may ask something, where they are known already.
    """
    if concerned is None:
        concerned = units_concerned(measure.item.meeting.forum).values_list("pk", flat=True)
    check_commitment(claimant=measure.owner, asker=measure.asker, asked_by=rater_of(measure))
    for field in ("owner", "asker"):
        if getattr(measure, f"{field}_id") not in concerned:
            raise Refused(_("This unit lies outside the territory of the forum."), field=field)
    if measure.due_on < timezone.localdate(at):
        raise Refused(_("Nothing can be due before the meeting that decides it."), field="due_on")
    due_on_day(measure.due_on, at)


def check_measures(*, measures: Iterable[Measure], at: datetime) -> None:
    """Check each of `measures`, all of one meeting. Raises Refused, which names the first that cannot be made."""
    concerned = None
    for measure in measures:
        if concerned is None:
            concerned = set(units_concerned(measure.item.meeting.forum).values_list("pk", flat=True))
        try:
            check_measure(measure=measure, at=at, concerned=concerned)
        except Refused as refusal:
            sentence = _("The measure “%(what)s” cannot be made: %(why)s")
            raise Refused(sentence % {"what": measure.what, "why": refusal}) from refusal
