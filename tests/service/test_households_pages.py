"""Households in a member's care through their addresses."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from records.models import Notice
from service.actions.households import assign_household, enter_household, note_visit
from service.actions.registrations import withdraw_registration
from service.models import Household, Visit

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def entered(team, **given) -> Household:
    defaults = {"user": team.secretary, "community": team.community, "label": "3号楼2单元501"}
    return enter_household(**{**defaults, **given})


def cared_for(team, member="member", **given) -> Household:
    return assign_household(household=entered(team, **given), user=team.secretary, member=member)


def address(household) -> str:
    return reverse("household", args=[household.pk])


def do(client, household, verb, **typed):
    url = reverse("household_verb", args=[household.pk, verb])
    return client.post(url, {f"{verb}-{name}": value for name, value in typed.items()})


def test_who_opens_a_household(team, client, signed_in):
    household = cared_for(team)
    assert client.get(address(household)).status_code == 302
    people = {
        team.secretary: 200,
        team.member: 200,
        team.other_member: 404,
        team.neighbour_secretary: 404,
        team.liaison: 404,
        team.resident: 404,
        team.cast.dispatcher: 404,
        team.cast.grid_worker: 404,
    }
    assert {user: signed_in(user).get(address(household)).status_code for user in people} == people


def test_the_lists_show_each_what_is_theirs(team, signed_in):
    household = cared_for(team)
    assert list(signed_in(team.secretary).get("/service/households/").context["page"]) == [household]
    assert list(signed_in(team.neighbour_secretary).get("/service/households/").context["page"]) == []
    for user in (team.member, team.liaison, team.resident, team.cast.grid_worker):
        assert signed_in(user).get("/service/households/").status_code == 403
        assert signed_in(user).get("/service/households/new/").status_code == 403
    assert list(signed_in(team.member).get("/my/households/").context["page"]) == [household]
    for user in (team.other_member, team.secretary):
        assert list(signed_in(user).get("/my/households/").context["page"]) == []


def test_the_list_is_narrowed(team, signed_in):
    cared, lonely = cared_for(team), entered(team, label="5号楼101", group="第二组")
    client = signed_in(team.secretary)

    def shown(**typed) -> list:
        return list(client.get("/service/households/", typed).context["page"])

    assert shown(words="501") == [cared]
    assert shown(words="第二组") == [lonely]
    assert shown(without="on") == [lonely]
    assert shown(words="\x00") == [lonely, cared]
    assert "No household fits" in client.get("/service/households/", {"words": "无"}).content.decode()


def test_the_secretary_enters_one_and_puts_it_into_care(team, signed_in):
    client = signed_in(team.secretary)
    typed = {"community": team.community.pk, "label": "3号楼2单元501", "grid": team.cast.grid.pk, "note": "独\x00居"}
    response = client.post("/service/households/new/", typed, follow=True)
    assert "has been entered" in response.content.decode()
    household = Household.objects.get()
    assert household.note == "独居"
    assert do(client, household, "assign", member="尤党员").status_code == 302
    household.refresh_from_db()
    assert household.carer == team.member


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("community", "neighbour"),
        ("grid", "neighbour"),
        ("label", "\x00"),
        ("label", "长" * 5000),
        ("note", "长" * 900),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_lost(team, signed_in, field, value):
    units = {"community": team.cast.neighbour_community, "grid": team.cast.neighbour_grid}
    typed = {"community": team.community.pk, "label": "3号楼", "group": "第一组"}
    typed[field] = units[field].pk if value == "neighbour" else value
    response = signed_in(team.secretary).post("/service/households/new/", typed)
    assert field in response.context["form"].errors
    assert "第一组" in response.content.decode()
    assert not Household.objects.exists()


def test_a_household_that_is_there_already_is_said_at_its_name(team, signed_in):
    entered(team)
    typed = {"community": team.community.pk, "label": "3号楼2单元501"}
    response = signed_in(team.secretary).post("/service/households/new/", typed)
    assert "in the list already" in response.content.decode()


def test_the_member_notes_a_visit_which_the_community_reads(team, signed_in):
    household = cared_for(team)
    client = signed_in(team.member)
    assert do(client, household, "visit", day=f"{timezone.localdate():%Y-%m-%d}", note="一切安好。").status_code == 302
    assert "一切安好" in signed_in(team.secretary).get(address(household)).content.decode()
    page = signed_in(team.secretary).get(address(household)).content.decode()
    assert team.member.name in page


@pytest.mark.parametrize("day", ["2999-01-01", "0001-01-01", "2020-01-01", "x\x00", ""])
def test_a_day_that_cannot_be_is_said_at_its_field(team, signed_in, day):
    household = cared_for(team)
    response = do(signed_in(team.member), household, "visit", day=day, note="一切安好。")
    assert response.status_code == 200
    assert "day" in response.context["panels"][0].form.errors
    assert "一切安好" in response.content.decode()
    assert not Visit.objects.exists()


def test_the_next_member_reads_the_visits_without_the_name(team, signed_in):
    household = cared_for(team)
    note_visit(household=household, user=team.member, day=timezone.localdate(), note="一切安好。")
    assign_household(household=household, user=team.secretary, member="member_b")
    page = signed_in(team.other_member).get(address(household)).content.decode()
    assert "一切安好" in page
    assert team.member.name not in page
    assert signed_in(team.member).get(address(household)).status_code == 404


def test_each_does_only_what_is_theirs(team, signed_in):
    household = cared_for(team)
    member, secretary = ("edit", "assign", "take_away", "close"), ("visit",)
    for user, verbs in ((team.member, member), (team.secretary, secretary)):
        client = signed_in(user)
        for verb in verbs:
            assert do(client, household, verb).status_code == 403
    for user in (team.neighbour_secretary, team.other_member):
        for verb in (*member, *secretary):
            assert do(signed_in(user), household, verb).status_code == 404
    client = signed_in(team.secretary)
    assert do(client, household, "burn").status_code == 404
    assert client.get(reverse("household_verb", args=[household.pk, "edit"])).status_code == 405


def test_the_community_changes_takes_away_and_closes(team, signed_in):
    household = cared_for(team)
    client = signed_in(team.secretary)
    assert client.get(address(household)).context["panels"][1].form.initial["label"] == household.label
    assert do(client, household, "edit", label="3号楼501", group="第二组").status_code == 302
    assert do(client, household, "take_away").status_code == 302
    household.refresh_from_db()
    assert (household.label, household.group, household.carer) == ("3号楼501", "第二组", None)
    assert do(client, household, "assign", member="无此人").status_code == 200
    assert do(client, household, "close").url == "/service/households/"
    assert client.get(address(household)).status_code == 404


def test_lists_cost_the_same_with_one_and_with_thirty(team, signed_in, django_assert_max_num_queries):
    household = cared_for(team)
    visits = [
        ("/service/households/", team.secretary),
        ("/my/households/", team.member),
        (address(household), team.secretary),
    ]

    def counts() -> list[int]:
        found = []
        for url, user in visits:
            client = signed_in(user)
            with django_assert_max_num_queries(10) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    note_visit(household=household, user=team.member, day=timezone.localdate(), note="好")
    before = counts()
    for number in range(29):
        cared_for(team, label=f"4号楼{number}", grid=team.cast.grid)
        note_visit(household=household, user=team.member, day=timezone.localdate() - number * DAY, note=f"好{number}")
    assert counts() == before


def test_a_visit_by_who_cares_no_longer_is_answered_with_their_words(team, signed_in):
    household = cared_for(team)
    client = signed_in(team.member)
    assign_household(household=household, user=team.secretary, member="member_b")
    for found in (household, Household(pk=household.pk + 99)):  # whether there is such a one is not said
        response = do(client, found, "visit", day=f"{timezone.localdate():%Y-%m-%d}", note="一切安好。")
        page = response.content.decode()
        assert response.status_code == 404
        assert "not in your care, or not any more" in page
        assert "一切安好。" in page
        assert household.label not in page
    assert do(client, household, "edit", label="x").status_code == 404
    assert not household.visits.exists()


def test_a_carer_who_has_left_is_marked_on_the_page_and_told_of_once(team, signed_in):
    household = cared_for(team)
    client = signed_in(team.secretary)
    assert "Not registered any more" not in client.get(address(household)).content.decode()
    withdraw_registration(registration=team.member.registrations.get(), user=team.member)
    assert "Not registered any more" in client.get(address(household)).content.decode()
    notice = Notice.objects.get(kind="household.carer_left")
    assert (notice.recipient, notice.parameters["count"]) == (team.secretary, "1")
    assert [row.pk for row in client.get(notice.url).context["page"]] == [household.pk]


def test_who_leaves_without_households_is_not_told_of(team):
    cared_for(team)
    withdraw_registration(registration=team.other_member.registrations.get(), user=team.other_member)
    assert not Notice.objects.filter(kind="household.carer_left").exists()
