"""Matters through their addresses: who sees what, what a form keeps, what the desk asks of the database."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from consultation.actions.matters import accept_matter, raise_matter, refuse_matter
from consultation.actions.matters_moves import merge_matter
from consultation.actions.matters_tabling import table_matter
from consultation.enums import MatterState, MeetingState, Proposers
from consultation.models import Matter
from tests.test_permissions import answer_for


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def raised(team, **given) -> Matter:
    defaults = {"forum": team.forum, "user": team.resident, "title": "停车位划线", "text": "3号楼前停车堵塞。"}
    return raise_matter(**{**defaults, **given})


def do(client, matter, verb, **typed):
    sent = {f"{verb}-{name}": value for name, value in typed.items()}
    return client.post(reverse("matter_verb", args=[matter.pk, verb]), sent)


def shown(response) -> str:
    return response.content.decode()


def new(forum) -> str:
    return f"{reverse('matter_new')}?forum={forum.pk}"


TYPED = {"title": "停车位划线", "text": "3号楼前停车堵塞。"}


# --- raising ------------------------------------------------------------------------------------------------


def test_the_forums_near_a_person_are_offered(team, signed_in):
    html = shown(signed_in(team.secretary).get(reverse("matter_new")))
    places = [html.index(str(forum)) for forum in (team.courtyard_forum, team.street_forum, team.district_forum)]
    assert places == sorted(places)
    assert str(team.neighbour_forum) not in html


def test_the_forums_on_which_a_person_sits_are_offered_first_and_once(team, signed_in):
    html = shown(signed_in(team.member).get(reverse("matter_new")))
    assert new(team.forum) in html
    assert "does not know where you live" not in html
    html = shown(signed_in(team.secretary).get(reverse("matter_new")))
    assert html.index("Where you are a member") < html.index(new(team.forum)) < html.index("Where you live or work")
    assert html.count(new(team.forum)) == 1
    team.forum.seats.update(left_at=timezone.now())
    assert "Where you are a member" not in shown(signed_in(team.secretary).get(reverse("matter_new")))
    assert "does not know where you live" in shown(signed_in(team.member).get(reverse("matter_new")))


def test_a_resident_raises_a_matter_in_their_own_name(team, signed_in):
    client = signed_in(team.resident)
    form = client.get(new(team.forum)).context["form"]
    assert "unit" not in form.fields
    sent = {**TYPED, "token": form["token"].value()}
    first, second = client.post(new(team.forum), sent), client.post(new(team.forum), sent)
    matter = Matter.objects.get()
    assert first["location"] == second["location"] == matter.get_absolute_url()
    assert (matter.forum, matter.unit, matter.proposer) == (team.forum, None, team.resident)
    assert "until then nobody else sees it" in shown(client.get(matter.get_absolute_url()))


def test_an_official_chooses_for_which_unit(team, signed_in):
    client = signed_in(team.secretary)
    client.post(new(team.forum), {**TYPED, "unit": team.cast.community.pk, "token": uuid4()})
    assert Matter.objects.get().unit == team.cast.community
    refused = client.post(new(team.forum), {**TYPED, "unit": team.cast.street.pk, "token": uuid4()})
    assert "Please choose from the list." in shown(refused)


def test_what_is_refused_keeps_what_was_typed(team, signed_in):
    team.forum.proposers = Proposers.MEMBERS
    team.forum.save()
    client = signed_in(team.resident)
    assert "Only members of this forum" in shown(client.get(new(team.forum)))
    html = shown(client.post(new(team.forum), {**TYPED, "token": uuid4()}))
    assert "Please ask one of them." in html
    assert TYPED["text"] in html
    team.forum.is_active = False
    team.forum.save()
    assert "has been given up" in shown(client.post(new(team.forum), {**TYPED, "token": uuid4()}))
    assert not Matter.objects.exists()


@pytest.mark.parametrize("key", ["0", "abc", "99999999999999", "-1", "１"])
def test_a_forum_that_is_not_there(team, signed_in, key):
    assert signed_in(team.resident).get(reverse("matter_new"), {"forum": key}).status_code == 404


# --- one matter ---------------------------------------------------------------------------------------------


def test_who_opens_a_matter_before_and_after_it_is_accepted(team, client):
    matter = raised(team, user=team.secretary, unit=team.cast.community)
    url = matter.get_absolute_url()
    own = {team.secretary: 200, team.convenor: 200, team.deputy: 200}
    others = [None, team.resident, team.member, team.street_convenor, team.neighbour_convenor, team.liaison]
    expected = {**own, **dict.fromkeys(others, 404)}
    assert {person: answer_for(client, person, url) for person in expected} == expected
    accept_matter(matter=matter, user=team.convenor)
    assert {answer_for(client, person, url) for person in expected} == {200}


def test_the_public_reads_words_but_neither_names_nor_reasons(team, client, signed_in):
    matter, absorbed = raised(team), raised(team, user=team.member, title="停车乱象")
    merge_matter(matter=absorbed, into=matter, user=team.convenor, reason="内部理由")
    accept_matter(matter=matter, user=team.convenor)
    client.logout()
    html = shown(client.get(matter.get_absolute_url()))
    for text in (str(team.resident), str(team.convenor), "停车乱象", "内部理由"):
        assert text not in html
    assert "3号楼前停车堵塞。" in html
    assert "own name" in html
    keeper = shown(signed_in(team.convenor).get(matter.get_absolute_url()))
    assert str(team.resident) in keeper
    assert "停车乱象" in keeper
    absorber = shown(signed_in(team.member).get(absorbed.get_absolute_url()))
    assert "内部理由" in absorber
    assert matter.get_absolute_url() in absorber


def test_a_refused_matter_says_why_to_whom_it_concerns(team, signed_in):
    matter = raised(team)
    refuse_matter(matter=matter, user=team.convenor, reason="已列入改造计划")
    assert "已列入改造计划" in shown(signed_in(team.resident).get(matter.get_absolute_url()))
    assert signed_in(team.member).get(matter.get_absolute_url()).status_code == 404


def test_the_convenor_carries_out_the_verbs_of_the_page(team, signed_in):
    client = signed_in(team.convenor)
    first, second, third, fourth = (raised(team, title=f"事项{number}") for number in range(4))
    page = shown(client.get(first.get_absolute_url()))
    for label in ("Accept", "Merge into another", "Pass up", "Pass down", "Refuse"):
        assert label in page
    assert "Withdraw the matter" not in page
    assert do(client, first, "accept", title="新标题", text="新内容")["location"] == first.get_absolute_url()
    assert do(client, second, "merge", into=first.pk, reason="同一事项")["location"] == second.get_absolute_url()
    assert do(client, third, "refuse", reason="不归本厅")["location"] == third.get_absolute_url()
    # at a forum that somebody else keeps, it stays in sight of who passed it on
    passed = do(client, fourth, "pass_up", to=team.street_forum.pk, reason="需统筹")
    assert passed["location"] == fourth.get_absolute_url()
    page = shown(client.get(fourth.get_absolute_url()))
    assert "需统筹" in page
    assert 'name="accept-title"' not in page
    strangers = (team.district_convenor, team.neighbour_convenor)
    assert {answer_for(client, person, fourth.get_absolute_url()) for person in strangers} == {404}
    rows = Matter.objects.order_by("pk").values_list("title", "state", "forum")
    assert list(rows) == [
        ("新标题", MatterState.ACCEPTED, team.forum.pk),
        ("事项1", MatterState.MERGED, team.forum.pk),
        ("事项2", MatterState.REFUSED, team.forum.pk),
        ("事项3", MatterState.RAISED, team.street_forum.pk),
    ]


def test_a_refusal_without_a_reason_is_shown_in_its_form(team, signed_in):
    matter = raised(team)
    response = do(signed_in(team.convenor), matter, "pass_up", to=team.street_forum.pk, reason=" ")
    assert response.status_code == 200
    panel = next(panel for panel in response.context["panels"] if panel.verb == "pass_up")
    assert set(panel.form.errors) == {"reason"}
    assert panel.form["to"].value() == str(team.street_forum.pk)


def test_forums_aside_are_not_offered(team, signed_in):
    context = signed_in(team.convenor).get(raised(team).get_absolute_url()).context
    offered = {panel.verb: panel.form for panel in context["panels"]}
    above = set(offered["pass_up"].fields["to"]._rows)
    assert above == {str(forum.pk) for forum in (team.street_forum, team.joint_forum, team.district_forum)}
    assert set(offered["pass_down"].fields["to"]._rows) == {str(team.courtyard_forum.pk)}
    assert "merge" not in offered  # there is no other


@pytest.mark.parametrize(
    ("person", "verb", "status"),
    [
        ("resident", "withdraw", 302),
        ("resident", "accept", 403),
        ("convenor", "withdraw", 403),
        ("convenor", "table", 404),
        ("convenor", "nonsense", 404),
        ("member", "accept", 404),
        ("street_convenor", "accept", 404),
    ],
)
def test_who_may_post_what(team, client, person, verb, status):
    matter = raised(team)
    url = reverse("matter_verb", args=[matter.pk, verb])
    assert answer_for(client, getattr(team, person), url, {}) == status


def test_a_member_of_the_public_who_may_read_may_not_decide(team, client):
    url = reverse("matter_verb", args=[team.matter().pk, "refuse"])
    assert answer_for(client, team.member, url, {"refuse-reason": "不同意"}) == 403
    assert answer_for(client, None, url, {"refuse-reason": "不同意"}) == "sign in"


def test_a_meeting_is_named_once_it_is_called(team, client):
    matter, meeting = team.matter(), team.meeting()
    table_matter(matter=matter, meeting=meeting, user=team.convenor)
    assert meeting.title not in shown(client.get(matter.get_absolute_url()))
    meeting.state = MeetingState.CALLED
    meeting.save()
    assert meeting.get_absolute_url() in shown(client.get(matter.get_absolute_url()))


# --- lists --------------------------------------------------------------------------------------------------


def test_the_desk_is_narrowed_by_forum_and_state(team, signed_in):
    here, there = raised(team), raised(team, forum=team.courtyard_forum, title="楼道灯")
    accepted = team.matter(title="已受理事项")
    raised(team, forum=team.neighbour_forum, title="邻社区事项")
    client = signed_in(team.convenor)

    def found(**given) -> set[Matter]:
        return set(client.get(reverse("matter_desk"), given).context["page"])

    assert found() == {here, there, accepted}
    assert found(forum=team.courtyard_forum.pk) == {there}
    assert found(state="raised") == {here, there}
    assert client.get(reverse("matter_desk")).context["waiting"] == 2
    assert "Select a valid choice" in shown(client.get(reverse("matter_desk"), {"forum": team.street_forum.pk}))


def test_the_desk_is_the_convenors_only(team, client):
    people = {None: "sign in", team.resident: 403, team.secretary: 403, team.member: 403, team.street_convenor: 200}
    assert {person: answer_for(client, person, reverse("matter_desk")) for person in people} == people


def test_my_matters_are_mine_and_my_units(team, signed_in):
    mine = raised(team, user=team.secretary)
    units = raised(team, user=team.convenor, unit=team.cast.community)
    raised(team)
    assert set(signed_in(team.secretary).get(reverse("my_matters")).context["page"]) == {mine, units}
    assert "You have not raised a matter." in shown(signed_in(team.adviser).get(reverse("my_matters")))


@pytest.mark.parametrize("name", ["matter_desk", "my_matters"])
def test_a_list_asks_the_same_of_1_and_of_30(team, signed_in, name):
    client = signed_in(team.convenor)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name))
        return len(queries)

    raised(team, user=team.convenor, unit=team.cast.community)
    asked()
    one = asked()
    now = timezone.now()
    for number in range(29):
        raised(team, user=team.convenor, unit=team.cast.community, title=f"事项{number}", now=now)
    assert asked() == one


def test_the_page_of_a_matter_asks_the_same_however_long_its_record(team, signed_in):
    matter = raised(team)
    others = [raised(team, user=team.deputy, unit=team.cast.community, title=f"事项{n}") for n in range(12)]
    client = signed_in(team.convenor)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(matter.get_absolute_url())
        return len(queries)

    merge_matter(matter=others[0], into=matter, user=team.convenor, reason="同一事项")
    asked()
    short = asked()
    for other in others[1:-1]:
        merge_matter(matter=other, into=matter, user=team.convenor, reason="同一事项")
    assert asked() == short
    assert short <= 30
