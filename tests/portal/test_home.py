"""The first page of a member in service shows the next shifts and what waits for an answer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from service.actions.call_answers import answer_call
from service.actions.calls import call_helpers
from service.actions.sign_ups import sign_up
from tests.cast import person
from tests.service.cast import make_service_cast


@pytest.fixture
def team(cast):
    return make_service_cast(cast)


def test_a_member_sees_the_next_shifts(team, signed_in):
    later = team.shift(starts_at=timezone.now() + timedelta(days=9))
    sooner = team.shift(post=later.post, starts_at=timezone.now() + timedelta(days=2))
    for shift in (later, sooner):
        sign_up(shift=shift, user=team.member)
    page = signed_in(team.member).get("/").content.decode()
    assert page.index(sooner.get_absolute_url()) < page.index(later.get_absolute_url())


def test_without_any_the_way_to_some(team, signed_in):
    assert 'class="button button-secondary" href="/serve/"' in signed_in(team.member).get("/").content.decode()


def test_a_resident_sees_nothing_of_it(team, signed_in):
    assert "/my/service/" not in signed_in(team.resident).get("/").content.decode()


def test_who_keeps_a_forum_is_led_to_its_meetings(cast, signed_in):
    convenor = person("convenor", "何召集", cast.community, Role.FORUM_CONVENOR)
    assert signed_in(convenor).get("/")["location"] == reverse("meetings")


@pytest.mark.parametrize(("hours", "waits"), [(3, False), (0.5, True)])
def test_an_arrival_waits_only_from_when_it_is_taken(team, signed_in, hours, waits):
    now = timezone.now()
    call = call_helpers(
        user=team.secretary,
        caller=team.community,
        title="搬运防汛沙袋",
        place="社区东门",
        helpers=1,
        arrive_by=now + timedelta(hours=hours),
        until=now + timedelta(hours=5),
    )
    answer_call(call=call, user=team.member, coming=True)
    assert bool(signed_in(team.member).get("/").context["owed_in_person"]) is waits
