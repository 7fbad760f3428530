"""The pages of meetings and agendas: who sees what, what each verb answers, and how many queries a list costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from icalendar import Calendar

from accounts.models import User
from consultation.actions.agenda import remove_item
from consultation.actions.invitations import reply, send_invitations
from consultation.actions.meetings import call_meeting, postpone_meeting, reschedule_meeting
from consultation.actions.presence import note_presence
from consultation.enums import MatterState, MeetingState, Reply
from consultation.models import AgendaItem, Invitation, Meeting
from consultation.queries.invitations import reply_counts
from service.enums import ListKind, ResourceKind
from service.models import ListItem

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DESK = "/consultation/meetings/"


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


@pytest.fixture
def planned(team) -> Meeting:
    return team.meeting()


@pytest.fixture
def called(team) -> Meeting:
    meeting = team.meeting(title="称呼会议")
    team.item(meeting, title="停车位划线方案", text="内部说明", presenter=team.member)
    meeting = call_meeting(meeting=meeting, user=team.convenor)
    send_invitations(meeting=meeting)
    return meeting


def html(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def typed(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def verb(meeting, name: str) -> str:
    return reverse("meeting_verb", args=[meeting.pk, name])


def item_verb(item, name: str) -> str:
    return reverse("agenda_verb", args=[item.pk, name])


# --- who may ------------------------------------------------------------------------------------------------------


def test_who_opens_what(team, planned, called, signed_in, client):
    item = called.items.get()
    urls = [
        "/my-meetings/",
        DESK,
        f"/consultation/forums/{team.forum.pk}/meetings/new/",
        planned.get_absolute_url(),
        called.get_absolute_url(),
        f"{called.get_absolute_url()}calendar.ics",
        f"{called.get_absolute_url()}agenda/",
        f"/agenda/{item.pk}/",
    ]
    assert [client.get(url).status_code for url in urls] == [302, 302, 302, 404, 200, 200, 302, 302]
    people = (team.convenor, team.deputy, team.street_convenor, team.neighbour_convenor, team.member, team.secretary)
    answers = {who.username: [signed_in(who).get(url).status_code for url in urls] for who in people}
    keeper, elsewhere = [200] * 8, [200, 200, 404, 404, 200, 200, 404, 404]
    other = [200, 403, 403, 404, 200, 200, 403, 403]
    assert answers == dict(
        zip((who.username for who in people), (keeper, keeper, elsewhere, elsewhere, other, other), strict=True)
    )


def test_who_may_do_what(team, called, planned, signed_in, client):
    item = team.item(planned)
    urls = [verb(called, "postpone"), verb(called, "reply"), verb(planned, "call"), item_verb(item, "change")]
    assert all(client.post(url)["location"].startswith("/account/login/") for url in urls)
    people = {"convenor": 200, "neighbour_convenor": 403, "member": 403, "resident": 403, "secretary": 403}
    found = {name: signed_in(getattr(team, name)).post(urls[0]).status_code for name in people}
    assert found == people
    replies = {name: signed_in(getattr(team, name)).post(urls[1]).status_code for name in people}
    assert replies == {**dict.fromkeys(people, 403), "member": 200, "secretary": 200}
    calls = {name: signed_in(getattr(team, name)).post(urls[2]).status_code for name in people if name != "convenor"}
    assert set(calls.values()) == {404}
    changes = {name: signed_in(getattr(team, name)).post(urls[3]).status_code for name in people}
    assert changes == {"convenor": 200, "neighbour_convenor": 404, "member": 403, "resident": 403, "secretary": 403}
    assert signed_in(team.convenor).post(verb(called, "nonsense")).status_code == 404
    assert signed_in(team.convenor).get(urls[0]).status_code == 405


# --- planning and calling -----------------------------------------------------------------------------------------


def test_a_convenor_plans_arranges_and_calls_a_meeting(team, signed_in):
    client, matter = signed_in(team.convenor), team.matter()
    starts_at = timezone.now() + 10 * DAY
    given = {
        "title": "十二月议事会",
        "place": "活动室",
        "starts_at": typed(starts_at),
        "ends_at": typed(starts_at + HOUR),
    }
    new = f"/consultation/forums/{team.forum.pk}/meetings/new/"
    page = html(client.post(new, {**given, "starts_at": typed(starts_at - 20 * DAY)}))
    assert "A meeting begins in the future." in page
    assert "十二月议事会" in page
    response = client.post(new, given)
    meeting = Meeting.objects.get()
    agenda = reverse("agenda", args=[meeting.pk])
    assert response["location"] == agenda
    assert "cannot be called" in html(client.post(verb(meeting, "call"), {}))
    page = html(client.post(agenda, {"matter": matter.pk, "minutes": 0, "kind": "decision", "balloting": "open"}))
    assert "at least 1" in page or "greater than or equal to 1" in page
    page = html(client.post(agenda, {"kind": "report", "minutes": 30, "balloting": "open", "title": ""}))
    assert "Please say what the item is about" in page
    item = {"matter": matter.pk, "kind": "decision", "minutes": 90, "balloting": "open", "presenter": team.member.pk}
    page = html(client.post(agenda, item, follow=True))
    assert "3号楼前停车位划线" in page
    assert "The items take 90 minutes, the meeting lasts 60." in page
    response = client.post(verb(meeting, "call"), {}, follow=True)
    assert "invitations are on their way" in html(response)
    meeting.refresh_from_db()
    matter.refresh_from_db()
    assert (meeting.state, matter.state) == (MeetingState.CALLED, MatterState.TABLED)


def test_a_refused_change_keeps_what_was_typed(team, planned, signed_in):
    other = team.meeting(starts_at=planned.starts_at + DAY)
    given = {
        "change-title": "改名",
        "change-place": "新地点",
        "change-starts_at": typed(other.starts_at),
        "change-ends_at": typed(other.ends_at),
    }
    page = html(signed_in(team.convenor).post(verb(planned, "change"), given))
    assert "another meeting already" in page
    assert 'value="新地点"' in page


def test_a_short_notice_needs_a_reason(team, signed_in):
    meeting = team.meeting(starts_at=timezone.now() + DAY)
    team.item(meeting)
    client = signed_in(team.convenor)
    assert "3 days of notice" in html(client.post(verb(meeting, "call"), {}))
    assert "why it is urgent" in html(client.post(verb(meeting, "call"), {"call-is_urgent": "on"}))
    client.post(verb(meeting, "call"), {"call-is_urgent": "on", "call-urgent_reason": "防汛"})
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CALLED
    client.logout()
    assert "防汛" in html(client.get(meeting.get_absolute_url()))


def test_a_meeting_is_postponed_planned_anew_and_cancelled(team, called, signed_in):
    client = signed_in(team.convenor)
    assert "Reason" in html(client.post(verb(called, "postpone"), {"postpone-reason": ""}))
    assert "停电" in html(client.post(verb(called, "postpone"), {"postpone-reason": "停电"}, follow=True))
    later = called.starts_at + DAY
    given = {"place": "礼堂", "starts_at": typed(later), "ends_at": typed(later + HOUR)}
    given = {f"reschedule-{key}": value for key, value in given.items()}
    page = client.post(verb(called, "reschedule"), given, follow=True)
    assert "礼堂" in html(page)
    page = html(client.post(verb(called, "cancel"), {"cancel-reason": "合并"}, follow=True))
    assert "This meeting has been cancelled." in page
    assert "合并" in page


# --- what is shown ------------------------------------------------------------------------------------------------


def test_strangers_see_facts_and_titles_but_neither_names_nor_texts(team, called, signed_in, client):
    page = html(client.get(called.get_absolute_url()))
    assert "停车位划线方案" in page
    for hidden in ("内部说明", "曹代表", "Replies"):
        assert hidden not in page
    page = html(signed_in(team.member).get(called.get_absolute_url()))
    assert "内部说明" in page
    assert "Replies" not in page
    page = html(signed_in(team.convenor).get(called.get_absolute_url()))
    assert "of 4 are coming" in page
    assert "of 3 votes are coming" in page


def test_the_invited_reply_and_name_a_substitute(team, called, signed_in):
    client, url = signed_in(team.member), verb(called, "reply")
    page = html(client.post(url, {"reply-reply": "substitute", "reply-substitute": "nobody-here"}))
    assert "Nobody has exactly this username" in page
    assert 'value="nobody-here"' in page
    assert "Please give the username" in html(client.post(url, {"reply-reply": "substitute"}))
    page = html(client.post(url, {"reply-reply": "substitute", "reply-substitute": "neighbour"}, follow=True))
    assert "周邻街 comes in your place." in page
    page = html(signed_in(team.cast.neighbour).get("/my-meetings/"))
    assert "称呼会议" in page
    page = html(signed_in(team.cast.neighbour).get(called.get_absolute_url()))
    assert "曹代表 sends you in their place" in page
    assert "Reply to the invitation" not in page
    page = html(signed_in(team.convenor).get(called.get_absolute_url()))
    assert "sends 周邻街" in page


def test_a_guest_is_invited_by_mobile_number(team, called, signed_in):
    team.cast.neighbour.phone = "+8613900001111"
    team.cast.neighbour.save()
    client = signed_in(team.convenor)
    assert "Nobody has exactly" in html(client.post(verb(called, "invite"), {"invite-person": "139"}))
    client.post(verb(called, "invite"), {"invite-person": "139 0000 1111", "invite-unit": team.cast.water.pk})
    invited = called.invitations.get(person=team.cast.neighbour)
    assert (invited.unit, invited.votes) == (team.cast.water, False)


def test_the_calendar_file_is_of_this_meeting(team, called, client):
    response = client.get(reverse("meeting_calendar", args=[called.pk]))
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert event.start == called.starts_at.replace(microsecond=0)
    assert event["URL"].endswith(called.get_absolute_url())


def test_a_new_time_is_public_but_neither_its_agenda_nor_the_old_replies(team, called, signed_in, client):
    reply(invitation=called.invitations.get(person=team.member), user=team.member, reply=Reply.NO, reason="出差三天")
    postpone_meeting(meeting=called, user=team.convenor, reason="停电")
    later = called.starts_at + DAY
    reschedule_meeting(meeting=called, user=team.convenor, place="礼堂", starts_at=later, ends_at=later + HOUR)
    url, calendar = called.get_absolute_url(), reverse("meeting_calendar", args=[called.pk])
    for page in (html(client.get(url)), html(signed_in(team.member).get(url))):
        assert "has not been called yet" in page
        assert f"{timezone.localtime(later):%Y-%m-%d}" in page
        for hidden in ("停车位划线方案", "Your invitation", "出差三天"):
            assert hidden not in page
    page = html(signed_in(team.convenor).get(url))
    assert "停车位划线方案" in page
    assert "出差三天" not in page
    assert "have not answered" not in page
    for address in (calendar, reverse("forum_calendar", args=[team.forum.pk])):
        (event,) = Calendar.from_ical(client.get(address).content).walk("VEVENT")
        assert (event["STATUS"], event.start) == ("TENTATIVE", later.replace(microsecond=0))
    client.logout()
    assert client.get(reverse("room", args=[called.pk])).status_code == 302
    assert signed_in(team.member).get(reverse("room", args=[called.pk])).status_code == 404


def test_who_is_there_is_not_asked_for_an_answer(team, called, signed_in):
    note_presence(invitation=called.invitations.get(person=team.member), user=team.convenor, now=called.starts_at)
    page = html(signed_in(team.member).get(called.get_absolute_url()))
    assert "Is there" in page
    assert "Not answered yet" not in page
    assert "Reply to the invitation" not in page
    counts = reply_counts(called)
    assert (counts["none"], counts["coming"], counts["voting_coming"]) == (3, 1, 1)


# --- the agenda ---------------------------------------------------------------------------------------------------


def test_items_are_moved_by_buttons_and_to_a_place(team, planned, signed_in):
    client = signed_in(team.convenor)
    first, second, third = (team.item(planned, title=title) for title in "甲乙丙")
    agenda = reverse("agenda", args=[planned.pk])
    page = html(client.get(agenda))
    assert page.count('name="move-after"') == 4
    client.post(item_verb(third, "move"), {"move-after": first.pk, "move-revision": 0})
    client.post(item_verb(first, "move"), {"move-after": second.pk, "move-revision": 1})
    client.post(item_verb(second, "move"), {"move-after": "", "move-revision": 2})
    assert "".join(planned.items.order_by("position").values_list("title", flat=True)) == "乙丙甲"
    page = html(client.post(item_verb(first, "move"), {"move-after": "", "move-revision": 1}, follow=True))
    assert "Somebody else has changed the agenda too." in page


def test_the_keyboard_goes_on_at_the_item_that_was_moved(team, planned, signed_in):
    client = signed_in(team.convenor)
    first, second, third = (team.item(planned, title=title) for title in "甲乙丙")
    for item, after, revision, button in (
        (first, second.pk, 0, "Down"),
        (first, third.pk, 1, "Up"),  # the last has no other button
        (third, "", 2, "Down"),  # and so has the first
        (second, "", 3, "Down"),
    ):
        response = client.post(item_verb(item, "move"), {"move-after": after, "move-revision": revision}, follow=True)
        (focused,) = re.findall(r"(?s)<button[^>]* autofocus>.*?</button>", html(response))
        assert item.title in focused
        assert button in focused
    assert "autofocus" not in html(client.get(reverse("agenda", args=[planned.pk])))


def test_what_another_took_off_meanwhile_leads_to_the_agenda_with_the_reason(team, planned, signed_in):
    item = team.item(planned)
    client = signed_in(team.convenor)
    urls = set(re.findall(rf"/agenda/{item.pk}/do/[^\"]+", html(client.get(reverse("agenda_item", args=[item.pk])))))
    remove = next(url for url in urls if "/remove/" in url)
    remove_item(item=item, user=team.deputy)
    response = client.post(remove, follow=True)
    assert "Somebody has taken this item off the agenda meanwhile." in html(response)
    assert response.redirect_chain[-1][0] == reverse("agenda", args=[planned.pk])
    assert signed_in(team.neighbour_convenor).post(remove).status_code == 404
    for nonsense in ("", "?meeting=x", "?meeting=²", f"?meeting={'9' * 40}"):
        assert client.post(item_verb(item, "remove") + nonsense).status_code == 404


def test_a_returned_report_says_how_it_is_decided(team, planned, signed_in):
    commitment = ListItem.objects.create(
        kind=ListKind.COMMITMENT,
        resource_kind=ResourceKind.OTHER,
        community=team.cast.community,
        owner=team.cast.water,
        title="更换井盖",
        created_by=team.convenor,
        created_at=timezone.now(),
    )
    client, item = signed_in(team.convenor), team.item(planned, kind="report", commitment=commitment)
    page = reverse("agenda_item", args=[item.pk])
    assert "change its kind" in html(client.get(page))
    AgendaItem.objects.update(kind="decision")
    assert "change its kind" not in html(client.get(page))


def test_a_move_behind_what_is_gone_shows_the_present_agenda(team, planned, signed_in):
    first, second = (team.item(planned, title=title) for title in "甲乙")
    gone = second.pk
    remove_item(item=second, user=team.deputy)
    page = html(
        signed_in(team.convenor).post(item_verb(first, "move"), {"move-after": gone, "move-revision": 0}, follow=True)
    )
    assert "Somebody has taken this item off the agenda meanwhile." in page


def test_an_item_changed_by_another_keeps_what_was_typed_and_is_saved_the_second_time(team, planned, signed_in):
    client, item = signed_in(team.convenor), team.item(planned)
    AgendaItem.objects.filter(pk=item.pk).update(title="别人改的")
    Meeting.objects.filter(pk=planned.pk).update(agenda_revision=4)
    given = {"title": "我改的", "text": "", "kind": "decision", "minutes": 20, "balloting": "open", "revision": 3}
    given = {f"change-{name}": value for name, value in given.items()}
    page = html(client.post(item_verb(item, "change"), given))
    assert "Somebody has changed the agenda meanwhile." in page
    assert 'value="我改的"' in page
    assert 'name="change-revision" value="4"' in page
    client.post(item_verb(item, "change"), {**given, "change-revision": 4})
    item.refresh_from_db()
    assert item.title == "我改的"


def test_measures_are_added_with_their_reasons_and_taken_off(team, planned, signed_in):
    client, item = signed_in(team.convenor), team.item(planned)
    day = timezone.localdate(planned.starts_at)
    given = {"what": "划停车线", "owner": team.cast.water.pk, "asker": team.cast.community.pk, "due_on": day - DAY}
    given = {f"measure-{name}": value for name, value in given.items()}
    page = html(client.post(item_verb(item, "measure"), given))
    assert "Nothing can be due before the meeting" in page
    assert "划停车线" in page
    page = html(client.post(item_verb(item, "measure"), {**given, "measure-due_on": day}, follow=True))
    assert "平安区水务局" in page
    key = item.measures.get().pk
    client.post(item_verb(item, "drop-measure"), {"drop-measure-key": key})
    assert not item.measures.exists()
    page = html(client.post(item_verb(item, "drop-measure"), {"drop-measure-key": key}, follow=True))
    assert "taken off already" in page
    assert html(client.post(item_verb(item, "drop-paper"), {"drop-paper-key": "x"}, follow=True))


def test_an_item_is_taken_off(team, planned, signed_in):
    item = team.item(planned)
    response = signed_in(team.convenor).post(item_verb(item, "remove"))
    assert response["location"] == reverse("agenda", args=[planned.pk])
    assert not planned.items.exists()


def test_a_called_agenda_offers_no_change(team, called, signed_in):
    client = signed_in(team.convenor)
    for url in (reverse("agenda", args=[called.pk]), reverse("agenda_item", args=[called.items.get().pk])):
        page = html(client.get(url))
        assert "its agenda stays as it is" in page
        assert "Add an item" not in page
        assert "Change the item" not in page


# --- lists --------------------------------------------------------------------------------------------------------


def grow(team, number: int) -> None:
    """Add `number` called meetings with one item and invitations."""
    now = timezone.now()
    for index in range(number):
        starts_at = now + (20 + index + Meeting.objects.count()) * DAY
        meeting = team.meeting(starts_at=starts_at, state=MeetingState.CALLED, called_at=now, invited_at=now)
        team.item(meeting)
        team.invite(meeting)


def queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        html(client.get(url))
    return len(captured)


@pytest.mark.parametrize(("who", "url"), [("convenor", DESK), ("member", "/my-meetings/")])
def test_lists_cost_as_much_with_thirty_rows(team, signed_in, who, url):
    client = signed_in(getattr(team, who))
    grow(team, 1)
    client.get(url)
    one = queries(client, url)
    grow(team, 29)
    assert queries(client, url) == one
    assert "cursor=" in html(client.get(url))


def test_the_page_and_the_agenda_cost_as_much_with_thirty_items_and_invited(team, called, planned, signed_in):
    client = signed_in(team.convenor)
    team.item(planned)
    urls = [called.get_absolute_url(), reverse("agenda", args=[planned.pk])]
    html(client.get(urls[0]))
    one = [queries(client, url) for url in urls]
    for number in range(29):
        matter = team.matter(title=f"事项{number}")
        team.item(called, title=f"{number}", presenter=team.member, matter=matter)
        team.item(planned, title=f"{number}", presenter=team.member, matter=matter)
        person = User.objects.create_user(f"guest-{number}", name=f"来宾{number}")
        substitute = User.objects.create_user(f"substitute-{number}")
        Invitation.objects.create(
            meeting=called, person=person, unit=team.cast.water, reply=Reply.SUBSTITUTE, substitute=substitute
        )
    assert [queries(client, url) for url in urls] == one
    assert max(one) <= 20


def test_the_desk_is_narrowed_by_forum_and_state_and_keeps_the_past_apart(team, called, signed_in):
    client = signed_in(team.convenor)
    over = team.meeting(starts_at=timezone.now() - 10 * DAY, title="旧会议", state=MeetingState.CLOSED)
    page = html(client.get(DESK))
    assert ("称呼会议" in page, over.title in page) == (True, False)
    assert "旧会议" in html(client.get(f"{DESK}?tab=past"))
    page = html(client.get(f"{DESK}?state=planned&forum={team.forum.pk}"))
    assert "No meeting fits this filter." in page
    assert "称呼会议" in html(client.get(f"{DESK}?state=called&forum={team.forum.pk}"))
    assert "称呼会议" not in html(client.get(f"{DESK}?forum={team.courtyard_forum.pk}"))
