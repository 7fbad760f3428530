"""Somebody was quicker: the page says so, keeps what was typed, and shows what can be done now, not the dead form."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from service.actions.call_answers import answer_call, arrive
from service.actions.call_release import release_helper
from service.actions.calls import call_helpers
from service.actions.lists import list_need, withdraw_item
from service.actions.shifts import cancel_shift, close_shift
from service.actions.sign_ups import sign_up
from service.actions.wish_claims import claim_wish
from service.actions.wishes import make_wish, publish_wish
from tests.service.hours_scene import HOUR, come, place, shift_at

SOON = timedelta(days=3)


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def body(response) -> str:
    assert response.status_code == 200
    return unescape(response.content.decode())


def form(address: str) -> str:
    return f'action="{address}"'


def verbs(response) -> list[str]:
    """Return the verbs whose forms the page shows."""
    return [panel.verb for panel in response.context["panels"] if not panel.is_gone]


def test_a_wish_that_somebody_else_claimed(team, signed_in):
    wish = make_wish(user=team.resident, community=team.community, title="一副老花镜", text="看报", contact="三号楼")
    publish_wish(wish=wish, user=team.secretary, title=wish.title, text=wish.text)
    today = timezone.localdate()
    claim_wish(wish=wish, user=team.member, due_on=today + SOON)
    typed = {"refuse-reason": "重复的心愿"}
    response = signed_in(team.secretary).post(reverse("wish_verb", args=[wish.pk, "refuse"]), typed)
    html = body(response)
    assert verbs(response) == ["give_back"]
    assert form(reverse("wish_verb", args=[wish.pk, "refuse"])) not in html
    assert "重复的心愿" in html


def test_an_item_that_left_its_list(team, signed_in):
    item = list_need(
        community=team.community, user=team.secretary, title="会议室", text="", resource_kind="room", wanted_on=None
    )
    withdraw_item(item=item, user=team.secretary, reason="不需要")
    url = reverse("list_item_verb", args=[item.pk, "withdraw"])
    response = signed_in(team.secretary).post(url, {"withdraw-reason": "另有安排"})
    html = body(response)
    assert form(url) not in html
    assert "cannot be done" in html
    assert "另有安排" in html


def test_a_shift_that_was_cancelled(team, signed_in):
    shift = team.shift()
    cancel_shift(shift=shift, user=team.secretary, reason="暴雨")
    url = reverse("shift_verb", args=[shift.pk, "sign_up"])
    html = body(signed_in(team.member).post(url))
    assert "This shift has been cancelled." in html
    assert form(url) not in html


def test_the_last_place_was_taken_and_the_waiting_list_is_offered_instead(team, signed_in):
    shift = team.shift(places=1)
    sign_up(shift=shift, user=team.other_member)
    response = signed_in(team.member).post(reverse("shift_verb", args=[shift.pk, "sign_up"]))
    assert verbs(response) == ["wait"]
    assert "All places of this shift are taken" in body(response)


def test_what_can_be_mended_stays_open_with_what_was_typed(team, signed_in):
    shift = team.shift()
    close_shift(shift=shift, user=team.secretary)
    response = signed_in(team.secretary).post(reverse("shift_verb", args=[shift.pk, "cancel"]), {"cancel-reason": " "})
    assert "cancel" in verbs(response)
    response = signed_in(team.secretary).post(reverse("shift_verb", args=[shift.pk, "close"]))
    assert "close" not in verbs(response)
    assert "reopen" in verbs(response)


def test_a_helper_whom_a_colleague_has_released(team, signed_in):
    now = timezone.now()
    call = call_helpers(
        user=team.secretary, caller=team.community, title="搬运防汛沙袋", place="东门", helpers=2,
        arrive_by=now + HOUR, until=now + 4 * HOUR,
    )  # fmt: skip
    answer_call(call=call, user=team.member, coming=True)
    answer = arrive(answer=call.answers.get(member=team.member), user=team.member, now=now + HOUR)
    release_helper(answer=answer, user=team.secretary, now=now + 2 * HOUR)
    url = reverse("helper_verb", args=[call.pk, answer.pk, "release"])
    html = body(signed_in(team.secretary).post(url, {f"release-{answer.pk}-minutes": "5"}))
    assert "This cannot be done now" in html
    assert form(url) not in html


def test_who_has_checked_in_is_shown_the_way_out(team, signed_in):
    begun = timezone.now().replace(microsecond=0) - timedelta(minutes=10)
    shift = shift_at(team, begun)
    come(place(shift, team.member), begun)
    html = body(signed_in(team.member).post(reverse("check_in", args=[shift.pk]), {"code": "123456"}))
    assert "You have already checked in" in html
    assert form(reverse("check_out", args=[shift.pk])) in html
    assert 'name="code"' not in html
