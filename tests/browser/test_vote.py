"""The meeting room on a phone: a vote that is cast without a connection, and pages that fit."""

import pytest

from consultation.actions.votes import close_vote, open_vote
from consultation.models import Vote
from tests.browser.conftest import DESKTOP, PHONE
from tests.cast import PASSWORD, Cast
from tests.consultation.cast import ConsultationCast, make_consultation_cast


@pytest.fixture
def team(cast: Cast) -> ConsultationCast:
    return make_consultation_cast(cast)


@pytest.fixture
def vote(team) -> Vote:
    session = team.in_session()
    return open_vote(item=session.at_hand, user=team.convenor, question="同意划线方案吗？")


def test_a_phone_without_connection_votes_once_when_it_is_back(team, reader, vote):
    phone = reader()
    phone.sign_in("forum_member", PASSWORD)
    page = phone.goto(f"/meetings/{vote.meeting_id}/room/")
    page.check("[name=choice][value=for]")
    phone.context.set_offline(True)
    page.click("[data-vote] button")
    page.wait_for_selector("[data-vote] [role=status]:not(:empty)")
    vote.refresh_from_db()
    assert vote.cast == 0
    with page.expect_navigation():
        phone.context.set_offline(False)
    page.wait_for_selector(".messages .alert-success")
    vote.refresh_from_db()
    assert (vote.in_favour, vote.cast) == (1, 1)


def test_the_form_appears_and_goes_while_the_page_stands(team, reader, vote):
    close_vote(vote=vote, user=team.convenor)
    session = team.in_session()
    phone = reader()
    phone.sign_in("forum_member", PASSWORD)
    page = phone.goto(f"/meetings/{session.pk}/room/")
    assert not page.query_selector("[data-vote]")
    opened = open_vote(item=session.at_hand, user=team.convenor, question="再议")
    page.wait_for_selector("[data-vote]")
    page.check("[name=choice][value=against]")
    session.invitations.filter(checked_in_at__isnull=False).update(votes=False)  # changes what is polled
    page.wait_for_selector(".tile-value:text-is('0')")
    assert page.is_checked("[name=choice][value=against]")
    with page.expect_navigation():
        page.click("[data-vote] button")
    opened.refresh_from_db()
    assert (opened.against, opened.cast) == (1, 1)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_the_pages_of_the_room_fit(team, reader, vote, viewport):
    meeting = vote.meeting_id
    screen = reader(viewport)
    screen.sign_in("convenor", PASSWORD)
    for language, large in (("zh-hans", "on"), ("en", "off")):
        screen.look(language, large)
        for path in ("room/", "room/?view=projector", "code/", "check-in/"):
            screen.goto(f"/meetings/{meeting}/{path}")
        screen.goto(f"/votes/{vote.pk}/")
