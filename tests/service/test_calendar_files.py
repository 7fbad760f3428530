"""A member's calendar: a private feed and files that the library's own parser reads back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from service.actions.attendance import mark_absent, mark_present
from service.actions.calendar import renew_calendar
from service.actions.hours import attest_hours
from service.actions.leaving import leave_shifts
from service.actions.offers import lapse_offer, take_offer
from service.actions.shifts import cancel_shift, move_shift
from service.actions.sign_ups import sign_up, withdraw

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def address(team) -> str:
    return reverse("service_feed", args=[renew_calendar(user=team.member).token])


def read(response) -> list:
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/calendar")
    assert b"\r\n" in response.content
    calendar = Calendar.from_ical(response.content)
    assert (calendar["VERSION"], bool(calendar["PRODID"])) == ("2.0", True)
    assert not calendar.errors
    events = list(calendar.walk("VEVENT"))
    assert all(not event.errors and event["DTSTAMP"] for event in events)
    assert len({event["UID"] for event in events}) == len(events)
    return events


def test_the_feed_holds_the_sign_ups_and_opens_to_whoever_has_the_token(team, client, address):
    shift = team.shift(team.post(title="护河；巡查,二", text="第一行\n第二行", place="北门"))
    sign_up(shift=shift, user=team.member)
    sign_up(shift=team.shift(starts_at=timezone.now() + 9 * DAY), user=team.other_member)
    (event,) = read(client.get(address))
    assert (event.start, event.end) == (shift.starts_at.replace(microsecond=0), shift.ends_at.replace(microsecond=0))
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 0)
    assert "护河；巡查,二" in event["SUMMARY"]
    assert event["DESCRIPTION"] == "第一行\n第二行"
    assert "北门" in event["LOCATION"]
    assert event["URL"].endswith(shift.get_absolute_url())
    assert team.member.name not in client.get(address).content.decode()


def test_a_move_is_an_update_of_the_same_event(team, client, address):
    shift = team.shift()
    sign_up(shift=shift, user=team.member)
    (before,) = read(client.get(address))
    starts_at = shift.starts_at + DAY
    move_shift(shift=shift, user=team.secretary, starts_at=starts_at, ends_at=starts_at + HOUR)
    (after,) = read(client.get(address))
    assert (after["UID"], after["SEQUENCE"]) == (before["UID"], 1)
    assert after.start == starts_at.replace(microsecond=0)


@pytest.mark.parametrize("by", ["community", "member"])
def test_what_does_not_take_place_is_cancelled_not_missing(team, client, address, by):
    shift = team.shift()
    own = sign_up(shift=shift, user=team.member)
    (before,) = read(client.get(address))
    if by == "member":
        withdraw(sign_up=own, user=team.member)
    else:
        cancel_shift(shift=shift, user=team.secretary, reason="暴雨")
    (after,) = read(client.get(address))
    assert (after["UID"], after["STATUS"]) == (before["UID"], "CANCELLED")
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_every_change_of_the_state_is_a_newer_version_of_the_event(team, client, address):
    shift = team.shift(places=1)
    sign_up(shift=shift, user=team.other_member)
    own = sign_up(shift=shift, user=team.member, may_wait=True)
    seen = []

    def look():
        (event,) = read(client.get(address))
        seen.append((event["STATUS"], event["SEQUENCE"]))

    look()
    withdraw(sign_up=shift.sign_ups.get(member=team.other_member), user=team.other_member)  # offered to who waits
    look()
    take_offer(sign_up=own, user=team.member)
    look()
    withdraw(sign_up=own, user=team.member)
    look()
    sign_up(shift=shift, user=team.member)
    look()
    assert [status for status, _number in seen] == ["TENTATIVE", "TENTATIVE", "CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [number for _status, number in seen] == [0, 1, 2, 3, 4]


@pytest.fixture
def on_offer(team):
    """The offer of a place to the member, made once."""
    shift = team.shift(places=1)
    held = sign_up(shift=shift, user=team.other_member)
    own = sign_up(shift=shift, user=team.member, may_wait=True)
    withdraw(sign_up=held, user=team.other_member)
    own.refresh_from_db()
    return own


def lapses(team, own):
    lapse_offer(sign_up=own, now=own.offered_until)


def moves(team, own):
    starts_at = own.shift.starts_at + DAY
    move_shift(shift=own.shift, user=team.secretary, starts_at=starts_at, ends_at=starts_at + HOUR)


def leaves(team, own):
    leave_shifts(member=team.member, community=team.community)


@pytest.mark.parametrize(("happens", "changes"), [(lapses, 1), (moves, 2), (leaves, 1)])
def test_what_becomes_of_an_offer_is_a_newer_version(team, on_offer, happens, changes):
    """Of a shift that moves the offer is taken back and made again."""
    before = on_offer.revision
    happens(team, on_offer)
    on_offer.refresh_from_db()
    assert on_offer.revision == before + changes


def test_attendance_is_a_newer_version_only_when_the_state_changes(team, client, address):
    shift = team.shift()
    own = sign_up(shift=shift, user=team.member)
    for mark, revision in ((mark_present, 0), (mark_absent, 1), (mark_present, 2)):
        mark(shift=shift, user=team.secretary, people=[own.pk], reason="看错了", now=shift.starts_at)
        own.refresh_from_db()
        assert own.revision == revision
    attest_hours(shift=shift, user=team.secretary, minutes={own.pk: 60}, now=shift.ends_at)
    own.refresh_from_db()
    assert own.revision == 3


def test_a_waiting_list_is_tentative(team, client, address):
    shift = team.shift(places=1)
    sign_up(shift=shift, user=team.other_member)
    sign_up(shift=shift, user=team.member, may_wait=True)
    (event,) = read(client.get(address))
    assert (event["STATUS"], event["TRANSP"]) == ("TENTATIVE", "TRANSPARENT")


def test_a_new_address_makes_the_old_one_useless(team, client, address, signed_in):
    assert client.post(reverse("service_feed_renew")).status_code == 302
    assert client.get(address).status_code == 200
    signed_in(team.member).post(reverse("service_feed_renew"))
    assert client.get(address).status_code == 404
    team.member.refresh_from_db()
    page = client.get("/my/service/").content.decode()
    assert reverse("service_feed", args=[team.member.service_calendar.token]) in page


def test_a_deactivated_person_and_a_guessed_token_show_nothing(team, client, address):
    assert client.get("/serve/calendar/x.ics").status_code == 404
    assert client.get("/serve/calendar/%00.ics").status_code == 404
    team.member.is_active = False
    team.member.save()
    assert client.get(address).status_code == 404


def test_long_past_shifts_leave_the_feed(team, client, address):
    shift = team.shift()
    sign_up(shift=shift, user=team.member)
    long_ago = timezone.now() - 100 * DAY
    shift.sign_ups.update(starts_at=long_ago, ends_at=long_ago + HOUR)
    assert read(client.get(address)) == []


def test_one_shift_is_a_file_for_who_signed_up_only(team, signed_in, client):
    shift = team.shift()
    sign_up(shift=shift, user=team.member)
    sign_up(shift=team.shift(starts_at=timezone.now() + 9 * DAY), user=team.member)
    url = reverse("shift_calendar", args=[shift.pk])
    (event,) = read(signed_in(team.member).get(url))
    assert event.start == shift.starts_at.replace(microsecond=0)
    assert signed_in(team.other_member).get(url).status_code == 404
    assert signed_in(team.secretary).get(url).status_code == 404
    client.logout()
    assert client.get(url).status_code == 302


def test_the_feed_costs_the_same_at_one_event_and_at_twenty(team, client, address, django_assert_max_num_queries):
    post, counted = team.post(), []
    for number in range(20):
        sign_up(shift=team.shift(post, starts_at=timezone.now() + (number + 1) * DAY), user=team.member)
        if number in (0, 19):
            with django_assert_max_num_queries(4) as seen:
                client.get(address)
            counted.append(len(seen))
    assert counted[0] == counted[1]
