"""The cast: people and units that every test knows, in one district with two streets and two departments."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.actions import appoint, place_unit, renew_grants_of
from accounts.enums import Role, UnitKind
from accounts.models import Post, Unit, User
from cases.enums import Channel, Kind, Urgency
from cases.models import Building, Case, Category

PASSWORD = "a-long-password-7"


def _unit(code: str, name: str, kind: UnitKind, parent: Unit | None = None) -> Unit:
    return place_unit(unit=Unit(code=code, name=name, kind=kind, parent=parent))


def person(username: str, name: str, unit: Unit | None = None, role: Role | None = None) -> User:
    """Return a new person who can sign in with PASSWORD, with one post if `unit` and `role` are given."""
    user = User.objects.create_user(username=username, password=PASSWORD, name=name)
    if unit is not None:
        appoint(user=user, unit=unit, role=role)
    return user


def _people(rows: dict[str, tuple]) -> dict[str, User]:
    """Make people at one go, as `person` would one by one: {name in the cast: (username, name, unit, role)}."""
    password = make_password(PASSWORD)
    users = {
        key: User(username=username, name=name, password=password)
        for key, (username, name, _unit, _role) in rows.items()
    }
    User.objects.bulk_create(users.values())
    Post.objects.bulk_create(
        Post(user=users[key], unit=unit, role=role) for key, (_username, _name, unit, role) in rows.items() if role
    )
    renew_grants_of(users=users.values())
    return users


@dataclass
class Cast:
    """Units first, people after; `outsider` has the same role as the dispatcher in another district."""

    district: Unit
    street: Unit
    community: Unit
    grid: Unit
    neighbour_street: Unit
    neighbour_community: Unit
    neighbour_grid: Unit
    water: Unit
    parks: Unit
    employer: Unit
    other_district: Unit
    other_street: Unit
    other_department: Unit
    category: Category
    photo_category: Category
    urgent_category: Category
    building: Building

    resident: User
    grid_worker: User
    secretary: User
    dispatcher: User
    leader: User
    neighbour: User
    water_officer: User
    water_head: User
    parks_officer: User
    command: User
    district_leader: User
    appraiser: User
    sysadmin: User
    auditor: User
    outsider: User
    outside_officer: User
    outside_command: User
    liaison: User
    member: User

    def lodge(self, **given) -> Case:
        """Lodge a case in the cast's grid, as the resident unless told otherwise, and return it."""
        from cases.actions import Place, lodge

        defaults = {
            "place": Place(self.grid),
            "category": self.category,
            "kind": Kind.HELP,
            "text": "小区门口的井盖坏了，夜里有人差点摔倒。",
            "channel": Channel.WEB,
            "name": "王小明",
            "phone": "+8619900001234",
            "address": "3号楼2单元501",
            "lodger": self.resident,
        }
        return lodge(**{**defaults, **given})

    def on_street(self, **given) -> Case:
        """Return a case that the street has accepted after the grid sent it up."""
        from cases.actions import accept, escalate

        case = self.lodge(**given)
        escalate(case=case, user=self.grid_worker, reason="网格无法解决")
        return accept(case=case, user=self.dispatcher)

    def whistled(self, *departments: Unit, **given) -> Case:
        """Return a case on which the street has called `departments` (default: water)."""
        from cases.actions import Call, blow_whistle

        case = self.on_street(**given)
        blow_whistle(
            case=case,
            user=self.dispatcher,
            kind="emergency",
            place="小区北门",
            calls=[Call(unit, "到场处置") for unit in departments or [self.water]],
        )
        case.refresh_from_db()
        return case

    def resolved(self, **given) -> Case:
        """Return a case that the grid has answered and that waits for the resident."""
        from cases.actions import accept, resolve

        case = self.lodge(**given)
        accept(case=case, user=self.grid_worker)
        return resolve(case=case, user=self.grid_worker, text="井盖已更换。")


def make_cast() -> Cast:
    """Create the cast in the database and return it."""
    district = _unit("110", "平安区", UnitKind.DISTRICT)
    street = _unit("110001", "长青街道", UnitKind.STREET, district)
    community = _unit("110001001", "槐树社区", UnitKind.COMMUNITY, street)
    grid = _unit("11000100101", "槐树第一网格", UnitKind.GRID, community)
    neighbour_street = _unit("110002", "河湾街道", UnitKind.STREET, district)
    neighbour_community = _unit("110002001", "柳岸社区", UnitKind.COMMUNITY, neighbour_street)
    neighbour_grid = _unit("11000200101", "柳岸第一网格", UnitKind.GRID, neighbour_community)
    water = _unit("D01", "平安区水务局", UnitKind.DEPARTMENT, district)
    parks = _unit("D02", "平安区园林局", UnitKind.DEPARTMENT, district)
    employer = _unit("Y001", "平安供电公司", UnitKind.EMPLOYER, community)
    other_district = _unit("120", "安宁区", UnitKind.DISTRICT)
    other_street = _unit("120001", "松林街道", UnitKind.STREET, other_district)
    other_department = _unit("E01", "安宁区水务局", UnitKind.DEPARTMENT, other_district)
    top = Category.objects.create(code="public-space", name="公共空间", name_en="Public space")
    category = Category.objects.create(
        code="manhole", name="井盖破损", name_en="Broken manhole cover", parent=top, department=water
    )
    photo_category = Category.objects.create(
        code="litter", name="垃圾堆积", name_en="Litter", parent=top, photos_required=True
    )
    urgent_category = Category.objects.create(
        code="flooding", name="道路积水", name_en="Flooded road", parent=top, urgency=Urgency.EMERGENCY
    )
    building = Building.objects.create(code="HS01", name="槐树3号楼", address="槐树街3号", grid=grid)
    people = _people(
        {
            "resident": ("resident", "王小明", None, None),
            "grid_worker": ("grid", "赵网格", grid, Role.GRID_WORKER),
            "secretary": ("secretary", "钱书记", community, Role.COMMUNITY_SECRETARY),
            "dispatcher": ("dispatcher", "孙调度", street, Role.STREET_DISPATCHER),
            "leader": ("leader", "李主任", street, Role.STREET_LEADER),
            "neighbour": ("neighbour", "周邻街", neighbour_street, Role.STREET_DISPATCHER),
            "water_officer": ("water", "吴水务", water, Role.DUTY_OFFICER),
            "water_head": ("waterhead", "郑局长", water, Role.DEPARTMENT_HEAD),
            "parks_officer": ("parks", "冯园林", parks, Role.DUTY_OFFICER),
            "command": ("command", "陈指挥", district, Role.COMMAND_CENTRE),
            "district_leader": ("district", "褚区长", district, Role.DISTRICT_LEADER),
            "appraiser": ("appraiser", "卫考核", district, Role.APPRAISAL_ADMINISTRATOR),
            "sysadmin": ("sysadmin", "蒋系统", district, Role.SYSTEM_ADMINISTRATOR),
            "auditor": ("auditor", "沈审计", district, Role.AUDITOR),
            "outsider": ("outsider", "韩外区", other_street, Role.STREET_DISPATCHER),
            "outside_officer": ("outwater", "杨外水", other_department, Role.DUTY_OFFICER),
            "outside_command": ("outcommand", "朱外指", other_district, Role.COMMAND_CENTRE),
            "liaison": ("liaison", "秦联络", employer, Role.EMPLOYER_LIAISON),
            "member": ("member", "尤党员", None, None),
        }
    )
    return Cast(
        district=district,
        street=street,
        community=community,
        grid=grid,
        neighbour_street=neighbour_street,
        neighbour_community=neighbour_community,
        neighbour_grid=neighbour_grid,
        water=water,
        parks=parks,
        employer=employer,
        other_district=other_district,
        other_street=other_street,
        other_department=other_department,
        category=category,
        photo_category=photo_category,
        urgent_category=urgent_category,
        building=building,
        **people,
    )
