"""The public page of a community: matters and figures, no name that its bearer did not release."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from service.actions.lists_deliveries import deliver_item, rate_item
from service.enums import HourKind, ShiftState, WishState
from service.models import HourEntry, Wish
from tests.service.test_lists_actions import need, project

LIST = "/communities/"


@pytest.fixture(autouse=True)
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


@pytest.fixture
def page(team, client):
    """Return a function that reads the community's public page as nobody."""
    url = reverse("community_service", args=[team.community.pk])

    def read() -> str:
        return client.get(url).content.decode()

    return read


def test_it_shows_needs_projects_shifts_and_wishes(team, page):
    made = project(team)
    need(team, title="需要轮椅")
    assert "No project is finished yet." in page()
    deliver_item(item=made, user=team.liaison, evidence="内部说明")
    rate_item(item=made, user=team.secretary, rating=5)
    team.shift(team.post(title="陪诊"))
    cancelled = team.shift(team.post(title="已取消的岗位"), state=ShiftState.CANCELLED)
    past = team.shift(team.post(title="过去的岗位"), starts_at=timezone.now() - timedelta(days=2))
    wish = {"community": team.community, "resident": team.resident, "text": "家住六楼", "submitted_at": timezone.now()}
    Wish.objects.create(title="想要一盏灯", contact="3号楼501", state=WishState.PUBLISHED, **wish)
    Wish.objects.create(title="未审核的心愿", contact="3号楼502", **wish)
    text = page()
    for shown in ("需要轮椅", "议事场地", "rated 5 of 5", "平安供电公司", "陪诊", "2 free places", "想要一盏灯"):
        assert shown in text
    for hidden in ("内部说明", "未审核的心愿", "家住六楼", "3号楼", cancelled.post.title, past.post.title):
        assert hidden not in text


def test_no_name_without_consent(team, page):
    HourEntry.objects.create(
        member=team.member,
        community=team.community,
        day=timezone.localdate(),
        title="陪诊",
        minutes=90,
        attested_by=team.secretary,
        attested_at=timezone.now(),
    )
    made = project(team)
    text = page()
    for person in User.objects.all():
        assert person.name not in text
    assert "供电公司第一支部" not in text
    released = team.member.registrations.get()
    released.shows_name = True
    released.save()
    assert team.member.name in page()
    assert team.other_member.name not in page()
    assert made.community.name in page()


def test_the_figures_of_this_year(team, page):
    now, today = timezone.now(), timezone.localdate()
    entry = {"member": team.member, "community": team.community, "title": "陪诊", "attested_by": team.secretary}
    first = HourEntry.objects.create(day=today, minutes=120, attested_at=now, **entry)
    HourEntry.objects.create(
        day=today, minutes=-30, attested_at=now, kind=HourKind.CORRECTION, corrects=first, reason="早退", **entry
    )
    HourEntry.objects.create(
        day=today.replace(year=today.year - 1, month=1, day=1), minutes=600, attested_at=now, **entry
    )
    text = page()
    assert '<span class="tile-value">1.5</span>' in text
    assert '<span class="tile-value">2</span>members registered' in text
    assert '<span class="tile-value">0</span>projects done and rated' in text


def test_one_is_not_several(team, page):
    made = project(team)
    deliver_item(item=made, user=team.liaison, evidence="已完成")
    rate_item(item=made, user=team.secretary, rating=5)
    team.other_member.registrations.update(state="withdrawn")
    assert '<span class="tile-value">1</span>project done and rated' in page()
    assert '<span class="tile-value">1</span>member registered' in page()


def test_who_may_open_a_shift_finds_the_way(team, signed_in, client):
    shift = team.shift()
    url = reverse("community_service", args=[team.community.pk])
    assert shift.get_absolute_url() not in client.get(url).content.decode()
    assert shift.get_absolute_url() in signed_in(team.member).get(url).content.decode()


def test_communities_are_found_by_name_and_street(team, client):
    whole = client.get(LIST).content.decode()
    assert "槐树社区" in whole
    assert "柳岸社区" in whole
    named = client.get(LIST, {"q": "槐树\x00"}).content.decode()
    assert "柳岸社区" not in named
    street = client.get(LIST, {"street": team.cast.neighbour_street.pk}).content.decode()
    assert "槐树社区" not in street
    assert "柳岸社区" in street
    assert "No community fits" in client.get(LIST, {"q": "无此社区"}).content.decode()
    assert client.get(LIST, {"street": "\x00", "cursor": ""}).status_code == 200
    assert client.get(LIST, {"cursor": "???"}).status_code == 400


def test_a_closed_community_and_other_units_have_no_page(team, client):
    for unit in (team.cast.street, team.employer):
        assert client.get(reverse("community_service", args=[unit.pk])).status_code == 404
    team.community.is_active = False
    team.community.save()
    assert client.get(reverse("community_service", args=[team.community.pk])).status_code == 404
    assert "槐树社区" not in client.get(LIST).content.decode()
