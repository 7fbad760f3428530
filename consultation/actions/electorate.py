"""Who may vote: frozen when a vote is opened, with what absent members wrote before."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.errors import Refused
from accounts.models import User
from consultation.enums import Balloting, Choice
from consultation.models import Ballot, Elector, Invitation, Vote, WrittenVote
from consultation.queries.scope import CAN_COME
from records import actions as records

FEWEST_SECRET = 3
"""Of two who vote secretly, each knows how the other voted: so many may vote, and have voted, or nobody has."""

COUNTERS = {Choice.FOR: "in_favour", Choice.AGAINST: "against", Choice.ABSTAIN: "abstained"}
"""Which field of a vote counts which choice."""


def freeze(*, vote: Vote, now: datetime) -> None:
    """Save the new `vote` with its electors: who has a vote and is present, and absent members where the rules allow.

    What those wrote before is cast for them; the others are told that they can vote by phone. Raises Refused where
    too few may vote for the vote to be secret.
    """
    people = _entitled(vote)
    if vote.balloting == Balloting.SECRET and len(people) < FEWEST_SECRET:
        raise Refused(
            _("Only %(count)d may vote now, and a vote of fewer than %(fewest)d people is not secret.")
            % {"count": len(people), "fewest": FEWEST_SECRET}
        )
    written = _written(vote, people)
    for choice in written.values():
        counter = COUNTERS[choice]
        setattr(vote, counter, getattr(vote, counter) + 1)
    vote.electorate = len(people)
    vote.save(force_insert=True)
    electors = Elector.objects.bulk_create(
        Elector(
            vote=vote,
            invitation=row,
            person_id=person,
            is_absent=row.checked_in_at is None,
            has_voted=row.pk in written,
        )
        for person, row in people.items()
    )
    Ballot.objects.bulk_create(
        Ballot(elector=elector, choice=written[elector.invitation_id], is_written=True, at=now)
        for elector in electors
        if elector.has_voted
    )
    _tell_absent(vote, electors, now)


def _entitled(vote: Vote) -> dict[int, Invitation]:
    """Return by which invitation each person may vote: who comes for two has one vote, their own before another's."""
    rows = Invitation.objects.filter(CAN_COME, meeting=vote.meeting, votes=True)
    if not vote.meeting.forum.written_votes:
        rows = rows.filter(checked_in_at__isnull=False)
    found: dict[int, Invitation] = {}
    for row in sorted(rows, key=lambda row: (row.checked_in_at is None, row.substitute_id is not None, row.pk)):
        found.setdefault(row.substitute_id or row.person_id, row)
    return found


def _written(vote: Vote, people: dict[int, Invitation]) -> dict[int, Choice]:
    """Return what absent members of an open vote wrote, by invitation; not what came before they sent a substitute."""
    if vote.balloting == Balloting.SECRET:
        return {}
    absent = {row.pk: row for row in people.values() if row.checked_in_at is None}
    return {
        given.invitation_id: Choice(given.choice)
        for given in WrittenVote.objects.filter(item=vote.item, invitation__in=absent)
        if absent[given.invitation_id].substitute_id is None
    }


def _tell_absent(vote: Vote, electors: list[Elector], now: datetime) -> None:
    waiting = [elector.person_id for elector in electors if elector.is_absent and not elector.has_voted]
    records.notify(
        recipients=User.objects.filter(pk__in=waiting, is_active=True),
        kind="consultation.vote_opened",
        parameters={"item": vote.item.title, "forum": vote.meeting.forum.name},
        url=reverse("room", args=[vote.meeting_id]),
        key=f"consultation.vote_opened:{vote.pk}",
        now=now,
    )
