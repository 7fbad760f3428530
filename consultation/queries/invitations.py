"""Reads of invitations: one's own, the replies to a meeting, and what is still to be sent."""

from datetime import datetime, timedelta

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from accounts.models import User
from consultation.enums import MeetingState, Reply
from consultation.models import Invitation, Meeting
from consultation.queries.forums import followers_of
from consultation.queries.scope import CAN_COME

MOST_ATTEMPTS = 5
NOT_HELD_NOW = (MeetingState.PLANNED, MeetingState.POSTPONED, MeetingState.CANCELLED)
OVER = timedelta(days=1)


def invitation_of(user, meeting: Meeting) -> Invitation | None:
    """Return the invitation by which `user` comes to `meeting`: their own, or that in whose place they come."""
    if user.pk is None:
        return None
    rows = meeting.invitations.filter(Q(person=user) | Q(substitute=user))
    return rows.select_related("person", "unit", "substitute").order_by("pk").first()


def invitations_to(meeting: Meeting) -> QuerySet[Invitation]:
    """Return who is invited to `meeting`, in the order in which they were: by id."""
    return meeting.invitations.select_related("person", "unit", "seat", "substitute")


def reply_counts(meeting: Meeting) -> dict[str, int]:
    """Return how many have answered what, and how many of all and of those who come have a vote: one query.

    Whoever is there comes, whatever they answered or did not.
    """
    there = Q(checked_in_at__isnull=False)
    coming = there | Q(reply__in=(Reply.YES, Reply.SUBSTITUTE))
    replies = {reply.value: Count("pk", filter=Q(reply=reply) & ~there) for reply in Reply}
    return meeting.invitations.aggregate(
        **replies,
        invited=Count("pk"),
        voting=Count("pk", filter=Q(votes=True)),
        coming=Count("pk", filter=coming),
        voting_coming=Count("pk", filter=coming & Q(votes=True)),
    )


def people_told(meeting: Meeting) -> QuerySet[User]:
    """Return who was told that `meeting` is called: the invited, their substitutes, the followers of the forum."""
    sent = meeting.invitations.filter(sent_at__isnull=False)
    known = Q(pk__in=sent.values("person")) | Q(pk__in=meeting.invitations.values("substitute"))
    if meeting.invited_at is not None:
        known |= Q(pk__in=followers_of(meeting.forum).values("pk"))
    return User.objects.filter(known, is_active=True)


def followers_not_invited(meeting: Meeting) -> QuerySet[User]:
    """Return who follows the forum of `meeting` and is not invited to it."""
    return followers_of(meeting.forum).exclude(pk__in=meeting.invitations.values("person"))


def meetings_to_invite() -> QuerySet[Meeting]:
    """Return the called meetings of which not all invitations are sent: by called_at."""
    return Meeting.objects.filter(state=MeetingState.CALLED, invited_at__isnull=True)


def unmailed(now: datetime) -> QuerySet[Invitation]:
    """Return the invitations about which an e-mail is due, each with the `address` that is to have the entry.

    Whoever comes to a called meeting is sent an entry for their calendar; whoever has one is told when it changes, when
    they do not come any more, and when the meeting is off: then nobody is to have one. Accounts that are closed are
    left alone. After MOST_ATTEMPTS the mail server is asked no more.
    """
    rows = Invitation.objects.annotate(
        address=Case(
            When(~Q(meeting__state=MeetingState.CALLED), then=Value("")),
            When(substitute__isnull=False, then=F("substitute__email")),
            default=F("person__email"),
            output_field=CharField(),
        )
    )
    is_with_another = ~Q(mailed_to=F("address"))
    to_take = is_with_another & ~Q(mailed_to="")
    is_old = Q(mailed_revision__isnull=True) | Q(mailed_revision__lt=F("meeting__revision"))
    to_give = (is_with_another | is_old) & ~Q(address="") & Q(sent_at__isnull=False)
    return rows.filter(
        CAN_COME,
        to_take | to_give,
        meeting__state__in=(MeetingState.CALLED, *NOT_HELD_NOW),
        meeting__starts_at__gt=now - OVER,
        mail_attempts__lt=MOST_ATTEMPTS,
    )


def meetings_to_mail(now: datetime) -> QuerySet[Meeting]:
    """Return the meetings about which an e-mail is due: by starts_at."""
    due = unmailed(now).filter(meeting=OuterRef("pk"))
    return Meeting.objects.filter(Exists(due), starts_at__gt=now - OVER)  # of the latest only is looked who is invited
