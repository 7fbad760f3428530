"""Published minutes as PDF: in Chinese, text selectable, without the names that the page leaves out."""

import builtins
from html import unescape

import pytest
from django.urls import reverse
from django.utils.translation import override

from consultation.actions.minutes_decisions import publish_minutes
from consultation.enums import AgendaState
from tests.consultation.minutes_scene import confirmed, needs_pango, over, say
from tests.pdf import text_of


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


def published(team, *, items: int = 1, said: str = "先划东边"):
    meeting = over(team)
    say(meeting, team.member, said, team.convenor)
    meeting.items.update(title="秦联络的方案")
    for number in range(2, items + 1):
        team.item(meeting, title=f"议题第{number}项", state=AgendaState.DONE, discussion=f"讨论内容{number}。")
    return publish_minutes(meeting=confirmed(team, meeting).meeting, user=team.convenor).meeting


def fetch(client, meeting):
    return client.get(reverse("minutes_pdf", args=[meeting.pk]))


@needs_pango
def test_anybody_copies_the_chinese_text_out_of_the_pdf(team, client):
    meeting = published(team, items=30)
    response = fetch(client, meeting)
    assert response["Content-Type"] == "application/pdf"
    assert f'filename="minutes-{meeting.pk}.pdf"' in response["Content-Disposition"]
    text = text_of(response.content)
    for part in ("十一月议事会", "槐树社区议事厅", "讨论了停车位的位置。", "先划东边", "30.议题第30项", "讨论内容30。"):
        assert part in text
    assert "居民代表" in text
    for name in ("曹代表", "秦联络", "钱书记"):
        assert name not in text


@needs_pango
def test_it_is_made_once(team, client, monkeypatch):
    meeting = published(team)
    first = fetch(client, meeting).content
    monkeypatch.setattr("consultation.views.minutes_public.as_pdf", lambda *_given, **_named: b"another")
    assert fetch(client, meeting).content == first
    assert (
        client.get(reverse("minutes_pdf", args=[meeting.pk]), headers={"accept-language": "zh-hans"}).content
        == b"another"
    )  # the other language is another paper


@needs_pango
def test_nothing_typed_makes_the_pdf_fetch_anything(team, client, caplog):
    meeting = published(team, said='<img src="file:///etc/passwd">')
    assert "<imgsrc=" in text_of(fetch(client, meeting).content)
    assert "passwd" not in caplog.text


def test_without_the_extra_a_sentence_says_what_to_install(team, client, monkeypatch):
    real = builtins.__import__

    def missing(name, *given, **more):
        if name == "weasyprint":
            raise ImportError(name)
        return real(name, *given, **more)

    meeting = published(team)
    monkeypatch.setattr(builtins, "__import__", missing)
    response = fetch(client, meeting)
    assert response["location"] == reverse("published_minutes", args=[meeting.pk])
    assert "the operator must install the extra “pdf”" in unescape(client.get(response["location"]).content.decode())
