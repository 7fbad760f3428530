"""What a resident is told: each public step once, and once halfway that the answer waits for a rating."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import OutOfTurn
from cases import actions
from cases.models import Case
from cases.tasks import invite_to_rate
from records.models import Deadline, Notice
from records.terms.pauses import pause

DAY = timedelta(days=1)
ENGLISH = {"accept-language": "en"}


def told(cast, since=None) -> list[str]:
    return list(Notice.objects.filter(recipient=cast.resident).order_by("pk").values_list("kind", flat=True))


def test_each_public_step_is_told_once(cast):
    case = cast.whistled()
    turnout = case.turnouts.get()
    actions.accept_turnout(turnout=turnout, user=cast.water_officer)
    actions.arrive(turnout=turnout, user=cast.water_officer)
    actions.release(turnout=turnout, user=cast.dispatcher, on_time=5, cooperation=5, result=5)
    actions.report_progress(case=case, user=cast.dispatcher, text="已联系厂家")
    actions.resolve(case=case, user=cast.dispatcher, text="已修复")
    assert told(cast) == [
        "case.passed_up",
        "case.accepted",
        "case.whistled",
        "case.coming",
        "case.there",
        "case.released",
        "case.progress",
        "case.resolved",
    ]
    for notice in Notice.objects.filter(recipient=cast.resident):
        assert case.number in notice.sentence and "%" not in notice.sentence


def test_what_the_resident_did_and_what_is_between_units_is_not_told(cast):
    case = cast.lodge()
    actions.add_information(case=case, resident=cast.resident, text="在北门")
    actions.refuse(case=case, user=cast.grid_worker, reason="不属于本网格")
    assert told(cast) == []


def test_a_pause_is_told_and_explained_on_the_page(cast, client):
    case = actions.accept(case=cast.lodge(), user=cast.grid_worker)
    pause(deadline=Deadline.objects.get(kind="case.resolve"), user=cast.grid_worker, code="weather")
    assert told(cast)[-1] == "case.paused"
    assert "stopped the clock: Weather" in client.get(case.get_public_url(), headers=ENGLISH).content.decode()


@pytest.fixture
def halfway(cast) -> Case:
    """An answered case of which half of the time to rate has passed."""
    case = cast.resolved()
    now = timezone.now()
    Case.objects.filter(pk=case.pk).update(resolved_at=now - 4 * DAY, next_due_at=now + 3 * DAY)
    return case


def test_the_resident_is_reminded_to_rate_once(cast, halfway):
    assert [invite_to_rate(), invite_to_rate()] == [1, 0]
    assert told(cast).count("case.rate") == 1
    assert told(cast).count("case.resolved") == 1


def test_not_before_half_of_the_time(cast):
    case = cast.resolved()
    assert invite_to_rate() == 0
    with pytest.raises(OutOfTurn):
        actions.remind_to_rate(case=case)


def test_not_when_it_is_rated_or_nobody_has_an_account(cast, halfway):
    actions.rate(case=halfway, rater=cast.resident, solved=True, satisfaction=5)
    anonymous = cast.resolved(lodger=None)
    now = timezone.now()
    Case.objects.filter(pk=anonymous.pk).update(resolved_at=now - 4 * DAY, next_due_at=now + 3 * DAY)
    assert invite_to_rate() == 0
    assert "case.rate" not in told(cast)


def test_the_page_says_until_when_to_rate(cast, client, halfway):
    assert "You can rate the answer until" in client.get(halfway.get_public_url(), headers=ENGLISH).content.decode()
