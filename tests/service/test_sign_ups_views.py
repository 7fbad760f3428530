"""Members find service near home, sign up with one tap, answer offers, and see what they have signed up for."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.actions import place_unit
from accounts.enums import UnitKind
from accounts.models import Unit
from service.actions.shifts import cancel_shift
from service.actions.sign_ups import sign_up, withdraw
from service.enums import ShiftState, SignUpState
from service.models import Activity, Shift

FIND, MONTH, MINE = "/serve/", "/serve/calendar/", "/my/service/"
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


@pytest.fixture
def member(team, signed_in):
    return signed_in(team.member)


@pytest.fixture
def near(team):
    """A shift in the member's community, one in the next community of the street, one elsewhere in the district."""
    beside = place_unit(unit=Unit(code="110001002", name="银杏社区", kind=UnitKind.COMMUNITY, parent=team.cast.street))
    return [
        team.shift(team.post(community=place, title=f"在{place.name}"))
        for place in (team.community, beside, team.cast.neighbour_community)
    ]


def html(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def verb(shift, name: str) -> str:
    return reverse("shift_verb", args=[shift.pk, name])


def rings(response) -> list[list[int]]:
    return [[shift.pk for shift in ring["shifts"]] for ring in response.context["rings"]]


# --- finding ----------------------------------------------------------------------------------------------------


def test_who_is_signed_in_opens_the_pages_and_only_members_find_shifts(team, signed_in, client, near):
    for url in (FIND, MONTH, MINE):
        assert client.get(url).status_code == 302
        for user in (team.resident, team.secretary, team.liaison, team.cast.grid_worker, team.cast.dispatcher):
            found = html(signed_in(user).get(url))
            assert "在槐树社区" not in found
            assert "Register first" in found
        client.logout()


def test_the_own_community_comes_first_then_its_street_then_the_district(member, near):
    assert rings(member.get(FIND)) == [[near[0].pk], [near[1].pk], [near[2].pk]]
    for shift, ring in zip(near, ("community", "street", "district"), strict=True):
        assert member.get(FIND, {"near": ring}).context["page"].rows == [shift]


def test_only_what_takes_sign_ups_is_found_also_when_it_is_full(team, member):
    full = team.shift(places=1)
    sign_up(shift=full, user=team.other_member)
    team.shift(state=ShiftState.CLOSED)
    team.shift(state=ShiftState.CANCELLED)
    team.shift(team.post(is_open=False))
    team.shift(starts_at=timezone.now() - MINUTE)
    response = member.get(FIND)
    assert rings(response)[0] == [full.pk]
    assert "All places taken" in html(response)


def test_narrowed_by_day_kind_and_skill(team, member):
    other = Activity.objects.get(code="traffic")
    plain, traffic, skilled = team.shift(), team.shift(team.post(activity=other)), team.shift()
    skilled.post.skills.add(team.first_aid)
    later = team.shift(starts_at=timezone.now() + 9 * DAY)
    day = timezone.localdate(plain.starts_at)
    assert rings(member.get(FIND, {"activity": other.pk}))[0] == [traffic.pk]
    assert rings(member.get(FIND, {"skill": team.first_aid.pk}))[0] == [skilled.pk]
    assert rings(member.get(FIND, {"since": day + DAY}))[0] == [later.pk]
    assert rings(member.get(FIND, {"since": day, "until": day}))[0] == [plain.pk, traffic.pk, skilled.pk]
    assert "No shift fits" in html(member.get(FIND, {"near": "street", "since": day}))


@pytest.mark.parametrize(
    "query",
    [
        {"since": "0001-01-01"},
        {"since": "9999-12-31", "until": "9999-12-31"},
        {"since": "2026-12-02", "until": "2026-12-01"},
        {"near": "moon"},
        {"activity": "99999999999999999999"},
        {"skill": "\x00"},
        {"month": "2026-13"},
        {"month": "9999-12"},
        {"month": "0001-01"},
    ],
)
def test_odd_filters_are_answered_with_a_page(team, member, query):
    team.shift()
    for url in (FIND, MONTH):
        assert member.get(url, query).status_code == 200


def test_the_list_costs_the_same_at_one_row_and_at_thirty(team, member, django_assert_max_num_queries):
    counted, post = [], team.post()
    post.skills.add(team.first_aid)
    for number in range(30):
        team.shift(post, starts_at=timezone.now() + number * DAY + HOUR)
        if number in (0, 29):
            for query in ({}, {"near": "community"}):
                member.get(FIND, query)
                with django_assert_max_num_queries(16) as seen:
                    member.get(FIND, query)
                counted.append(len(seen))
    assert counted[:2] == counted[2:]
    assert "Show all" in html(member.get(FIND))


def test_the_calendar_counts_the_shifts_of_each_day(team, member, near):
    response = member.get(MONTH, {"month": f"{timezone.localtime(near[0].starts_at):%Y-%m}"})
    day = timezone.localdate(near[0].starts_at)
    here = [cell for week in response.context["weeks"] for cell in week if cell["day"] == day]
    assert [(cell["shifts"], cell["free"]) for cell in here] == [(3, 6)]
    assert "3 shifts" in html(response)
    narrowed = member.get(MONTH, {"month": f"{day:%Y-%m}", "near": "community"})
    assert f"{FIND}?near=community&amp;since={day}&amp;until={day}" in html(narrowed)


def test_a_shift_late_in_the_evening_stands_on_its_local_day(team, member):
    tomorrow = timezone.localtime() + DAY
    shift = team.shift(starts_at=tomorrow.replace(hour=0, minute=30, second=0, microsecond=0))
    response = member.get(MONTH, {"month": f"{tomorrow:%Y-%m}"})
    found = [cell["day"] for week in response.context["weeks"] for cell in week if cell.get("shifts")]
    assert found == [timezone.localdate(shift.starts_at)]


# --- one tap ----------------------------------------------------------------------------------------------------


def test_one_tap_signs_up_and_another_withdraws(team, member):
    shift = team.shift()
    assert "Sign up" in html(member.get(shift.get_absolute_url()))
    assert "You have a place" in html(member.post(verb(shift, "sign_up"), follow=True))
    assert "Has a place" in html(member.get(shift.get_absolute_url()))
    assert "You have withdrawn" in html(member.post(verb(shift, "withdraw"), follow=True))
    assert shift.sign_ups.get().state == SignUpState.WITHDRAWN


def test_a_full_shift_is_refused_and_the_waiting_list_is_offered(team, member):
    shift = team.shift(places=1)
    sign_up(shift=shift, user=team.other_member)
    found = html(member.post(verb(shift, "sign_up")))
    assert "All places of this shift are taken." in found
    assert verb(shift, "wait") in found
    assert "You are number 1 on the waiting list" in html(member.post(verb(shift, "wait"), follow=True))
    assert "You are off the waiting list" in html(member.post(verb(shift, "leave"), follow=True))


@pytest.mark.parametrize(
    ("hindrance", "sentence"),
    [
        ("skill", "needs a skill that your registration does not name: First aid"),
        ("age", "you are too young"),
        ("clash", "At that time you are signed up for"),
        ("closed", "closed to sign-ups"),
        ("cancelled", "has been cancelled"),
    ],
)
def test_a_refusal_says_why(team, member, hindrance, sentence):
    shift = team.shift(team.post(minimum_age=70 if hindrance == "age" else 18))
    if hindrance == "skill":
        shift.post.skills.add(team.first_aid)
    elif hindrance == "clash":
        sign_up(shift=team.shift(starts_at=shift.starts_at + HOUR), user=team.member)
    elif hindrance in ("closed", "cancelled"):
        shift.state = hindrance
        shift.save()
    assert sentence in html(member.post(verb(shift, "sign_up")))
    assert not shift.sign_ups.exists()


def test_staff_who_are_no_members_are_told_to_register(team, signed_in):
    shift = team.shift()
    assert "Please register" in html(signed_in(team.secretary).post(verb(shift, "sign_up")))


def test_near_the_start_a_reason_is_asked_for(team, member):
    shift = team.shift(starts_at=timezone.now() + 3 * HOUR)
    member.post(verb(shift, "sign_up"))
    assert "This field is required" in html(member.post(verb(shift, "withdraw"), {"withdraw-reason": ""}))
    member.post(verb(shift, "withdraw"), {"withdraw-reason": "孩子发烧"})
    assert shift.sign_ups.get().reason == "孩子发烧"


def test_members_see_no_names(team, member):
    shift = team.shift()
    sign_up(shift=shift, user=team.other_member)
    assert team.other_member.name not in html(member.get(shift.get_absolute_url(), {"people": "coming"}))


def test_who_was_to_wait_reads_of_the_place_that_became_free_meanwhile(team, member):
    shift = team.shift(places=1)
    held = sign_up(shift=shift, user=team.other_member)
    assert verb(shift, "wait") in html(member.get(shift.get_absolute_url()))
    withdraw(sign_up=held, user=team.other_member)
    found = html(member.post(verb(shift, "wait"), follow=True))
    assert "You have a place" in found
    assert "You are on the waiting list" not in found


def test_a_place_is_not_offered_once_its_time_has_run_out(team, member):
    shift = team.shift(places=1)
    held = sign_up(shift=shift, user=team.other_member)
    own = sign_up(shift=shift, user=team.member, may_wait=True)
    withdraw(sign_up=held, user=team.other_member)
    assert verb(shift, "take") in html(member.get(shift.get_absolute_url()))
    shift.sign_ups.filter(pk=own.pk).update(offered_until=timezone.now() - MINUTE)
    found = html(member.get(shift.get_absolute_url()))
    assert verb(shift, "take") not in found
    assert verb(shift, "decline") in found
    assert "has run out; it goes to the next" in found


# --- my service -------------------------------------------------------------------------------------------------


def test_offers_stand_on_top_and_are_taken_or_left(team, member):
    shift = team.shift(places=1)
    held = sign_up(shift=shift, user=team.other_member)
    sign_up(shift=shift, user=team.member, may_wait=True)
    withdraw(sign_up=held, user=team.other_member)
    found = html(member.get(MINE))
    assert "Places offered to you" in found
    assert "What you owe in person" not in found  # it is said once
    assert "The place is yours." in html(member.post(verb(shift, "take"), follow=True))
    assert "Places offered to you" not in html(member.get(MINE))
    assert "You are not offered a place" in html(member.post(verb(shift, "take")))


def test_coming_and_past_are_told_apart(team, member):
    shift, gone = team.shift(), team.shift(starts_at=timezone.now() + 5 * DAY)
    sign_up(shift=shift, user=team.member)
    withdraw(sign_up=sign_up(shift=gone, user=team.member), user=team.member)
    assert [row.shift for row in member.get(MINE).context["page"]] == [shift]
    assert [row.shift for row in member.get(MINE, {"tab": "past"}).context["page"]] == [gone]
    shift.sign_ups.update(starts_at=timezone.now() - 2 * HOUR, ends_at=timezone.now() - HOUR)
    assert len(member.get(MINE).context["page"]) == 0
    assert len(member.get(MINE, {"tab": "past"}).context["page"]) == 2


def test_my_service_costs_the_same_at_one_row_and_at_twenty(team, member, django_assert_max_num_queries):
    post, counted = team.post(), []
    for number in range(20):
        sign_up(shift=team.shift(post, starts_at=timezone.now() + (number + 1) * DAY), user=team.member)
        if number in (0, 19):
            member.get(MINE)
            with django_assert_max_num_queries(12) as seen:
                member.get(MINE)
            counted.append(len(seen))
    assert counted[0] == counted[1]


def test_who_has_moved_away_still_sees_their_shift_and_can_withdraw(team, member):
    shift = team.shift()
    sign_up(shift=shift, user=team.member)
    team.member.registrations.update(state="withdrawn")
    assert verb(shift, "withdraw") in html(member.get(shift.get_absolute_url()))
    member.post(verb(shift, "withdraw"))
    assert shift.sign_ups.get().state == SignUpState.WITHDRAWN
    assert verb(shift, "sign_up") not in html(member.get(shift.get_absolute_url()))


def test_the_shift_leads_to_the_day_itself(team, signed_in):
    shift = team.shift(starts_at=timezone.now() + HOUR / 2)
    sign_up(shift=shift, user=team.member)
    page = signed_in(team.secretary).get(shift.get_absolute_url()).content.decode()
    assert reverse("attendance", args=[shift.pk]) in page
    assert reverse("shift_code", args=[shift.pk]) in page
    assert reverse("check_in", args=[shift.pk]) in signed_in(team.member).get(shift.get_absolute_url()).content.decode()
    other = signed_in(team.other_member).get(shift.get_absolute_url()).content.decode()
    assert reverse("check_in", args=[shift.pk]) not in other


def test_days_ahead_it_says_from_when_codes_are_taken(team, member):
    shift = team.shift()
    sign_up(shift=shift, user=team.member)
    found = html(member.get(shift.get_absolute_url()))
    assert reverse("check_in", args=[shift.pk]) not in found
    assert f"Check-in opens at {timezone.localtime(shift.starts_at - HOUR):%Y-%m-%d %H:%M}" in found


def test_a_place_in_a_shift_that_is_over_waits_to_be_attested(team, member, signed_in):
    shift = team.shift()
    sign_up(shift=shift, user=team.member)
    assert "Has a place" in html(member.get(shift.get_absolute_url()))
    ago = {"starts_at": timezone.now() - 3 * HOUR, "ends_at": timezone.now() - HOUR}
    for rows in (Shift.objects.filter(pk=shift.pk), shift.sign_ups):
        rows.update(**ago)
    pages = [member.get(MINE, {"tab": "past"}), member.get(shift.get_absolute_url())]
    pages.append(signed_in(team.secretary).get(shift.get_absolute_url()))
    for found in map(html, pages):
        assert "Waiting to be attested" in found
        assert "Has a place" not in found


def test_a_cancelled_shift_shows_who_was_in(team, signed_in):
    shift = team.shift()
    sign_up(shift=shift, user=team.member)
    cancel_shift(shift=shift, user=team.secretary, reason="暴雨")
    client = signed_in(team.secretary)
    found = html(client.get(shift.get_absolute_url()))
    assert team.member.name in found
    assert "Nobody has signed up yet." not in found
    found = html(client.get(shift.get_absolute_url(), {"people": "coming"}))
    assert "The shift is cancelled: nobody comes." in found


def test_the_first_address_of_the_calendar_replaces_none(member):
    renew = reverse("service_feed_renew")
    first = html(member.post(renew, follow=True))
    assert "Your calendar has an address now." in first
    assert "shows nothing any more" not in first
    assert "The old one shows nothing any more." in html(member.post(renew, follow=True))


def test_a_closed_post_is_not_called_a_closed_case(team, client, signed_in):
    post = team.post(is_open=False)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    for url in (post.get_absolute_url(), "/service/posts/?tab=posts"):
        assert "已结案" not in html(signed_in(team.secretary).get(url))


def test_places_are_counted_in_one_form(team, member):
    assert "0 of 2 taken" in html(member.get(team.shift().get_absolute_url()))
