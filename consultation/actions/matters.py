"""提事: somebody raises a matter at a forum; its convenor accepts or refuses it; its proposer may take it back."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import Unit, User
from cases.actions.consultation import note_tabled
from cases.models import Case, Category
from consultation.actions.matters_checks import check_case, check_proposer, check_topic, check_unit
from consultation.actions.matters_steps import decision_met, owe_decision, tell_convenor, tell_proposers
from consultation.actions.steps import check_matter, locked_forum, locked_matter, record_step
from consultation.enums import MatterState, MatterVerb, Step
from consultation.models import Forum, Matter
from consultation.queries.matters import matter_of_topic
from records import actions as records
from service.actions.shift_steps import locked_member
from service.actions.typed import checked, checked_reason

MOST_A_DAY = 5
LONGEST_TITLE = Matter._meta.get_field("title").max_length
LONGEST_TEXT = Matter._meta.get_field("text").max_length


@transaction.atomic
def raise_matter(
    *,
    forum: Forum,
    user: User,
    title: str,
    text: str,
    unit: Unit | None = None,
    case: Case | None = None,
    category: Category | None = None,
    street: Unit | None = None,
    month: date | None = None,
    token: UUID | None = None,
    now: datetime | None = None,
) -> Matter:
    """Raise a matter at `forum`, for `unit` or in the person's own name, and return it; its convenor owes a decision.

    It may come from a `case` that `user` sees, or from a topic: a `category` that recurred in a `street` in a
    `month`. The same `token`, or the same topic at the same forum, a second time returns the first matter.

    Raises Refused for missing or overlong words, a forum that is given up or takes matters of its members only, a
    unit for which the person does not speak, a case that is raised there already, and too many matters within a
    day; NotAllowed for a case or a street that is not theirs to see.
    """
    now = now or timezone.now()
    words = checked_words(title, text)
    locked_member(user)
    forum = locked_forum(forum)
    if token is not None and (sent := Matter.objects.filter(token=token).first()):
        return _own(sent, user)
    if category is not None:
        check_topic(user, street)
        if found := matter_of_topic(forum, category, street, month):
            return found
    check_unit(user, unit, required=case is not None or category is not None)
    check_proposer(user, forum, unit)
    if case is not None:
        check_case(user, case, forum)
    if unit is None:
        _check_day(user, now)
    origin = {"case": case, "category": category, "street": street, "month": month}
    return _raised(forum, user, now, unit=unit, token=token, **words, **origin)


def _raised(forum: Forum, user: User, now: datetime, **fields) -> Matter:
    matter = Matter.objects.create(forum=forum, proposer=user, raised_at=now, **fields)
    record_step(matter=matter, verb=MatterVerb.RAISE, now=now, user=user)
    owe_decision(matter, now)
    tell_convenor(matter, "matter.raised", user, now)
    if matter.case is not None:
        # the page of the forum: that of the matter is not for everybody before it is accepted
        place = {"forum_name": forum.name, "url": forum.get_absolute_url()}
        note_tabled(case=matter.case, user=user, unit=matter.unit, now=now, **place)
    return matter


def _own(matter: Matter, user: User) -> Matter:
    if matter.proposer_id != user.pk:
        raise OutOfTurn(_("This form has been used already. Please open it anew."))
    return matter


def _check_day(user: User, now: datetime) -> None:
    """Raise Refused when `user`, who is locked, has raised as many in their own name as one may within a day."""
    raised = Matter.objects.filter(proposer=user, unit=None, raised_at__gt=now - timedelta(days=1))
    if raised.count() >= MOST_A_DAY:
        raise Refused(_("You have raised many matters within a day. Please wait until tomorrow."))


def checked_words(title: str, text: str) -> dict[str, str]:
    """Return title and text without surrounding spaces. Raises Refused for missing or overlong ones."""
    missing = {"title": _("Please say in a few words what it is about."), "text": _("Please describe the matter.")}
    return {
        "title": checked(title, field="title", most=LONGEST_TITLE, missing=missing["title"]),
        "text": checked(text, field="text", most=LONGEST_TEXT, missing=missing["text"]),
    }


@transaction.atomic
def accept_matter(
    *, matter: Matter, user: User, title: str | None = None, text: str | None = None, now: datetime | None = None
) -> Matter:
    """Accept `matter`, in other words if they are given; return it. From now on everybody may read its words.

    Raises NotAllowed unless `user` keeps the forum, OutOfTurn unless it waits for that, Refused for missing or
    overlong words.
    """
    now = now or timezone.now()
    matter = locked_matter(matter)
    check_matter(matter=matter, verb=MatterVerb.ACCEPT, user=user)
    words = checked_words(matter.title if title is None else title, matter.text if text is None else text)
    reworded = (matter.title, matter.text) != (words["title"], words["text"])
    matter.title, matter.text = words["title"], words["text"]
    _decided(matter, MatterState.ACCEPTED, user, now, "title", "text")
    record_step(matter=matter, verb=MatterVerb.ACCEPT, now=now, user=user)
    tell_proposers(matter, "matter.accepted", user, now)
    detail = {"reworded": reworded}
    records.audit(verb="matter.accept", subject=matter, actor=user, unit=matter.forum.unit, detail=detail, now=now)
    return matter


@transaction.atomic
def refuse_matter(*, matter: Matter, user: User, reason: str, now: datetime | None = None) -> Matter:
    """Refuse `matter` with a `reason` that its proposer reads, also when it was accepted before; return it.

    Raises NotAllowed unless `user` keeps the forum, OutOfTurn once it is on an agenda or over, Refused without a
    reason.
    """
    now = now or timezone.now()
    matter = locked_matter(matter)
    check_matter(matter=matter, verb=MatterVerb.REFUSE, user=user, reason=reason)
    matter.reason = checked_reason(reason)
    _decided(matter, MatterState.REFUSED, user, now, "reason")
    record_step(matter=matter, verb=MatterVerb.REFUSE, now=now, user=user, reason=matter.reason)
    tell_proposers(matter, "matter.refused", user, now, reason=matter.reason)
    records.audit(verb="matter.refuse", subject=matter, actor=user, unit=matter.forum.unit, now=now)
    return matter


def _decided(matter: Matter, state: MatterState, user: User, now: datetime, *fields: str) -> None:
    matter.state, matter.decided_by, matter.decided_at = state, user, now
    matter.save(update_fields=["state", "decided_by", "decided_at", *fields])
    decision_met(matter, now)


@transaction.atomic
def withdraw_matter(*, matter: Matter, user: User, now: datetime | None = None) -> Matter:
    """Take one's own matter back; return it.

    Raises NotAllowed for another's, OutOfTurn once it is on an agenda or over, or goes on for others whose matters
    were merged into it.
    """
    now = now or timezone.now()
    matter = locked_matter(matter)
    check_matter(matter=matter, verb=MatterVerb.WITHDRAW, user=user)
    if matter.absorbed.exclude(proposer=user).exists():
        raise OutOfTurn(_("The matters of others were merged into this one: it goes on for them."))
    matter.state = MatterState.WITHDRAWN
    matter.save(update_fields=["state"])
    record_step(matter=matter, verb=MatterVerb.WITHDRAW, now=now, user=user)
    records.cancel_deadlines(subject=matter, kinds=[Step.DECIDE_MATTER], now=now)
    tell_convenor(matter, "matter.withdrawn", user, now)
    return matter
