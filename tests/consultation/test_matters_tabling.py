"""A matter on the agenda of a meeting, off it, and decided."""

import pytest

from accounts.errors import NotAllowed, OutOfTurn, Refused
from consultation.actions.matters import withdraw_matter
from consultation.actions.matters_moves import merge_matter
from consultation.actions.matters_tabling import decide_matter, table_matter, untable_matter
from consultation.enums import MatterState, MatterVerb
from records.models import Notice


def record_of(matter) -> list[str]:
    return [step.verb for step in matter.steps.order_by("at", "pk")]


def told(user) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("kind", flat=True))


def test_a_matter_is_tabled_once_and_its_proposer_told(team):
    matter, meeting = team.matter(), team.meeting()
    for _time in range(2):
        matter = table_matter(matter=matter, meeting=meeting, user=team.convenor)
    assert matter.state == MatterState.TABLED
    assert record_of(matter) == [MatterVerb.TABLE]
    assert matter.steps.get().meeting == meeting
    assert told(team.resident) == ["matter.tabled"]
    with pytest.raises(OutOfTurn):
        table_matter(matter=matter, meeting=team.meeting(), user=team.convenor)
    with pytest.raises(OutOfTurn):
        withdraw_matter(matter=matter, user=team.resident)


def test_what_is_not_dealt_with_waits_for_another_meeting(team):
    matter, meeting, later = team.matter(), team.meeting(), team.meeting()
    table_matter(matter=matter, meeting=meeting, user=team.convenor)
    assert untable_matter(matter=matter, meeting=later, user=team.convenor).state == MatterState.TABLED
    for _time in range(2):
        matter = untable_matter(matter=matter, meeting=meeting, user=None, reason="会议取消")
    assert matter.state == MatterState.ACCEPTED
    table_matter(matter=matter, meeting=later, user=team.convenor)
    assert record_of(matter) == [MatterVerb.TABLE, MatterVerb.UNTABLE, MatterVerb.TABLE]
    assert told(team.resident) == ["matter.tabled", "matter.untabled", "matter.tabled"]


def test_a_decision_follows_from_the_meeting_and_reaches_everybody_who_raised_it(team):
    matter, absorbed = team.matter(), team.matter(proposer=team.member, state=MatterState.RAISED)
    merge_matter(matter=absorbed, into=matter, user=team.convenor, reason="同一事项")
    meeting = team.meeting()
    with pytest.raises(OutOfTurn):
        decide_matter(matter=matter, meeting=meeting, user=None)
    table_matter(matter=matter, meeting=meeting, user=team.convenor)
    for user in (team.convenor, None):
        matter = decide_matter(matter=matter, meeting=meeting, user=user)
    assert matter.state == MatterState.DECIDED
    assert record_of(matter) == [MatterVerb.ABSORB, MatterVerb.TABLE, MatterVerb.DECIDE]
    assert told(team.resident) == ["matter.tabled", "matter.decided"]
    assert told(team.member) == ["matter.merged", "matter.tabled", "matter.decided"]


def test_only_who_keeps_the_forum_tables_and_only_at_its_own_meetings(team):
    matter = team.matter()
    with pytest.raises(NotAllowed):
        table_matter(matter=matter, meeting=team.meeting(), user=team.resident)
    with pytest.raises(Refused):
        table_matter(matter=matter, meeting=team.meeting(forum=team.street_forum), user=team.convenor)
    with pytest.raises(OutOfTurn):
        raised = team.matter(state=MatterState.RAISED)
        table_matter(matter=raised, meeting=team.meeting(), user=team.convenor)
