"""What a role is: the kinds of unit it may be held in, its permissions on that unit, its reach in the admin.

This table is the only place where a role turns into permissions; accounts.actions grants them on the unit
of the post. System, security and audit administration are separate roles of separate people (GB/T 22239).
"""

from dataclasses import dataclass, field

from accounts.enums import Role, UnitKind

ANY_KIND = frozenset(UnitKind)

APART = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR})
"""Of these nobody holds two at the same time: who sets up, who watches and who audits check each other."""


def _models(app: str, *names: str, verbs: tuple[str, ...] = ("view", "add", "change")) -> frozenset[str]:
    return frozenset(f"{app}.{verb}_{name}" for name in names for verb in verbs)


@dataclass(frozen=True)
class RoleRule:
    """One row: `kinds` of unit, `permissions` on the unit of the post, `admin` = model permissions."""

    kinds: frozenset[UnitKind]
    permissions: frozenset[str] = frozenset()
    admin: frozenset[str] = field(default_factory=frozenset)


def _on(*kinds: UnitKind) -> frozenset[UnitKind]:
    return frozenset(kinds)


RULES: dict[Role, RoleRule] = {
    Role.GRID_WORKER: RoleRule(
        _on(UnitKind.GRID, UnitKind.COMMUNITY),
        frozenset({"view_case", "handle_case", "patrol", "reveal_contact"}),
    ),
    Role.COMMUNITY_SECRETARY: RoleRule(
        _on(UnitKind.COMMUNITY),
        frozenset({"view_case", "handle_case", "patrol", "reveal_contact", "manage_service", "represent_unit"}),
    ),
    Role.STREET_DISPATCHER: RoleRule(
        _on(UnitKind.STREET),
        frozenset(
            {
                "view_case",
                "handle_case",
                "dispatch_case",
                "patrol",
                "lodge_for_caller",
                "reveal_contact",
                "view_appraisal",
                "represent_unit",
            }
        ),
    ),
    Role.STREET_LEADER: RoleRule(
        _on(UnitKind.STREET), frozenset({"view_case", "dispatch_case", "view_appraisal", "represent_unit"})
    ),
    Role.DUTY_OFFICER: RoleRule(
        _on(UnitKind.DEPARTMENT),
        frozenset({"view_case", "attend_turnout", "reveal_contact", "view_appraisal", "represent_unit"}),
    ),
    Role.DEPARTMENT_HEAD: RoleRule(
        _on(UnitKind.DEPARTMENT), frozenset({"view_case", "attend_turnout", "view_appraisal", "represent_unit"})
    ),
    Role.COMMAND_CENTRE: RoleRule(
        _on(UnitKind.DISTRICT),
        frozenset(
            {"view_case", "command_case", "lodge_for_caller", "reveal_contact", "view_appraisal", "represent_unit"}
        ),
    ),
    Role.DISTRICT_LEADER: RoleRule(
        _on(UnitKind.DISTRICT), frozenset({"view_case", "lead_case", "view_appraisal", "represent_unit"})
    ),
    Role.EMPLOYER_LIAISON: RoleRule(_on(UnitKind.EMPLOYER), frozenset({"liaise", "represent_unit"})),
    Role.FORUM_CONVENOR: RoleRule(
        _on(UnitKind.GRID, UnitKind.COMMUNITY, UnitKind.STREET, UnitKind.DISTRICT), frozenset({"convene"})
    ),
    Role.APPRAISAL_ADMINISTRATOR: RoleRule(
        _on(UnitKind.DISTRICT),
        frozenset({"view_appraisal", "manage_appraisal"}),
        _models("appraisal", "scheme", "indicator"),
    ),
    Role.SYSTEM_ADMINISTRATOR: RoleRule(
        ANY_KIND,
        frozenset(),
        _models("accounts", "unit", "post")
        | _models("accounts", "user")
        | _models("cases", "category", "building", "clocksetting")
        | _models("service", "skill", "activity", "serviceclock")
        | _models("consultation", "consultationclock")
        | _models("records", "calendarday", "reminderlevel", verbs=("view", "add", "change", "delete"))
        | _models("records", "unitchannel")
        | _models("records", "delivery", verbs=("view", "change"))
        | _models("records", "failedtask", verbs=("view", "change")),
    ),
    Role.SECURITY_ADMINISTRATOR: RoleRule(
        ANY_KIND, frozenset(), _models("accounts", "user", "unit", "post", verbs=("view",))
    ),
    Role.AUDITOR: RoleRule(
        _on(UnitKind.DISTRICT),
        frozenset({"view_audit", "view_appraisal"}),
        _models("records", "auditentry", verbs=("view",)),
    ),
}
