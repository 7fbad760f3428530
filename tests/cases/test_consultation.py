"""What consultation writes onto the timeline of a case, and what other apps add to its page."""

import pytest
from django.utils.translation import override

from cases import page_links
from cases.actions.consultation import note_resolution, note_tabled
from cases.enums import Verb
from cases.page_links import PageLink, PageSection, public_sections_for, sections_for
from records.models import Notice


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


@pytest.fixture
def sources(monkeypatch) -> list:
    monkeypatch.setattr(page_links, "_sources", [])
    return page_links._sources


def test_a_resolution_is_written_once_and_read_by_both_sides(cast, client, signed_in):
    case = cast.resolved()
    given = {"case": case, "forum_name": "槐树社区议事厅", "title": "更换井盖", "url": "/resolutions/1/"}
    first, second = note_resolution(**given), note_resolution(**given)
    assert first == second
    assert note_resolution(**{**given, "url": "/resolutions/2/"}) != first
    assert Notice.objects.filter(recipient=cast.resident, kind="case.resolution").count() == 2
    html = client.get(case.get_public_url()).content.decode()
    assert "槐树社区议事厅 has resolved on the matter: “更换井盖”." in html
    assert 'href="/resolutions/1/"' in html
    page = signed_in(cast.grid_worker).get(case.get_absolute_url()).content.decode()
    assert '<a href="/resolutions/1/">更换井盖</a>' in page
    assert "槐树社区议事厅" in page


def test_the_case_stays_as_it_was(cast):
    case = cast.on_street()
    before = (case.state, case.level, case.holder, case.next_due_at)
    movement = note_tabled(case=case, user=cast.dispatcher, forum_name="议事厅", url="/forums/1/", unit=cast.street)
    case.refresh_from_db()
    assert (case.state, case.level, case.holder, case.next_due_at) == before
    assert (movement.verb, movement.actor, movement.unit, movement.is_public) == (
        Verb.TABLE,
        cast.dispatcher,
        cast.street,
        True,
    )


def test_other_apps_add_sections_to_the_page(cast, client, signed_in, sources):
    open_to_all, closed = PageLink("open to all", url="/there/"), PageLink("closed", note="later")
    do_it = PageLink("do it", url="/do/")
    page_links.register(lambda user, case, verbs: PageSection(f"About {case.number}", [open_to_all, closed], [do_it]))
    page_links.register(lambda user, case, verbs: PageSection("Empty"))
    case = cast.lodge()
    html = signed_in(cast.grid_worker).get(case.get_absolute_url()).content.decode()
    assert all(text in html for text in (f"About {case.number}", 'href="/there/"', "closed", "later", 'href="/do/"'))
    assert "Empty" not in html
    client.logout()
    html = client.get(case.get_public_url()).content.decode()
    assert 'href="/there/"' in html
    assert "later" not in html
    assert "/do/" not in html


def test_a_section_without_anything_is_left_out(cast, sources):
    case = cast.lodge()
    page_links.register(lambda user, case, verbs: PageSection("Only closed ones", [PageLink("closed")]))
    assert len(sections_for(cast.grid_worker, case, [])) == 1
    assert public_sections_for(cast.resident, case, []) == []
