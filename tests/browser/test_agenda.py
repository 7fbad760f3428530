"""An agenda is ordered by dragging in a real browser, and its pages fit a phone and a desk."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consultation.actions.invitations import send_invitations
from consultation.actions.meetings import call_meeting
from consultation.models import Measure
from tests.browser.conftest import DESKTOP, PHONE
from tests.cast import PASSWORD
from tests.consultation.cast import make_consultation_cast


@pytest.fixture
def team(cast):
    return make_consultation_cast(cast)


def order(meeting) -> str:
    return "".join(meeting.items.order_by("position").values_list("title", flat=True))


def test_an_item_is_dragged_to_its_place(team, reader):
    meeting = team.meeting()
    items = [team.item(meeting, title=title) for title in "甲乙丙丁"]
    desk = reader(DESKTOP)
    desk.sign_in("convenor", PASSWORD)
    page = desk.goto(f"/meetings/{meeting.pk}/agenda/")
    first, last = (page.locator(f"[data-item='{item.pk}']") for item in (items[0], items[3]))
    with page.expect_navigation():
        last.drag_to(first, source_position={"x": 5, "y": 5}, target_position={"x": 5, "y": 5})
    desk.check()
    assert order(meeting) == "丁甲乙丙"
    with page.expect_navigation():
        page.locator(f"[data-item='{items[1].pk}']").get_by_role("button").last.click()
    assert order(meeting) == "丁甲丙乙"


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_the_pages_of_meetings_fit_the_screen(team, reader, viewport):
    planned, called = team.meeting(), team.meeting(starts_at=timezone.now() + timedelta(days=20))
    for meeting in (planned, called):
        item = team.item(
            meeting, title="关于三号楼前公共停车位划线与地锁安装的方案", presenter=team.member, minutes=200
        )
        due_on = timezone.localdate(meeting.starts_at)
        Measure.objects.create(
            item=item, what="划线并安装地锁", owner=team.cast.water, asker=team.cast.community, due_on=due_on
        )
    send_invitations(meeting=call_meeting(meeting=called, user=team.convenor))
    screen = reader(viewport)
    screen.sign_in("convenor", PASSWORD)
    for path in (
        "/consultation/meetings/",
        f"/consultation/forums/{team.forum.pk}/meetings/new/",
        planned.get_absolute_url(),
        called.get_absolute_url(),
        f"/meetings/{planned.pk}/agenda/",
        f"/agenda/{planned.items.get().pk}/",
        "/my-meetings/",
    ):
        screen.goto(path)
