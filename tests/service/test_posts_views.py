"""The desk of a community, the pages of a post and of a shift, as the community and strangers see them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from records.models import CalendarDay
from service.actions.sign_ups import sign_up, withdraw
from service.enums import ShiftState
from service.models import ServicePost, Shift
from tests.cast import person

DESK = "/service/posts/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK_FROM_MONDAY = {"series-weekdays": ["0", "2"], "series-begins": "09:00", "series-ends": "11:00", "series-places": 4}


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


@pytest.fixture
def secretary(team, signed_in):
    return signed_in(team.secretary)


def html(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def typed(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def post_verb(post, verb: str) -> str:
    return reverse("service_post_verb", args=[post.pk, verb])


def shift_verb(shift, verb: str) -> str:
    return reverse("shift_verb", args=[shift.pk, verb])


def next_monday() -> date:
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


# --- who may ----------------------------------------------------------------------------------------------------


def test_who_opens_what(team, signed_in, client):
    shift = team.shift()
    urls = [DESK, "/service/posts/new/", shift.post.get_absolute_url(), shift.get_absolute_url()]
    assert all(client.get(url).status_code == 302 for url in urls)
    answers = {
        who: [signed_in(who).get(url).status_code for url in urls]
        for who in (
            team.secretary,
            team.neighbour_secretary,
            team.member,
            team.neighbour_member,
            team.resident,
            team.liaison,
            team.cast.grid_worker,
            team.cast.dispatcher,
        )
    }
    stranger = [403, 403, 403, 404]
    assert answers == {
        team.secretary: [200, 200, 200, 200],
        team.neighbour_secretary: [200, 200, 404, 404],
        team.member: [403, 403, 403, 200],
        team.neighbour_member: [403, 403, 403, 200],
        team.resident: stranger,
        team.liaison: stranger,
        team.cast.grid_worker: stranger,
        team.cast.dispatcher: stranger,
    }


def test_members_of_another_district_do_not_find_the_shift(team, signed_in):
    away = person("away", "外区党员")
    from accounts.actions import place_unit
    from accounts.enums import UnitKind
    from accounts.models import Unit

    there = place_unit(
        unit=Unit(code="120001001", name="松林社区", kind=UnitKind.COMMUNITY, parent=team.cast.other_street)
    )
    team.register(away, there)
    shift = team.shift()
    assert signed_in(away).get(shift.get_absolute_url()).status_code == 404
    assert signed_in(away).post(shift_verb(shift, "sign_up")).status_code == 404


@pytest.mark.parametrize("verb", ["close", "places", "move", "cancel"])
def test_members_do_not_run_a_shift(team, signed_in, verb):
    shift = team.shift()
    given = {f"{verb}-reason": "暴雨", f"{verb}-places": 9}
    assert signed_in(team.member).post(shift_verb(shift, verb), given).status_code == 403
    assert signed_in(team.neighbour_secretary).post(shift_verb(shift, verb), given).status_code == 404


def test_unknown_verbs_are_not_there(team, secretary):
    shift = team.shift()
    assert secretary.post(shift_verb(shift, "explode")).status_code == 404
    assert secretary.post(post_verb(shift.post, "explode")).status_code == 404
    assert secretary.get(shift_verb(shift, "cancel")).status_code == 405
    assert secretary.get("/shifts/99999999999999999999999/").status_code == 404


# --- the desk ---------------------------------------------------------------------------------------------------


def test_the_desk_lists_the_coming_shifts_with_their_counters(team, secretary):
    shift = team.shift(places=1)
    team.shift(starts_at=timezone.now() - 3 * HOUR)
    team.shift(state=ShiftState.CANCELLED)
    team.shift(team.post(community=team.cast.neighbour_community, title="邻社区"))
    sign_up(shift=shift, user=team.member)
    sign_up(shift=shift, user=team.other_member, may_wait=True)
    response = secretary.get(DESK)
    assert [(row.pk, waiting) for row, waiting in response.context["rows"]] == [(shift.pk, 1)]
    assert response.context["counts"] == {"shifts": 1, "taken": 1, "free": 0}
    assert "1 waiting" in html(response)


def test_the_desk_costs_the_same_at_one_row_and_at_thirty(team, secretary, django_assert_max_num_queries):
    post = team.post()
    counted = []
    for number in range(30):
        sign_up(shift=team.shift(post, starts_at=timezone.now() + number * DAY + HOUR), user=team.member)
        if number in (0, 29):
            secretary.get(DESK)
            with django_assert_max_num_queries(10) as seen:
                secretary.get(DESK)
            counted.append(len(seen))
    assert counted[0] == counted[1]


def test_posts_are_listed_too_and_empty_desks_say_what_to_do(team, secretary):
    assert "No coming shifts" in html(secretary.get(DESK))
    assert "No service posts yet" in html(secretary.get(DESK, {"tab": "posts"}))
    team.post()
    team.post(is_open=False, title="旧岗位")
    found = html(secretary.get(DESK, {"tab": "posts"}))
    assert "陪独居老人就医" in found
    assert "Closed" in found


# --- a post -----------------------------------------------------------------------------------------------------


def test_a_post_is_published_and_its_page_opens(team, secretary):
    given = {
        "community": team.community.pk,
        "activity": team.activity.pk,
        "title": "护河巡查",
        "text": "沿河捡拾垃圾。",
        "place": "北门",
        "minimum_age": 18,
        "skills": [team.first_aid.pk],
    }
    kept = html(secretary.post("/service/posts/new/", {**given, "place": ""}))
    assert "沿河捡拾垃圾。" in kept
    response = secretary.post("/service/posts/new/", given, follow=True)
    assert "The post has been published" in html(response)
    assert ServicePost.objects.get().skills.get() == team.first_aid
    stranger = secretary.post("/service/posts/new/", {**given, "community": team.cast.neighbour_community.pk})
    assert "list" in html(stranger)
    assert ServicePost.objects.count() == 1


def test_texts_are_changed_and_what_was_refused_is_kept(team, secretary):
    post = team.post()
    given = {
        "edit-activity": team.activity.pk,
        "edit-title": "新的标题",
        "edit-text": "新的内容",
        "edit-place": "南门",
        "edit-minimum_age": 30,
    }
    assert "新的内容" in html(secretary.post(post_verb(post, "edit"), {**given, "edit-minimum_age": 10}))
    secretary.post(post_verb(post, "edit"), given)
    post.refresh_from_db()
    assert (post.title, post.place, post.minimum_age) == ("新的标题", "南门", 30)


def test_a_post_closes_and_opens(team, secretary):
    post = team.post()
    assert "nobody can sign up" in html(secretary.post(post_verb(post, "close"), follow=True))
    assert "closed already" in html(secretary.post(post_verb(post, "close")))
    secretary.post(post_verb(post, "reopen"))
    post.refresh_from_db()
    assert post.is_open


def test_one_shift_is_added(team, secretary):
    post, begin = team.post(), timezone.now().replace(second=0, microsecond=0) + 2 * DAY
    given = {"shift-starts_at": typed(begin), "shift-ends_at": typed(begin + HOUR), "shift-places": 3}
    secretary.post(post_verb(post, "shift"), given)
    shift = Shift.objects.get()
    assert (shift.starts_at, shift.ends_at, shift.places) == (begin, begin + HOUR, 3)


@pytest.mark.parametrize(
    ("begins", "ends", "sentence"),
    [
        (2 * DAY, 2 * DAY - HOUR, "A shift ends after it begins."),
        (-HOUR, HOUR, "A shift begins in the future."),
        (DAY, DAY + 13 * HOUR, "A shift lasts 12 hours at most."),
    ],
)
def test_a_wrong_shift_is_refused_at_its_field_and_kept(team, secretary, begins, ends, sentence):
    now = timezone.now()
    given = {"shift-starts_at": typed(now + begins), "shift-ends_at": typed(now + ends), "shift-places": 3}
    found = html(secretary.post(post_verb(team.post(), "shift"), given))
    assert sentence in found
    assert f'value="{typed(now + begins)}"' in found
    assert not Shift.objects.exists()


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59", "morgen", "2026-13-01T00:00", "\x00"])
def test_impossible_times_are_refused(team, secretary, moment):
    given = {"shift-starts_at": moment, "shift-ends_at": moment, "shift-places": 3}
    assert secretary.post(post_verb(team.post(), "shift"), given).status_code == 200
    assert not Shift.objects.exists()


# --- a series ---------------------------------------------------------------------------------------------------


def test_a_series_shows_its_dates_before_it_is_published(team, secretary):
    post, monday = team.post(), next_monday()
    given = {**WEEK_FROM_MONDAY, "series-first": monday, "series-last": monday + timedelta(days=9)}
    CalendarDay.objects.update_or_create(day=monday, defaults={"is_working": False})
    CalendarDay.objects.update_or_create(day=monday + 2 * DAY, defaults={"is_working": True})
    found = html(secretary.post(post_verb(post, "series"), given))
    assert found.count("<time datetime") == 4
    assert found.count("Day off") >= 1
    assert not Shift.objects.exists()
    assert "4 shifts have been published" in html(
        secretary.post(post_verb(post, "series"), {**given, "publish": "on"}, follow=True)
    )
    days = [timezone.localdate(shift.starts_at) for shift in Shift.objects.all()]
    assert days == [monday + number * DAY for number in (0, 2, 7, 9)]
    local = timezone.localtime(Shift.objects.first().starts_at)
    assert (local.hour, local.minute) == (9, 0)


def test_days_off_are_left_out_when_ticked(team, secretary):
    post, monday = team.post(), next_monday()
    CalendarDay.objects.update_or_create(day=monday, defaults={"is_working": False})
    CalendarDay.objects.update_or_create(day=monday + 2 * DAY, defaults={"is_working": True})
    given = {**WEEK_FROM_MONDAY, "series-first": monday, "series-last": monday + 3 * DAY, "series-leave_out": "on"}
    secretary.post(post_verb(post, "series"), {**given, "publish": "on"})
    assert [timezone.localdate(shift.starts_at) for shift in Shift.objects.all()] == [monday + 2 * DAY]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"series-last": date(2026, 1, 1)}, "lies before the first one"),
        ({"series-last": timezone.localdate() + 400 * DAY}, "a year at most"),
        ({"series-ends": "08:00"}, "A shift ends after it begins."),
        ({"series-weekdays": ["0", "1", "2", "3", "4", "5", "6"], "series-weeks": 10}, "At most 60 shifts"),
        ({"series-weekdays": ["6"], "series-last": next_monday()}, "No day fits"),
        ({"series-weekdays": ["9"]}, "Please choose from the list."),
        ({"series-first": timezone.localdate() - 30 * DAY}, "A shift begins in the future."),
    ],
)
@pytest.mark.parametrize("publish", [{}, {"publish": "on"}])
def test_a_wrong_series_is_refused_before_and_after_the_preview(team, secretary, given, sentence, publish):
    first = next_monday()
    whole = {**WEEK_FROM_MONDAY, "series-first": first, "series-last": first + 80 * DAY, **given, **publish}
    assert sentence in html(secretary.post(post_verb(team.post(), "series"), whole))
    assert not Shift.objects.exists()


# --- a shift ----------------------------------------------------------------------------------------------------


def test_staff_see_names_of_their_own_members_only(team, secretary):
    shift = team.shift(places=2)
    sign_up(shift=shift, user=team.member)
    sign_up(shift=shift, user=team.neighbour_member)
    found = html(secretary.get(shift.get_absolute_url()))
    assert team.member.name in found
    assert team.neighbour_member.name not in found
    assert "Member of another community (no. 2)" in found


def test_the_waiting_list_is_numbered_through_its_pages(team, secretary):
    shift = team.shift(places=1)
    sign_up(shift=shift, user=team.member)
    for number in range(30):
        sign_up(shift=shift, user=team.new_member(number), may_wait=True)
    url = shift.get_absolute_url()
    first = secretary.get(url, {"people": "waiting"})
    assert [row["position"] for row in first.context["people"]] == list(range(1, 26))
    second = secretary.get(url, {"people": "waiting", "cursor": first.context["page"].older})
    assert [(row["position"], row["name"]) for row in second.context["people"]] == [
        (number + 1, f"党员{number}") for number in range(25, 30)
    ]


def test_the_page_costs_the_same_at_one_person_and_at_twenty_five(team, secretary, django_assert_max_num_queries):
    shift, counted = team.shift(places=50), []
    for number in range(25):
        sign_up(shift=shift, user=team.new_member(number))
        if number in (0, 24):
            secretary.get(shift.get_absolute_url())
            with django_assert_max_num_queries(14) as seen:
                secretary.get(shift.get_absolute_url())
            counted.append(len(seen))
    assert counted[0] == counted[1]


def test_who_withdrew_late_and_why_is_shown(team, secretary):
    shift = team.shift(starts_at=timezone.now() + 3 * HOUR)
    withdraw(sign_up=sign_up(shift=shift, user=team.member), user=team.member, reason="孩子发烧")
    assert "孩子发烧" in html(secretary.get(shift.get_absolute_url(), {"people": "gone"}))
    assert "Nobody has signed up yet" in html(secretary.get(shift.get_absolute_url(), {"people": "\x00"}))


def test_staff_move_cancel_and_change_a_shift(team, secretary):
    shift = team.shift(places=2)
    for user in (team.member, team.other_member):
        sign_up(shift=shift, user=user)
    assert "there cannot be fewer" in html(secretary.post(shift_verb(shift, "places"), {"places-places": 1}))
    begin = timezone.now().replace(second=0, microsecond=0) + 6 * DAY
    given = {"move-starts_at": typed(begin), "move-ends_at": typed(begin + HOUR)}
    assert "everyone has been told" in html(secretary.post(shift_verb(shift, "move"), given, follow=True))
    secretary.post(shift_verb(shift, "close"))
    assert "This field is required" in html(secretary.post(shift_verb(shift, "cancel"), {"cancel-reason": " "}))
    found = html(secretary.post(shift_verb(shift, "cancel"), {"cancel-reason": "暴雨"}, follow=True))
    assert "This shift has been cancelled." in found
    shift.refresh_from_db()
    assert (shift.starts_at, shift.state, shift.reason) == (begin, ShiftState.CANCELLED, "暴雨")
