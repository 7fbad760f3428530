"""What consultation tells a case: that it was raised at a forum, and what the forum resolved."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Unit, User
from cases.actions.steps import locked_case, record
from cases.enums import Verb
from cases.models import Case, Movement


@transaction.atomic
def note_tabled(
    *, case: Case, user: User, forum_name: str, url: str, unit: Unit | None = None, now: datetime | None = None
) -> Movement:
    """Write on the public timeline of `case` that `user` raised it at a forum, for `unit` if given; return the entry.

    `url` is a page of this portal that everybody may read.
    """
    data = {"forum": forum_name, "url": url}
    case, now = locked_case(case), now or timezone.now()
    return record(case=case, verb=Verb.TABLE, now=now, user=user, unit=unit, public=True, data=data)


@transaction.atomic
def note_resolution(*, case: Case, forum_name: str, title: str, url: str, now: datetime | None = None) -> Movement:
    """Write on the public timeline of `case` what a forum resolved; return the entry, the same one a second time."""
    case, now = locked_case(case), now or timezone.now()
    written = case.movements.filter(verb=Verb.RESOLUTION, data__url=url).first()
    data = {"forum": forum_name, "title": title, "url": url}
    return written or record(case=case, verb=Verb.RESOLUTION, now=now, public=True, data=data)
