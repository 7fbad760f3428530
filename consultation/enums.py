"""Choices of the consultation app, in the words of the domain (五事: raise, discuss, decide, do, judge)."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import UnitKind


class ForumLevel(TextChoices):
    """The four levels of consultation, and the joint meeting of employers and communities (大工委/大党委)."""

    COURTYARD = "courtyard", _("Courtyard assembly")
    COMMUNITY = "community", _("Community forum")
    STREET = "street", _("Street co-governance meeting")
    DISTRICT = "district", _("District consultation")
    JOINT = "joint", _("Joint meeting")


KINDS_OF_LEVEL: dict[ForumLevel, frozenset[UnitKind]] = {
    ForumLevel.COURTYARD: frozenset({UnitKind.GRID, UnitKind.COMMUNITY}),
    ForumLevel.COMMUNITY: frozenset({UnitKind.COMMUNITY}),
    ForumLevel.STREET: frozenset({UnitKind.STREET}),
    ForumLevel.DISTRICT: frozenset({UnitKind.DISTRICT}),
    ForumLevel.JOINT: frozenset({UnitKind.COMMUNITY, UnitKind.STREET, UnitKind.DISTRICT}),
}
"""In which kinds of unit a forum of each level may sit."""


class Proposers(TextChoices):
    EVERYONE = "everyone", _("Residents, units and members")
    MEMBERS = "members", _("Members of the forum only")


class Majority(TextChoices):
    SIMPLE = "simple", _("More in favour than against")
    ABSOLUTE = "absolute", _("More than half of all who may vote")
    TWO_THIRDS = "two_thirds", _("At least two thirds of all who may vote")


class Balloting(TextChoices):
    OPEN = "open", _("Open vote")
    SECRET = "secret", _("Secret vote")


class MatterState(TextChoices):
    RAISED = "raised", pgettext_lazy("matter", "Waiting for the convenor")
    ACCEPTED = "accepted", pgettext_lazy("matter", "Accepted, waiting for a meeting")
    TABLED = "tabled", pgettext_lazy("matter", "On the agenda")
    DECIDED = "decided", pgettext_lazy("matter", "Decided")
    REFUSED = "refused", pgettext_lazy("matter", "Refused")
    MERGED = "merged", pgettext_lazy("matter", "Merged into another")
    WITHDRAWN = "withdrawn", pgettext_lazy("matter", "Withdrawn")


class MatterVerb(TextChoices):
    """What can be done to a matter; each entry of its record carries one."""

    RAISE = "raise", pgettext_lazy("matter verb", "Raised")
    ACCEPT = "accept", pgettext_lazy("matter verb", "Accepted")
    REFUSE = "refuse", pgettext_lazy("matter verb", "Refused")
    MERGE = "merge", pgettext_lazy("matter verb", "Merged into another")
    ABSORB = "absorb", pgettext_lazy("matter verb", "Another matter merged in")
    PASS_UP = "pass_up", pgettext_lazy("matter verb", "Passed up")
    PASS_DOWN = "pass_down", pgettext_lazy("matter verb", "Passed down")
    TABLE = "table", pgettext_lazy("matter verb", "Put on the agenda")
    UNTABLE = "untable", pgettext_lazy("matter verb", "Taken off the agenda")
    DECIDE = "decide", pgettext_lazy("matter verb", "Decided")
    WITHDRAW = "withdraw", pgettext_lazy("matter verb", "Withdrawn")


class MeetingState(TextChoices):
    PLANNED = "planned", pgettext_lazy("meeting", "Planned")
    CALLED = "called", pgettext_lazy("meeting", "Called")
    OPENED = "opened", pgettext_lazy("meeting", "In session")
    CLOSED = "closed", pgettext_lazy("meeting", "Closed, minutes to be written")
    MINUTED = "minuted", pgettext_lazy("meeting", "Minutes confirmed")
    PUBLISHED = "published", pgettext_lazy("meeting", "Minutes published")
    POSTPONED = "postponed", pgettext_lazy("meeting", "Postponed")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")


class MeetingVerb(TextChoices):
    """What can be done to a meeting."""

    CHANGE = "change", pgettext_lazy("meeting verb", "Change time and place")
    ARRANGE = "arrange", pgettext_lazy("meeting verb", "Arrange the agenda")
    CALL = "call", pgettext_lazy("meeting verb", "Call the meeting")
    INVITE = "invite", pgettext_lazy("meeting verb", "Invite a guest")
    POSTPONE = "postpone", pgettext_lazy("meeting verb", "Postpone")
    RESCHEDULE = "reschedule", pgettext_lazy("meeting verb", "Plan a new time")
    CANCEL = "cancel", pgettext_lazy("meeting verb", "Cancel")
    REPLY = "reply", pgettext_lazy("meeting verb", "Reply to the invitation")
    CHECK_IN = "check_in", pgettext_lazy("meeting verb", "Check in")
    OPEN = "open", pgettext_lazy("meeting verb", "Open the meeting")
    LEAD = "lead", pgettext_lazy("meeting verb", "Lead through the agenda")
    CLOSE = "close", pgettext_lazy("meeting verb", "Close the meeting")
    DRAFT_MINUTES = "draft_minutes", pgettext_lazy("meeting verb", "Write the minutes")
    CONFIRM_MINUTES = "confirm_minutes", pgettext_lazy("meeting verb", "Confirm the minutes")
    PUBLISH = "publish", pgettext_lazy("meeting verb", "Publish the minutes")


class AgendaKind(TextChoices):
    DECISION = "decision", pgettext_lazy("agenda item", "To be decided")
    DISCUSSION = "discussion", pgettext_lazy("agenda item", "To be discussed")
    REPORT = "report", pgettext_lazy("agenda item", "Report")


class AgendaState(TextChoices):
    PENDING = "pending", pgettext_lazy("agenda item", "Still to come")
    AT_HAND = "at_hand", pgettext_lazy("agenda item", "At hand")
    DONE = "done", pgettext_lazy("agenda item", "Dealt with")
    DEFERRED = "deferred", pgettext_lazy("agenda item", "Put off")


class Reply(TextChoices):
    NONE = "none", pgettext_lazy("reply", "Not answered yet")
    YES = "yes", pgettext_lazy("reply", "Is coming")
    NO = "no", pgettext_lazy("reply", "Cannot come")
    SUBSTITUTE = "substitute", pgettext_lazy("reply", "Sends a substitute")


class VoteState(TextChoices):
    OPEN = "open", pgettext_lazy("vote", "Open")
    CLOSED = "closed", pgettext_lazy("vote", "Closed")
    BROKEN_OFF = "broken_off", pgettext_lazy("vote", "Broken off")


class Choice(TextChoices):
    FOR = "for", pgettext_lazy("vote", "In favour")
    AGAINST = "against", pgettext_lazy("vote", "Against")
    ABSTAIN = "abstain", pgettext_lazy("vote", "Abstain")


class MinutesState(TextChoices):
    DRAFT = "draft", pgettext_lazy("minutes", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("minutes", "Waiting to be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("minutes", "Confirmed")
    PUBLISHED = "published", pgettext_lazy("minutes", "Published")


class MinutesVerb(StrEnum):
    """What can be done to the minutes of one meeting."""

    DRAFT = "draft"
    EDIT = "edit"
    SUBMIT = "submit"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"
    PUBLISH = "publish"


class Step(TextChoices):
    """The kinds of deadline of this app."""

    DECIDE_MATTER = "consultation.decide_matter", _("Accept or refuse a matter")
    REPLY = "consultation.reply", _("Reply to an invitation")
    HOLD_MEETING = "consultation.hold_meeting", _("Hold the meeting, postpone or cancel it")
    DRAFT_MINUTES = "consultation.draft_minutes", _("Write the minutes")
    CONFIRM_MINUTES = "consultation.confirm_minutes", _("Confirm the minutes")
    PUBLISH_MINUTES = "consultation.publish_minutes", _("Publish the minutes")
