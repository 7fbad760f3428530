"""Plays one script of portal/demo/cases.toml through the actions of the cases app."""

import re
import uuid
from datetime import datetime, timedelta

from accounts.models import Unit, User
from accounts.phones import normalise
from accounts.queries import holders_of
from cases import actions
from cases.enums import Channel, Level
from cases.models import Building, Case, Category, Turnout
from cases.queries import HANDLER_PERMISSION
from portal.demo.pictures import street_scene
from records.actions import keep_photo

SPANS = {"m": "minutes", "h": "hours", "d": "days"}


def _span(text: str) -> timedelta:
    amount, unit = re.fullmatch(r"([\d.]+)([mhd])", text).groups()
    return timedelta(**{SPANS[unit]: float(amount)})


class Replay:
    """Knows the units and categories by code; `play` does what one script says at the script's times."""

    def __init__(self):
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.categories = {category.code: category for category in Category.objects.all()}
        self.buildings = {row.code: row for row in Building.objects.select_related("grid")}
        self.people = {user.username: user for user in User.objects.all()}
        self._holders: dict[tuple[str, int], User] = {}

    def play(self, script: dict, *, lodged_at: datetime) -> Case:
        """Lodge the case of `script` at `lodged_at` and do its steps; return the case as it is at the end."""
        now = lodged_at
        case = self._lodge(script, now)
        for step in script.get("steps", []):
            now += _span(step["after"])
            case.refresh_from_db()
            getattr(self, f"_{step['do']}", self._simple)(case, step, now)
        case.refresh_from_db()
        return case

    def _lodge(self, script: dict, now: datetime) -> Case:
        building = self.buildings.get(script.get("building", ""))
        place = actions.Place(building.grid if building else self.units[script["place"]], building)
        channel = Channel(script["channel"])
        official = {
            Channel.PHONE: lambda: self.people["command"],
            Channel.PATROL: lambda: self._holder("patrol", place.unit),
        }.get(channel, lambda: None)()
        return actions.lodge(
            place=place,
            category=self.categories[script["category"]],
            kind=script["kind"],
            text=script["text"],
            channel=channel,
            name=script.get("name", ""),
            phone=normalise(script["phone"]) if script.get("phone") else "",
            address=script.get("address", ""),
            confidential=script.get("confidential", False),
            lodger=self.people.get(script.get("account", "")),
            entered_by=official,
            submission_token=uuid.uuid4(),
            now=now,
        )

    def _holder(self, permission: str, unit: Unit) -> User:
        key = (permission, unit.pk)
        if key not in self._holders:
            self._holders[key] = holders_of(permission, unit).order_by("pk")[0]
        return self._holders[key]

    def _handler(self, case: Case) -> User:
        return self._holder(HANDLER_PERMISSION[Level(case.level)], case.holder)

    def _photos(self, user: User, now: datetime) -> uuid.UUID:
        token = uuid.uuid4()
        keep_photo(upload=street_scene(token.int % 997), draft_token=token, uploaded_by=user, now=now)
        return token

    # --- steps of the case --------------------------------------------------------------------------------

    def _simple(self, case: Case, step: dict, now: datetime) -> None:
        given = {name: step[name] for name in ("reason", "text") if name in step}
        getattr(actions, step["do"])(case=case, user=self._handler(case), now=now, **given)

    def _resolve(self, case: Case, step: dict, now: datetime) -> None:
        user = self._handler(case)
        photos = self._photos(user, now) if case.category.photos_required else None
        actions.resolve(case=case, user=user, text=step["text"], photos=photos, now=now)

    def _assign(self, case: Case, step: dict, now: datetime) -> None:
        permission = "command_case" if case.level >= Level.COMMAND else "dispatch_case"
        sender = case.district if case.level >= Level.COMMAND else case.street
        user = self._holder(permission, sender)
        actions.assign(case=case, user=user, to=self.units[step["to"]], reason=step["reason"], now=now)

    def _blow_whistle(self, case: Case, step: dict, now: datetime) -> None:
        actions.blow_whistle(
            case=case,
            user=self._holder("dispatch_case", case.street),
            kind=step["kind"],
            place=step["place"],
            calls=[actions.Call(self.units[call["department"]], call["task"]) for call in step["calls"]],
            now=now,
        )

    def _rate(self, case: Case, step: dict, now: datetime) -> None:
        actions.rate(
            case=case,
            rater=case.lodger,
            solved=step["solved"],
            satisfaction=step["satisfaction"],
            reasons=step.get("reasons", ()),
            comment=step.get("comment", ""),
            now=now,
        )

    def _add_information(self, case: Case, step: dict, now: datetime) -> None:
        actions.add_information(case=case, resident=case.lodger, text=step["text"], now=now)

    def _withdraw(self, case: Case, step: dict, now: datetime) -> None:
        actions.withdraw(case=case, resident=case.lodger, reason=step["reason"], now=now)

    def _ask_exclusion(self, case: Case, step: dict, now: datetime) -> None:
        actions.ask_exclusion(case=case, user=self._handler(case), code=step["code"], text=step["text"], now=now)

    def _decide_exclusion(self, case: Case, step: dict, now: datetime) -> None:
        actions.decide_exclusion(
            exclusion=case.exclusions.get(decided_at=None),
            user=self._holder("command_case", case.district),
            approve=step["approve"],
            reason=step["reason"],
            now=now,
        )

    # --- steps of a turnout -------------------------------------------------------------------------------

    def _turnout(self, case: Case, step: dict) -> Turnout:
        return case.turnouts.filter(department=self.units[step["department"]]).latest("called_at")

    def _by_department(self, case: Case, step: dict, now: datetime) -> None:
        turnout = self._turnout(case, step)
        given = {name: step[name] for name in ("reason", "text") if name in step}
        user = self._holder("attend_turnout", turnout.department)
        getattr(actions, step["do"])(turnout=turnout, user=user, now=now, **given)

    _accept_turnout = _dispute_turnout = _arrive = _report = _by_department

    def _by_street(self, case: Case, step: dict, now: datetime) -> None:
        turnout = self._turnout(case, step)
        names = ("reason", "on_time", "cooperation", "result", "remark")
        given = {name: step[name] for name in names if name in step}
        user = self._holder("dispatch_case", turnout.street)
        getattr(actions, step["do"])(turnout=turnout, user=user, now=now, **given)

    _release = _send_back = _withdraw_turnout = _by_street

    def _decide_dispute(self, case: Case, step: dict, now: datetime) -> None:
        actions.decide_dispute(
            turnout=self._turnout(case, step),
            user=self._holder("command_case", case.district),
            uphold=step["uphold"],
            reason=step["reason"],
            now=now,
        )
