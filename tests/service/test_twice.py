"""A button that is pressed twice does its work once, and says so the second time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import OutOfTurn
from service.actions.calls import call_helpers
from service.actions.households import note_visit
from service.actions.wishes import make_wish
from service.models import HelperAnswer, HelperCall, Household, Visit, Wish

HOUR = timedelta(hours=1)


def blow(team, **given) -> HelperCall:
    now = timezone.now()
    times = {"arrive_by": now + HOUR, "until": now + 3 * HOUR}
    given = {"title": "清雪", "place": "南门", "helpers": 2, **times, **given}
    return call_helpers(user=team.secretary, caller=team.community, **given)


def test_a_call(team):
    blow(team)
    told = HelperAnswer.objects.count()
    with pytest.raises(OutOfTurn):
        blow(team)
    assert HelperAnswer.objects.count() == told
    blow(team, place="北门")
    blow(team, now=timezone.now() + timedelta(minutes=6), arrive_by=timezone.now() + HOUR)


def test_a_wish(team):
    given = {"user": team.resident, "community": team.community, "text": "看不清", "contact": "3号楼"}
    make_wish(title="床头灯", **given)
    with pytest.raises(OutOfTurn):
        make_wish(title="床头灯", **given)
    make_wish(title="手电筒", **given)
    assert Wish.objects.count() == 2


def test_a_visit(team):
    household = Household.objects.create(
        community=team.community, label="501", carer=team.member, created_at=timezone.now()
    )
    given = {"household": household, "user": team.member, "day": timezone.localdate()}
    note_visit(note="安好", **given)
    with pytest.raises(OutOfTurn):
        note_visit(note="安好", **given)
    note_visit(note="下午又去了一次", **given)
    assert Visit.objects.count() == 2
