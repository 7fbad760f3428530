"""Who is reminded of what a unit owes, by the kind of the unit: data, read by the sweep.

Each entry names the kind of unit, on the way from the unit itself to its district, and the roles there.
"""

from accounts.enums import Role, UnitKind
from records.enums import Circle

K, R = UnitKind, Role

LED_DECISION = "records.lead_extension"
"""What the district's leader owes, though the district's other deadlines are command's."""

CIRCLES: dict[Circle, dict[UnitKind, tuple[UnitKind, tuple[Role, ...]]]] = {
    Circle.DUTY: {
        K.GRID: (K.GRID, (R.GRID_WORKER,)),
        K.COMMUNITY: (K.COMMUNITY, (R.GRID_WORKER, R.COMMUNITY_SECRETARY)),
        K.STREET: (K.STREET, (R.STREET_DISPATCHER,)),
        K.DEPARTMENT: (K.DEPARTMENT, (R.DUTY_OFFICER,)),
        K.DISTRICT: (K.DISTRICT, (R.COMMAND_CENTRE,)),
        K.EMPLOYER: (K.EMPLOYER, (R.EMPLOYER_LIAISON,)),
    },
    Circle.HEAD: {
        K.GRID: (K.COMMUNITY, (R.COMMUNITY_SECRETARY,)),
        K.COMMUNITY: (K.COMMUNITY, (R.COMMUNITY_SECRETARY,)),
        K.STREET: (K.STREET, (R.STREET_LEADER,)),
        K.DEPARTMENT: (K.DEPARTMENT, (R.DEPARTMENT_HEAD,)),
        K.DISTRICT: (K.DISTRICT, (R.COMMAND_CENTRE,)),
        K.EMPLOYER: (K.COMMUNITY, (R.COMMUNITY_SECRETARY,)),
    },
    Circle.ABOVE: {
        K.GRID: (K.STREET, (R.STREET_LEADER, R.STREET_DISPATCHER)),
        K.COMMUNITY: (K.STREET, (R.STREET_LEADER, R.STREET_DISPATCHER)),
        K.STREET: (K.DISTRICT, (R.COMMAND_CENTRE,)),
        K.DEPARTMENT: (K.DISTRICT, (R.COMMAND_CENTRE,)),
        K.DISTRICT: (K.DISTRICT, (R.DISTRICT_LEADER,)),
        K.EMPLOYER: (K.STREET, (R.STREET_LEADER,)),
    },
    Circle.LEADER: dict.fromkeys(UnitKind, (K.DISTRICT, (R.DISTRICT_LEADER,))),
}


def answers_for(role: str, kind: str) -> bool:
    """Return whether who holds `role` in a unit of `kind` answers for what that unit owes: on duty, or as its head."""
    found = [CIRCLES[circle].get(kind) for circle in (Circle.DUTY, Circle.HEAD)]
    return any(place == kind and role in roles for place, roles in filter(None, found))


def rungs(circle: Circle, kind: UnitKind, owed: str = "") -> list[tuple[UnitKind, tuple[Role, ...]]]:
    """Return where to look for the people of `circle` about a unit of `kind`, the first place that has any wins.

    A unit without posts goes up one unit: to the same circle of the unit above, up to the district. `owed` is the
    kind of the deadline.
    """
    if owed == LED_DECISION:
        return [CIRCLES[Circle.LEADER][K.DISTRICT]]
    above = {K.GRID: K.COMMUNITY, K.COMMUNITY: K.STREET, K.EMPLOYER: K.COMMUNITY}
    found = []
    here: UnitKind | None = kind
    while here is not None:
        rung = CIRCLES[circle].get(here)
        if rung and rung not in found:
            found.append(rung)
        here = None if here == K.DISTRICT else above.get(here, K.DISTRICT)
    return found
