"""A believable season of one community's forum in the demo, played through the actions that pages call.

One meeting has been held, published and half kept; one is in session; one has been called.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import Unit, User
from consultation.actions.agenda import add_item
from consultation.actions.forum_rules import Rules
from consultation.actions.forums import make_forum
from consultation.actions.invitations import reply, send_invitations
from consultation.actions.matters import accept_matter, raise_matter
from consultation.actions.measures import add_measure
from consultation.actions.meetings import call_meeting, plan_meeting
from consultation.actions.minutes import draft_minutes, submit_minutes
from consultation.actions.minutes_decisions import confirm_minutes, publish_minutes
from consultation.actions.presence import note_presence
from consultation.actions.room import close_meeting, note_outcome, note_said, open_meeting, take_up
from consultation.actions.seats import seat_member
from consultation.actions.votes import cast_vote, close_vote, open_vote
from consultation.enums import AgendaKind, Balloting, Choice, ForumLevel, Reply
from consultation.models import AgendaItem, Forum, Invitation, Matter, Meeting
from service.actions.commitments import claim_commitment
from service.actions.commitments_deliveries import deliver_commitment, rate_commitment, report_progress
from service.models import ListItem

COMMUNITY, STREET, DISTRICT = "110117001001", "110117001", "110117"
POWER, SCHOOL, LANDSCAPE = "E110117001", "E110117002", "D08"
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
HELD = 40  # days ago
ABOUT = "居民、驻区单位和社区坐在一起，商量院里院外的事：大家提、大家议、大家定，定了就有人办、有期限、有评价。"
MEMBERS = [
    # username, unit, as what
    ("secretary", COMMUNITY, ""),
    ("liaison", POWER, ""),
    ("liaison2", SCHOOL, ""),
    ("xuzhihe", "", "居民代表"),
    ("liuaiping", "", "居民代表"),
    ("zhouqiaoling", "", "楼门长"),
    ("zhaochenxi", "", "居民代表"),
]
NIGHT_PARKING = ("夜间停车向居民开放", "院内车位不够，晚上常堵住消防通道。附近单位夜里车位空着，能不能错时开放？")
CHARGING = ("电动自行车集中充电", "不少人把电瓶拿上楼充电，很危险。希望在院里建集中充电棚。")
BENCHES = ("活动广场加装座椅和扶手", "老人锻炼没有地方歇脚，台阶也没有扶手。")


@dataclass
class Hall:
    """The forum, who runs it, and the present of the demo."""

    forum: Forum
    convenor: User
    second: User
    resident: User
    now: datetime

    def ago(self, days: float) -> datetime:
        """Return an evening hour so many days before the present."""
        return timezone.localtime(self.now - days * DAY).replace(hour=19, minute=0, second=0, microsecond=0)

    def attend(self, meeting: Meeting, now: datetime, *, absent: int = 0) -> list[Invitation]:
        """Note everybody as present but the last `absent`; return who is there."""
        rows = list(meeting.invitations.select_related("person").order_by("pk"))
        there = rows[: len(rows) - absent]
        return [note_presence(invitation=row, user=self.convenor, now=now) for row in there]


def load_consultation(now: datetime) -> None:
    """Let a forum meet, decide, have it done and meet again, as if the present were `now`."""
    people = {user.username: user for user in User.objects.all()}
    convenor = people["convenor"]
    forum = make_forum(
        user=convenor,
        unit=Unit.objects.get(code=COMMUNITY),
        level=ForumLevel.COMMUNITY,
        name="北小区社区议事厅",
        convenor=convenor,
        text=ABOUT,
        rules=Rules(lead_days=3, written_votes=True),
        now=now - 120 * DAY,
    )
    hall = Hall(forum, convenor, people["convenor2"], people["resident"], now)
    for username, unit, title in MEMBERS:
        seat_member(
            forum=forum,
            user=convenor,
            who=username,
            unit=Unit.objects.get(code=unit) if unit else None,
            title=title,
            now=now - 119 * DAY,
        )
    _other_forums(people, now)
    held = _hold(hall)
    _keep(held, people, now)
    _call(hall, _accepted(hall, BENCHES, 8))
    _in_session(hall)
    _wait(hall, people)


def _other_forums(people: dict[str, User], now: datetime) -> None:
    street, district = Unit.objects.get(code=STREET), Unit.objects.get(code=DISTRICT)
    began = now - 118 * DAY
    rows = (
        (ForumLevel.COURTYARD, Unit.objects.get(code=COMMUNITY), people["convenor"], "北小区三号院议事会"),
        (ForumLevel.STREET, street, people["convenor3"], "滨河街道党政群共商共治会"),
        (ForumLevel.JOINT, street, people["convenor3"], "滨河街道区域化党建联席会议"),
        (ForumLevel.DISTRICT, district, people["convenor4"], "平谷区民主协商会"),
    )
    for level, unit, convenor, name in rows:
        make_forum(user=convenor, unit=unit, level=level, name=name, convenor=convenor, now=began)


def _accepted(hall: Hall, words: tuple[str, str], days: float) -> Matter:
    raised = hall.ago(days)
    matter = raise_matter(forum=hall.forum, user=hall.resident, title=words[0], text=words[1], now=raised)
    return accept_matter(matter=matter, user=hall.convenor, now=raised + DAY)


def _put(hall: Hall, meeting: Meeting, matter: Matter, now: datetime, balloting: Balloting) -> AgendaItem:
    return add_item(
        meeting=meeting,
        user=hall.convenor,
        kind=AgendaKind.DECISION,
        title=matter.title,
        text=matter.text,
        minutes=30,
        presenter=None,
        matter=matter,
        balloting=balloting,
        now=now,
    )


def _plan(hall: Hall, title: str, starts_at: datetime, now: datetime) -> Meeting:
    return plan_meeting(
        forum=hall.forum,
        user=hall.convenor,
        title=title,
        place="社区活动室二层",
        starts_at=starts_at,
        ends_at=starts_at + 2 * HOUR,
        now=now,
    )


def _hold(hall: Hall) -> Meeting:
    """Hold the meeting that decided on parking, and publish its minutes."""
    starts = hall.ago(HELD)
    matter = _accepted(hall, NIGHT_PARKING, HELD + 12)
    meeting = _plan(hall, "第十次议事会", starts, starts - 7 * DAY)
    item = _put(hall, meeting, matter, starts - 7 * DAY, Balloting.OPEN)
    community = hall.forum.unit
    for what, owner, days in (
        ("夜间19时至次日7时开放单位停车场四十个车位", POWER, 25),
        ("施划消防通道禁停标线并安装提示牌", SCHOOL, 30),
    ):
        add_measure(
            item=item,
            user=hall.convenor,
            what=what,
            owner=Unit.objects.get(code=owner),
            asker=community,
            due_on=_day(starts + days * DAY),
            now=starts - 6 * DAY,
        )
    call_meeting(meeting=meeting, user=hall.convenor, now=starts - 6 * DAY)
    send_invitations(meeting=meeting, now=starts - 6 * DAY)
    there = hall.attend(meeting, starts - 10 * MINUTE, absent=1)
    meeting = open_meeting(meeting=meeting, user=hall.convenor, now=starts)
    item = take_up(item=item, user=hall.convenor, now=starts + MINUTE)
    said = ("单位夜里车位空着，可以先拿出四十个试行。", "要登记车牌，早上七点前必须开走。")
    for speaker, text in zip(there[1:], said, strict=False):
        note_said(item=item, user=hall.convenor, speaker=speaker, text=text, now=starts + 10 * MINUTE)
    note_outcome(
        item=item,
        user=hall.convenor,
        discussion="与会人员讨论了车位数量、登记办法和违约处理。",
        decision="同意试行三个月，到期再议。",
        now=starts + 20 * MINUTE,
    )
    vote = open_vote(item=item, user=hall.convenor, question="是否同意夜间错时停车方案？", now=starts + 30 * MINUTE)
    choices = [Choice.FOR] * 5 + [Choice.AGAINST]
    for invitation, choice in zip(there, choices, strict=True):
        cast_vote(vote=vote, user=invitation.person, choice=choice, now=starts + 31 * MINUTE)
    close_vote(vote=vote, user=hall.convenor, now=starts + 35 * MINUTE)
    meeting = close_meeting(meeting=meeting, user=hall.convenor, now=starts + HOUR)
    draft_minutes(meeting=meeting, user=hall.convenor, now=starts + DAY)
    minutes = submit_minutes(meeting=meeting, user=hall.convenor, confirmer=hall.second, now=starts + DAY)
    confirm_minutes(meeting=meeting, user=hall.second, revision=minutes.revision, now=starts + 2 * DAY)
    publish_minutes(meeting=meeting, user=hall.convenor, now=starts + 3 * DAY)
    return meeting


def _keep(meeting: Meeting, people: dict[str, User], now: datetime) -> None:
    """Let one commitment be kept and rated, and the other be taken on and fall behind."""
    tasks = ListItem.objects.filter(resolution_task__resolution__meeting=meeting).order_by("pk")
    parking, marking = tasks
    began = meeting.starts_at
    claim_commitment(item=parking, user=people["liaison"], now=began + DAY)
    report_progress(item=parking, user=people["liaison"], text="闸机已调试，登记三十二户。", now=began + 9 * DAY)
    deliver_commitment(
        item=parking,
        user=people["liaison"],
        evidence="四十个车位已开放，登记四十户。",
        now=began + 16 * DAY,
    )
    rate_commitment(
        item=parking,
        user=people["resident"],
        rating=5,
        remark="晚上回家有地方停了。",
        now=began + 18 * DAY,
    )
    claim_commitment(item=marking, user=people["liaison2"], now=began + 2 * DAY)
    report_progress(item=marking, user=people["liaison2"], text="已联系施工队，等天气转好。", now=began + 20 * DAY)


def _call(hall: Hall, matter: Matter) -> None:
    """Call the next meeting; what fell behind is on its agenda by itself."""
    starts = timezone.localtime(hall.now + 6 * DAY).replace(hour=19, minute=0, second=0, microsecond=0)
    called = hall.now - DAY
    meeting = _plan(hall, "第十二次议事会", starts, called)
    _put(hall, meeting, matter, called, Balloting.OPEN)
    call_meeting(meeting=meeting, user=hall.convenor, now=called)
    send_invitations(meeting=meeting, now=called)
    rows = list(meeting.invitations.select_related("person").order_by("pk"))
    for invitation, answer in zip(rows, (Reply.YES, Reply.YES, Reply.NO), strict=False):
        reason = "当天值班" if answer == Reply.NO else ""
        reply(invitation=invitation, user=invitation.person, reply=answer, reason=reason, now=called + HOUR)


def _in_session(hall: Hall) -> None:
    """Leave one meeting in session, with its first item at hand, to be voted on."""
    matter = _accepted(hall, CHARGING, 12)
    starts = hall.now - 20 * MINUTE
    meeting = _plan(hall, "第十一次议事会", starts, starts - 5 * DAY)
    item = _put(hall, meeting, matter, starts - 5 * DAY, Balloting.SECRET)
    add_measure(
        item=item,
        user=hall.convenor,
        what="建成可停六十辆的集中充电棚",
        owner=Unit.objects.get(code=POWER),
        asker=hall.forum.unit,
        due_on=_day(hall.now + 45 * DAY),
        now=starts - 5 * DAY,
    )
    call_meeting(meeting=meeting, user=hall.convenor, now=starts - 4 * DAY)
    send_invitations(meeting=meeting, now=starts - 4 * DAY)
    hall.attend(meeting, starts - 5 * MINUTE, absent=2)
    open_meeting(meeting=meeting, user=hall.convenor, now=starts)
    take_up(item=item, user=hall.convenor, now=starts + 2 * MINUTE)


def _wait(hall: Hall, people: dict[str, User]) -> None:
    """Leave one matter to the convenor's decision."""
    raise_matter(
        forum=hall.forum,
        user=people["wuguangtian"],
        title="楼道堆物清理公约",
        text="楼道里杂物多，希望大家商量一个公约，定期清理。",
        now=hall.now - 6 * HOUR,
    )


def _day(at: datetime) -> date:
    return timezone.localdate(at)
