"""The people of consultation: convenors, a forum at each level with its members, and meetings in any state."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.enums import Role
from accounts.models import Unit, User
from consultation.enums import ForumLevel, MatterState, MeetingState, Reply
from consultation.models import AgendaItem, Forum, Invitation, Matter, Meeting, Seat
from tests.cast import Cast, person

DAY = timedelta(days=1)


@dataclass
class ConsultationCast:
    """`convenor` keeps `forum`, the community's; `street_convenor` keeps `street_forum`, one level up.

    On `forum` sit `member` (a resident), `secretary` for the community and `liaison` for the employer, all with a
    vote, and `adviser` without one. `neighbour_convenor` keeps `neighbour_forum` in another street's community.
    """

    cast: Cast
    convenor: User
    deputy: User
    street_convenor: User
    district_convenor: User
    neighbour_convenor: User
    member: User
    adviser: User
    resident: User
    secretary: User
    liaison: User
    forum: Forum
    courtyard_forum: Forum
    street_forum: Forum
    district_forum: Forum
    joint_forum: Forum
    neighbour_forum: Forum

    def make_forum(self, level: ForumLevel, unit: Unit, convenor: User, name: str, **given) -> Forum:
        """Return a forum with three days of notice, a quorum of half and a simple majority."""
        return Forum.objects.create(
            level=level, unit=unit, convenor=convenor, name=name, created_at=timezone.now(), **given
        )

    def seat(self, user: User, forum: Forum | None = None, **given) -> Seat:
        """Return a seat with a vote on `forum` (default: the community's)."""
        return Seat.objects.create(forum=forum or self.forum, person=user, since=timezone.now(), **given)

    def matter(self, **given) -> Matter:
        """Return a matter that the convenor has accepted, raised by the resident."""
        defaults = {
            "forum": self.forum,
            "title": "3号楼前停车位划线",
            "text": "居民停车互相堵塞，希望划线并安装地锁。",
            "state": MatterState.ACCEPTED,
            "proposer": self.resident,
            "raised_at": timezone.now(),
        }
        return Matter.objects.create(**{**defaults, **given})

    def meeting(self, *, starts_at: datetime | None = None, **given) -> Meeting:
        """Return a planned meeting of two hours, ten days from now unless told otherwise, without an agenda."""
        starts_at = starts_at or timezone.now() + 10 * DAY
        defaults = {
            "forum": self.forum,
            "title": "十一月议事会",
            "place": "社区议事厅",
            "ends_at": starts_at + timedelta(hours=2),
            "created_by": self.convenor,
            "created_at": timezone.now(),
        }
        return Meeting.objects.create(starts_at=starts_at, **{**defaults, **given})

    def item(self, meeting: Meeting, **given) -> AgendaItem:
        """Return one more item at the end of the agenda of `meeting`."""
        defaults = {"title": "停车位划线方案", "position": meeting.items.count() + 1, "added_by": self.convenor}
        return AgendaItem.objects.create(meeting=meeting, **{**defaults, **given})

    def invite(self, meeting: Meeting, *, present: bool = False) -> list[Invitation]:
        """Invite every seat of the forum of `meeting`, and let them be present if asked; return the invitations."""
        now = timezone.now()
        return Invitation.objects.bulk_create(
            Invitation(
                meeting=meeting,
                seat=seat,
                person=seat.person,
                unit=seat.unit,
                votes=seat.votes,
                sent_at=now,
                reply=Reply.YES if present else Reply.NONE,
                replied_at=now if present else None,
                checked_in_at=now if present else None,
                checked_in_by=seat.person if present else None,
            )
            for seat in meeting.forum.seats.filter(left_at__isnull=True).order_by("pk")
        )

    def in_session(self, *, present: bool = True, **given) -> Meeting:
        """Return an opened meeting with one item at hand, everybody invited and, unless told otherwise, present."""
        now = timezone.now()
        meeting = self.meeting(
            starts_at=now - timedelta(minutes=10),
            state=MeetingState.OPENED,
            quorum_percent=50,
            called_by=self.convenor,
            called_at=now - 5 * DAY,
            invited_at=now - 5 * DAY,
            opened_at=now,
            **given,
        )
        self.invite(meeting, present=present)
        meeting.at_hand = self.item(meeting, state="at_hand")
        meeting.save(update_fields=["at_hand"])
        return meeting


def make_consultation_cast(cast: Cast) -> ConsultationCast:
    """Create the people and forums of consultation in the database and return them."""
    convenor = person("convenor", "何召集", cast.community, Role.FORUM_CONVENOR)
    street_convenor = person("convenor_street", "吕召集", cast.street, Role.FORUM_CONVENOR)
    district_convenor = person("convenor_district", "施召集", cast.district, Role.FORUM_CONVENOR)
    neighbour_convenor = person("convenor_neighbour", "张召集", cast.neighbour_community, Role.FORUM_CONVENOR)
    rows = {
        "forum": (ForumLevel.COMMUNITY, cast.community, convenor, "槐树社区议事厅"),
        "courtyard_forum": (ForumLevel.COURTYARD, cast.community, convenor, "槐树3号院议事会"),
        "street_forum": (ForumLevel.STREET, cast.street, street_convenor, "长青街道共治会"),
        "district_forum": (ForumLevel.DISTRICT, cast.district, district_convenor, "平安区民主协商会"),
        "joint_forum": (ForumLevel.JOINT, cast.street, street_convenor, "长青街道大工委"),
        "neighbour_forum": (ForumLevel.COMMUNITY, cast.neighbour_community, neighbour_convenor, "柳岸社区议事厅"),
    }
    now = timezone.now()
    forums = {
        key: Forum.objects.create(level=level, unit=unit, convenor=keeper, name=name, created_at=now)
        for key, (level, unit, keeper, name) in rows.items()
    }
    team = ConsultationCast(
        cast=cast,
        convenor=convenor,
        deputy=person("convenor2", "孔召集", cast.community, Role.FORUM_CONVENOR),
        street_convenor=street_convenor,
        district_convenor=district_convenor,
        neighbour_convenor=neighbour_convenor,
        member=person("forum_member", "曹代表"),
        adviser=person("forum_adviser", "严顾问"),
        resident=cast.resident,
        secretary=cast.secretary,
        liaison=cast.liaison,
        **forums,
    )
    team.seat(team.member, title="居民代表")
    team.seat(team.secretary, unit=cast.community)
    team.seat(team.liaison, unit=cast.employer)
    team.seat(team.adviser, title="法律顾问", votes=False)
    return team
