"""Members and employers of the cast's community, registered without asking: for tests of what comes after."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.actions import place_unit
from accounts.enums import Role, UnitKind
from accounts.models import Unit, User
from service.enums import RegistrationState
from service.models import Activity, EmployerRegistration, Registration, ServicePost, Shift, Skill
from tests.cast import Cast, person

DAY = timedelta(days=1)


@dataclass
class ServiceCast:
    """`member` is employed by `employer`, `other_member` by nobody listed; both are registered with the community.

    `neighbour_member` and `neighbour_secretary` belong to another community, `resident` to none.
    """

    cast: Cast
    community: Unit
    employer: Unit
    other_employer: Unit
    secretary: User
    liaison: User
    other_liaison: User
    member: User
    other_member: User
    neighbour_member: User
    neighbour_secretary: User
    resident: User
    first_aid: Skill
    activity: Activity

    def register(self, user: User, community: Unit | None = None, **given) -> Registration:
        """Return an active registration of `user` with `community` (default: the cast's)."""
        community = community or self.community
        now = timezone.now()
        defaults = {
            "hours_per_month": 8,
            "born_on": date(1990, 5, 1),
            "consent_version": "test",
            "state": RegistrationState.ACTIVE,
            "submitted_at": now,
            "decided_by": self.secretary if community == self.community else self.neighbour_secretary,
            "decided_at": now,
            "expires_on": timezone.localdate(now) + 365 * DAY,
        }
        return Registration.objects.create(member=user, community=community, **{**defaults, **given})

    def new_member(self, number: int, **given) -> User:
        """Return a further registered member."""
        user = User.objects.create_user(username=f"member{number}", name=f"党员{number}")
        self.register(user, **given)
        return user

    def post(self, **given) -> ServicePost:
        """Return an open service post of the community."""
        defaults = {
            "community": self.community,
            "activity": self.activity,
            "title": "陪独居老人就医",
            "text": "陪同挂号、取药，送回家。",
            "place": "社区服务站",
            "created_by": self.secretary,
            "created_at": timezone.now(),
        }
        return ServicePost.objects.create(**{**defaults, **given})

    def shift(self, post: ServicePost | None = None, *, starts_at: datetime | None = None, **given) -> Shift:
        """Return a shift of two hours, three days from now unless told otherwise, with two places."""
        post = post or self.post()
        starts_at = starts_at or timezone.now() + 3 * DAY
        defaults = {"ends_at": starts_at + timedelta(hours=2), "places": 2}
        return Shift.objects.create(post=post, community=post.community, starts_at=starts_at, **{**defaults, **given})


def make_service_cast(cast: Cast) -> ServiceCast:
    """Create the people of service in the database and return them."""
    other = place_unit(unit=Unit(code="Y002", name="长青中学", kind=UnitKind.EMPLOYER, parent=cast.community))
    team = ServiceCast(
        cast=cast,
        community=cast.community,
        employer=cast.employer,
        other_employer=other,
        secretary=cast.secretary,
        liaison=cast.liaison,
        other_liaison=person("liaison2", "联络员乙", other, Role.EMPLOYER_LIAISON),
        member=cast.member,
        other_member=person("member_b", "党员乙"),
        neighbour_member=person("member_c", "党员丙"),
        neighbour_secretary=person("secretary2", "邻社区书记", cast.neighbour_community, Role.COMMUNITY_SECRETARY),
        resident=cast.resident,
        first_aid=Skill.objects.get(code="first-aid"),
        activity=Activity.objects.get(code="elderly"),
    )
    team.register(team.member, employer=team.employer, branch="供电公司第一支部")
    team.register(team.other_member)
    team.register(team.neighbour_member, cast.neighbour_community)
    now = timezone.now()
    EmployerRegistration.objects.create(
        employer=team.employer,
        community=cast.community,
        organisation="平安供电公司党委",
        agreement="共建协议。",
        agreed_from=timezone.localdate(now) - 30 * DAY,
        agreed_until=timezone.localdate(now) + 335 * DAY,
        state=RegistrationState.ACTIVE,
        submitted_by=team.liaison,
        submitted_at=now,
        decided_by=team.secretary,
        decided_at=now,
    )
    return team
