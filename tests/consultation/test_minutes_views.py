"""The pages of minutes: one form that loses nothing, the preview, the verbs, and who may open what."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from consultation.actions.minutes import edit_minutes, submit_minutes
from consultation.actions.minutes_decisions import confirm_minutes, publish_minutes, send_minutes_back
from consultation.actions.resolutions import adopt
from consultation.enums import AgendaState, MatterState, MinutesState
from consultation.models import Minutes
from consultation.redaction import published
from tests.cast import person
from tests.consultation.minutes_scene import confirmed, drafted, over, say, submitted, voted

PEOPLE = {
    "nobody": None,
    "resident": "resident",
    "convenor": "convenor",
    "deputy": "deputy",
    "street convenor": "street_convenor",
    "neighbour convenor": "neighbour_convenor",
    "member": "member",
    "adviser": "adviser",
    "secretary": "secretary",
}


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def address(meeting, verb: str = "") -> str:
    return reverse("minutes_verb", args=[meeting.pk, verb]) if verb else reverse("minutes", args=[meeting.pk])


def typed(minutes, *, opening="在社区议事厅召开。", text="改过的文字", revision=0) -> dict:
    section = minutes.sections.order_by("pk").first()
    return {"edit-revision": revision, "edit-opening": opening, f"edit-section_{section.pk}": text}


def statuses(client, signed_in, team, url: str, method: str = "get", data=None) -> dict[str, int]:
    found = {}
    for label, who in PEOPLE.items():
        client.logout()
        if who:
            signed_in(getattr(team, who))
        found[label] = getattr(client, method)(url, data or {}).status_code
    return found


# --- who may open what --------------------------------------------------------------------------------------


def test_the_page_is_for_convenors_and_the_invited(team, client, signed_in):
    for meeting in (over(team), drafted(team).meeting, submitted(team).meeting):
        assert statuses(client, signed_in, team, address(meeting)) == {
            "nobody": 302, "resident": 404, "convenor": 200, "deputy": 200, "street convenor": 404,
            "neighbour convenor": 404, "member": 200, "adviser": 200, "secretary": 200,
        }  # fmt: skip


def test_the_invited_read_the_text_once_it_is_submitted(team, signed_in):
    draft, ready = drafted(team).meeting, submitted(team).meeting
    client = signed_in(team.adviser)
    page = client.get(address(draft)).content.decode()
    assert "There are no minutes to read yet." in page
    assert "讨论了停车位的位置。" not in page
    assert "讨论了停车位的位置。" in client.get(address(ready)).content.decode()
    assert "讨论了停车位的位置。" in signed_in(team.deputy).get(address(draft)).content.decode()


def test_a_meeting_that_is_not_over_has_no_such_page(team, signed_in):
    assert signed_in(team.convenor).get(address(team.in_session())).status_code == 404


def test_who_may_confirm(team, client, signed_in):
    minutes = submitted(team)
    assert statuses(client, signed_in, team, address(minutes.meeting, "confirm"), "post", {"confirm-revision": 9}) == {
        "nobody": 302, "resident": 404, "convenor": 403, "deputy": 200, "street convenor": 404,
        "neighbour convenor": 404, "member": 200, "adviser": 403, "secretary": 200,
    }  # fmt: skip
    minutes.refresh_from_db()
    assert minutes.state == MinutesState.SUBMITTED


def test_who_wrote_them_reads_why_another_confirms(team, signed_in):
    response = signed_in(team.convenor).post(address(submitted(team).meeting, "confirm"), {"confirm-revision": 0})
    assert "who did not write in them" in response.content.decode()


@pytest.mark.parametrize("verb", ["draft", "edit", "submit", "publish"])
def test_who_is_invited_may_not_write(team, signed_in, verb):
    assert signed_in(team.member).post(address(submitted(team).meeting, verb)).status_code == 403


def test_there_is_no_other_verb_and_no_verb_by_reading(team, signed_in):
    meeting = drafted(team).meeting
    client = signed_in(team.convenor)
    assert client.post(address(meeting, "erase")).status_code == 404
    assert client.get(address(meeting, "publish")).status_code == 405


# --- writing ------------------------------------------------------------------------------------------------


def test_from_the_draft_to_the_published_page(team, client, signed_in):
    meeting = over(team)
    signed_in(team.convenor).post(address(meeting, "draft"))
    minutes = Minutes.objects.get(meeting=meeting)
    assert client.post(address(meeting, "edit"), typed(minutes)).status_code == 302
    client.post(address(meeting, "submit"), {"submit-confirmer": team.member.pk})
    page = signed_in(team.member).get(address(meeting))
    assert "改过的文字" in page.content.decode()
    assert client.post(address(meeting, "confirm"), {"confirm-revision": 1}).status_code == 302
    page = signed_in(team.convenor).get(address(meeting)).content.decode()
    assert "How they will be published" in page
    client.post(address(meeting, "publish"))
    client.logout()
    page = client.get(reverse("published_minutes", args=[meeting.pk])).content.decode()
    assert "在社区议事厅召开。" in page
    assert "改过的文字" in page


def test_what_somebody_saved_meanwhile_stands_beside_what_was_typed(team, signed_in):
    minutes = drafted(team)
    meeting, section = minutes.meeting, minutes.sections.get()
    same = minutes.opening
    edit_minutes(meeting=meeting, user=team.deputy, revision=0, opening=same, texts={section.pk: "副召集人的文字"})
    client = signed_in(team.convenor)
    response = client.post(address(meeting, "edit"), typed(minutes, opening=same, text="我的文字"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "Somebody has saved another text" in page
    assert page.count("Somebody has saved this meanwhile") == 1  # only where the texts differ
    assert "我的文字</textarea>" in page
    assert "副召集人的文字" in page
    section.refresh_from_db()
    assert section.text == "副召集人的文字"
    again = typed(minutes, opening=same, text="我的文字，合并后", revision=response.context["form"]["revision"].value())
    assert client.post(address(meeting, "edit"), again).status_code == 302
    section.refresh_from_db()
    assert section.text == "我的文字，合并后"


def sent_back(form, **changed) -> dict:
    """Return what a browser sends of `form` with some fields `changed`."""
    fields = {name: form[name].value() for name in form.fields} | changed
    return {form.add_prefix(name): value for name, value in fields.items()}


def two_forms(team, signed_in):
    """Return the minutes of two items and their form as two convenors opened it at the same time."""
    meeting = over(team)
    team.item(meeting, title="健身器材", state=AgendaState.DONE)
    minutes = drafted(team, meeting)
    client = signed_in(team.convenor)
    return minutes, client, client.get(address(meeting)).context["form"]


def test_who_changed_different_sections_both_keep_what_they_wrote(team, signed_in):
    minutes, client, form = two_forms(team, signed_in)
    first, second = minutes.sections.order_by("item__position")
    url = address(minutes.meeting, "edit")
    assert client.post(url, sent_back(form, **{f"section_{first.pk}": "甲改的"})).status_code == 302
    assert client.post(url, sent_back(form, **{f"section_{second.pk}": "乙改的"})).status_code == 302
    assert [row.text for row in minutes.sections.order_by("item__position")] == ["甲改的", "乙改的"]


def test_only_a_section_that_both_changed_is_to_be_compared(team, signed_in):
    minutes, client, form = two_forms(team, signed_in)
    first, second = minutes.sections.order_by("item__position")
    one, two = f"section_{first.pk}", f"section_{second.pk}"
    url = address(minutes.meeting, "edit")
    client.post(url, sent_back(form, opening="甲的开头", **{one: "甲改的"}))
    response = client.post(url, sent_back(form, **{one: "乙改的", two: "乙写的"}))
    again = response.context["form"]
    assert [(field.name, stored) for field, stored in again.rows() if stored is not None] == [(one, "甲改的")]
    assert [again[name].value() for name in ("opening", one, two)] == ["甲的开头", "乙改的", "乙写的"]
    minutes.refresh_from_db()
    assert (minutes.opening, minutes.revision) == ("甲的开头", 1)
    assert client.post(url, sent_back(again, **{one: "两人的"})).status_code == 302
    assert [row.text for row in minutes.sections.order_by("item__position")] == ["两人的", "乙写的"]
    minutes.refresh_from_db()
    assert minutes.opening == "甲的开头"


def test_a_text_that_is_too_long_stays_in_the_form(team, signed_in):
    minutes = drafted(team)
    response = signed_in(team.convenor).post(address(minutes.meeting, "edit"), typed(minutes, text="长" * 8001))
    assert response.status_code == 200
    assert "长" * 8001 in response.content.decode()


def test_a_form_sent_after_they_were_submitted_is_not_lost(team, signed_in):
    minutes = submitted(team)
    response = signed_in(team.convenor).post(address(minutes.meeting, "edit"), typed(minutes, text="迟到的文字"))
    assert response.status_code == 200
    page = response.content.decode()
    assert "迟到的文字" in page
    assert "This cannot be done now" in page


def test_a_forged_revision_is_a_sentence_not_a_crash(team, signed_in):
    minutes = drafted(team)
    for revision in ("", "x", "-1", "99999999999999999999"):
        response = signed_in(team.convenor).post(
            address(minutes.meeting, "edit"), typed(minutes, text="文字", revision=revision)
        )
        assert response.status_code == 200
        assert "文字" in response.content.decode()


def test_the_reason_for_sending_back_is_shown_until_submitted_again(team, signed_in):
    minutes = submitted(team)
    send_minutes_back(meeting=minutes.meeting, user=team.member, reason="到会人数不对")
    assert "到会人数不对" in signed_in(team.convenor).get(address(minutes.meeting)).content.decode()


def test_the_one_to_confirm_is_chosen_among_those_entitled(team, signed_in):
    minutes = drafted(team)
    page = signed_in(team.convenor).get(address(minutes.meeting))
    [panel] = page.context["panels"]
    names = [label for _key, label in panel.form.fields["confirmer"].choices[1:]]
    assert sorted(names) == sorted(["曹代表", "钱书记", "秦联络", "孔召集"])
    response = page.client.post(address(minutes.meeting, "submit"), {"submit-confirmer": team.adviser.pk})
    assert response.status_code == 200
    assert "Please choose from the list." in response.content.decode()


# --- the preview --------------------------------------------------------------------------------------------


def test_the_preview_marks_what_is_hidden(team, signed_in):
    meeting = over(team)
    say(meeting, team.member, "<b>同意</b>", team.convenor)
    page = signed_in(team.convenor).get(address(confirmed(team, meeting).meeting)).content.decode()
    assert "<del>曹代表</del><ins>居民代表</ins>" in page
    assert "&lt;b&gt;同意" in page


def test_the_preview_is_what_is_published(team, signed_in):
    meeting = over(team)
    say(meeting, team.liaison, "钱书记、何召集都在", team.convenor)
    meeting.items.update(title="曹代表的车位", decision="由秦联络去办")
    adopt(vote=voted(team, meeting), user=team.convenor)
    confirmed(team, meeting)
    page = signed_in(team.convenor).get(address(meeting))
    assert "<del>曹代表</del><ins>居民代表</ins>的车位" in page.content.decode()
    shown = [(published(row.title), published(row.text)) for row in page.context["preview"]]
    minutes = publish_minutes(meeting=meeting, user=team.convenor)
    section, resolution = minutes.sections.get(), meeting.resolutions.get()
    assert shown == [
        ("", minutes.public_opening),
        (section.public_title, section.public_body),
        (resolution.public_title, resolution.public_text),
    ]


# --- the published page -------------------------------------------------------------------------------------


def test_what_is_not_published_is_nowhere(team, client, signed_in):
    meeting = confirmed(team).meeting
    for name in ("published_minutes", "minutes_pdf"):
        url = reverse(name, args=[meeting.pk])
        assert set(statuses(client, signed_in, team, url).values()) == {404}


def test_everybody_reads_the_published_page_without_names(team, client, signed_in):
    meeting = over(team)
    meeting.items.update(title="曹代表的车位")
    publish_minutes(meeting=confirmed(team, meeting).meeting, user=team.convenor)
    url = reverse("published_minutes", args=[meeting.pk])
    assert set(statuses(client, signed_in, team, url).values()) == {200}
    client.logout()
    page = client.get(url).content.decode()
    for name in ("曹代表", "钱书记", "秦联络", "何召集"):
        assert name not in page
    assert "讨论了停车位的位置。" in page
    assert "居民代表的车位" in page


@pytest.mark.parametrize("adopted", [True, False])
def test_the_public_learns_what_came_of_a_matter(team, client, adopted):
    meeting = over(team)
    meeting.items.update(matter=team.matter(state=MatterState.DECIDED), decision="划三十个车位")
    vote = voted(team, meeting, adopted=adopted)
    resolution = adopt(vote=vote, user=team.convenor) if adopted else None
    matter = meeting.items.get().matter
    confirmed(team, meeting)
    addresses = (matter.get_absolute_url(), meeting.get_absolute_url())
    for url in addresses:
        assert "3 in favour, 1 against" not in client.get(url).content.decode()
    publish_minutes(meeting=meeting, user=team.convenor)
    for url in addresses:
        page = client.get(url).content.decode()
        assert "3 in favour, 1 against" in page
        assert ("Not adopted" in page) != adopted
        assert reverse("published_minutes", args=[meeting.pk]) in page
        if resolution:
            assert resolution.get_absolute_url() in page


def test_the_page_of_the_meeting_shows_titles_as_published_but_whole_to_who_was_there(team, client, signed_in):
    meeting = over(team)
    meeting.items.update(title="曹代表的车位")
    publish_minutes(meeting=confirmed(team, meeting).meeting, user=team.convenor)
    for user, title in ((None, "居民代表的车位"), (team.resident, "居民代表的车位"), (team.adviser, "曹代表的车位")):
        client.logout()
        page = (signed_in(user) if user else client).get(meeting.get_absolute_url()).content.decode()
        assert title in page
        assert ("曹代表" in page) == (user == team.adviser)


@pytest.mark.parametrize("items", [1, 30])
def test_the_pages_cost_the_same_for_any_number_of_items(team, client, signed_in, items, django_assert_max_num_queries):
    meeting = over(team)
    for number in range(items - 1):
        team.item(meeting, title=f"议题{number}", state=AgendaState.DONE)
        guest = meeting.invitations.create(person=person(f"more{number}", f"代表{number}"), votes=True)
        say(meeting, guest.person, "同意", team.convenor)
    with django_assert_max_num_queries(19):  # one of them the lock of the audit chain on PostgreSQL
        minutes = drafted(team, meeting)
    signed_in(team.convenor)
    with django_assert_max_num_queries(14):
        client.get(address(meeting))
    sent = {f"edit-section_{section.pk}": "文字" for section in minutes.sections.all()} | typed(minutes)
    with django_assert_max_num_queries(15):
        client.post(address(meeting, "edit"), sent)
    submit_minutes(meeting=meeting, user=team.convenor, confirmer=team.member)
    confirm_minutes(meeting=meeting, user=team.member, revision=1)
    with django_assert_max_num_queries(32):
        publish_minutes(meeting=meeting, user=team.convenor)
    client.logout()
    with django_assert_max_num_queries(2):
        client.get(reverse("published_minutes", args=[meeting.pk]))
