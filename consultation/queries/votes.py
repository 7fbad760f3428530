"""Votes: what a page may show of them, and the numbers put into the rule."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import override

from consultation.enums import Balloting, Majority, VoteState
from consultation.models import Ballot, Elector, Meeting, Vote, WrittenVote
from consultation.queries.scope import meetings_attended_by


@dataclass(frozen=True)
class Comparison:
    """The rule of a vote with its numbers: `left` of `left_of` against `right` of `right_of`."""

    majority: str
    left: int
    right: int


def comparison(vote: Vote) -> Comparison:
    """Return which numbers decided `vote`; it carries when the left is more, of two thirds also when it is as much."""
    if vote.majority == Majority.SIMPLE:
        return Comparison(vote.majority, vote.in_favour, vote.against)
    if vote.majority == Majority.ABSOLUTE:
        return Comparison(vote.majority, vote.in_favour * 2, vote.electorate)
    return Comparison(vote.majority, vote.in_favour * 3, vote.electorate * 2)


def votes_of(meeting: Meeting, user) -> QuerySet[Vote]:
    """Return the votes of `meeting` in their order, each with `has_voted` of `user`: None where they may not vote."""
    own = Elector.objects.filter(vote=OuterRef("pk"), person=user).values("has_voted")
    return Vote.objects.filter(meeting=meeting).annotate(has_voted=Subquery(own)).order_by("opened_at", "pk")


def votes_seen_by(user) -> QuerySet[Vote]:
    """Return the votes of the meetings to whose room `user` has access."""
    rows = Vote.objects.filter(meeting__in=meetings_attended_by(user).order_by().values("pk"))
    return rows.select_related("meeting__forum__unit", "item")


def votes_open_to(user) -> QuerySet[Vote]:
    """Return the votes in whose electorate `user` is: the short way in for the many who vote within seconds."""
    return Vote.objects.filter(electors__person=user)


def marked(vote: Vote) -> int:
    """Return how many electors of `vote` are marked as having voted; the counters must add up to it."""
    return Elector.objects.filter(vote=vote, has_voted=True).count()


def ballots_of(vote: Vote) -> QuerySet[Ballot]:
    """Return who voted how in `vote` once it is closed, in the order of the electors; nothing of a secret vote."""
    if vote.balloting == Balloting.SECRET or vote.state != VoteState.CLOSED:
        return Ballot.objects.none()
    rows = Ballot.objects.filter(elector__vote=vote)
    return rows.select_related("elector__person", "elector__invitation__unit").order_by("elector")


def written_by(user, meeting: Meeting) -> QuerySet[WrittenVote]:
    """Return the written votes of `user` at `meeting`, in the order of the agenda."""
    rows = WrittenVote.objects.filter(item__meeting=meeting, invitation__person=user)
    return rows.select_related("item").order_by("item__position", "item")


def result_of(vote: Vote, wording: str = "") -> str:
    """Return the result of a closed `vote`, and the `wording` that failed, in the language of the portal: on record."""
    numbers = {"in_favour": vote.in_favour, "against": vote.against, "abstained": vote.abstained}
    with override(settings.LANGUAGE_CODE):
        if vote.adopted:
            return _("Adopted: %(in_favour)d in favour, %(against)d against, %(abstained)d abstained.") % numbers
        failed = _("Not adopted: %(in_favour)d in favour, %(against)d against, %(abstained)d abstained.") % numbers
        return "\n".join([failed, _("What was put to the vote: %(text)s") % {"text": wording}]) if wording else failed
