"""The pages of registrations: who sees them, what is typed, what is refused where it was typed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.actions import place_unit
from accounts.enums import UnitKind
from accounts.models import Unit, User
from service.enums import RegistrationState
from service.models import EmployerRegistration, Registration

MINE = "/my/registration/"
LIST = "/service/registrations/"
NEW_EMPLOYER = "/employer-registrations/new/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def typed(team, **given) -> dict:
    defaults = {
        "street": team.cast.street.pk,
        "community": team.community.pk,
        "employer": team.employer.pk,
        "branch": "第三支部",
        "skills": [team.first_aid.pk],
        "hours_per_month": "6",
        "consent": "on",
    }
    return {**defaults, **given}


def html(response) -> str:
    return response.content.decode()


# --- the member's own page -----------------------------------------------------------------------------------


def test_a_resident_reads_what_happens_to_the_data_and_registers(team, signed_in):
    client = signed_in(team.resident)
    shown = html(client.get(MINE))
    assert "You and the community you register with see all of it." in shown
    assert "who came when it called for helpers" in shown
    response = client.post(MINE, typed(team), follow=True)
    registration = team.resident.registrations.get()
    assert (registration.community, registration.employer) == (team.community, team.employer)
    assert list(registration.skills.all()) == [team.first_aid]
    assert response.redirect_chain[0][0] == registration.get_absolute_url()
    assert "the community will confirm it" in html(response)
    assert "Hand in the registration" not in html(client.get(MINE))


def test_without_consent_it_is_not_handed_in_and_what_was_typed_stays(team, signed_in):
    response = signed_in(team.resident).post(MINE, typed(team, consent="", branch="第九支部"))
    assert "Without your consent" in html(response)
    assert 'value="第九支部"' in html(response)
    assert not team.resident.registrations.exists()


def test_the_communities_follow_the_street_with_and_without_script(team, signed_in):
    client = signed_in(team.resident)
    assert "槐树社区" not in html(client.get(MINE))
    narrowed = html(client.post(MINE, {"street": team.cast.street.pk, "narrow": "1", "branch": "第九支部"}))
    assert "槐树社区" in narrowed
    assert "field-error" not in narrowed
    assert 'value="第九支部"' in narrowed
    part = html(client.get("/my/registration/places/", {"street": team.cast.neighbour_street.pk}))
    assert 'id="id_community"' in part
    assert "柳岸社区" in part
    assert "槐树社区" not in part


def test_a_community_of_another_street_or_a_closed_one_is_not_taken(team, signed_in):
    client = signed_in(team.resident)
    place_unit(unit=Unit(code="C9", name="已撤社区", kind=UnitKind.COMMUNITY, parent=team.cast.street, is_active=False))
    closed = Unit.objects.get(code="C9")
    for community in (team.cast.neighbour_community.pk, closed.pk, "9" * 40, "x\x00y"):
        response = client.post(MINE, typed(team, community=community))
        assert response.status_code == 200
        assert "Please choose from the list." in html(response)
    assert not team.resident.registrations.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"hours_per_month": "0"},
        {"hours_per_month": "a\x002"},
        {"hours_per_month": "9" * 30},
        {"branch": "支" * 101},
        {"skills": ["99999999999999999999", "\x00"]},
        {"born_on": "0001-01-01"},
        {"born_on": "2026-13-45\x00"},
        {"employer": "", "employer_name": ""},
        {"employer_name": "\ufffd"},
    ],
)
def test_what_cannot_be_read_is_shown_at_its_field(team, signed_in, given):
    response = signed_in(team.resident).post(MINE, typed(team, **given))
    assert response.status_code == 200
    assert "field-error" in html(response)
    assert not team.resident.registrations.exists()


def test_registering_twice_shows_why_not(team, signed_in):
    client = signed_in(team.resident)
    client.post(MINE, typed(team))
    assert "waits to be confirmed" in html(client.post(MINE, typed(team)))
    assert team.resident.registrations.count() == 1


def test_a_member_renews_with_one_tap_near_the_end(team, signed_in):
    registration = team.member.registrations.get()
    client = signed_in(team.member)
    assert "Your registration runs out" not in html(client.get(MINE))
    last = timezone.localdate() + 59 * DAY
    Registration.objects.filter(pk=registration.pk).update(expires_on=last)
    assert f"Your registration runs out after {last}" in html(client.get(MINE))
    response = client.post(reverse("registration_verb", args=[registration.pk, "renew"]), follow=True)
    assert "has been renewed" in html(response)


def test_a_member_may_move_from_their_page(team, signed_in):
    client = signed_in(team.member)
    assert "Have you moved house?" in html(client.get(MINE))
    new = typed(team, street=team.cast.neighbour_street.pk, community=team.cast.neighbour_community.pk)
    client.post(MINE, new)
    assert team.member.registrations.count() == 2
    assert "槐树社区" in html(client.get(MINE))
    assert "柳岸社区" in html(client.get(MINE))


# --- one registration ----------------------------------------------------------------------------------------


def test_its_member_and_its_community_see_it_and_nobody_else(team, signed_in, client):
    url = team.member.registrations.get().get_absolute_url()
    for person in (team.member, team.secretary):
        assert "供电公司第一支部" in html(signed_in(person).get(url))
    strangers = ("other_member", "neighbour_secretary", "liaison", "resident")
    for person in [*(getattr(team, name) for name in strangers), team.cast.dispatcher, team.cast.grid_worker]:
        assert signed_in(person).get(url).status_code == 404
        assert signed_in(person).post(f"{url}withdraw/").status_code == 404
    client.logout()
    assert client.get(url).status_code == 302


def test_the_community_confirms_and_refuses_on_the_page(team, signed_in):
    registration = team.register(team.resident, state=RegistrationState.SUBMITTED)
    url = registration.get_absolute_url()
    client = signed_in(team.secretary)
    assert "Nobody decides" not in html(client.get(url))
    response = client.post(f"{url}refuse/", {"refuse-reason": ""})
    assert "field-error" in html(response)
    response = client.post(f"{url}confirm/", follow=True)
    assert "the member has been told" in html(response)
    assert "does not wait for a decision" in html(client.post(f"{url}refuse/", {"refuse-reason": "重复"}))
    registration.refresh_from_db()
    assert registration.state == RegistrationState.ACTIVE


def test_whoever_sees_it_but_may_not_is_refused(team, signed_in):
    registration = team.register(team.resident, state=RegistrationState.SUBMITTED)
    url = registration.get_absolute_url()
    assert signed_in(team.resident).post(f"{url}confirm/").status_code == 403
    assert signed_in(team.secretary).post(f"{url}withdraw/").status_code == 403
    assert signed_in(team.secretary).post(f"{url}vanish/").status_code == 404
    own = team.register(team.secretary, state=RegistrationState.SUBMITTED, decided_by=None, decided_at=None)
    assert signed_in(team.secretary).post(f"{own.get_absolute_url()}confirm/").status_code == 403


# --- the community's list ------------------------------------------------------------------------------------


def test_the_list_holds_the_own_community_only_and_can_be_narrowed(team, signed_in):
    client = signed_in(team.secretary)
    whole = html(client.get(LIST))
    assert team.member.name in whole
    assert team.neighbour_member.name not in whole
    assert "尤党员" in html(client.get(LIST, {"q": "尤\x00党"}))
    assert "No registration fits this filter" in html(client.get(LIST, {"q": "无此人"}))
    registration = team.member.registrations.get()
    registration.skills.add(team.first_aid)
    skilled = html(client.get(LIST, {"skill": "first-aid"}))
    assert team.member.name in skilled
    assert team.other_member.name not in skilled
    assert "No registration fits" in html(client.get(LIST, {"state": "submitted"}))


def test_who_runs_no_community_has_no_list(team, signed_in):
    for person in (team.member, team.resident, team.liaison, team.cast.grid_worker, team.cast.dispatcher):
        assert signed_in(person).get(LIST).status_code == 403


def test_the_list_costs_the_same_with_thirty_members(team, signed_in):
    client = signed_in(team.secretary)
    client.get(LIST)
    counts = []
    for _size in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        counts.append(len(queries))
        for number in range(30):
            if User.objects.filter(username=f"member{number}").exists():
                break
            member = team.new_member(number, employer=team.employer)
            member.registrations.get().skills.add(team.first_aid)
    assert counts[0] == counts[1] <= 10
    assert 'rel="next"' in html(client.get(LIST))


# --- employers -----------------------------------------------------------------------------------------------


def agreement(team, **given) -> dict:
    today = timezone.localdate()
    defaults = {
        "employer": team.other_employer.pk,
        "community": team.community.pk,
        "organisation": "长青中学党总支",
        "agreement": "开放操场。",
        "agreed_from": today.isoformat(),
        "agreed_until": (today + 365 * DAY).isoformat(),
    }
    return {**defaults, **given}


def test_a_liaison_registers_the_own_employer_and_the_community_signs(team, signed_in):
    client = signed_in(team.other_liaison)
    form = html(client.get(NEW_EMPLOYER))
    assert "长青中学" in form
    assert "平安供电公司" not in form
    assert "柳岸社区" not in form
    client.post(NEW_EMPLOYER, agreement(team))
    registration = EmployerRegistration.objects.get(employer=team.other_employer)
    url = registration.get_absolute_url()
    assert "开放操场。" in html(client.get(url))
    assert client.post(f"{url}confirm/").status_code == 403
    response = signed_in(team.secretary).post(f"{url}confirm/", follow=True)
    assert "The agreement is signed" in html(response)
    assert "长青中学" in html(client.get("/service/employers/"))


@pytest.mark.parametrize(
    "given",
    [
        {"agreed_until": "2020-01-01"},
        {"agreed_from": "2099-01-01"},
        {"agreed_until": "2026-02-30\x00"},
        {"agreement": ""},
        {"agreement": "议" * 5001},
        {"employer": "1"},
    ],
)
def test_a_bad_agreement_is_shown_at_its_field(team, signed_in, given):
    response = signed_in(team.other_liaison).post(NEW_EMPLOYER, agreement(team, **given))
    assert "field-error" in html(response)
    assert not EmployerRegistration.objects.filter(employer=team.other_employer).exists()


def test_registrations_of_employers_are_seen_by_both_sides_only(team, signed_in):
    url = EmployerRegistration.objects.get(employer=team.employer).get_absolute_url()
    for person in (team.secretary, team.liaison):
        assert signed_in(person).get(url).status_code == 200
    for person in (team.neighbour_secretary, team.other_liaison):
        assert signed_in(person).get(url).status_code == 404
    for person in (team.member, team.resident, team.cast.dispatcher, team.cast.grid_worker):
        assert signed_in(person).get(url).status_code == 403
        assert signed_in(person).get("/service/employers/").status_code == 403
    assert signed_in(team.secretary).get(NEW_EMPLOYER).status_code == 403


def test_the_list_of_employers_costs_the_same_with_thirty_rows(team, signed_in):
    client = signed_in(team.secretary)
    client.get("/service/employers/")
    today, counts = timezone.localdate(), []
    for rows in (0, 30):
        EmployerRegistration.objects.bulk_create(
            EmployerRegistration(
                employer=team.other_employer,
                community=team.community,
                organisation="长青中学党总支",
                agreement="开放操场。",
                agreed_from=today,
                agreed_until=today,
                state=RegistrationState.WITHDRAWN,
                submitted_by=team.other_liaison,
                submitted_at=timezone.now(),
            )
            for _row in range(rows)
        )
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/service/employers/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_every_notice_reads_as_a_sentence(team, signed_in):
    signed_in(team.resident).post(MINE, typed(team))
    registration = team.resident.registrations.get()
    client = signed_in(team.secretary)
    assert "A member asks to register with 槐树社区." in html(client.get(reverse("notices")))
    client.post(f"{registration.get_absolute_url()}refuse/", {"refuse-reason": "请到居住地报到"})
    inbox = html(signed_in(team.resident).get(reverse("notices")))
    assert "槐树社区 has refused your registration: 请到居住地报到" in inbox


def test_one_of_two_fields_for_the_employer_is_needed_and_says_so(team, signed_in):
    found = html(signed_in(team.resident).get(MINE))
    assert found.count("One of two required") == 2
    assert "Needed if you have chosen none above." in found


def test_a_move_begins_with_what_the_member_gave_before(team, signed_in):
    registration = team.member.registrations.get()
    registration.skills.set([team.first_aid])
    Registration.objects.filter(pk=registration.pk).update(interests="陪伴老人", shows_name=True, hours_per_month=11)
    form = signed_in(team.member).get(MINE).context["form"]
    given = {name: form[name].value() for name in ("hours_per_month", "branch", "interests", "employer", "skills")}
    assert given == {
        "hours_per_month": 11,
        "branch": "供电公司第一支部",
        "interests": "陪伴老人",
        "employer": team.employer.pk,
        "skills": [str(team.first_aid.pk)],
    }
    assert not any(form[name].value() for name in ("community", "shows_name", "consent"))
    assert (
        form["hours_per_month"].value() != signed_in(team.resident).get(MINE).context["form"]["hours_per_month"].value()
    )


def test_who_withdraws_reads_before_that_places_are_kept(team, signed_in):
    found = html(signed_in(team.member).get(team.member.registrations.get().get_absolute_url()))
    assert "your places in coming shifts" in found
