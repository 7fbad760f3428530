"""The first page of a member in service shows the next shifts and what waits for an answer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from service.actions.sign_ups import sign_up
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
