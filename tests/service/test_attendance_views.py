"""The pages of the day itself: the code on site, check-in, and the list of who was there."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.actions import appoint
from accounts.enums import Role
from service.actions.attendance import mark_absent
from service.codes import code_at
from service.enums import ShiftState, SignUpState
from service.models import HourEntry, Shift
from tests.service.hours_scene import HOUR, MINUTE, place, shift_at

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


@pytest.fixture
def running(team) -> Shift:
    """A shift that began half an hour ago."""
    return shift_at(team, timezone.now() - 30 * MINUTE)


@pytest.fixture
def ended(team) -> Shift:
    """A shift that ended an hour ago."""
    return shift_at(team, timezone.now() - 3 * HOUR)


def address(name: str, shift: Shift, *more) -> str:
    return reverse(name, args=[shift.pk, *more])


def body(response) -> str:
    return unescape(response.content.decode())


# --- the code -----------------------------------------------------------------------------------------------


def test_the_staff_show_the_code_of_this_minute_with_its_qr(team, signed_in, running):
    now = timezone.now()
    html = body(signed_in(team.secretary).get(address("shift_code", running)))
    shown = re.search(r'poster-call number">(\d{6})<', html)[1]
    assert shown in {code_at(running.secret, now), code_at(running.secret, timezone.now())}
    assert "<svg" in html
    assert running.secret not in html


def test_it_refreshes_itself_and_by_a_button(team, signed_in, running):
    client = signed_in(team.secretary)
    part = body(client.get(address("shift_code", running), headers=HTMX))
    assert part.lstrip().startswith("<section")
    assert f'hx-get="{address("shift_code", running)}"' in part
    page = body(client.get(address("shift_code", running)))
    assert "Show the present code" in page
    assert "http-equiv" not in page


def test_no_code_is_shown_outside_of_its_time(team, signed_in, ended):
    client = signed_in(team.secretary)
    early = shift_at(team, timezone.now() + 2 * HOUR)
    cancelled = shift_at(team, timezone.now(), state=ShiftState.CANCELLED)
    for shift, sentence in ((early, "appears from"), (ended, "is over"), (cancelled, "cancelled")):
        html = body(client.get(address("shift_code", shift)))
        assert sentence in html
        assert "poster-call" not in html


@pytest.mark.parametrize("name", ["shift_code", "attendance"])
def test_only_the_own_community_opens_the_pages_of_the_staff(team, client, signed_in, running, name):
    assert client.get(address(name, running)).status_code == 302
    for person, status in (
        (team.secretary, 200),
        (team.neighbour_secretary, 404),
        (team.member, 403),
        (team.resident, 403),
        (team.liaison, 403),
        (team.cast.grid_worker, 403),
    ):
        assert signed_in(person).get(address(name, running)).status_code == status, person


# --- checking in --------------------------------------------------------------------------------------------


def test_a_member_scans_presses_and_leaves(team, signed_in, running):
    sign_up = place(running, team.member)
    client, url = signed_in(team.member), address("check_in", running)
    code = code_at(running.secret, timezone.now())
    assert f'value="{code}"' in body(client.get(url, {"code": code}))
    sign_up.refresh_from_db()
    assert sign_up.checked_in_at is None  # opening the address alone does nothing
    html = body(client.post(url, {"code": code}, follow=True))
    assert "You have checked in" in html
    assert address("check_out", running) in html
    html = body(client.post(address("check_out", running), follow=True))
    assert "You have checked out" in html
    sign_up.refresh_from_db()
    assert sign_up.checked_in_at < sign_up.checked_out_at
    assert "already checked out" in body(client.post(address("check_out", running), follow=True))


@pytest.mark.parametrize("typed", ["{code:.3} {tail}", "full width"])
def test_a_code_may_be_typed_in_groups_or_in_full_width(team, signed_in, running, typed):
    sign_up = place(running, team.member)
    code = code_at(running.secret, timezone.now())
    wide = code.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    text = wide if typed == "full width" else typed.format(code=code, tail=code[3:])
    assert signed_in(team.member).post(address("check_in", running), {"code": text}).status_code == 302
    sign_up.refresh_from_db()
    assert sign_up.checked_in_at


def test_a_wrong_code_is_shown_again_with_the_reason_at_its_field(team, signed_in, running):
    place(running, team.member)
    yesterday = code_at(running.secret, timezone.now() - timedelta(days=1))
    client, url = signed_in(team.member), address("check_in", running)
    html = body(client.post(url, {"code": yesterday}))
    assert "This code has run out" in html
    assert f'value="{yesterday}"' in html
    elsewhere = code_at(shift_at(team).secret, timezone.now())
    assert "not the code of this shift" in body(client.post(url, {"code": elsewhere}))
    assert "Please type the six digits" in body(client.post(url, {"code": ""}))
    assert client.post(url, {"code": "\x00<b>" * 20}).status_code == 200


def test_a_code_used_twice_is_refused_with_the_reason(team, signed_in, running):
    place(running, team.member)
    client, url = signed_in(team.member), address("check_in", running)
    code = {"code": code_at(running.secret, timezone.now())}
    client.post(url, code)
    assert "already checked in" in body(client.post(url, code))


def test_who_has_no_place_is_told_so_and_strangers_see_nothing(team, client, signed_in, running):
    url = address("check_in", running)
    assert client.get(url).status_code == 302
    assert "have not signed up" in body(signed_in(team.other_member).get(url))
    code = {"code": code_at(running.secret, timezone.now())}
    assert "have not signed up" in body(signed_in(team.other_member).post(url, code))
    for verb in ("check_in", "check_out"):
        assert signed_in(team.resident).post(address(verb, running), code).status_code == 404
    waiting = place(running, team.other_member, SignUpState.WAITING, queued_at=timezone.now())
    assert "On the waiting list" in body(signed_in(waiting.member).post(url, code))


def test_who_was_marked_absent_reads_the_reason(team, signed_in, running):
    sign_up = place(running, team.member)
    mark_absent(shift=running, user=team.secretary, people=[sign_up.pk], reason="未到集合点")
    assert "未到集合点" in body(signed_in(team.member).get(address("check_in", running)))


# --- the list -----------------------------------------------------------------------------------------------


def test_the_list_says_who_was_there(team, signed_in, running):
    place(running, team.member, checked_in_at=timezone.now())
    place(running, team.other_member)
    html = body(signed_in(team.secretary).get(address("attendance", running)))
    assert "尤党员" in html
    assert "Present" in html
    assert "Attest the hours" not in html  # the shift still runs
    assert "Nobody has a place" in body(signed_in(team.secretary).get(address("attendance", shift_at(team))))


def test_hours_of_all_present_are_attested_with_one_press(team, signed_in, ended):
    first = place(ended, team.member, checked_in_at=ended.starts_at, checked_out_at=ended.starts_at + 50 * MINUTE)
    second = place(ended, team.other_member, checked_in_at=ended.starts_at)
    client = signed_in(team.secretary)
    html = body(client.get(address("attendance", ended)))
    assert f'name="attest-minutes_{first.pk}" value="50"' in html
    assert f'name="attest-minutes_{second.pk}" value="120"' in html
    given = {f"attest-minutes_{first.pk}": "40", f"attest-minutes_{second.pk}": ""}
    html = body(client.post(address("attendance_verb", ended, "attest"), given, follow=True))
    assert "have been attested" in html
    entry = HourEntry.objects.get()
    assert (entry.member, entry.minutes) == (team.member, 40)
    assert reverse("correct_hours", args=[entry.pk]) in html


def test_what_is_refused_stays_in_its_form(team, signed_in, ended, settings):
    settings.SERVICE_HOURS_A_DAY = 1
    sign_up = place(ended, team.member, checked_in_at=ended.starts_at)
    client, url = signed_in(team.secretary), address("attendance_verb", ended, "attest")
    html = body(client.post(url, {f"attest-minutes_{sign_up.pk}": "61"}))
    assert "has 1 h left" in html
    assert 'value="61"' in html
    for wrong in ("121", "0", "many"):
        assert client.post(url, {f"attest-minutes_{sign_up.pk}": wrong}).status_code == 200
    assert "at least one person" in body(client.post(url, {}))
    assert not HourEntry.objects.exists()


def test_the_own_hours_are_not_offered_nor_taken(team, signed_in, ended):
    appoint(user=team.member, unit=team.community, role=Role.COMMUNITY_SECRETARY)
    own = place(ended, team.member, checked_in_at=ended.starts_at)
    client = signed_in(team.member)
    html = body(client.get(address("attendance", ended)))
    assert "Somebody else of the community" in html
    assert "Attest the hours" not in html
    client.post(address("attendance_verb", ended, "attest"), {f"attest-minutes_{own.pk}": "60"})
    given = {"absent-people": own.pk, "absent-reason": "x"}
    assert "nobody on this list" in body(client.post(address("attendance_verb", ended, "absent"), given, follow=True))
    place(ended, team.other_member, checked_in_at=ended.starts_at)
    assert "changed this list" in body(client.post(address("attendance_verb", ended, "absent"), given))
    own.refresh_from_db()
    assert (own.state, HourEntry.objects.count()) == (SignUpState.TAKEN, 0)


def test_staff_mark_present_and_absent_with_a_reason(team, signed_in, running):
    first, second = place(running, team.member), place(running, team.other_member)
    client = signed_in(team.secretary)
    url = address("attendance_verb", running, "present")
    assert "This field is required" in body(client.post(url, {"present-people": first.pk}))
    client.post(url, {"present-people": first.pk, "present-reason": "手机没电"})
    url = address("attendance_verb", running, "absent")
    client.post(url, {"absent-people": second.pk, "absent-reason": "未到"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.checked_in_at
    assert second.state == SignUpState.ABSENT
    html = body(client.get(address("attendance", running)))
    assert "钱书记: 手机没电" in html


def test_other_people_can_do_none_of_it(team, signed_in, ended):
    sign_up = place(ended, team.member, checked_in_at=ended.starts_at)
    given = {f"attest-minutes_{sign_up.pk}": "60", "absent-people": sign_up.pk, "absent-reason": "x"}
    for verb in ("attest", "absent", "present"):
        for person, status in ((team.neighbour_secretary, 404), (team.liaison, 403), (team.member, 403)):
            assert signed_in(person).post(address("attendance_verb", ended, verb), given).status_code == status
    assert signed_in(team.secretary).post(address("attendance_verb", ended, "praise"), given).status_code == 404
    assert signed_in(team.secretary).get(address("attendance_verb", ended, "attest")).status_code == 405


@pytest.mark.parametrize("people", [1, 30])
def test_the_list_costs_the_same_for_any_number(team, signed_in, ended, people, django_assert_max_num_queries):
    Shift.objects.filter(pk=ended.pk).update(places=40)
    for number in range(people):
        place(ended, team.new_member(number), checked_in_at=ended.starts_at)
    client = signed_in(team.secretary)
    client.get(address("attendance", ended))
    with django_assert_max_num_queries(10):
        client.get(address("attendance", ended))


def test_who_comes_second_reads_who_was_attested_meanwhile_and_nothing_typed_is_lost(team, signed_in, ended):
    first, second = (place(ended, member, checked_in_at=ended.starts_at) for member in (team.member, team.other_member))
    client, url = signed_in(team.secretary), address("attendance_verb", ended, "attest")
    client.post(url, {f"attest-minutes_{first.pk}": "60"}, follow=True)
    typed = {f"attest-minutes_{first.pk}": "90", f"attest-minutes_{second.pk}": "75"}
    html = body(client.post(url, typed, follow=True))
    assert f"Somebody was quicker: {team.member} (Has served; you typed 90)" in html
    assert 'value="75"' in html
    assert "have been attested; the members" not in html
    assert [entry.minutes for entry in HourEntry.objects.all()] == [60]
    client.post(url, {f"attest-minutes_{second.pk}": "75"})
    html = body(client.post(url, typed, follow=True))
    assert "you typed 75" in html
    assert HourEntry.objects.count() == 2
