"""Stories that leave figures behind, told through the doors of the cases app."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.actions import place_unit
from accounts.enums import Role, UnitKind
from accounts.models import Unit
from cases import actions
from cases.actions import Call, Place
from cases.models import Case
from tests.cast import Cast, person

SPRING = datetime(2024, 3, 11, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # long settled


class Stories:
    """Tells of whistles: who was called when, came how late, got which marks, and what the resident said."""

    def __init__(self, cast: Cast):
        self.cast = cast
        self.officers = {cast.water.pk: cast.water_officer, cast.parks.pk: cast.parks_officer}

    def department(self, code: str) -> Unit:
        """Return one more department, with an officer."""
        unit = place_unit(unit=Unit(code=code, name=f"第{code}局", kind=UnitKind.DEPARTMENT, parent=self.cast.district))
        self.officers[unit.pk] = person(f"officer-{code}", f"{code}值班", unit, Role.DUTY_OFFICER)
        return unit

    def call(self, *departments: Unit, at=SPRING, neighbour=False, **lodged) -> Case:
        """Return a case about which the street (or its neighbour) has called `departments` (default: water).

        `lodged` is what the case differs in from `Cast.lodge`.
        """
        street, user = (
            (self.cast.neighbour_street, self.cast.neighbour) if neighbour else (self.cast.street, self.cast.dispatcher)
        )
        case = self.cast.lodge(place=Place(street), now=at, **lodged)
        actions.accept(case=case, user=user, now=at)
        calls = [Call(unit, "到场处置") for unit in departments or [self.cast.water]]
        actions.blow_whistle(case=case, user=user, kind="emergency", place="北门", calls=calls, now=at)
        case.refresh_from_db()
        return case

    def tell(
        self, *departments: Unit, at=SPRING, neighbour=False, minutes=10, marks=(5, 5, 5), rating=(True, 5), **lodged
    ) -> Case:
        """Return a case that was answered after its departments came, were marked and, with `rating`, rated."""
        case = self.call(*departments, at=at, neighbour=neighbour, **lodged)
        user = self.cast.neighbour if neighbour else self.cast.dispatcher
        came = at + timedelta(minutes=minutes)
        for turnout in case.turnouts.all():
            officer = self.officers[turnout.department_id]
            actions.accept_turnout(turnout=turnout, user=officer, now=at)
            actions.arrive(turnout=turnout, user=officer, now=came)
            on_time, cooperation, result = marks
            actions.release(
                turnout=turnout, user=user, on_time=on_time, cooperation=cooperation, result=result, now=came
            )
        actions.resolve(case=case, user=user, text="已处理。", now=came)
        if rating:
            solved, satisfaction = rating
            actions.rate(case=case, rater=self.cast.resident, solved=solved, satisfaction=satisfaction, now=came)
        return case

    def exclude(self, case: Case, at=SPRING) -> None:
        """Have command approve that `case` is left out of the rates."""
        case.refresh_from_db()
        asked = actions.ask_exclusion(
            case=case, user=self.cast.dispatcher, code="outside_district", text="不在本区", now=at
        )
        actions.decide_exclusion(exclusion=asked, user=self.cast.command, approve=True, reason="属实", now=at)


@pytest.fixture
def english(client):
    """The client asks for English, so that sentences can be compared with those of the source."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def stories(cast) -> Stories:
    return Stories(cast)


@pytest.fixture
def spring(stories):
    """A settled month. Water: marks 5-5-5 twice and 1-1-1 once in one street, 3-3-3 in the other; one came late.

    Parks: called, neither come nor marked. Five ratings of water, one of them of an excluded case; one case unrated.
    """
    stories.tell(rating=(True, 5))
    stories.tell(rating=(True, 4))
    stories.tell(marks=(1, 1, 1), minutes=45, rating=(True, 2))
    stories.tell(neighbour=True, marks=(3, 3, 3), rating=(True, 5))
    stories.tell(neighbour=True, marks=(3, 3, 3), rating=None)
    stories.call(stories.cast.parks)
    stories.exclude(stories.tell(marks=(3, 3, 3), rating=(True, 1)))
    return stories
