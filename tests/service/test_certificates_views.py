"""Certificates: issued by the member, verified by anybody, who sees no more than they say."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.errors import Refused
from service.actions.certificates import issue_certificate
from service.actions.corrections import correct_hours
from service.enums import RegistrationState
from service.models import Certificate, Registration
from service.throttle import CERTIFICATES
from tests.service.hours_scene import DAY, HOUR, NINE, serve

START, TODAY = date(2026, 10, 1), NINE.date()
LATER = NINE + 5 * HOUR


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def body(response) -> str:
    return unescape(response.content.decode())


def issue(team, first=START, last=TODAY, *, member=None, now=LATER) -> Certificate:
    return issue_certificate(member=member or team.member, first_day=first, last_day=last, now=now)


def said(html: str) -> list[str]:
    """Return what the certificate on a page says."""
    facts = re.search(r'<dl class="facts">(.*?)</dl>', html, re.DOTALL)[1]
    return [re.sub(r"<[^>]+>", "", fact) for fact in re.findall(r"<dd.*?</dd>", facts)]


# --- issuing ------------------------------------------------------------------------------------------------


def test_it_holds_what_was_attested_in_the_span(team):
    serve(team, team.member, 90)
    serve(team, team.member, 60, starts_at=NINE - DAY)
    serve(team, team.member, 30, starts_at=NINE - 100 * DAY)
    serve(team, team.other_member, 120)
    found = issue(team)
    assert (found.minutes, found.services, found.name, found.community) == (150, 2, "尤党员", team.community)
    assert re.fullmatch("[2-9A-HJ-NP-Z]{16}", found.code)


def test_what_was_taken_back_counts_neither_minutes_nor_times(team):
    serve(team, team.member, 90)
    wrong = serve(team, team.member, 60, starts_at=NINE - DAY)
    correct_hours(entry=wrong, user=team.secretary, minutes=0, reason="记错了人")
    found = issue(team)
    assert (found.minutes, found.services) == (90, 1)


def test_a_span_that_ends_before_it_starts_or_lies_ahead_is_refused(team):
    serve(team, team.member)
    for first, last in ((TODAY, START), (START, TODAY + DAY)):
        with pytest.raises(Refused) as refusal:
            issue(team, first, last)
        assert refusal.value.field == "last_day"
    assert not Certificate.objects.exists()


def test_nothing_is_certified_without_hours(team):
    with pytest.raises(Refused):
        issue(team)
    entry = serve(team, team.member)
    correct_hours(entry=entry, user=team.secretary, minutes=0, reason="记错了人")
    with pytest.raises(Refused):
        issue(team)


def test_the_same_is_issued_once_a_day_and_never_changed(team):
    serve(team, team.member)
    first = issue(team)
    assert issue(team) == first
    assert issue(team, now=LATER + DAY) != first
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=first.pk).update(minutes=9999)


def test_who_is_not_registered_any_more_still_has_it_from_where_they_served(team):
    serve(team, team.member)
    Registration.objects.filter(member=team.member).update(state=RegistrationState.EXPIRED)
    assert issue(team).community == team.community


# --- the member's pages -------------------------------------------------------------------------------------


def test_a_member_issues_one_and_prints_it(team, signed_in):
    now = timezone.now()
    serve(team, team.member, starts_at=now - 3 * HOUR)
    day = f"{timezone.localdate(now - 3 * HOUR)}"
    client = signed_in(team.member)
    assert "no certificate yet" in body(client.get(reverse("certificates")))
    given = {"first_day": day, "last_day": f"{timezone.localdate()}"}
    response = client.post(reverse("certificates"), given, follow=True)
    html, found = body(response), Certificate.objects.get()
    assert "2 h" in said(html)
    assert reverse("verify_certificate", args=[found.code]) in html
    assert "<svg" in html
    assert reverse("certificate", args=[found.code]) in body(client.get(reverse("certificates")))


def test_a_refused_span_is_shown_again(team, signed_in):
    client, url = signed_in(team.member), reverse("certificates")
    html = body(client.post(url, {"first_day": "2026-11-20", "last_day": "2026-11-19"}))
    assert "ends before it starts" in html
    assert 'value="2026-11-19"' in html
    for wrong in ("2026-13-01", "\x00", "", "0001-01-01"):
        assert client.post(url, {"first_day": wrong, "last_day": "2026-11-19"}).status_code == 200


def test_nobody_opens_the_certificate_page_of_another(team, client, signed_in):
    serve(team, team.member)
    url = reverse("certificate", args=[issue(team).code])
    assert client.get(url).status_code == 302
    assert signed_in(team.member).get(url).status_code == 200
    for person in (team.other_member, team.secretary, team.liaison, team.resident):
        assert signed_in(person).get(url).status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_for_any_number(team, signed_in, rows, django_assert_max_num_queries):
    serve(team, team.member)
    for number in range(rows):
        issue(team, now=LATER + number * DAY)
    client = signed_in(team.member)
    with django_assert_max_num_queries(10):
        client.get(reverse("certificates"))


# --- verifying ----------------------------------------------------------------------------------------------


def test_anybody_verifies_it_and_sees_exactly_what_it_says(team, client, signed_in):
    serve(team, team.member, 90)
    found = issue(team)
    response = client.get(reverse("verify_certificate", args=[found.code]))
    shown = said(body(response))
    assert shown[:6] == ["尤党员", "槐树社区", "2026-10-01 – 2026-11-24", "1 h 30 min", "1", "2026-11-24"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]
    assert "供电" not in body(response)
    assert "陪独居" not in body(response)
    mine = signed_in(team.member).get(reverse("certificate", args=[found.code]))
    assert said(body(mine)) == shown


def test_it_says_that_it_stands_as_issued_and_warns_when_less_is_attested_now(team, client):
    entry = serve(team, team.member, 90)
    url = reverse("verify_certificate", args=[issue(team).code])
    serve(team, team.member, 60, starts_at=NINE - DAY)
    html = body(client.get(url))
    assert "as it stood when issued" in html
    assert "fewer are attested now" not in html
    correct_hours(entry=entry, user=team.secretary, minutes=10, reason="早退")
    html = body(client.get(url))
    assert "fewer are attested now" in html
    assert "1 h 30 min" in said(html)


def test_the_code_may_be_typed_in_groups_and_small(team, client):
    serve(team, team.member)
    code = issue(team).code.lower()
    typed = " ".join([code[:4], code[4:8] + "-" + code[8:]])
    response = client.get(reverse("verify"), {"code": typed})
    assert response["location"] == reverse("verify_certificate", args=[code.upper()])


def test_a_wrong_code_says_so_and_may_be_typed_again(team, client):
    html = body(client.get(reverse("verify"), {"code": "AAAA-BBBB"}))
    assert "No certificate has this code" in html
    assert 'value="AAAA-BBBB"' in html
    response = client.get(reverse("verify_certificate", args=["A" * 16]))
    assert response.status_code == 404
    assert "No certificate has this code" in body(response)
    for odd in ("\x00", "证书", "A" * 500, ""):
        assert client.get(reverse("verify"), {"code": odd}).status_code == 200


def test_guesses_are_limited(team, client):
    serve(team, team.member)
    found = issue(team)
    for _each in range(CERTIFICATES.limit):
        client.get(reverse("verify_certificate", args=["A" * 16]))
    response = client.get(reverse("verify_certificate", args=[found.code]))
    assert response.status_code == 404
    assert "Too many wrong codes" in body(response)
    assert "Too many wrong codes" in body(client.get(reverse("verify"), {"code": found.code}))
