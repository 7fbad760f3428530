"""The staff read the names of their own members only: on the list, in its forms and in what is refused."""

from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from service.actions.registrations import withdraw_registration
from service.models import Shift
from tests.service.hours_scene import HOUR, place, serve, shift_at

STRANGER = "Member of another community (no. 2)"


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


@pytest.fixture
def ended(team) -> Shift:
    """A shift that ended an hour ago, of the member and of one from the next community."""
    shift = shift_at(team, timezone.now() - 3 * HOUR, places=5)
    for user in (team.member, team.neighbour_member):
        place(shift, user, checked_in_at=shift.starts_at)
    return shift


def body(response) -> str:
    return unescape(response.content.decode())


def test_the_list_and_its_forms_name_the_own_members_only(team, signed_in, ended):
    client = signed_in(team.secretary)
    html = body(client.get(reverse("attendance", args=[ended.pk])))
    assert team.member.name in html
    assert team.neighbour_member.name not in html
    assert f"Minutes of {STRANGER}" in html
    assert html.count(STRANGER) == 3  # the list, the minutes, who may be marked as absent
    assert STRANGER in body(client.get(ended.get_absolute_url()))


@pytest.mark.parametrize("reason", ["cap", "overlap"])
def test_a_refusal_does_not_name_them_either(team, signed_in, ended, settings, reason):
    if reason == "overlap":
        serve(team, team.neighbour_member, 120, starts_at=ended.starts_at)
    else:
        settings.SERVICE_HOURS_A_DAY = 1
    sign_up = ended.sign_ups.get(member=team.neighbour_member)
    url = reverse("attendance_verb", args=[ended.pk, "attest"])
    html = body(signed_in(team.secretary).post(url, {f"attest-minutes_{sign_up.pk}": "110"}))
    assert f"{STRANGER} has attested" in html if reason == "overlap" else f"{STRANGER} has 1 h left" in html
    assert team.neighbour_member.name not in html


def test_the_page_of_a_correction_says_the_same(team, signed_in):
    entry = serve(team, team.neighbour_member)
    html = body(signed_in(team.secretary).get(reverse("correct_hours", args=[entry.pk])))
    assert "Member of another community (no. 1)" in html
    assert team.neighbour_member.name not in html


def test_who_has_left_is_a_former_member_and_not_of_another_community(team, signed_in, ended):
    withdraw_registration(registration=team.member.registrations.get(), user=team.member)
    html = body(signed_in(team.secretary).get(reverse("attendance", args=[ended.pk])))
    assert "Former member (no. 1)" in html
    assert STRANGER in html
    assert "Member of another community (no. 1)" not in html
    assert team.member.name not in html
