"""What the navigation and the header offer to those who serve, who served once, and who owe something in person."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from records.actions import set_deadlines
from records.clocks import Due
from records.enums import ClockUnit
from records.queries import owed_by
from service.enums import RegistrationState, Step
from service.models import Registration

HOUR = timedelta(hours=1)
ALWAYS = {"my_service", "my_hours"}
WHILE_ACTIVE = {"find_service", "my_calls", "my_households"}


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def offered(response) -> set[str]:
    """Return which of the members' pages, and My deadlines, the navigation of a page offers."""
    shown = {entry["url"] for entry in response.context["navigation"]}
    return {name for name in ALWAYS | WHILE_ACTIVE | {"deadlines"} if reverse(name) in shown}


@pytest.fixture
def renewal(team):
    """The renewal of the member's registration, owed by the member in one hour."""
    now = timezone.now()
    set_deadlines(
        subject=team.member.registrations.get(),
        unit=team.community,
        due={Step.RENEW: Due(now + HOUR, ClockUnit.HOURS)},
        now=now,
        person=team.member,
    )


def test_members_are_offered_all_and_others_nothing(team, signed_in):
    assert offered(signed_in(team.member).get("/")) == ALWAYS | WHILE_ACTIVE
    assert offered(signed_in(team.resident).get("/")) == set()


@pytest.mark.parametrize("state", ["expired", "withdrawn", "moved"])
def test_who_served_once_still_reaches_what_they_did(team, signed_in, state):
    Registration.objects.filter(member=team.member).update(state=state, ended_at=timezone.now())
    client = signed_in(team.member)
    assert offered(client.get("/")) == ALWAYS
    for name in (*ALWAYS, "certificates", "my_calls"):
        assert client.get(reverse(name)).status_code == 200
    assert reverse("certificates") in client.get(reverse("my_hours")).content.decode()


def test_who_was_never_confirmed_is_offered_nothing(team, signed_in):
    team.register(team.resident, state=RegistrationState.REFUSED, expires_on=None)
    assert offered(signed_in(team.resident).get("/")) == set()


def test_what_is_owed_in_person_is_in_the_header_and_on_my_deadlines(team, renewal, signed_in):
    client = signed_in(team.member)
    response = client.get(reverse("deadlines"))
    assert "deadlines" in offered(response)
    assert 'id="owed-tool"' in response.content.decode()
    [row] = response.context["rows"]
    assert (row["deadline"].kind, row["deadline"].person) == (Step.RENEW, team.member)
    assert client.get(row["subject"].url).status_code == 200
    assert "1 in 24 h" in client.get(reverse("notices")).content.decode()


def test_it_is_nobody_elses(team, renewal, signed_in):
    for person in (team.secretary, team.other_member):
        response = signed_in(person).get(reverse("deadlines"))
        assert Step.RENEW not in {row["deadline"].kind for row in response.context["rows"]}
    team.member.is_active = False
    assert not owed_by(team.member).exists()
    assert not owed_by(AnonymousUser()).exists()


def test_who_owes_nothing_has_no_counts_but_may_look(team, signed_in):
    response = signed_in(team.resident).get(reverse("deadlines"))
    assert "You owe nothing" in response.content.decode()
    assert 'id="owed-tool"' not in response.content.decode()


def test_the_desk_of_deadlines_takes_eight_queries_also_in_person(
    team, renewal, signed_in, django_assert_max_num_queries
):
    client = signed_in(team.member)
    client.get(reverse("deadlines"))
    with django_assert_max_num_queries(8):
        client.get(reverse("deadlines"))
