"""Minutes: drafted from what happened, edited, confirmed by a second person, locked, published without names."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from accounts.errors import NotAllowed, OutOfTurn, Refused
from accounts.models import User
from consultation.actions.minutes import draft_minutes, edit_minutes, owe_minutes, submit_minutes
from consultation.actions.minutes_decisions import confirm_minutes, publish_minutes, send_minutes_back
from consultation.actions.room import close_meeting
from consultation.actions.votes import cast_vote, close_vote, open_vote
from consultation.enums import AgendaState, Choice, MatterState, MeetingState, MinutesState, Reply, Step
from consultation.models import Ballot, Elector, Follow, Forum, Minutes, MinutesEdit, MinutesSection, Resolution, Vote
from consultation.queries.minutes import seconds_of
from consultation.queries.room import quorum_of
from consultation.queries.votes import result_of
from records.models import AuditEntry, Deadline, Notice
from tests.cast import person
from tests.consultation.minutes_scene import confirmed, drafted, invitation_of, over, say, submitted, voted


def owed(meeting) -> list[tuple]:
    """Return (step, who owes it) of the open deadlines of `meeting`."""
    rows = Deadline.objects.filter(object_id=meeting.pk, met_at=None, cancelled_at=None, kind__in=Step.values)
    return list(rows.order_by("pk").values_list("kind", "person__username"))


def told(kind: str) -> list[str]:
    rows = Notice.objects.filter(kind=kind).order_by("recipient__username")
    return list(rows.values_list("recipient__username", flat=True))


def only_section(minutes) -> str:
    return minutes.sections.get().text


def edit(minutes, user, *, opening="2026年11月22日，社区议事厅。", text="改过的文字", revision=None):
    section = minutes.sections.order_by("pk").first()
    return edit_minutes(
        meeting=minutes.meeting,
        user=user,
        revision=minutes.revision if revision is None else revision,
        opening=opening,
        texts={section.pk: text},
    )


# --- the draft ----------------------------------------------------------------------------------------------


def test_the_convenor_owes_the_minutes_when_the_meeting_is_over(team):
    meeting = over(team)
    assert owed(meeting) == [(Step.DRAFT_MINUTES, "convenor")]
    deadline = Deadline.objects.get(kind=Step.DRAFT_MINUTES)
    assert deadline.unit == team.cast.community
    assert deadline.due_at > timezone.now() + timedelta(days=2)


def test_the_opening_says_who_came_and_whether_that_was_a_quorum(team):
    meeting = team.in_session()
    guest = person("stand_in", "韩代会")
    invitation_of(meeting, team.liaison)
    meeting.invitations.filter(person=team.liaison).update(reply=Reply.SUBSTITUTE, substitute=guest)
    meeting.invitations.filter(person=team.adviser).update(reply=Reply.NO, checked_in_at=None)
    meeting.invitations.filter(person=team.secretary).update(checked_in_at=None)
    meeting.state = MeetingState.CLOSED
    meeting.save()
    opening = drafted(team, meeting).opening
    came, excused, absent = opening.splitlines()[2:5]
    for name in ("曹代表", "居民代表", "韩代会", "平安供电公司", "秦联络"):
        assert name in came
    assert "严顾问" in excused
    assert "钱书记" in absent
    assert "社区议事厅" in opening
    with override("zh-hans"):
        said = {"present": 2, "seats": 3, "needed": 2, "percent": 50}
        met = gettext("Quorum: %(present)d of %(seats)d with a vote present, %(needed)d needed (%(percent)d%%): met.")
    assert opening.splitlines()[-1] == met % said


def test_a_meeting_without_quorum_says_so(team):
    meeting = over(team)
    meeting.invitations.exclude(person=team.member).update(checked_in_at=None)
    with override("zh-hans"):
        sentence = gettext(
            "Quorum: %(present)d of %(seats)d with a vote present, %(needed)d needed (%(percent)d%%): not met."
        )
    assert drafted(team, meeting).opening.endswith(sentence % {"present": 1, "seats": 3, "needed": 2, "percent": 50})


def test_who_comes_for_two_is_one_person_of_the_quorum(team):
    meeting = over(team)
    meeting.invitations.filter(person=team.secretary).update(reply=Reply.SUBSTITUTE, substitute=team.member)
    meeting.invitations.filter(person=team.liaison).update(checked_in_at=None)
    assert not quorum_of(meeting).is_reached
    with override("zh-hans"):
        sentence = gettext(
            "Quorum: %(present)d of %(seats)d with a vote present, %(needed)d needed (%(percent)d%%): not met."
        )
    assert drafted(team, meeting).opening.endswith(sentence % {"present": 1, "seats": 3, "needed": 2, "percent": 50})


def test_names_that_do_not_fit_into_the_opening_are_counted(team):
    for number in range(220):
        team.seat(person(f"many{number}", f"很长的名字的代表第{number:03}号"), title="居民代表")
    opening = drafted(team).opening
    assert len(opening) <= 4000
    assert "223" in opening.splitlines()[2]
    assert "曹代表" not in opening


def test_a_section_holds_discussion_notes_vote_resolution_and_decision_in_that_order(team):
    meeting = over(team)
    item = meeting.items.get()
    meeting.items.update(decision="下月划线。")
    say(meeting, team.member, "先划东边", team.convenor)
    say(meeting, team.liaison, "可以出电", team.convenor)
    vote = voted(team, meeting)
    Resolution.objects.create(
        forum=meeting.forum, meeting=meeting, item=item, vote=vote, year=2026, serial=3, title="划线", text="划线",
        adopted_at=timezone.now(),
    )  # fmt: skip
    text = only_section(drafted(team, meeting))
    parts = ["讨论了停车位", "曹代表", "先划东边", "秦联络", "可以出电", "是否同意停车位划线方案", "2026-3", "下月划线"]
    found = [text.index(part) for part in parts]
    assert found == sorted(found)
    for number in ("3", "1", "0", "4"):
        assert number in text[text.index("是否同意") :]


def test_an_item_that_was_put_off_and_a_vote_broken_off_say_so(team):
    meeting = over(team)
    voted(team, meeting, state="broken_off", adopted=None, reason="停电")
    later = team.item(meeting, title="健身器材", state=AgendaState.DEFERRED)
    minutes = drafted(team, meeting)
    assert "停电" in minutes.sections.get(item__position=1).text
    with override("zh-hans"):
        assert minutes.sections.get(item=later).text == gettext("The item was put off to a later meeting.")


@pytest.mark.parametrize("balloting", ["open", "secret"])
def test_no_elector_is_named(team, balloting):
    meeting = over(team)
    vote = voted(team, meeting, balloting=balloting, electorate=1, in_favour=1, against=0)
    elector = Elector.objects.create(
        vote=vote, invitation=invitation_of(meeting, team.member), person=team.member, has_voted=True
    )
    if balloting == "open":
        Ballot.objects.create(elector=elector, choice=Choice.FOR, at=timezone.now())
    assert "曹代表" not in only_section(drafted(team, meeting))


def test_notes_that_do_not_fit_are_counted(team):
    meeting = over(team)
    for _number in range(12):
        say(meeting, team.member, "说" * 1000, team.convenor)
    meeting.items.update(decision="定" * 2000)
    text = only_section(drafted(team, meeting))
    assert len(text) <= 8000
    assert text.endswith("定" * 2000)


def test_the_draft_is_in_the_language_of_the_portal(team):
    with override("en"):
        english = drafted(team).opening
    with override("zh-hans"):
        place = gettext("Place: %(place)s") % {"place": "社区议事厅"}
    assert place in english


def test_any_convenor_of_the_forum_drafts_once_nobody_else(team):
    meeting = over(team)
    for stranger in (team.member, team.neighbour_convenor, team.street_convenor, team.resident):
        with pytest.raises(NotAllowed):
            draft_minutes(meeting=meeting, user=stranger)
    draft_minutes(meeting=meeting, user=team.deputy)
    with pytest.raises(OutOfTurn):
        draft_minutes(meeting=meeting, user=team.convenor)
    assert list(MinutesEdit.objects.values_list("by__username", flat=True)) == ["convenor2"]


def test_a_meeting_in_session_has_no_minutes_yet(team):
    with pytest.raises(OutOfTurn):
        draft_minutes(meeting=team.in_session(), user=team.convenor)


# --- editing ------------------------------------------------------------------------------------------------


def test_what_is_edited_is_kept_and_counted(team):
    minutes = edit(drafted(team), team.deputy)
    assert (minutes.revision, minutes.opening) == (1, "2026年11月22日，社区议事厅。")
    assert only_section(minutes) == "改过的文字"
    assert MinutesEdit.objects.filter(minutes=minutes, by=team.deputy).count() == 1


def test_a_text_that_somebody_has_replaced_meanwhile_is_refused(team):
    minutes = drafted(team)
    edit(minutes, team.deputy, text="副召集人的文字")
    with pytest.raises(Refused):
        edit(minutes, team.convenor, revision=0)
    assert only_section(minutes) == "副召集人的文字"


def test_sections_of_other_minutes_are_out_of_reach(team):
    mine, other = drafted(team), drafted(team)
    before = only_section(other)
    section = other.sections.get()
    edit_minutes(meeting=mine.meeting, user=team.convenor, revision=0, opening="会议", texts={section.pk: "改"})
    assert only_section(other) == before


@pytest.mark.parametrize(
    ("given", "field"),
    [({"opening": " "}, "opening"), ({"text": "长" * 8001}, None), ({"opening": "长" * 4001}, "opening")],
)
def test_texts_that_do_not_fit_are_refused_at_their_field(team, given, field):
    minutes = drafted(team)
    with pytest.raises(Refused) as refusal:
        edit(minutes, team.convenor, **given)
    assert refusal.value.field == (field or f"section_{minutes.sections.get().pk}")
    minutes.refresh_from_db()
    assert minutes.revision == 0


# --- confirming ---------------------------------------------------------------------------------------------


def test_second_persons_were_there_with_a_vote_or_convene_and_did_not_write(team):
    meeting = over(team)
    meeting.invitations.filter(person=team.secretary).update(checked_in_at=None)
    stand_in = person("stand_in", "韩代会")
    meeting.invitations.filter(person=team.liaison).update(reply=Reply.SUBSTITUTE, substitute=stand_in)
    drafted(team, meeting)
    assert {user.username for user in seconds_of(meeting)} == {"forum_member", "stand_in", "convenor2"}


def test_submitted_minutes_are_owed_by_who_was_chosen(team):
    minutes = submitted(team)
    assert minutes.state == MinutesState.SUBMITTED
    assert owed(minutes.meeting) == [(Step.CONFIRM_MINUTES, "forum_member")]
    assert told("minutes.to_confirm") == ["forum_member"]
    with pytest.raises(OutOfTurn):
        edit(minutes, team.convenor)


@pytest.mark.parametrize("chosen", ["convenor", "deputy", "adviser", "resident", "neighbour_convenor"])
def test_nobody_else_can_be_chosen(team, chosen):
    minutes = edit(drafted(team), team.deputy)
    with pytest.raises(Refused) as refusal:
        submit_minutes(meeting=minutes.meeting, user=team.convenor, confirmer=getattr(team, chosen))
    assert refusal.value.field == "confirmer"


@pytest.mark.parametrize("who", ["member", "secretary", "liaison", "deputy"])
def test_any_entitled_second_person_confirms(team, who):
    minutes = submitted(team)
    minutes = confirm_minutes(meeting=minutes.meeting, user=getattr(team, who), revision=minutes.revision)
    assert (minutes.state, minutes.confirmed_by) == (MinutesState.CONFIRMED, getattr(team, who))
    meeting = minutes.meeting
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.MINUTED
    assert owed(meeting) == [(Step.PUBLISH_MINUTES, "convenor")]
    assert told("minutes.confirmed") == ["convenor"]


@pytest.mark.parametrize("who", ["convenor", "adviser", "resident", "neighbour_convenor", "street_convenor"])
def test_nobody_confirms_what_they_wrote_or_was_not_theirs(team, who):
    minutes = submitted(team)
    with pytest.raises(NotAllowed):
        confirm_minutes(meeting=minutes.meeting, user=getattr(team, who), revision=minutes.revision)
    minutes.refresh_from_db()
    assert minutes.state == MinutesState.SUBMITTED


def test_who_wrote_earlier_cannot_confirm_though_others_wrote_since(team):
    minutes = edit(drafted(team), team.deputy)
    edit(minutes, team.convenor)
    submit_minutes(meeting=minutes.meeting, user=team.convenor, confirmer=team.member)
    with pytest.raises(NotAllowed):
        confirm_minutes(meeting=minutes.meeting, user=team.deputy, revision=2)


def test_the_database_refuses_an_author_who_confirms(team):
    minutes = submitted(team)
    with pytest.raises(IntegrityError), transaction.atomic():
        Minutes.objects.filter(pk=minutes.pk).update(confirmed_by=team.convenor, confirmed_at=timezone.now())


def test_a_text_that_was_replaced_since_it_was_read_is_not_confirmed(team):
    minutes = submitted(team)
    send_minutes_back(meeting=minutes.meeting, user=team.member, reason="人数不对")
    minutes.refresh_from_db()
    edit(minutes, team.convenor)
    submit_minutes(meeting=minutes.meeting, user=team.convenor, confirmer=team.member)
    with pytest.raises(Refused):
        confirm_minutes(meeting=minutes.meeting, user=team.member, revision=0)


def test_what_is_sent_back_is_a_draft_again_and_its_writers_read_why(team):
    minutes = edit(drafted(team), team.deputy)
    submit_minutes(meeting=minutes.meeting, user=team.convenor, confirmer=team.member)
    minutes = send_minutes_back(meeting=minutes.meeting, user=team.secretary, reason="人数不对")
    assert (minutes.state, minutes.reason) == (MinutesState.DRAFT, "人数不对")
    assert owed(minutes.meeting) == [(Step.DRAFT_MINUTES, "convenor")]
    assert told("minutes.sent_back") == ["convenor", "convenor2"]
    submit_minutes(meeting=minutes.meeting, user=team.convenor, confirmer=team.member)
    assert owed(minutes.meeting) == [(Step.CONFIRM_MINUTES, "forum_member")]


def test_sending_back_needs_a_reason_and_an_entitled_person(team):
    minutes = submitted(team)
    with pytest.raises(Refused) as refusal:
        send_minutes_back(meeting=minutes.meeting, user=team.member, reason=" ")
    assert refusal.value.field == "reason"
    with pytest.raises(NotAllowed):
        send_minutes_back(meeting=minutes.meeting, user=team.adviser, reason="不同意")
    assert confirming() == (False, False)


def confirming() -> tuple[bool, bool]:
    """Return whether the obligation to confirm was met, and whether it was cancelled."""
    deadline = Deadline.objects.get(kind=Step.CONFIRM_MINUTES)
    return deadline.met_at is not None, deadline.cancelled_at is not None


@pytest.mark.parametrize(
    ("who", "ended"), [("convenor", (False, True)), ("member", (True, False)), ("deputy", (True, False))]
)
def test_who_takes_the_minutes_back_did_not_answer_for_the_second_person(team, who, ended):
    minutes = submitted(team)
    send_minutes_back(meeting=minutes.meeting, user=getattr(team, who), reason="还要补一句")
    assert confirming() == ended
    assert owed(minutes.meeting) == [(Step.DRAFT_MINUTES, "convenor")]


# --- the lock -----------------------------------------------------------------------------------------------


def test_confirmed_minutes_are_closed_to_every_verb(team):
    minutes = confirmed(team)
    for attempt in (
        lambda: edit(minutes, team.convenor),
        lambda: submit_minutes(meeting=minutes.meeting, user=team.convenor, confirmer=team.secretary),
        lambda: send_minutes_back(meeting=minutes.meeting, user=team.member, reason="晚了"),
        lambda: confirm_minutes(meeting=minutes.meeting, user=team.secretary, revision=minutes.revision),
        lambda: draft_minutes(meeting=minutes.meeting, user=team.convenor),
    ):
        with pytest.raises(OutOfTurn):
            attempt()


def refused_by_the_database(attempt) -> bool:
    try:
        with transaction.atomic():
            attempt()
    except IntegrityError:
        return True
    return False


def test_the_database_keeps_confirmed_minutes(team):
    minutes = confirmed(team)
    row, sections = Minutes.objects.filter(pk=minutes.pk), MinutesSection.objects.filter(minutes=minutes)
    for attempt in (
        lambda: row.update(opening="改"),
        lambda: row.update(confirmed_by=team.secretary),
        lambda: row.update(confirmed_at=None, confirmed_by=None),
        lambda: sections.update(text="改"),
        sections.delete,
        lambda: row._raw_delete(row.db),
    ):
        assert refused_by_the_database(attempt)
    row.update(public_opening="公开", state=MinutesState.PUBLISHED)
    sections.update(public_text="公开")


def test_the_database_takes_no_more_sections_once_they_are_confirmed(team):
    minutes = submitted(team)
    MinutesSection.objects.create(minutes=minutes, item=team.item(minutes.meeting), text="补充")
    confirm_minutes(meeting=minutes.meeting, user=team.member, revision=minutes.revision)
    late = team.item(minutes.meeting)
    assert refused_by_the_database(lambda: MinutesSection.objects.create(minutes=minutes, item=late, text="晚了"))
    MinutesSection.objects.create(minutes=drafted(team), item=late, text="别的纪要")


def test_the_database_keeps_what_was_published(team):
    minutes = publish_minutes(meeting=confirmed(team).meeting, user=team.convenor)
    row, sections = Minutes.objects.filter(pk=minutes.pk), MinutesSection.objects.filter(minutes=minutes)
    for attempt in (
        lambda: row.update(public_opening="曹代表"),
        lambda: row.update(published_at=None),
        lambda: sections.update(public_text="曹代表"),
        sections.delete,
    ):
        assert refused_by_the_database(attempt)


def test_the_database_lets_a_draft_be_changed(team):
    minutes = submitted(team)
    Minutes.objects.filter(pk=minutes.pk).update(opening="改")
    MinutesSection.objects.filter(minutes=minutes).update(text="改")
    assert MinutesSection.objects.filter(minutes=minutes).delete()[0] == 1


# --- publishing ---------------------------------------------------------------------------------------------


def test_published_minutes_leave_out_the_names(team):
    meeting = over(team)
    say(meeting, team.member, "钱书记说得对", team.convenor)
    minutes = publish_minutes(meeting=confirmed(team, meeting).meeting, user=team.convenor)
    section = minutes.sections.get()
    public = minutes.public_opening + section.public_text
    for name in ("曹代表", "钱书记", "秦联络", "严顾问"):
        assert name in minutes.opening + section.text
        assert name not in public
    assert "居民代表" in public
    assert "平安供电公司" in public
    meeting.refresh_from_db()
    assert (meeting.state, minutes.state) == (MeetingState.PUBLISHED, MinutesState.PUBLISHED)
    assert meeting.published_at == minutes.published_at
    assert owed(meeting) == []


@pytest.mark.parametrize("named", [True, False])
def test_numbers_are_never_published(team, named):
    meeting = over(team, names_public=named)
    say(meeting, team.member, "可拨13800138000", team.convenor)
    section = publish_minutes(meeting=confirmed(team, meeting).meeting, user=team.convenor).sections.get()
    assert "13800138000" in section.text
    assert "13800138000" not in section.public_text


def test_a_substitute_is_published_once_with_whom_they_came_for(team):
    meeting = over(team)
    guest = meeting.invitations.create(person=person("guest", "游来宾"), checked_in_at=timezone.now())
    meeting.invitations.filter(pk=guest.pk).update(reply=Reply.SUBSTITUTE, substitute=person("stand_in", "韩代会"))
    minutes = publish_minutes(meeting=confirmed(team, meeting).meeting, user=team.convenor)
    with override("zh-hans"):
        participant = gettext("participant %(number)d") % {"number": 5}
    assert "韩代会" in minutes.opening
    assert minutes.public_opening.count(participant) == 1


@pytest.mark.parametrize(
    ("votes", "kind"),
    [({"adopted": True}, "matter.adopted"), ({"adopted": False}, "matter.not_adopted"), (None, "matter.minuted")],
)
def test_who_raised_a_matter_is_told_what_came_of_it(team, votes, kind):
    meeting = over(team)
    meeting.items.update(matter=team.matter(state=MatterState.DECIDED))
    if votes:
        voted(team, meeting, **votes)
    publish_minutes(meeting=confirmed(team, meeting).meeting, user=team.convenor)
    assert told(kind) == ["resident"]
    assert Notice.objects.filter(kind__in=["matter.adopted", "matter.not_adopted", "matter.minuted"]).count() == 1


def test_what_was_not_adopted_is_nowhere_called_decided(team):
    meeting = team.in_session()
    meeting.items.update(decision="划三十个车位")
    vote = open_vote(item=meeting.at_hand, user=team.convenor, question="同意吗？")
    for user in (team.member, team.secretary):
        cast_vote(vote=vote, user=user, choice=Choice.AGAINST)
    close_vote(vote=vote, user=team.convenor)
    decision = meeting.items.get().decision
    assert decision.startswith(result_of(Vote.objects.get()))
    assert "划三十个车位" in decision
    meeting.refresh_from_db()
    close_meeting(meeting=meeting, user=team.convenor)
    text = only_section(drafted(team, meeting))
    with override("zh-hans"):
        label = gettext("Decision: %(text)s") % {"text": ""}
    assert decision in text
    assert label not in text


def test_titles_are_published_without_names_too(team):
    meeting = over(team)
    meeting.items.update(title="曹代表家门前的车位")
    section = publish_minutes(meeting=confirmed(team, meeting).meeting, user=team.convenor).sections.get()
    assert section.public_title == "居民代表家门前的车位"
    assert section.public_body == section.text


def test_the_names_of_forum_and_units_stay_whole(team):
    User.objects.filter(pk=team.member.pk).update(name="槐树")
    minutes = submitted(team, over(team))
    opening = "槐树社区议事厅，到会：槐树。"
    Minutes.objects.filter(pk=minutes.pk).update(opening=opening)
    MinutesSection.objects.filter(minutes=minutes).update(text="槐树说：槐树社区来办。")
    confirm_minutes(meeting=minutes.meeting, user=team.member, revision=minutes.revision)
    minutes = publish_minutes(meeting=minutes.meeting, user=team.convenor)
    assert minutes.public_opening == "槐树社区议事厅，到会：居民代表。"
    assert minutes.sections.get().public_body == "居民代表说：槐树社区来办。"


@pytest.mark.parametrize(("at_call", "since"), [(False, True), (True, False)])
def test_who_is_named_follows_the_rule_by_which_the_meeting_was_called(team, at_call, since):
    meeting = over(team, names_public=at_call)
    Forum.objects.filter(pk=team.forum.pk).update(names_public=since)
    minutes = publish_minutes(meeting=confirmed(team, meeting).meeting, user=team.convenor)
    assert ("曹代表" in minutes.public_opening) == at_call


def test_a_forum_may_name_people(team):
    team.forum.names_public = True
    team.forum.save()
    minutes = publish_minutes(meeting=confirmed(team).meeting, user=team.convenor)
    assert minutes.public_opening == minutes.opening
    assert "曹代表" in minutes.public_opening


def test_followers_and_the_invited_are_told_once(team):
    for user in (team.resident, team.member):
        Follow.objects.create(forum=team.forum, user=user, since=timezone.now())
    meeting = confirmed(team).meeting
    publish_minutes(meeting=meeting, user=team.convenor)
    assert told("minutes.published") == ["forum_adviser", "forum_member", "liaison", "resident", "secretary"]
    assert Notice.objects.filter(kind="minutes.published").first().url == reverse(
        "published_minutes", args=[meeting.pk]
    )


def test_the_resolutions_are_published_with_them(team):
    meeting = over(team)
    vote = voted(team, meeting)
    resolution = Resolution.objects.create(
        forum=meeting.forum, meeting=meeting, item=vote.item, vote=vote, year=2026, serial=1, title="曹代表说划线",
        text="由秦联络划线", adopted_at=timezone.now(),
    )  # fmt: skip
    publish_minutes(meeting=confirmed(team, meeting).meeting, user=team.convenor)
    resolution.refresh_from_db()
    assert resolution.published_at is not None
    assert resolution.public_title == "居民代表说划线"
    assert "秦联络" not in resolution.public_text
    assert "平安供电公司" in resolution.public_text


def test_only_confirmed_minutes_are_published_once_and_by_a_convenor(team):
    minutes = submitted(team)
    with pytest.raises(OutOfTurn):
        publish_minutes(meeting=minutes.meeting, user=team.convenor)
    confirm_minutes(meeting=minutes.meeting, user=team.member, revision=minutes.revision)
    for stranger in (team.member, team.neighbour_convenor, team.resident):
        with pytest.raises(NotAllowed):
            publish_minutes(meeting=minutes.meeting, user=stranger)
    publish_minutes(meeting=minutes.meeting, user=team.deputy)
    with pytest.raises(OutOfTurn):
        publish_minutes(meeting=minutes.meeting, user=team.convenor)


def test_every_step_is_on_record(team):
    publish_minutes(meeting=confirmed(team).meeting, user=team.convenor)
    verbs = AuditEntry.objects.filter(verb__startswith="minutes.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["minutes.draft", "minutes.submit", "minutes.confirm", "minutes.publish"]


def test_each_closing_is_owed_anew(team):
    meeting = over(team)
    owe_minutes(meeting=meeting, now=timezone.now())
    assert [kind for kind, _who in owed(meeting)] == [Step.DRAFT_MINUTES] * 2
