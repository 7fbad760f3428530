"""When a meeting may be: asked while the forum is locked, so that no other is planned meanwhile."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Refused
from consultation.enums import MeetingState
from consultation.models import Forum, Meeting
from consultation.queries.subjects import meeting_title

LONGEST_MEETING = timedelta(days=1)
NOT_HELD = (MeetingState.POSTPONED, MeetingState.CANCELLED)


def check_times(
    *, forum: Forum, starts_at: datetime, ends_at: datetime, now: datetime, besides: Meeting | None = None
) -> None:
    """Raise Refused for a time that lies in the past, is upside down or longer than a day, or is taken.

    Taken is what overlaps another meeting of `forum` than `besides`, unless that one is postponed or cancelled.
    """
    if starts_at <= now:
        raise Refused(_("A meeting begins in the future."), field="starts_at")
    if ends_at <= starts_at:
        raise Refused(_("A meeting ends after it begins."), field="ends_at")
    if ends_at - starts_at > LONGEST_MEETING:
        raise Refused(_("A meeting lasts a day at most."), field="ends_at")
    others = Meeting.objects.filter(forum=forum, starts_at__lt=ends_at, ends_at__gt=starts_at)
    other = others.exclude(state__in=NOT_HELD).exclude(pk=besides and besides.pk).order_by("starts_at", "pk").first()
    if other is not None:
        sentence = _("At this time the forum has another meeting already: %(meeting)s.")
        raise Refused(sentence % {"meeting": meeting_title(other)}, field="starts_at")


def check_lead(*, forum: Forum, meeting: Meeting, is_urgent: bool, urgent_reason: str, now: datetime) -> None:
    """Raise Refused when `meeting` is called too late: in the past, or with less notice than the rules of `forum`.

    An urgent one, which needs a reason, may be called with less notice.
    """
    if meeting.starts_at <= now:
        raise Refused(_("The meeting lies in the past. Please give it another time first."))
    if is_urgent and not urgent_reason:
        raise Refused(_("Please say why it is urgent: everybody who is invited reads it."), field="urgent_reason")
    days = (timezone.localdate(meeting.starts_at) - timezone.localdate(now)).days
    if days < forum.lead_days and not is_urgent:
        sentence = _(
            "The forum gives %(lead)d days of notice, and the meeting is in %(days)d. "
            "Please choose a later time, or mark it as urgent and say why."
        )
        raise Refused(sentence % {"lead": forum.lead_days, "days": days}, field="is_urgent")
