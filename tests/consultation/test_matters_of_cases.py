"""From a case to a matter: raised by an official, linked both ways, without a word of the resident."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.errors import NotAllowed, Refused
from cases.actions import merge
from cases.enums import Verb
from consultation.actions.matters import accept_matter, raise_matter, refuse_matter
from consultation.actions.matters_moves import pass_matter
from consultation.models import Matter
from records.models import Notice
from tests.test_permissions import answer_for


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def tabled(team, case, **given) -> Matter:
    defaults = {
        "forum": team.street_forum,
        "user": team.cast.dispatcher,
        "unit": team.cast.street,
        "title": "井盖破损",
        "text": "多处井盖破损。",
    }
    return raise_matter(case=case, **{**defaults, **given})


def address(case) -> str:
    return reverse("table_case", args=[case.number])


def test_an_official_raises_a_case_with_one_click(team, signed_in):
    case = team.cast.on_street()
    client = signed_in(team.cast.dispatcher)
    assert address(case) in client.get(case.get_absolute_url()).content.decode()
    response = client.get(address(case))
    form, html = response.context["form"], response.content.decode()
    assert form["title"].value() == f"{team.cast.street} {team.cast.category}"
    for secret in (case.text[:8], "王小明", "3号楼2单元501"):
        assert secret not in html
    assert set(form.fields["forum"]._rows) == {
        str(forum.pk)
        for forum in (team.forum, team.courtyard_forum, team.street_forum, team.joint_forum, team.district_forum)
    }
    assert form.fields["unit"].choices == [(team.cast.street.pk, str(team.cast.street))]
    sent = {name: form[name].value() for name in ("title", "text", "token")}
    sent |= {"forum": team.street_forum.pk, "unit": team.cast.street.pk}
    assert client.post(address(case), sent)["location"] == case.get_absolute_url()
    client.post(address(case), sent)
    matter = Matter.objects.get()
    assert (matter.case, matter.forum, matter.unit) == (case, team.street_forum, team.cast.street)
    case_page, matter_page = (client.get(row.get_absolute_url()).content.decode() for row in (case, matter))
    assert matter.get_absolute_url() in case_page
    assert "Waiting for the convenor" in case_page
    assert case.get_absolute_url() in matter_page


def test_the_case_is_named_only_to_who_may_see_it(team, client):
    case = team.cast.on_street()
    matter = accept_matter(matter=tabled(team, case), user=team.street_convenor)
    for person, seen in [(team.cast.dispatcher, True), (team.cast.neighbour, False), (None, False)]:
        client.logout()
        if person:
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert (case.number in client.get(matter.get_absolute_url()).content.decode()) is seen
    client.force_login(team.resident, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert case.get_public_url() in client.get(matter.get_absolute_url()).content.decode()


def test_a_case_is_raised_at_one_forum_once(team, signed_in):
    case = team.cast.on_street()
    first = tabled(team, case)
    client = signed_in(team.cast.dispatcher)
    sent = {
        "forum": team.street_forum.pk,
        "unit": team.cast.street.pk,
        "title": "井盖",
        "text": "再提",
        "token": uuid4(),
    }
    response = client.post(address(case), sent)
    assert "already" in str(response.context["form"].errors["forum"])
    assert response.context["form"]["text"].value() == "再提"
    elsewhere = tabled(team, case, forum=team.forum)
    with pytest.raises(Refused):
        pass_matter(matter=elsewhere, to=team.street_forum, user=team.convenor, reason="需统筹")
    refuse_matter(matter=first, user=team.street_convenor, reason="先由社区议")
    assert tabled(team, case).pk
    assert Matter.objects.filter(case=case).count() == 3


def test_only_who_sees_the_case_and_speaks_for_a_unit_raises_it(team, client):
    case = team.cast.on_street()
    expected = {
        None: "sign in",
        team.resident: 403,
        team.convenor: 403,
        team.cast.grid_worker: 403,
        team.secretary: 200,
        team.cast.dispatcher: 200,
        team.cast.command: 200,
        team.cast.neighbour: 404,
        team.cast.water_officer: 404,
        team.liaison: 404,
    }
    assert {person: answer_for(client, person, address(case)) for person in expected} == expected
    with pytest.raises(NotAllowed):
        tabled(team, case, user=team.cast.neighbour, unit=team.cast.neighbour_street)
    with pytest.raises(Refused) as refusal:
        tabled(team, case, unit=None)
    assert refusal.value.field == "unit"


def test_a_case_that_goes_on_in_another_is_not_raised(team, signed_in):
    case, into = team.cast.on_street(), team.cast.on_street()
    merge(case=case, user=team.cast.dispatcher, into=into, reason="同一事项")
    assert address(case) not in signed_in(team.cast.dispatcher).get(case.get_absolute_url()).content.decode()
    case.refresh_from_db()
    with pytest.raises(Refused):
        tabled(team, case)


def test_the_resident_sees_that_it_was_raised_and_the_matter_once_it_is_accepted(team, client):
    case = team.cast.on_street()
    matter = tabled(team, case)
    movement = case.movements.get(verb=Verb.TABLE)
    assert movement.is_public
    assert Notice.objects.get(recipient=team.resident, kind="case.tabled").parameters["forum"] == team.street_forum.name
    html = client.get(case.get_public_url()).content.decode()
    assert f"长青街道 raised the matter for discussion at {team.street_forum}." in html
    assert team.street_forum.get_absolute_url() in html
    assert matter.get_absolute_url() not in html
    accept_matter(matter=matter, user=team.street_convenor)
    assert matter.get_absolute_url() in client.get(case.get_public_url()).content.decode()
