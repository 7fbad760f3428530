"""Hours of an employer's own call: who attested them is said everywhere, and who attested them may correct them."""

from datetime import datetime, timedelta
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from accounts.actions import appoint
from accounts.enums import Role
from accounts.errors import NotAllowed, Refused
from records.clocks import SHANGHAI
from records.models import AuditEntry, Notice
from service import sheet_pdf
from service.actions.call_answers import answer_call, arrive
from service.actions.call_release import attest_released, finish_call, release_helper
from service.actions.calls import call_helpers
from service.actions.certificates import issue_certificate
from service.actions.corrections import correct_hours
from service.enums import RegistrationState
from service.models import HourEntry, Registration
from service.quarters import quarter_of
from service.queries.reports import lines_of, sums_of
from service.sheets import rows_of, sheet_of
from tests.service.hours_scene import serve

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)
QUARTER = quarter_of(NOON.date())


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def body(response) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def colleague(team):
    return team.new_member(1, employer=team.employer)


@pytest.fixture
def call(team, colleague):
    return call_helpers(
        user=team.liaison, caller=team.employer, title="抢修值守", place="变电站", helpers=5,
        arrive_by=NOON + HOUR, until=NOON + 6 * HOUR, now=NOON,
    )  # fmt: skip


def there(call, member):
    answer_call(call=call, user=member, coming=True, now=NOON)
    return arrive(answer=call.answers.get(member=member), user=member, now=NOON + HOUR)


def released(call, member, user) -> HourEntry:
    release_helper(answer=there(call, member), user=user, now=NOON + 3 * HOUR)
    return HourEntry.objects.get(member=member, answer__isnull=False)


def test_what_the_liaison_attests_is_the_employers_and_what_the_secretary_attests_the_communitys(team, call, colleague):
    own, others = released(call, team.member, team.liaison), released(call, colleague, team.secretary)
    assert (own.attested_for, own.attesting_unit) == (team.employer, team.employer)
    assert (others.attested_for, others.attesting_unit) == (None, team.community)
    assert own.answer.call == call


def test_finishing_says_so_too(team, call):
    there(call, team.member)
    finish_call(call=call, user=team.liaison, now=NOON + 2 * HOUR)
    assert HourEntry.objects.get().attesting_unit == team.employer


def test_a_liaison_who_came_along_is_attested_by_somebody_else(team, call):
    appoint(user=team.member, unit=team.employer, role=Role.EMPLOYER_LIAISON)
    answer = there(call, team.member)
    with pytest.raises(NotAllowed):
        release_helper(answer=answer, user=team.member, now=NOON + 2 * HOUR)
    finish_call(call=call, user=team.member, now=NOON + 2 * HOUR)
    assert not HourEntry.objects.exists()


def test_the_sheet_says_what_the_employer_attested_itself(team, call, signed_in):
    serve(team, team.member, 90)
    entry = released(call, team.member, team.liaison)
    [line] = lines_of(team.employer, QUARTER)
    assert (line.minutes, line.by_employers) == (210, 120)
    correct_hours(entry=entry, user=team.secretary, minutes=100, reason="早走")
    [line] = lines_of(team.employer, QUARTER)
    assert (line.minutes, line.by_employers, sums_of(team.employer, QUARTER).by_employers) == (190, 100, 100)
    html = body(signed_in(team.liaison).get(reverse("employer_hours", args=[team.employer.pk]), {"quarter": QUARTER}))
    assert "1 h 40 min by the employer that called" in html
    assert "of which 1 h 40 min attested by the employer" in html


def test_the_member_reads_who_attested(team, call, signed_in):
    released(call, team.member, team.liaison)
    html = body(signed_in(team.member).get(reverse("my_hours"), {"quarter": QUARTER}))
    assert f"{team.employer}, {team.liaison}" in html


def test_a_certificate_says_so_on_paper_and_where_it_is_verified(team, call, signed_in, client):
    serve(team, team.member, 90)
    released(call, team.member, team.liaison)
    days = {"first_day": QUARTER.first_day, "last_day": datetime(2026, 11, 24).date()}
    found = issue_certificate(member=team.member, **days, now=NOON + 200 * HOUR)
    assert (found.minutes, found.employer_minutes) == (210, 120)
    sentence = "of which 2 h attested by the employer that called"
    assert sentence in body(signed_in(team.member).get(reverse("certificate", args=[found.code])))
    client.logout()
    assert sentence in body(client.get(reverse("verify_certificate", args=[found.code])))


def test_the_liaison_finds_the_hours_on_the_page_of_the_call_and_corrects_them(team, call, signed_in):
    entry = released(call, team.member, team.liaison)
    client, url = signed_in(team.liaison), reverse("correct_hours", args=[entry.pk])
    assert url in body(client.get(call.get_absolute_url()))
    assert call.get_absolute_url() in body(client.get(url))
    html = body(client.post(url, {"minutes": "60", "reason": "提前离开"}, follow=True))
    assert "has been entered" in html
    correction = entry.corrections.get()
    assert (correction.minutes, correction.reason, correction.attesting_unit) == (-60, "提前离开", team.employer)
    assert Notice.objects.filter(kind="service.hours_corrected", recipient=team.member).count() == 1
    assert AuditEntry.objects.get(verb="hours.correct").unit == team.employer


def test_the_community_corrects_in_its_own_name_and_finds_the_way(team, call, signed_in):
    entry = released(call, team.member, team.liaison)
    url = reverse("correct_hours", args=[entry.pk])
    assert url in body(signed_in(team.secretary).get(call.get_absolute_url()))
    assert correct_hours(entry=entry, user=team.secretary, minutes=60, reason="早走").attesting_unit == team.community


def test_a_liaison_corrects_nothing_that_the_community_or_another_employer_attested(team, call, colleague, signed_in):
    own, others = released(call, team.member, team.liaison), released(call, colleague, team.secretary)
    for user, entry in ((team.liaison, others), (team.other_liaison, own), (team.liaison, serve(team, team.member))):
        assert signed_in(user).get(reverse("correct_hours", args=[entry.pk])).status_code == 404
        with pytest.raises(NotAllowed):
            correct_hours(entry=entry, user=user, minutes=1, reason="x")


def test_what_the_community_corrected_the_employer_does_not_change_back(team, call, signed_in):
    entry = released(call, team.member, team.liaison)
    correct_hours(entry=entry, user=team.liaison, minutes=110, reason="早走")
    client, url = signed_in(team.liaison), reverse("correct_hours", args=[entry.pk])
    assert "<form" in body(client.get(url)).split("</h1>")[1]
    correct_hours(entry=entry, user=team.secretary, minutes=60, reason="核对")
    with pytest.raises(Refused, match="community has corrected"):
        correct_hours(entry=entry, user=team.liaison, minutes=120, reason="改回")
    page = body(client.get(url)).split("</h1>")[1]
    assert "what it says stands" in page
    assert 'name="minutes"' not in page
    assert correct_hours(entry=entry, user=team.secretary, minutes=90, reason="再核对").minutes == 30


def test_minutes_attested_too_low_are_corrected_up_to_the_time_on_the_spot(team, call):
    release_helper(answer=there(call, team.member), user=team.liaison, minutes=30, now=NOON + 3 * HOUR)
    entry = HourEntry.objects.get()
    with pytest.raises(Refused, match="120 minutes"):
        correct_hours(entry=entry, user=team.secretary, minutes=121, reason="核对")
    raised = correct_hours(entry=entry, user=team.secretary, minutes=120, reason="核对")
    assert (raised.minutes, raised.begins_at, raised.ends_at) == (90, NOON + HOUR, NOON + 3 * HOUR)


def test_what_begins_late_is_stretched_to_the_arrival_and_not_beyond_the_end_of_the_call(team, call):
    serve(team, team.member, 60, starts_at=NOON + HOUR)
    answer = there(call, team.member)
    release_helper(answer=answer, user=team.liaison, minutes=30, now=NOON + 9 * HOUR)
    entry = HourEntry.objects.get(answer=answer)
    assert entry.begins_at == NOON + 2 * HOUR
    with pytest.raises(Refused, match="300 minutes"):
        correct_hours(entry=entry, user=team.secretary, minutes=301, reason="核对")
    with pytest.raises(Refused, match="at this time"):
        correct_hours(entry=entry, user=team.secretary, minutes=241, reason="核对")
    raised = correct_hours(entry=entry, user=team.secretary, minutes=240, reason="核对")
    assert (raised.begins_at, raised.ends_at) == (NOON + 2 * HOUR, NOON + 6 * HOUR)


def test_an_answer_is_attested_once_and_an_employer_attests_nothing_but_its_calls(team, call):
    entry = released(call, team.member, team.liaison)
    for given in ({"answer": entry.answer}, {"attested_for": team.employer}):
        with pytest.raises(IntegrityError), transaction.atomic():
            HourEntry.objects.create(
                member=team.member, community=team.community, day=NOON.date(), title="重复", minutes=60,
                attested_by=team.secretary, attested_at=NOON, **given,
            )  # fmt: skip


def test_hours_are_neither_changed_nor_deleted_in_the_database(team, call):
    entry = released(call, team.member, team.liaison)
    with pytest.raises(IntegrityError), transaction.atomic():
        HourEntry.objects.filter(pk=entry.pk).update(minutes=1)


def test_a_liaison_reads_the_name_of_a_helper_who_has_moved_away(team, call, signed_in):
    entry = released(call, team.member, team.liaison)
    Registration.objects.filter(member=team.member).update(state=RegistrationState.MOVED)
    url = reverse("correct_hours", args=[entry.pk])
    assert f"Correct the hours of {team.member}" in body(signed_in(team.liaison).get(url))
    assert str(team.member) not in body(signed_in(team.secretary).get(url)).split("<main")[1]


def test_the_workbook_says_what_the_employer_attested_itself(team, call):
    serve(team, team.member, 90)
    released(call, team.member, team.liaison)
    rows = list(rows_of(sheet_of(team.employer, QUARTER)))
    assert [str(team.member), "供电公司第一支部", 2, 210, "3 h 30 min", 120] in rows
    assert ["Together", "", 2, 210, "3 h 30 min", 120] in rows


def test_the_pdf_says_it_too(team, call, monkeypatch):
    pytest.importorskip("weasyprint", exc_type=(ImportError, OSError))
    serve(team, team.member, 90)
    released(call, team.member, team.liaison)
    made = []
    monkeypatch.setattr(sheet_pdf, "render_to_string", lambda *given: made.append(render_to_string(*given)) or made[-1])
    assert sheet_pdf.as_pdf(sheet_of(team.employer, QUARTER)).startswith(b"%PDF-")
    assert f"2\t3 h 30 min\t2 h\t{team.member}\t供电公司第一支部" in made[0]
    assert "Attested hours only: 2 h by the employer that called" in made[0]


def test_a_liaison_does_not_correct_their_own_hours(team, call, signed_in):
    entry = released(call, team.member, team.liaison)
    appoint(user=team.member, unit=team.employer, role=Role.EMPLOYER_LIAISON)
    url = reverse("correct_hours", args=[entry.pk])
    assert "Somebody else corrects them" in body(signed_in(team.member).get(url))
    signed_in(team.member).post(url, {"minutes": "1", "reason": "x"})
    assert HourEntry.objects.count() == 1


def test_to_whom_nothing_was_attested_something_is_later(team, call, signed_in):
    entry = serve(team, team.member, 120, starts_at=NOON + HOUR)
    answer = there(call, team.member)
    release_helper(answer=answer, user=team.liaison, now=NOON + 3 * HOUR)
    assert not HourEntry.objects.filter(answer=answer).exists()
    client, url = signed_in(team.liaison), reverse("helper_verb", args=[call.pk, answer.pk, "attest"])
    page = body(client.get(call.get_absolute_url()))
    assert "0 min" in page
    assert "because none were attested" in page
    typed = {f"attest-{answer.pk}-minutes": "60", f"attest-{answer.pk}-reason": "重新核对"}
    assert "between 0 and 0 minutes" in body(client.post(url, typed))
    correct_hours(entry=entry, user=team.secretary, minutes=0, reason="记错了人")
    assert "has been attested; the member has been told" in body(client.post(url, typed, follow=True))
    made = HourEntry.objects.get(answer=answer)
    assert (made.minutes, made.reason, made.attesting_unit, made.begins_at) == (
        60,
        "重新核对",
        team.employer,
        NOON + HOUR,
    )
    assert "重新核对" in str(Notice.objects.filter(recipient=team.member).order_by("-pk").first())
    page = body(client.get(call.get_absolute_url()))
    assert "because none were attested" not in page
    assert reverse("correct_hours", args=[made.pk]) in page
    assert "Correct that instead" in body(client.post(url, typed))
    with pytest.raises(NotAllowed):
        attest_released(answer=answer, user=team.other_liaison, minutes=1, reason="x")


def test_the_liaison_reads_what_the_community_attested_and_attests_nothing_more(team, call, signed_in):
    released(call, team.member, team.secretary)
    [helper] = signed_in(team.liaison).get(call.get_absolute_url()).context["page"]
    assert (helper.attested, helper.is_unattested, hasattr(helper, "panel")) == ("2 h", False, False)
