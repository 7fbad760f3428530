"""What becomes of submitted minutes: a second person confirms them or sends them back, the convenor publishes them."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Refused
from accounts.models import User
from consultation.actions import resolutions
from consultation.actions.matters_steps import tell_proposers
from consultation.actions.minutes_steps import check_minutes, handed_on, owe, tell
from consultation.actions.steps import check_meeting, locked_meeting
from consultation.enums import AgendaState, MeetingState, MeetingVerb, MinutesVerb, Step
from consultation.models import Meeting, Minutes, MinutesSection
from consultation.queries.agenda import deciding_votes
from consultation.queries.forums import followers_of
from consultation.queries.minutes import is_second, sections_of, writers_of
from consultation.queries.minutes_names import redaction_of
from records import actions as records
from service.actions.typed import checked_reason


@transaction.atomic
def send_minutes_back(*, meeting: Meeting, user: User, reason: str, now: datetime | None = None) -> Minutes:
    """Make submitted minutes a draft again, for the `reason` that those who wrote them read; return them.

    Raises NotAllowed to others than second persons and convenors, OutOfTurn unless they wait to be confirmed, Refused
    without a reason.
    """
    now = now or timezone.now()
    meeting = locked_meeting(meeting)
    minutes = check_minutes(meeting=meeting, verb=MinutesVerb.SEND_BACK, user=user)
    minutes.reason = checked_reason(reason)
    minutes.save(update_fields=["state", "reason"])
    convenor = meeting.forum.convenor
    end = records.meet_deadlines if is_second(user, meeting) else records.cancel_deadlines  # taken back: nobody did it
    end(subject=meeting, kinds=[Step.CONFIRM_MINUTES], now=now)
    owe(meeting=meeting, step=Step.DRAFT_MINUTES, person=convenor, now=now)
    people = [convenor, *writers_of(meeting)]
    tell(meeting=meeting, people=people, by=user, kind="minutes.sent_back", now=now, reason=minutes.reason)
    records.audit(verb="minutes.send_back", subject=meeting, actor=user, unit=meeting.forum.unit, now=now)
    return minutes


@transaction.atomic
def confirm_minutes(*, meeting: Meeting, user: User, revision: int, now: datetime | None = None) -> Minutes:
    """Confirm the minutes as they were read at `revision`: from now on the database refuses to change their text.

    Returns the minutes. Raises NotAllowed to who wrote in them and to others than second persons, OutOfTurn unless
    they wait to be confirmed, Refused when they were changed since `revision`.
    """
    now = now or timezone.now()
    meeting = locked_meeting(meeting)
    minutes = check_minutes(meeting=meeting, verb=MinutesVerb.CONFIRM, user=user)
    check_meeting(meeting=meeting, verb=MeetingVerb.CONFIRM_MINUTES, user=user)
    if minutes.revision != revision:
        raise Refused(_("The minutes were changed since you opened the page. Please read them again."))
    minutes.confirmed_by, minutes.confirmed_at = user, now
    minutes.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    meeting.state = MeetingState.MINUTED
    meeting.save(update_fields=["state"])
    convenor = meeting.forum.convenor
    handed_on(meeting=meeting, done=Step.CONFIRM_MINUTES, step=Step.PUBLISH_MINUTES, person=convenor, now=now)
    tell(meeting=meeting, people=[convenor], by=user, kind="minutes.confirmed", now=now)
    records.audit(verb="minutes.confirm", subject=meeting, actor=user, unit=meeting.forum.unit, now=now)
    return minutes


@transaction.atomic
def publish_minutes(*, meeting: Meeting, user: User, now: datetime | None = None) -> Minutes:
    """Publish the confirmed minutes without the names that the forum's rules keep out, and the resolutions with them.

    Returns the minutes; followers and the invited are told. Raises NotAllowed to others than the convenors, OutOfTurn
    unless they are confirmed and not yet published.
    """
    now = now or timezone.now()
    meeting = locked_meeting(meeting)
    minutes = check_minutes(meeting=meeting, verb=MinutesVerb.PUBLISH, user=user)
    check_meeting(meeting=meeting, verb=MeetingVerb.PUBLISH, user=user)
    _write_public(minutes)
    minutes.published_by, minutes.published_at = user, now
    minutes.save(update_fields=["public_opening", "state", "published_by", "published_at"])
    meeting.state, meeting.published_at = MeetingState.PUBLISHED, now
    meeting.save(update_fields=["state", "published_at"])
    records.meet_deadlines(subject=meeting, kinds=[Step.PUBLISH_MINUTES], now=now)
    resolutions.publish(meeting=meeting, now=now)
    _tell_proposers(meeting, now)
    people = [*followers_of(meeting.forum), *_invited(meeting)]
    tell(meeting=meeting, people=people, by=user, kind="minutes.published", route="published_minutes", now=now)
    records.audit(verb="minutes.publish", subject=meeting, actor=user, unit=meeting.forum.unit, now=now)
    return minutes


def _write_public(minutes: Minutes) -> None:
    redaction = redaction_of(minutes.meeting)
    minutes.public_opening = redaction.published(minutes.opening)
    sections = list(sections_of(minutes))
    for section in sections:
        title = " ".join(redaction.published(section.item.title).split())
        section.public_text = f"{title}\n{redaction.published(section.text)}"
    MinutesSection.objects.bulk_update(sections, ["public_text"])


def _tell_proposers(meeting: Meeting, now: datetime) -> None:
    """Tell who raised what `meeting` dealt with what came of it."""
    votes = {vote.item_id: vote for vote in deciding_votes().filter(meeting=meeting)}
    done = meeting.items.filter(matter__isnull=False, state=AgendaState.DONE)
    for item in done.select_related("matter__forum", "matter__proposer").order_by("position", "pk"):
        vote = votes.get(item.pk)
        kind = "matter.minuted" if vote is None else "matter.adopted" if vote.adopted else "matter.not_adopted"
        tell_proposers(item.matter, kind, None, now)


def _invited(meeting: Meeting) -> QuerySet[User]:
    """Return who was invited to `meeting`, and who came for somebody."""
    invited = meeting.invitations.all()
    came_for_others = invited.filter(substitute__isnull=False).values("substitute")
    return User.objects.filter(Q(pk__in=invited.values("person")) | Q(pk__in=came_for_others))
