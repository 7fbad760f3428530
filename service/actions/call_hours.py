"""The time that a helper was on the spot, attested at the release."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Refused
from accounts.models import User
from service.models import HelperAnswer, HourEntry
from service.queries.call_hours import attestable
from service.queries.calls import attests_for


def attest(
    *, answer: HelperAnswer, user: User, minutes: int | None, now: datetime, reason: str = ""
) -> HourEntry | None:
    """Write `minutes` of what may be attested of the locked `answer`, whose member is locked too; all for None.

    That is the time until the release; at the release, until `now`. What is attested later has a `reason`.
    The entry says in whose name it is attested: the employer's, when its own people do. Return it, or None where
    there are no minutes. Raises Refused for more than may be attested.
    """
    begins_at, most = attestable(answer, answer.released_at or now)
    if minutes is None:
        minutes = most
    if not 0 <= minutes <= most:
        raise Refused(
            _("It must be between 0 and %(most)d minutes: the time on the spot that is not attested otherwise.")
            % {"most": most},
            field="minutes",
        )
    if minutes == 0:
        return None
    return HourEntry.objects.create(
        member=answer.member,
        community=answer.call.community,
        employer_id=answer.employer_id,
        branch=answer.branch,
        begins_at=begins_at,
        ends_at=begins_at + timedelta(minutes=minutes),
        day=timezone.localdate(begins_at),
        title=answer.call.title,
        minutes=minutes,
        reason=reason,
        attested_by=user,
        attested_for=attests_for(user, answer.call),
        attested_at=now,
        answer=answer,
    )
