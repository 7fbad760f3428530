"""Forums as their convenors keep them, through the pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions import appoint
from accounts.enums import Role
from consultation.actions.forum_rules import give_up_forum
from consultation.actions.seats import unseat_member
from consultation.enums import ForumLevel, MatterState, MeetingState
from consultation.models import Forum, Seat
from consultation.queries.scope import seats_of
from tests.cast import person

KEPT, NEW = reverse("kept_forums"), reverse("forum_new")
RULES = {
    "lead_days": "5",
    "quorum_percent": "60",
    "majority": "absolute",
    "balloting": "secret",
    "written_votes": "on",
    "proposers": "members",
}


def desk(forum) -> str:
    return reverse("forum_desk", args=[forum.pk])


def verb(forum, name: str) -> str:
    return reverse("forum_verb", args=[forum.pk, name])


def typed(team, **given) -> dict:
    return {
        "level": "courtyard",
        "unit": team.cast.community.pk,
        "name": "槐树5号院议事会",
        "convenor": team.convenor.pk,
        **RULES,
        **given,
    }


def test_a_forum_is_set_up_and_leads_to_its_desk(team, signed_in):
    client = signed_in(team.convenor)
    assert "槐树5号院议事会" not in client.get(NEW).content.decode()
    response = client.post(NEW, typed(team))
    forum = Forum.objects.get(name="槐树5号院议事会")
    assert response["location"] == desk(forum)
    assert (forum.quorum_percent, forum.majority, forum.balloting) == (60, "absolute", "secret")
    assert forum.written_votes
    assert not forum.names_public
    page = client.get(desk(forum)).content.decode()
    assert "60" in page
    assert "还没有成员" in page or "Nobody sits" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quorum_percent": "101"}, "quorum_percent"),
        ({"quorum_percent": "99999999999999999999"}, "quorum_percent"),
        ({"lead_days": "61"}, "lead_days"),
        ({"name": "槐树社区议事厅"}, "name"),
        ({"name": ""}, "name"),
        ({"level": "street"}, "level"),
        ({"level": "x"}, "level"),
        ({"majority": "x"}, "majority"),
        ({"convenor": "999999"}, "convenor"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(team, signed_in, wrong, field):
    response = signed_in(team.convenor).post(NEW, typed(team, text="说了很多话的一段话", **wrong))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert "说了很多话的一段话" in response.content.decode()
    assert Forum.objects.filter(unit=team.cast.community).count() == 2


def test_whoever_convenes_at_two_units_matches_level_and_convenor_to_the_unit(team, signed_in):
    appoint(user=team.convenor, unit=team.cast.street, role=Role.FORUM_CONVENOR)
    client = signed_in(team.convenor)
    response = client.post(NEW, typed(team, level="street"))
    assert list(response.context["form"].errors) == ["level"]
    response = client.post(NEW, typed(team, convenor=team.street_convenor.pk))
    assert list(response.context["form"].errors) == ["convenor"]
    response = client.post(NEW, typed(team, unit=team.cast.street.pk, level="joint", convenor=team.street_convenor.pk))
    assert response.status_code == 302


def test_a_unit_of_others_is_not_taken_from_the_form(team, signed_in):
    appoint(user=team.convenor, unit=team.cast.street, role=Role.FORUM_CONVENOR)
    response = signed_in(team.convenor).post(NEW, typed(team, unit=team.cast.neighbour_community.pk))
    assert list(response.context["form"].errors) == ["unit"]


def test_the_list_counts_what_waits_and_knows_the_next_meeting(team, signed_in):
    team.matter(state=MatterState.RAISED)
    team.matter(state=MatterState.RAISED)
    team.matter()
    soon = timezone.now() + timedelta(days=3)
    team.meeting(state=MeetingState.CALLED)
    team.meeting(starts_at=soon)
    team.meeting(starts_at=soon - timedelta(days=30), state=MeetingState.PUBLISHED)
    team.meeting(starts_at=soon - timedelta(days=20), state=MeetingState.CALLED)  # and never held
    give_up_forum(forum=team.courtyard_forum, user=team.convenor)
    response = signed_in(team.convenor).get(KEPT)
    rows = {forum.pk: forum for forum in response.context["page"]}
    assert set(rows) == {team.forum.pk, team.courtyard_forum.pk}
    row = rows[team.forum.pk]
    assert (row.waiting, row.members, row.next_at) == (2, 4, soon)
    assert f"{timezone.localtime(soon):%Y-%m-%d %H:%M}" in response.content.decode()


def test_a_unit_without_forums_is_told_what_to_do(team, signed_in):
    keeper = person("convenor_grid", "格召集", team.cast.grid, Role.FORUM_CONVENOR)
    assert NEW in signed_in(keeper).get(KEPT).content.decode()


def test_the_list_and_the_desk_cost_the_same_at_one_row_and_at_thirty(team, signed_in):
    keeper = person("convenor_grid", "格召集", team.cast.grid, Role.FORUM_CONVENOR)
    client, counted = signed_in(keeper), {KEPT: [], "desk": []}
    first = team.make_forum(ForumLevel.COURTYARD, team.cast.grid, keeper, "首院")
    for number in range(30):
        if number > 1:
            team.make_forum(ForumLevel.COURTYARD, team.cast.grid, keeper, f"第{number}院")
        seat = team.seat(person(f"one{number}", f"人{number}"), first)
        if number % 2:
            unseat_member(forum=first, user=keeper, seat=seat)
        if number in (1, 29):
            for key, url in ((KEPT, KEPT), ("desk", desk(first))):
                client.get(url)
                with CaptureQueriesContext(
                    connection,
                ) as seen:
                    client.get(url)
                counted[key].append(len(seen))
    for key, (small, large) in counted.items():
        assert small == large <= 12, (key, small, large)


def test_members_are_added_and_removed_on_the_desk(team, signed_in):
    client = signed_in(team.convenor)
    given = {"seat-who": "water", "seat-unit": team.cast.water.pk, "seat-title": "水务代表", "seat-votes": "on"}
    assert client.post(verb(team.forum, "seat"), given)["location"] == desk(team.forum)
    seat = seats_of(team.forum).get(unit=team.cast.water)
    page = client.get(desk(team.forum)).content.decode()
    assert "水务代表" in page
    assert "吴水务" in page
    client.post(verb(team.forum, "unseat"), {"unseat-seat": seat.pk})
    response = client.get(desk(team.forum))
    assert seat not in list(response.context["page"])
    assert seat in list(response.context["former"])
    response = client.post(verb(team.forum, "unseat"), {"unseat-seat": seat.pk}, follow=True)
    assert [str(message.level_tag) for message in response.context["messages"]] == ["error"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"seat-who": "forum_member"}, "who"),
        ({"seat-who": "nobody-at-all"}, "who"),
        ({"seat-who": "resident", "seat-unit": "employer"}, "unit"),
        ({"seat-who": "resident", "seat-unit": "neighbour_community"}, "unit"),
    ],
)
def test_a_refused_member_is_refused_at_its_field(team, signed_in, given, field):
    if unit := given.get("seat-unit"):
        given = given | {"seat-unit": getattr(team.cast, unit).pk}
    response = signed_in(team.convenor).post(verb(team.forum, "seat"), given | {"seat-title": "居民代表甲"})
    assert response.status_code == 200
    panel = next(panel for panel in response.context["panels"] if panel.verb == "seat")
    assert list(panel.form.errors) == [field]
    assert "居民代表甲" in response.content.decode()
    assert Seat.objects.filter(forum=team.forum).count() == 4


def test_the_desk_lists_no_people_to_choose_from(team, signed_in):
    page = signed_in(team.convenor).get(desk(team.forum)).content.decode()
    assert team.resident.name not in page


def test_rules_are_changed_unless_a_meeting_was_called_by_them(team, signed_in):
    client = signed_in(team.deputy)
    given = {f"rules-{name}": value for name, value in RULES.items()}
    team.meeting(state=MeetingState.CALLED)
    response = client.post(verb(team.forum, "rules"), given)
    panel = next(panel for panel in response.context["panels"] if panel.verb == "rules")
    assert list(panel.form.errors) == ["majority"]
    team.forum.meetings.update(state=MeetingState.CANCELLED)
    assert client.post(verb(team.forum, "rules"), given).status_code == 302
    assert Forum.objects.get(pk=team.forum.pk).majority == "absolute"


def test_the_forms_of_the_desk_begin_with_what_holds_now(team, signed_in):
    Forum.objects.filter(pk=team.forum.pk).update(lead_days=7, written_votes=True, text="邻里的事")
    response = signed_in(team.deputy).get(desk(team.forum))
    forms = {panel.verb: panel.form for panel in response.context["panels"]}
    assert (forms["rules"]["lead_days"].value(), forms["rules"]["written_votes"].value()) == (7, True)
    assert forms["change"]["text"].value() == "邻里的事"
    assert forms["change"]["convenor"].value() == team.convenor.pk
    assert {str(key) for key, _name in forms["change"].fields["convenor"].choices if key} == {
        str(team.convenor.pk),
        str(team.deputy.pk),
    }


def test_a_forum_is_given_up_and_taken_up_again(team, signed_in, client):
    signed_in(team.convenor).post(verb(team.forum, "give_up"))
    response = client.get(desk(team.forum))
    assert [panel.verb for panel in response.context["panels"]] == ["restart"]
    assert client.get(team.forum.get_absolute_url()).status_code == 404
    client.post(verb(team.forum, "restart"))
    assert client.get(team.forum.get_absolute_url()).status_code == 200


def test_a_meeting_under_way_keeps_the_forum(team, signed_in):
    team.meeting(state=MeetingState.CALLED)
    response = signed_in(team.convenor).post(verb(team.forum, "give_up"))
    panel = next(panel for panel in response.context["panels"] if panel.verb == "give_up")
    assert panel.form.non_field_errors()
    assert Forum.objects.get(pk=team.forum.pk).is_active


@pytest.mark.parametrize(
    ("who", "listed", "one"),
    [
        (None, 302, 302),
        ("resident", 403, 403),
        ("secretary", 403, 403),
        ("member", 403, 403),
        ("convenor", 200, 200),
        ("deputy", 200, 200),
        ("street_convenor", 200, 404),
        ("neighbour_convenor", 200, 404),
    ],
)
def test_who_enters(team, client, signed_in, who, listed, one):
    if who:
        signed_in(getattr(team, who))
    assert client.get(KEPT).status_code == listed
    assert client.get(NEW).status_code == listed
    assert client.get(desk(team.forum)).status_code == one
    assert client.get(verb(team.forum, "give_up")).status_code == (405 if listed == 200 else listed)
    found = client.post(verb(team.forum, "give_up")).status_code
    assert found == (302 if who in {None, "convenor", "deputy"} else one)
    assert Forum.objects.get(pk=team.forum.pk).is_active == (who not in {"convenor", "deputy"})


def test_an_unknown_verb_is_not_found(team, signed_in):
    assert signed_in(team.convenor).post(verb(team.forum, "burn")).status_code == 404
