"""Calls for helpers through their addresses."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from service.actions.call_answers import answer_call, arrive
from service.actions.call_ends import end_call
from service.actions.call_release import release_helper
from service.actions.calls import call_helpers
from service.enums import AnswerState, CallState
from service.models import HelperAnswer, HelperCall, HourEntry

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def blow(team, **given) -> HelperCall:
    now = timezone.now()
    defaults = {
        "user": team.secretary,
        "caller": team.community,
        "title": "搬运防汛沙袋",
        "place": "社区东门",
        "helpers": 1,
        "arrive_by": now + HOUR,
        "until": now + 4 * HOUR,
    }
    return call_helpers(**{**defaults, **given})


def typed(team, **given) -> dict:
    now = timezone.localtime()
    defaults = {
        "caller": team.community.pk,
        "title": "搬运防汛沙袋",
        "place": "社区东门",
        "helpers": 2,
        "arrive_by": f"{now + HOUR:%Y-%m-%dT%H:%M}",
        "until": f"{now + 3 * HOUR:%Y-%m-%dT%H:%M}",
    }
    return {**defaults, **given}


def do(client, call, verb, data=None):
    return client.post(reverse("helper_call_verb", args=[call.pk, verb]), data or {})


# --- calling ------------------------------------------------------------------------------------------------


def test_the_secretary_calls_and_is_told_how_many_know(team, signed_in):
    response = signed_in(team.secretary).post("/service/calls/new/", typed(team), follow=True)
    call = HelperCall.objects.get()
    assert response.redirect_chain[-1][0] == call.get_absolute_url()
    assert "2 members have been told" in response.content.decode()


def test_the_liaison_calls_for_the_employer_alone(team, signed_in):
    client = signed_in(team.liaison)
    assert team.community.name not in client.get("/service/calls/new/").content.decode()
    assert "caller" in client.post("/service/calls/new/", typed(team)).context["form"].errors
    client.post("/service/calls/new/", typed(team, caller=team.employer.pk))
    assert HelperCall.objects.get().caller == team.employer


def test_a_liaison_whose_employer_is_not_registered_is_told_so(team, signed_in):
    assert (
        "not registered with a community" in signed_in(team.other_liaison).get("/service/calls/new/").content.decode()
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("helpers", "0"),
        ("helpers", "999999999999"),
        ("helpers", "x\x00"),
        ("arrive_by", "2020-01-01T10:00"),
        ("arrive_by", "0001-01-01T00:00"),
        ("until", "9999-12-31T23:59"),
        ("until", "2020-01-01T10:00"),
        ("until", "\x00"),
        ("title", "长" * 5000),
        ("text", "长" * 50000),
        ("caller", "999999"),
        ("caller", "\x00"),
        ("skills", "0"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_lost(team, signed_in, field, value):
    response = signed_in(team.secretary).post("/service/calls/new/", typed(team, **{"place": "西门", field: value}))
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert "西门" in response.content.decode()
    assert not HelperCall.objects.exists()


def test_nobody_calls_more_than_ten_times_an_hour(team, signed_in):
    client = signed_in(team.secretary)
    for number in range(11):
        response = client.post("/service/calls/new/", typed(team, title=f"第{number}次"))
    assert "very often within an hour" in response.content.decode()
    assert "第10次" in response.content.decode()
    assert HelperCall.objects.count() == 10


def test_a_nul_in_the_words_is_left_out(team, signed_in):
    signed_in(team.secretary).post("/service/calls/new/", typed(team, title="搬\x00沙袋"))
    assert HelperCall.objects.get().title == "搬沙袋"


# --- who sees what ------------------------------------------------------------------------------------------


def test_each_sees_their_own_calls(team, signed_in):
    own, employers = blow(team), blow(team, user=team.liaison, caller=team.employer, title="单位支援")
    pages = {
        team.secretary: {own, employers},
        team.liaison: {employers},
        team.other_liaison: set(),
        team.neighbour_secretary: set(),
    }
    for user, calls in pages.items():
        assert set(signed_in(user).get("/service/calls/").context["page"]) == calls
    for user in (team.member, team.resident):
        assert signed_in(user).get("/service/calls/").status_code == 403
    opened = {
        user: [signed_in(user).get(call.get_absolute_url()).status_code for call in (own, employers)]
        for user in (team.secretary, team.liaison, team.member, team.other_member, team.neighbour_member, team.resident)
    }
    assert list(opened.values()) == [[200, 200], [404, 200], [200, 200], [200, 404], [404, 404], [404, 404]]


def test_helpers_see_no_names_of_each_other_and_the_caller_those_who_said_yes(team, signed_in):
    call = blow(team)
    answer_call(call=call, user=team.member, coming=True)
    assert team.member.name not in signed_in(team.other_member).get(call.get_absolute_url()).content.decode()
    page = signed_in(team.secretary).get(call.get_absolute_url()).content.decode()
    assert team.member.name in page
    assert team.other_member.name not in page


def test_an_employer_reads_how_many_are_coming_and_who_came_but_not_who_declined(team, signed_in):
    people = [team.new_member(number, employer=team.employer) for number in range(3)]
    call = blow(team, user=team.liaison, caller=team.employer, helpers=3)
    on_the_way, there, declined = (answer_call(call=call, user=user, coming=user != people[2]) for user in people)
    arrive(answer=there, user=people[1])
    client = signed_in(team.liaison)
    page = client.get(call.get_absolute_url()).content.decode()
    assert [person.name in page for person in people] == [False, True, False]
    assert "2 of 3 helpers" in page
    assert "cannot come" not in page
    for helper in (on_the_way, declined):
        assert client.post(reverse("helper_verb", args=[call.pk, helper.pk, "arrive"])).status_code == 404
    page = signed_in(team.secretary).get(call.get_absolute_url()).content.decode()
    assert [person.name in page for person in people] == [True, True, False]
    assert "1 cannot come" in page


def test_nobody_without_an_account_gets_in(team, client):
    call = blow(team)
    for address in ("/service/calls/", "/service/calls/new/", "/my/calls/", call.get_absolute_url()):
        assert client.get(address).status_code == 302


def test_the_member_finds_running_calls_on_top(team, signed_in):
    over, running = blow(team, title="旧的"), blow(team, title="新的")
    HelperCall.objects.filter(pk=over.pk).update(state=CallState.ENDED)
    response = signed_in(team.member).get("/my/calls/")
    assert [answer.call for answer in response.context["running"]] == [running]
    assert [answer.call for answer in response.context["page"]] == [over]
    assert "You have not been called yet" in signed_in(team.resident).get("/my/calls/").content.decode()


# --- answering ----------------------------------------------------------------------------------------------


def test_a_call_whose_time_is_over_asks_nobody_any_more(team, signed_in):
    call = blow(team)
    client, button = signed_in(team.member), reverse("helper_call_verb", args=[call.pk, "come"])
    assert button in client.get("/my/calls/").content.decode()
    now = timezone.now()
    HelperCall.objects.filter(pk=call.pk).update(called_at=now - 4 * HOUR, until=now - HOUR)
    assert button not in client.get("/my/calls/").content.decode()


def test_one_tap_answers_and_another_arrives(team, signed_in):
    call = blow(team)
    client = signed_in(team.member)
    assert client.get(call.get_absolute_url()).context["panels"][0].verb == "come"
    assert (
        "Please be there in time"
        in client.post(reverse("helper_call_verb", args=[call.pk, "come"]), follow=True).content.decode()
    )
    assert do(client, call, "arrive").status_code == 302
    assert HelperAnswer.objects.get(member=team.member).state == AnswerState.ARRIVED
    assert "stay until you are released" in client.get(call.get_absolute_url()).content.decode()


def test_a_full_call_says_so_on_the_page_that_was_open(team, signed_in):
    call = blow(team)
    answer_call(call=call, user=team.other_member, coming=True)
    response = do(signed_in(team.member), call, "come")
    assert response.status_code == 200
    assert "Enough helpers have said yes already" in response.content.decode()
    assert [panel.verb for panel in signed_in(team.member).get(call.get_absolute_url()).context["panels"]] == [
        "decline"
    ]


def test_nobody_answers_for_somebody_else(team, signed_in):
    call = blow(team)
    assert do(signed_in(team.neighbour_member), call, "come").status_code == 404
    for verb in ("come", "decline", "arrive"):
        assert do(signed_in(team.secretary), call, verb).status_code == 403
    assert not HelperAnswer.objects.exclude(state=AnswerState.TOLD).exists()


def test_members_do_not_run_the_call(team, signed_in):
    call = blow(team)
    answer = answer_call(call=call, user=team.member, coming=True)
    client = signed_in(team.other_member)
    assert do(client, call, "finish").status_code == 403
    assert do(client, call, "call_off", {"call_off-reason": "x"}).status_code == 403
    for verb in ("arrive", "release"):
        assert client.post(reverse("helper_verb", args=[call.pk, answer.pk, verb])).status_code == 403
    assert do(client, call, "burn").status_code == 404
    assert client.get(reverse("helper_call_verb", args=[call.pk, "come"])).status_code == 405


# --- running it ---------------------------------------------------------------------------------------------


def test_the_secretary_marks_arrivals_and_releases_one_by_one(team, signed_in):
    call = blow(team)
    answer = answer_call(call=call, user=team.member, coming=True)
    client = signed_in(team.secretary)
    client.post(reverse("helper_verb", args=[call.pk, answer.pk, "arrive"]))
    HelperAnswer.objects.update(arrived_at=timezone.now() - HOUR)
    response = client.post(reverse("helper_verb", args=[call.pk, answer.pk, "release"]), follow=True)
    assert "has been released" in response.content.decode()
    assert HourEntry.objects.get().minutes in (59, 60)


def test_the_minutes_of_the_release_are_typed_and_too_many_are_said_in_its_panel(team, signed_in):
    call = blow(team)
    answer = arrive(answer=answer_call(call=call, user=team.member, coming=True), user=team.member)
    HelperAnswer.objects.update(arrived_at=timezone.now() - HOUR)
    client, address = signed_in(team.secretary), reverse("helper_verb", args=[call.pk, answer.pk, "release"])
    assert "all 60 minutes" in client.get(call.get_absolute_url()).content.decode()
    for value in ("61", "-1", "x\x00", "9" * 30):
        response = client.post(address, {f"release-{answer.pk}-minutes": value})
        assert response.status_code == 200
        assert "minutes" in response.context["refused_panels"][0].form.errors
    client.post(address, {f"release-{answer.pk}-minutes": "20"})
    assert HourEntry.objects.get().minutes == 20


def test_an_arrival_that_is_too_early_is_neither_offered_nor_recorded(team, signed_in):
    call = blow(team, arrive_by=timezone.now() + 2 * HOUR)
    answer = answer_call(call=call, user=team.member, coming=True)
    client = signed_in(team.member)
    assert [panel.verb for panel in client.get(call.get_absolute_url()).context["panels"]] == ["decline"]
    assert "Arrivals are recorded from" in do(client, call, "arrive").content.decode()
    client = signed_in(team.secretary)
    assert "Is on the spot" not in client.get(call.get_absolute_url()).content.decode()
    response = client.post(reverse("helper_verb", args=[call.pk, answer.pk, "arrive"]))
    assert "Arrivals are recorded from" in response.content.decode()
    assert HelperAnswer.objects.get(pk=answer.pk).state == AnswerState.COMING


def test_a_helper_of_another_call_is_not_found_here(team, signed_in):
    call, other = blow(team), blow(team, place="社区西门")
    answer = answer_call(call=other, user=team.member, coming=True)
    client = signed_in(team.secretary)
    assert client.post(reverse("helper_verb", args=[call.pk, answer.pk, "arrive"])).status_code == 404


def test_done_releases_everyone(team, signed_in):
    call = blow(team)
    arrive(answer=answer_call(call=call, user=team.member, coming=True), user=team.member)
    assert do(signed_in(team.secretary), call, "finish").status_code == 302
    call.refresh_from_db()
    assert call.state == CallState.ENDED


def test_calling_off_needs_a_reason_and_shows_it(team, signed_in):
    call = blow(team)
    client = signed_in(team.secretary)
    assert do(client, call, "call_off", {"call_off-reason": " \x00"}).status_code == 200
    assert do(client, call, "call_off", {"call_off-reason": "雨停了"}).status_code == 302
    assert "雨停了" in signed_in(team.member).get(call.get_absolute_url()).content.decode()


# --- cost ---------------------------------------------------------------------------------------------------


def test_lists_cost_the_same_with_one_and_with_thirty(team, signed_in, django_assert_max_num_queries):
    call = blow(team, helpers=40)
    answer_call(call=call, user=team.member, coming=True)
    visits = [
        ("/service/calls/", team.secretary),
        ("/my/calls/", team.member),
        (call.get_absolute_url(), team.secretary),
    ]

    def counts() -> list[int]:
        found = []
        for address, user in visits:
            client = signed_in(user)
            with django_assert_max_num_queries(10) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    before = counts()
    HelperAnswer.objects.filter(member=team.member).update(state=AnswerState.ARRIVED, arrived_at=timezone.now())
    for number in range(29):
        HelperAnswer.objects.create(
            call=call,
            member=team.new_member(number),
            state=AnswerState.ARRIVED,
            told_at=call.called_at,
            answered_at=timezone.now(),
            arrived_at=timezone.now(),
        )
        blow(team, title=f"第{number}次")
    assert counts() == before


def test_an_ended_call_says_who_is_still_waited_for(team, signed_in):
    now = timezone.now()
    call = blow(team, helpers=2)
    for member in (team.member, team.other_member):
        answer_call(call=call, user=member, coming=True)
        arrive(answer=call.answers.get(member=member), user=member, now=now + HOUR / 2)
    end_call(call=call, now=call.until)
    release_helper(answer=call.answers.get(member=team.member), user=team.secretary, now=call.until)

    def page(user) -> str:
        return signed_in(user).get(call.get_absolute_url()).content.decode()

    assert "1 helper on the spot waits to be released" in page(team.secretary)
    assert "Please stay until you are released" in page(team.other_member)
    assert "and you have been released" in page(team.member)
    release_helper(answer=call.answers.get(member=team.other_member), user=team.secretary, now=call.until)
    assert "Everyone who came has been released." in page(team.secretary)
    for user in (team.secretary, team.other_member):
        assert "to be released" not in page(user)


def test_who_is_coming_reads_from_when_the_arrival_is_taken(team, signed_in):
    now = timezone.now()
    call = blow(team, arrive_by=now + 3 * HOUR, until=now + 5 * HOUR)
    client = signed_in(team.member)
    assert "appears here from" not in client.get(call.get_absolute_url()).content.decode()
    answer_call(call=call, user=team.member, coming=True)
    at = f"{timezone.localtime(now + 2 * HOUR):%Y-%m-%d %H:%M}"
    assert f"appears here from {at} on" in client.get(call.get_absolute_url()).content.decode()
    HelperCall.objects.filter(pk=call.pk).update(arrive_by=now + HOUR / 2)
    assert "appears here from" not in client.get(call.get_absolute_url()).content.decode()
