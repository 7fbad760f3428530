"""Choices of the service app, in the words of the domain (双报到)."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RegistrationState(TextChoices):
    """Where the registration of a member or of an employer stands with its community."""

    SUBMITTED = "submitted", pgettext_lazy("registration", "Waiting to be confirmed")
    ACTIVE = "active", pgettext_lazy("registration", "Active")
    REFUSED = "refused", pgettext_lazy("registration", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("registration", "Withdrawn")
    MOVED = "moved", pgettext_lazy("registration", "Moved to another community")
    EXPIRED = "expired", pgettext_lazy("registration", "Run out")


class ListKind(TextChoices):
    """The three lists of co-building: what is needed, what is offered, and what became of both.

    A commitment is no part of them: it is what a resolution of a forum asks of a unit.
    """

    NEED = "need", _("Need")
    RESOURCE = "resource", _("Resource")
    PROJECT = "project", _("Project")
    COMMITMENT = "commitment", _("Commitment")


THREE_LISTS = (ListKind.NEED, ListKind.RESOURCE, ListKind.PROJECT)


class ResourceKind(TextChoices):
    ROOM = "room", _("Rooms")
    VEHICLE = "vehicle", _("Vehicles")
    PROFESSIONAL = "professional", _("Professionals")
    MONEY = "money", _("Money's worth")
    OTHER = "other", pgettext_lazy("kind of resource", "Other")


class ItemState(TextChoices):
    OPEN = "open", pgettext_lazy("list item", "Open")
    CLAIMED = "claimed", pgettext_lazy("list item", "Claimed")
    DELIVERED = "delivered", pgettext_lazy("list item", "Delivered, waiting for the rating")
    RATED = "rated", pgettext_lazy("list item", "Rated")
    WITHDRAWN = "withdrawn", pgettext_lazy("list item", "Withdrawn")


class ShiftState(TextChoices):
    OPEN = "open", pgettext_lazy("shift", "Open")
    CLOSED = "closed", pgettext_lazy("shift", "Closed to sign-ups")
    CANCELLED = "cancelled", pgettext_lazy("shift", "Cancelled")


TAKES_PLACE = (ShiftState.OPEN, ShiftState.CLOSED)


class SignUpState(TextChoices):
    """Where one member stands with one shift. A place is held while TAKEN or OFFERED."""

    TAKEN = "taken", pgettext_lazy("sign-up", "Has a place")
    WAITING = "waiting", pgettext_lazy("sign-up", "On the waiting list")
    OFFERED = "offered", pgettext_lazy("sign-up", "Is offered a place")
    LAPSED = "lapsed", pgettext_lazy("sign-up", "Did not answer the offer")
    WITHDRAWN = "withdrawn", pgettext_lazy("sign-up", "Withdrawn")
    CANCELLED = "cancelled", pgettext_lazy("sign-up", "The shift was cancelled")
    ABSENT = "absent", pgettext_lazy("sign-up", "Did not come")
    SERVED = "served", pgettext_lazy("sign-up", "Has served")


LIVE_SIGN_UPS = (SignUpState.TAKEN, SignUpState.OFFERED, SignUpState.WAITING)


class HourKind(TextChoices):
    ATTESTED = "attested", pgettext_lazy("hours", "Attested")
    CORRECTION = "correction", pgettext_lazy("hours", "Correction")


class CallState(TextChoices):
    """A whistle for helpers: 支部吹哨、党员报到."""

    OPEN = "open", pgettext_lazy("helper call", "Open")
    FULL = "full", pgettext_lazy("helper call", "Enough helpers")
    ENDED = "ended", pgettext_lazy("helper call", "Ended")
    CANCELLED = "cancelled", pgettext_lazy("helper call", "Called off")


RUNNING_CALLS = (CallState.OPEN, CallState.FULL)


class AnswerState(TextChoices):
    TOLD = "told", pgettext_lazy("answer to a call", "Not answered yet")
    COMING = "coming", pgettext_lazy("answer to a call", "Is coming")
    DECLINED = "declined", pgettext_lazy("answer to a call", "Cannot come")
    ARRIVED = "arrived", pgettext_lazy("answer to a call", "On the spot")
    RELEASED = "released", pgettext_lazy("answer to a call", "Released")
    EXCUSED = "excused", pgettext_lazy("answer to a call", "Not needed any more")


class WishState(TextChoices):
    SUBMITTED = "submitted", pgettext_lazy("wish", "Waiting for the review")
    REFUSED = "refused", pgettext_lazy("wish", "Refused")
    PUBLISHED = "published", pgettext_lazy("wish", "Published")
    CLAIMED = "claimed", pgettext_lazy("wish", "Claimed")
    FULFILLED = "fulfilled", pgettext_lazy("wish", "Fulfilled")
    WITHDRAWN = "withdrawn", pgettext_lazy("wish", "Withdrawn")


class ThanksState(TextChoices):
    """The sentence of thanks is shown only after a review."""

    NONE = "none", pgettext_lazy("thanks", "None")
    SUBMITTED = "submitted", pgettext_lazy("thanks", "Waiting for the review")
    PUBLISHED = "published", pgettext_lazy("thanks", "Published")
    REFUSED = "refused", pgettext_lazy("thanks", "Not published")


class Step(TextChoices):
    """The kinds of deadline of this app."""

    CONFIRM_MEMBER = "service.confirm_member", _("Confirm a member's registration")
    CONFIRM_EMPLOYER = "service.confirm_employer", _("Confirm an employer's registration")
    RENEW = "service.renew", _("Renew the registration")
    CLAIM_COMMITMENT = "service.claim_commitment", _("Take on what a resolution asks")
    DELIVER = "service.deliver", _("Deliver what was claimed")
    RATE_ITEM = "service.rate_item", _("Rate what was delivered")
    ANSWER_OFFER = "service.answer_offer", _("Take the place that is offered")
    ATTEST_HOURS = "service.attest_hours", _("Attest the hours of a shift")
    ARRIVE = "service.arrive", _("Be on the spot")
    RELEASE_HELPERS = "service.release_helpers", _("Release the helpers and attest their hours")
    REVIEW_WISH = "service.review_wish", _("Review a wish")
    FULFIL_WISH = "service.fulfil_wish", _("Fulfil a wish")
    REVIEW_THANKS = "service.review_thanks", _("Review a sentence of thanks")


class Verb(StrEnum):
    """What can be done to the things of this app; which of them, when and by whom is in service.workflow.

    The addresses of the pages end in these words, or in those that service.views has for a verb of several buttons.
    """

    # registrations
    CONFIRM = "confirm"
    REFUSE = "refuse"
    CHANGE = "change"
    RENEW = "renew"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    # the three lists
    MATCH = "match"
    CLAIM = "claim"
    DELIVER = "deliver"
    RATE = "rate"
    GIVE_BACK = "give_back"
    REPORT = "report"  # progress of a commitment
    # posts and shifts
    ADD_SHIFTS = "add_shifts"
    EDIT = "edit"
    CLOSE = "close"
    REOPEN = "reopen"
    PLACES = "places"
    MOVE = "move"
    CANCEL = "cancel"
    # sign-ups and attendance
    SIGN_UP = "sign_up"
    WAIT = "wait"
    TAKE = "take"
    LAPSE = "lapse"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    PRESENT = "present"
    ABSENT = "absent"
    ATTEST = "attest"
    # calls for helpers and their answers
    CALL_OFF = "call_off"
    FINISH = "finish"
    END = "end"
    COME = "come"
    DECLINE = "decline"
    ARRIVE = "arrive"
    RELEASE = "release"
    # wishes and their thanks
    PUBLISH = "publish"
    FULFIL = "fulfil"
    THANK = "thank"
    PUBLISH_THANKS = "publish_thanks"
    REFUSE_THANKS = "refuse_thanks"
