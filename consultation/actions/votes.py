"""Votes: opened with a frozen electorate, cast once each, closed by the rule.

Locked in the order forum → meeting → agenda item → vote → matter. Of a secret vote nothing is written but the counter
and the elector's mark: see docs/decisions/0018-secret-votes.md before adding anything to `cast_vote`.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import OutOfTurn, Refused
from accounts.models import User
from consultation.actions.electorate import COUNTERS, FEWEST_SECRET, freeze
from consultation.actions.matters_tabling import decide_matter
from consultation.actions.measures_checks import check_measures
from consultation.actions.resolutions import adopt
from consultation.actions.room_steps import check_at_hand, check_no_vote_open, led, locked_vote
from consultation.actions.steps import locked_forum
from consultation.enums import AgendaKind, AgendaState, Balloting, Choice, VoteState
from consultation.formula import is_adopted
from consultation.models import AgendaItem, Ballot, Elector, Meeting, Vote
from consultation.queries.measures import measures_to_check
from consultation.queries.room import quorum_of
from consultation.queries.votes import result_of
from records import actions as records
from service.actions.typed import checked, checked_reason


@transaction.atomic
def open_vote(*, item: AgendaItem, user: User, question: str, now: datetime | None = None) -> Vote:
    """Put the item at hand to the vote: freeze who may vote and cast what absent members wrote; return the vote.

    Raises NotAllowed, OutOfTurn when the item is not at hand or a vote is open, Refused without a quorum, for an item
    that was not announced as one to be decided, with a measure that cannot be made, and where so few may vote that it
    could not be secret.
    """
    now = now or timezone.now()
    meeting, item = led(item, user)
    check_no_vote_open(meeting)
    check_at_hand(item, meeting)
    question = checked(question, field="question", most=200, missing=_("Please write what is voted on."))
    if item.kind != AgendaKind.DECISION:
        raise Refused(_("This item was not announced as one to be decided, so it cannot be put to the vote."))
    _check_quorum(meeting)
    check_measures(measures=measures_to_check(item=item), at=now)
    vote = Vote(
        meeting=meeting,
        item=item,
        question=question,
        balloting=item.balloting,
        majority=meeting.forum.majority,
        electorate=0,
        opened_by=user,
        opened_at=now,
    )
    freeze(vote=vote, now=now)
    detail = {"item": item.pk, "electorate": vote.electorate}
    records.audit(verb="vote.open", subject=vote, actor=user, unit=meeting.forum.unit, detail=detail, now=now)
    return vote


def _check_quorum(meeting: Meeting) -> None:
    quorum = quorum_of(meeting)
    if not quorum.is_reached:
        raise Refused(
            _(
                "There is no quorum: %(present)d of %(seats)d are present, %(needed)d are needed. "
                "Nothing can be voted on."
            )
            % {"present": quorum.present, "seats": quorum.seats, "needed": quorum.needed}
        )


@transaction.atomic
def cast_vote(*, vote: Vote, user: User, choice: str, now: datetime | None = None) -> bool:
    """Count the vote of `user`; return whether it was counted now. Whoever has voted is not counted again.

    So a phone that lost its connection may send the same vote as often as it likes: the first one counts.
    Raises Refused for somebody who is not among those who may vote, or for no choice, and OutOfTurn once it is closed.
    """
    vote = locked_vote(vote)
    elector = Elector.objects.filter(vote=vote, person=user).first()
    if elector is None:
        raise Refused(_("You are not among those who may vote here: who may was settled when the vote was opened."))
    if elector.has_voted:
        return False
    if vote.state != VoteState.OPEN:
        raise OutOfTurn(_("This vote is closed; your vote was not counted."))
    if choice not in Choice.values:
        raise Refused(_("Please choose how you vote."), field="choice")
    if not _claim(elector):
        return False
    counter = COUNTERS[Choice(choice)]
    Vote.objects.filter(pk=vote.pk).update(**{counter: F(counter) + 1})
    if vote.balloting == Balloting.OPEN:
        Ballot.objects.create(elector=elector, choice=choice, at=now or timezone.now())
    return True


def _claim(elector: Elector) -> bool:
    """Mark `elector` as having voted; return whether that was still to be done. Of many who try at once, one does."""
    return bool(Elector.objects.filter(pk=elector.pk, has_voted=False).update(has_voted=True))


@transaction.atomic
def close_vote(*, vote: Vote, user: User, now: datetime | None = None) -> Vote:
    """Count `vote` by its rule, note the result with its item and, if it is adopted, make the resolution; return it.

    Raises NotAllowed, OutOfTurn when it is not open any more, Refused for a secret vote in which one or two have voted.
    """
    now = now or timezone.now()
    vote, item = _led_vote(vote, user)
    if vote.balloting == Balloting.SECRET and 0 < vote.cast < FEWEST_SECRET:
        raise Refused(
            _(
                "Only %(cast)d of at least %(fewest)d votes have been cast: the result would show how somebody voted. "
                "Wait for more votes, or break the vote off."
            )
            % {"cast": vote.cast, "fewest": FEWEST_SECRET}
        )
    vote.adopted = is_adopted(vote.majority, in_favour=vote.in_favour, against=vote.against, electorate=vote.electorate)
    _end(vote, VoteState.CLOSED, user, now)
    if vote.adopted:
        adopt(vote=vote, user=user, now=now)  # before the result is noted: what was noted before is its text
    _settle(vote, item, user, now)
    detail = {"item": item.pk, "adopted": vote.adopted}
    records.audit(verb="vote.close", subject=vote, actor=user, unit=vote.meeting.forum.unit, detail=detail, now=now)
    return vote


def _settle(vote: Vote, item: AgendaItem, user: User, now: datetime) -> None:
    """The vote decides `item` and its matter; noted wording is kept, with the result if it failed."""
    item.state = AgendaState.DONE
    item.decision = item.decision if vote.adopted and item.decision else result_of(vote, item.decision)
    item.save(update_fields=["state", "decision"])
    Meeting.objects.filter(pk=vote.meeting_id).update(at_hand=None)
    if item.matter:
        decide_matter(matter=item.matter, meeting=vote.meeting, user=user, now=now)


@transaction.atomic
def break_off_vote(*, vote: Vote, user: User, reason: str, now: datetime | None = None) -> Vote:
    """End `vote` without a result, for a `reason`; the item stays at hand and can be voted on anew. Return the vote.

    Of a secret vote nothing is kept: the counters of the first few would show how they voted.
    Raises NotAllowed, OutOfTurn when it is not open any more, Refused without a reason.
    """
    now = now or timezone.now()
    vote, item = _led_vote(vote, user)
    vote.reason = checked_reason(reason)
    if vote.balloting == Balloting.SECRET:
        vote.in_favour = vote.against = vote.abstained = 0
        vote.electors.update(has_voted=False)
    _end(vote, VoteState.BROKEN_OFF, user, now)
    detail = {"item": item.pk}
    records.audit(verb="vote.break_off", subject=vote, actor=user, unit=vote.meeting.forum.unit, detail=detail, now=now)
    return vote


def _led_vote(vote: Vote, user: User) -> tuple[Vote, AgendaItem]:
    locked_forum(vote.meeting.forum)  # a resolution takes its number under this lock
    meeting, item = led(vote.item, user)
    vote = locked_vote(vote)
    if vote.state != VoteState.OPEN:
        raise OutOfTurn(_("This vote has already been ended."))
    vote.meeting = meeting
    vote.item = item
    return vote, item


def _end(vote: Vote, state: VoteState, user: User, now: datetime) -> None:
    vote.state = state
    vote.closed_by = user
    vote.closed_at = now
    vote.save()
