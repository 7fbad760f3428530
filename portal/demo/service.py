"""A believable month of service in one community of the demo, played through the actions that pages call."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import Unit, User
from records.clocks import SHANGHAI
from service.actions.attendance import mark_absent, mark_present
from service.actions.call_answers import answer_call
from service.actions.calls import call_helpers
from service.actions.employers import register_employer
from service.actions.employers_decisions import confirm_employer
from service.actions.hours import attest_hours
from service.actions.households import assign_household, enter_household, note_visit
from service.actions.lists import list_need, list_resource
from service.actions.lists_claims import match_items
from service.actions.lists_deliveries import deliver_item, rate_item
from service.actions.posts import PostTexts, publish_post
from service.actions.registrations import register_member
from service.actions.registrations_decisions import confirm_registration
from service.actions.shifts import add_shifts
from service.actions.sign_ups import sign_up
from service.actions.wish_claims import claim_wish, fulfil_wish
from service.actions.wish_thanks import publish_thanks, thank
from service.actions.wishes import make_wish, publish_wish
from service.models import Activity, ServicePost, Shift, SignUp, Skill

COMMUNITY, POWER, SCHOOL = "110117001001", "E110117001", "E110117002"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
REGISTERED = 60  # days ago
AGREEMENT = (
    "一、双方定期会商，每季度至少一次。\n二、单位向社区开放会议室和专业力量，社区为单位党员提供服务岗位。\n"
    "三、项目清单由双方共同确认，按期交付，由提出需求的一方评价。"
)

MEMBERS = [
    # username, employer, branch, skills, hours a month, born
    ("member", POWER, "供电公司第一党支部", ["electrical", "first-aid"], 8, date(1988, 4, 12)),
    ("wangjianping", POWER, "供电公司第一党支部", ["electrical", "driving"], 6, date(1979, 9, 3)),
    ("lixiaohong", POWER, "供电公司第二党支部", ["writing"], 4, date(1992, 1, 25)),
    ("chenguodong", SCHOOL, "第五中学教工党支部", ["teaching", "counselling"], 10, date(1985, 7, 8)),
    ("sunyulan", SCHOOL, "第五中学教工党支部", ["teaching", "sign-language"], 6, date(1990, 11, 30)),
]
POSTS = [
    # activity, title, text, place, skills, weekday, begins, ends, places
    ("elderly", "陪独居老人就医", "陪同挂号、候诊、取药，送回家中。", "社区服务站", [], 2, time(8), time(11), 2),
    (
        "children",
        "周末课业辅导",
        "辅导小学生完成作业，讲解疑难。",
        "社区活动室二层",
        ["teaching"],
        5,
        time(9),
        time(11),
        3,
    ),
    (
        "repair",
        "便民小维修",
        "检查老旧插座、灯具，更换零件。",
        "社区服务站门前",
        ["electrical"],
        6,
        time(14),
        time(16),
        2,
    ),
    ("traffic", "早高峰文明引导", "引导车辆和学生有序通行。", "第五中学东门", [], 0, time(7), time(8), 4),
]


@dataclass
class Community:
    """Who plays."""

    unit: Unit
    secretary: User
    liaison: User
    now: datetime

    def ago(self, days: float) -> datetime:
        """Return a working hour about so many days before the present."""
        return timezone.localtime(self.now - days * DAY).replace(hour=10, minute=0, second=0, microsecond=0)


def load_service(now: datetime) -> None:
    """Let members and employers register, serve and be attested, as if the present were `now`."""
    stage = Community(
        Unit.objects.get(code=COMMUNITY),
        User.objects.get(username="secretary"),
        User.objects.get(username="liaison"),
        now,
    )
    members = _register(stage)
    for post in _publish(stage):
        _serve(stage, post, members)
    _list(stage)
    _wish(stage, members[0])
    _care(stage, members[0])
    _call(stage, members)


def _register(stage: Community) -> list[User]:
    began = stage.ago(REGISTERED)
    for code, organisation, liaison in ((POWER, "供电公司党委", "liaison"), (SCHOOL, "第五中学党总支", "liaison2")):
        registration = register_employer(
            employer=Unit.objects.get(code=code),
            community=stage.unit,
            user=User.objects.get(username=liaison),
            organisation=organisation,
            agreement=AGREEMENT,
            agreed_from=timezone.localdate(began),
            agreed_until=timezone.localdate(began) + 730 * DAY,
            now=began,
        )
        confirm_employer(registration=registration, user=stage.secretary, now=began + HOUR)
    members = []
    for username, employer, branch, skills, hours, born_on in MEMBERS:
        member = User.objects.get(username=username)
        registration = register_member(
            member=member,
            user=member,
            community=stage.unit,
            employer=Unit.objects.get(code=employer),
            branch=branch,
            skills=Skill.objects.filter(code__in=skills),
            hours_per_month=hours,
            born_on=born_on,
            consent=True,
            now=began + DAY,
        )
        confirm_registration(registration=registration, user=stage.secretary, now=began + 2 * DAY)
        members.append(member)
    waiting = User.objects.get(username="zhoulihua")
    register_member(
        member=waiting,
        user=waiting,
        community=stage.unit,
        employer_name="京东食品厂",
        hours_per_month=4,
        consent=True,
        now=stage.now - 3 * HOUR,
    )
    return members


def _publish(stage: Community) -> list[ServicePost]:
    """Publish the posts, each with a shift a week from three weeks ago until two weeks ahead."""
    posts = []
    for activity, title, text, place, skills, weekday, begins, ends, places in POSTS:
        published = stage.ago(30)
        texts = PostTexts(
            Activity.objects.get(code=activity), title, text, place, skills=list(Skill.objects.filter(code__in=skills))
        )
        post = publish_post(community=stage.unit, user=stage.secretary, texts=texts, now=published)
        days = [timezone.localdate(stage.now) + shift * DAY for shift in range(-21, 15)]
        spans = [
            (datetime.combine(day, begins, SHANGHAI), datetime.combine(day, ends, SHANGHAI))
            for day in days
            if day.weekday() == weekday
        ]
        add_shifts(post=post, user=stage.secretary, spans=spans, places=places, now=published)
        posts.append(post)
    return posts


def _serve(stage: Community, post: ServicePost, members: list[User]) -> None:
    """Let those who may sign up for every shift; attest what is over, but leave the last one to the secretary."""
    fit = [member for member in members if _has_skills(member, post)]
    shifts = list(Shift.objects.filter(post=post).order_by("starts_at"))
    over = [shift for shift in shifts if shift.ends_at < stage.now - HOUR]
    for turn, shift in enumerate(shifts):
        crew = [fit[(turn + place) % len(fit)] for place in range(min(len(fit), shift.places))]
        signed_up = min(stage.now - HOUR, shift.starts_at - 3 * DAY)
        for member in dict.fromkeys(crew):
            sign_up(shift=Shift.objects.get(pk=shift.pk), user=member, now=signed_up)
        if shift in over:
            _attend(stage, shift, is_last=shift == over[-1])


def _has_skills(member: User, post: ServicePost) -> bool:
    known = {skill for row in member.registrations.all() for skill in row.skills.all()}
    return set(post.skills.all()) <= known


def _attend(stage: Community, shift: Shift, *, is_last: bool) -> None:
    people = list(SignUp.objects.filter(shift=shift).order_by("pk"))
    came, absent = people, []
    if len(people) > 1 and shift.pk % 5 == 0:
        *came, missing = people
        absent = [missing.pk]
    keys = [row.pk for row in came]
    mark_present(shift=shift, user=stage.secretary, people=keys, reason="现场点名", now=shift.starts_at)
    if absent:
        mark_absent(shift=shift, user=stage.secretary, people=absent, reason="未到岗", now=shift.ends_at)
    if not is_last:
        length = int((shift.ends_at - shift.starts_at).total_seconds() // 60)
        attest_hours(shift=shift, user=stage.secretary, minutes=dict.fromkeys(keys, length), now=shift.ends_at + HOUR)


def _list(stage: Community) -> None:
    power = Unit.objects.get(code=POWER)
    needs = [
        list_need(community=stage.unit, user=stage.secretary, now=stage.ago(40), **given)
        for given in (
            {"resource_kind": "professional", "title": "老旧楼道线路检查", "text": "六栋楼的公共线路多年未检修。"},
            {"resource_kind": "room", "title": "居民议事会场地", "text": "每月一次，约四十人。"},
            {"resource_kind": "vehicle", "title": "重阳节接送老人用车", "text": "一天，二十座以上。"},
        )
    ]
    resources = [
        list_resource(community=stage.unit, employer=power, user=stage.liaison, now=stage.ago(38), **given)
        for given in (
            {"resource_kind": "professional", "title": "电工巡检小组", "text": "四名持证电工，每季度两天。"},
            {"resource_kind": "room", "title": "会议室（可坐六十人）", "text": "周末可用。"},
        )
    ]
    due_on = timezone.localdate(stage.ago(15))
    done = match_items(need=needs[0], resource=resources[0], user=stage.secretary, due_on=due_on, now=stage.ago(35))
    deliver_item(item=done, user=stage.liaison, evidence="六栋楼全部检查，更换空气开关十一处。", now=stage.ago(18))
    rate_item(item=done, user=stage.secretary, rating=5, remark="检查仔细，居民满意。", now=stage.ago(16))
    ahead = timezone.localdate(stage.now) + 10 * DAY
    match_items(need=needs[1], resource=resources[1], user=stage.secretary, due_on=ahead, now=stage.ago(5))


def _wish(stage: Community, member: User) -> None:
    wishes = [
        ("zhouqiaoling", "想要一盏床头灯", "夜里起身看不清路。", "3号楼，请先打电话"),
        ("xuzhihe", "教我用手机挂号", "孩子不在身边，想自己会用。", "社区活动室"),
        ("liuaiping", "给孙女找几本旧课本", "三年级下学期。", "社区服务站转交"),
    ]
    made = []
    for username, title, text, contact in wishes:
        resident = User.objects.get(username=username)
        made.append(
            make_wish(user=resident, community=stage.unit, title=title, text=text, contact=contact, now=stage.ago(12))
        )
    for wish in made[:2]:
        publish_wish(wish=wish, user=stage.secretary, title=wish.title, text=wish.text, now=stage.ago(11))
    due_on = timezone.localdate(stage.ago(5))
    lamp = claim_wish(wish=made[0], user=member, due_on=due_on, now=stage.ago(10))
    lamp = fulfil_wish(wish=lamp, user=member, outcome="已送去感应床头灯并装好。", now=stage.ago(7))
    lamp = thank(wish=lamp, user=lamp.resident, thanks="谢谢，夜里心里踏实了。", now=stage.ago(6))
    publish_thanks(wish=lamp, user=stage.secretary, thanks=lamp.thanks, now=stage.ago(5))


def _care(stage: Community, member: User) -> None:
    for label, note in (("3号楼2单元501", "独居，听力不好"), ("5号楼1单元102", "行动不便，有轮椅")):
        household = enter_household(
            user=stage.secretary, community=stage.unit, label=label, group="第一党小组", note=note, now=stage.ago(30)
        )
        household = assign_household(
            household=household, user=stage.secretary, member=member.username, now=stage.ago(29)
        )
        visited = stage.ago(8)
        note_visit(
            household=household,
            user=member,
            day=timezone.localdate(visited),
            note="看望老人，检查了燃气阀门。",
            now=visited,
        )


def _call(stage: Community, members: list[User]) -> None:
    call = call_helpers(
        user=stage.secretary,
        caller=stage.unit,
        title="雨前清理雨水篦子",
        text="今晚有雨，请带手套。",
        place="小区南门",
        helpers=4,
        arrive_by=stage.now + 2 * HOUR,
        until=stage.now + 6 * HOUR,
        now=stage.now - HOUR / 2,
    )
    answer_call(call=call, user=members[1], coming=True, now=stage.now - HOUR / 3)
