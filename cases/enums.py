"""Choices of the cases app, in the words of the domain."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    HELP = "help", _("Help")
    COMPLAINT = "complaint", _("Complaint")
    ENQUIRY = "enquiry", _("Enquiry")
    REPORT = "report", pgettext_lazy("kind of case", "Report")
    SUGGESTION = "suggestion", _("Suggestion")
    PRAISE = "praise", _("Praise")


class Channel(TextChoices):
    WEB = "web", _("Web")
    QR = "qr", _("QR code on a building")
    PHONE = "phone", _("Telephone")
    PATROL = "patrol", _("Patrol")
    IMPORT = "import", _("Import")


class Urgency(TextChoices):
    """Four urgencies with a clock each: 2 hours, 24 hours, 7 and 15 working days (all settings)."""

    EMERGENCY = "emergency", _("Emergency")
    URGENT = "urgent", _("Urgent")
    NORMAL = "normal", _("Normal")
    LONG = "long", _("Long-term")


class Level(IntegerChoices):
    """The ladder (Qingdao): whose turn it is."""

    GRID = 1, _("Grid")
    STREET = 2, _("Street")
    COMMAND = 3, _("District command")
    LEADING_GROUP = 4, _("Leading group")


class State(TextChoices):
    LODGED = "lodged", _("Waiting to be accepted")
    ACCEPTED = "accepted", _("In progress")
    RESOLVED = "resolved", _("Answered, waiting for the rating")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("Merged")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN_STATES = (State.LODGED, State.ACCEPTED)


class Verb(TextChoices):
    """What can be done to a case; each entry of its history carries one."""

    LODGE = "lodge", _("Lodged")
    ACCEPT = "accept", _("Accepted")
    TAKE = "take", _("Taken by a grid")
    ATTEND = "attend", _("On the spot")
    REPORT_PROGRESS = "report_progress", _("Progress")
    RESOLVE = "resolve", _("Resolved")
    ESCALATE = "escalate", _("Sent up")
    REFUSE = "refuse", _("Refused")
    ASSIGN = "assign", _("Assigned")
    BLOW_WHISTLE = "blow_whistle", _("Whistle blown")
    MERGE = "merge", _("Merged")
    ABSORB = "absorb", _("Another case merged in")
    ASK_EXCLUSION = "ask_exclusion", _("Exclusion asked for")
    APPROVE_EXCLUSION = "approve_exclusion", _("Exclusion approved")
    REJECT_EXCLUSION = "reject_exclusion", _("Exclusion rejected")
    ADD_INFORMATION = "add_information", _("Information added")
    SUPPORT = "support", _("Supported")
    WITHDRAW = "withdraw", _("Withdrawn")
    RATE = "rate", _("Rated")
    REOPEN = "reopen", _("Reopened")
    CLOSE_SILENT = "close_silent", _("Closed without a rating")
    ACCEPT_TURNOUT = "accept_turnout", _("Whistle accepted")
    ARRIVE = "arrive", _("Arrived")
    REPORT = "report", _("Reported")
    SEND_BACK = "send_back", _("Report sent back")
    RELEASE = "release", _("Released")
    WITHDRAW_TURNOUT = "withdraw_turnout", _("Whistle withdrawn")
    DISPUTE_TURNOUT = "dispute_turnout", _("Whistle disputed")
    UPHOLD_DISPUTE = "uphold_dispute", _("Dispute upheld")
    REJECT_DISPUTE = "reject_dispute", _("Dispute rejected")
    ASK_EXTENSION = "ask_extension", _("Extension asked for")
    APPROVE_EXTENSION = "approve_extension", _("Extension approved")
    REJECT_EXTENSION = "reject_extension", _("Extension rejected")
    PAUSE = "pause", _("Clock paused")
    RESUME = "resume", _("Clock resumed")
    TABLE = "table", _("Raised in a forum")
    RESOLUTION = "resolution", _("Resolution published")


class WhistleKind(TextChoices):
    JOINT = "joint", _("Joint enforcement")
    KEY_WORK = "key_work", _("Key work")
    EMERGENCY = "emergency", _("Emergency response")


class TurnoutState(TextChoices):
    CALLED = "called", _("Called")
    ACCEPTED = "accepted", pgettext_lazy("turnout", "Accepted")
    ARRIVED = "arrived", _("On the spot")
    REPORTED = "reported", _("Reported")
    DISPUTED = "disputed", _("Disputed")
    RELEASED = "released", _("Released")
    EXCUSED = "excused", _("Excused")
    WITHDRAWN = "withdrawn", _("Taken back")
    IMPORTED = "imported", _("Imported, not marked")


OPEN_TURNOUT_STATES = (
    TurnoutState.CALLED,
    TurnoutState.ACCEPTED,
    TurnoutState.ARRIVED,
    TurnoutState.REPORTED,
    TurnoutState.DISPUTED,
)


class Step(TextChoices):
    """What is due: the kinds of deadline of this app, `app.step`; RATE is the resident's time and owed by nobody."""

    ACCEPT = "case.accept", _("Accept the case")
    ON_SPOT = "case.on_spot", _("Be on the spot")
    MEASURES = "case.measures", _("Take first measures")
    RESOLVE = "case.resolve", _("Resolve the case")
    REWORK = "case.rework", _("Resolve the reopened case")
    DECIDE_EXCLUSION = "case.decide_exclusion", _("Decide an exclusion")
    TURNOUT_ACCEPT = "turnout.accept", _("Accept the whistle")
    TURNOUT_ARRIVE = "turnout.arrive", _("Arrive on the spot")
    TURNOUT_REPORT = "turnout.report", _("Report the result")
    TURNOUT_RELEASE = "turnout.release", _("Release the department")
    DECIDE_DISPUTE = "turnout.decide_dispute", _("Decide a dispute")
    RATE = "case.rate", _("Rate the answer")


class Reason(TextChoices):
    """Why a resident was or was not satisfied."""

    FAST = "fast", _("Dealt with quickly")
    POLITE = "polite", _("Polite and patient")
    THOROUGH = "thorough", _("Done thoroughly")
    SLOW = "slow", _("Too slow")
    RUDE = "rude", _("Impolite")
    UNSOLVED = "unsolved", _("The trouble is still there")
    EXPLAINED_POORLY = "explained_poorly", _("Not explained clearly")


class ExclusionCode(TextChoices):
    """Coded reasons for which a case may be left out of the rates (剔除)."""

    OUTSIDE_DISTRICT = "outside_district", _("Outside the district")
    NOT_GOVERNMENT = "not_government", _("Not a matter of government")
    UNREASONABLE = "unreasonable", _("Against law or policy")
    DUPLICATE = "duplicate", _("Repeated after a final answer")
    JUDICIAL = "judicial", _("Before a court or in arbitration")
