"""By which words people are published where the rules of the forum keep their names out."""

import pytest
from django.utils import timezone
from django.utils.translation import gettext, override, pgettext

from accounts.models import User
from cases.models import Contact
from consultation.actions.invitations import reply
from consultation.actions.meetings import call_meeting
from consultation.enums import MatterState, MeetingState, Reply
from consultation.models import Minutes, MinutesEdit, SpeakingNote
from consultation.queries.minutes_names import hidden_in, kept_in
from consultation.queries.scope import meetings_kept_by
from consultation.redaction import pieces, published
from tests.cast import person


def instead(meeting) -> dict[str, str]:
    """Return what stands in the place of each name."""
    return {row.name: row.instead for row in hidden_in(meeting)}


@pytest.fixture
def meeting(team):
    meeting = team.meeting()
    team.invite(meeting)
    return meeting


@pytest.fixture(autouse=True)
def portal_language():
    with override("zh-hans"):
        yield


def representative(unit) -> str:
    return gettext("representative of %(unit)s") % {"unit": unit}


def test_who_comes_for_a_unit_is_its_representative_and_others_are_their_seat(team, meeting):
    found = instead(meeting)
    assert found["曹代表"] == "居民代表"
    assert found["严顾问"] == "法律顾问"
    assert found["秦联络"] == representative("平安供电公司")
    assert found["钱书记"] == representative("槐树社区")


def test_guests_without_unit_or_seat_have_a_number_that_stays(team, meeting):
    guest = person("guest", "游来宾")
    meeting.invitations.create(person=guest)
    expected = gettext("participant %(number)d") % {"number": 5}
    assert instead(meeting)["游来宾"] == expected
    assert instead(meeting)["游来宾"] == expected


def test_who_shares_a_description_is_told_apart_by_a_number(team):
    team.seat(person("second", "闵代表"), title="居民代表")
    meeting = team.meeting()
    team.invite(meeting)
    found = instead(meeting)
    numbered = pgettext("one of several", "%(label)s %(number)d")
    assert found["曹代表"] == numbered % {"label": "居民代表", "number": 1}
    assert found["闵代表"] == numbered % {"label": "居民代表", "number": 2}


def test_substitutes_presenters_proposers_and_convenors_are_described_too(team, meeting):
    stand_in, presenter, other = person("in", "韩代会"), person("presenter", "费讲解"), person("other", "凤提议")
    meeting.invitations.filter(person=team.liaison).update(reply=Reply.SUBSTITUTE, substitute=stand_in)
    matter = team.matter(state=MatterState.TABLED)
    team.matter(title="同一件事", proposer=other, state=MatterState.MERGED, merged_into=matter)
    team.item(meeting, presenter=presenter, matter=matter)
    found = instead(meeting)
    assert found["韩代会"] == pgettext("substitute", "stand-in of %(label)s") % {
        "label": representative("平安供电公司")
    }
    assert found["费讲解"] == pgettext("person", "presenter")
    assert found["王小明"].startswith(pgettext("person", "proposer"))
    assert found["凤提议"].startswith(pgettext("person", "proposer"))
    assert found["何召集"].startswith(gettext("convenor"))


def test_who_asked_in_the_case_behind_a_matter_is_a_resident(team, meeting):
    case, merged = team.cast.lodge(), team.cast.lodge()
    Contact.objects.filter(case=case).update(name="霍阿姨")
    Contact.objects.filter(case=merged).update(name="路大爷")
    matter = team.matter(state=MatterState.TABLED, case=case)
    team.matter(state=MatterState.MERGED, merged_into=matter, case=merged)
    team.item(meeting, matter=matter)
    found = instead(meeting)
    numbered = pgettext("one of several", "%(label)s %(number)d")
    names = sorted(["霍阿姨", "路大爷"])
    assert {found[name] for name in names} == {
        numbered % {"label": pgettext("person", "resident"), "number": number} for number in (1, 2)
    }


def test_who_lodged_the_case_and_raised_the_matter_is_described_once(team, meeting):
    case = team.cast.lodge(lodger=team.resident)
    Contact.objects.filter(case=case).update(name=team.resident.name)
    team.item(meeting, matter=team.matter(state=MatterState.TABLED, case=case))
    assert instead(meeting)[team.resident.name] == pgettext("person", "proposer")


def test_a_substitute_who_was_replaced_is_left_out_too(team):
    first, second = person("first", "韩代会"), person("then", "乔代会")
    meeting = team.meeting(state=MeetingState.CALLED)
    team.invite(meeting)
    invitation = meeting.invitations.get(person=team.liaison)
    for substitute in (first, second):
        reply(invitation=invitation, user=team.liaison, reply=Reply.SUBSTITUTE, substitute=substitute)
    assert instead(meeting)["韩代会"] == pgettext("substitute", "stand-in")
    assert instead(meeting)["乔代会"].startswith(
        pgettext("substitute", "stand-in of %(label)s") % {"label": representative("平安供电公司")}
    )
    reply(invitation=invitation, user=team.liaison, reply=Reply.YES)
    assert {"韩代会", "乔代会"} <= set(instead(meeting))


@pytest.mark.parametrize("deed", ["planned", "called", "noted", "wrote"])
def test_a_convenor_whose_post_has_ended_is_left_out_too(team, deed):
    former = person("former", "褚前任")
    meeting = team.meeting(**{"planned": {"created_by": former}, "called": {"called_by": former}}.get(deed, {}))
    if deed == "noted":
        SpeakingNote.objects.create(item=team.item(meeting), text="同意", noted_by=former, at=timezone.now())
    if deed == "wrote":
        minutes = Minutes.objects.create(meeting=meeting, drafted_by=team.convenor, drafted_at=timezone.now())
        MinutesEdit.objects.create(minutes=minutes, by=former, at=timezone.now())
    assert instead(meeting)["褚前任"].startswith(gettext("convenor"))


def test_two_people_with_one_name_are_not_taken_for_each_other(team):
    team.seat(person("namesake", "曹代表"), title="商户代表")
    meeting = team.meeting()
    team.invite(meeting)
    assert instead(meeting)["曹代表"] == "居民代表 / 商户代表"


def test_a_seat_that_is_called_by_a_name_says_less(team):
    team.seat(person("kin", "王家属"), title="曹代表的家属")
    meeting = team.meeting()
    team.invite(meeting)
    assert instead(meeting)["王家属"] == gettext("attendee")


def test_a_unit_with_a_name_in_it_stays_whole(team, meeting):
    User.objects.filter(pk=team.member.pk).update(name="槐树")
    parts = pieces("槐树说：槐树社区议事厅很好", hidden_in(meeting), kept_in(meeting))
    assert published(parts) == "居民代表说：槐树社区议事厅很好"


def test_a_forum_that_names_people_hides_nobody(team, meeting):
    team.forum.names_public = True
    team.forum.save()
    meeting.refresh_from_db()
    assert hidden_in(meeting) == []


@pytest.mark.parametrize("named", [True, False])
def test_a_meeting_keeps_the_rule_by_which_it_was_called(team, named):
    team.forum.names_public = named
    team.forum.save()
    meeting = team.meeting()
    team.item(meeting)
    meeting = call_meeting(meeting=meeting, user=team.convenor)
    team.forum.names_public = not named
    team.forum.save()
    meeting = meetings_kept_by(team.convenor).get(pk=meeting.pk)
    assert (hidden_in(meeting) == []) == named


def test_what_is_hidden_is_read_in_the_same_queries_for_any_number(team, meeting, django_assert_max_num_queries):
    for number in range(30):
        meeting.invitations.create(person=person(f"p{number}", f"来宾{number}"))
    meeting = meetings_kept_by(team.convenor).get(pk=meeting.pk)
    with django_assert_max_num_queries(4):
        assert len(hidden_in(meeting)) > 30
