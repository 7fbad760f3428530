"""A request comes in: on the right desk, with the right clocks, once."""

import uuid
from datetime import datetime

import pytest

from accounts.actions import place_unit
from accounts.enums import UnitKind
from accounts.errors import NotAllowed, Refused
from accounts.models import Unit
from cases.actions import Place, lodge
from cases.enums import Level, State, Step
from cases.models import Case, Contact
from records.clocks import SHANGHAI
from records.models import Deadline

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


def test_a_building_leads_to_its_grid(cast):
    case = cast.lodge(place=Place(cast.community, cast.building))
    assert (case.holder, case.grid, case.level) == (cast.grid, cast.grid, Level.GRID)


def test_the_only_grid_of_a_community_receives(cast):
    assert cast.lodge(place=Place(cast.community)).holder == cast.grid


def test_with_two_grids_the_community_receives(cast):
    place_unit(unit=Unit(code="11000100102", name="第二网格", kind=UnitKind.GRID, parent=cast.community))
    case = cast.lodge(place=Place(cast.community))
    assert (case.holder, case.grid, case.level) == (cast.community, None, Level.GRID)


def test_without_a_community_the_street_receives(cast):
    case = cast.lodge(place=Place(cast.street))
    assert (case.holder, case.community, case.level) == (cast.street, None, Level.STREET)


@pytest.mark.parametrize("where", ["district", "water"])
def test_a_place_that_is_no_territory_below_the_district_is_refused(cast, where):
    with pytest.raises(Refused) as refusal:
        cast.lodge(place=Place(getattr(cast, where)))
    assert refusal.value.field == "street"
    assert not Case.objects.exists()


def test_a_first_level_category_is_refused(cast):
    with pytest.raises(Refused) as refusal:
        cast.lodge(category=cast.category.parent)
    assert refusal.value.field == "category"


def test_the_clocks_of_a_normal_case(cast):
    case = cast.lodge(now=MONDAY)
    due = {row.kind: row.due_at.astimezone(SHANGHAI) for row in Deadline.objects.all()}
    assert due == {
        Step.ACCEPT: datetime(2026, 11, 23, 14, 0, tzinfo=SHANGHAI),
        Step.RESOLVE: datetime(2026, 12, 2, 10, 0, tzinfo=SHANGHAI),
    }
    assert (case.due_at, case.next_due_at) == (due[Step.RESOLVE], due[Step.ACCEPT])
    assert {row.unit for row in Deadline.objects.all()} == {cast.grid}


def test_the_clocks_of_an_emergency(cast):
    cast.lodge(category=cast.urgent_category, now=MONDAY)
    minutes = {row.kind: (row.due_at - MONDAY).total_seconds() / 60 for row in Deadline.objects.all()}
    assert minutes == {Step.ACCEPT: 1, Step.ON_SPOT: 10, Step.MEASURES: 30, Step.RESOLVE: 120}


def test_the_same_form_twice_is_one_case(cast):
    token = uuid.uuid4()
    first = cast.lodge(submission_token=token)
    assert cast.lodge(submission_token=token) == first
    assert (Case.objects.count(), Contact.objects.count(), Deadline.objects.count()) == (1, 1, 2)


def test_a_number_that_is_taken_is_drawn_anew(cast, monkeypatch):
    taken = cast.lodge(now=MONDAY)
    numbers = iter([taken.number, taken.number, "20261123-0000001"])
    monkeypatch.setattr("cases.actions.lodging.new_number", lambda now: next(numbers))
    assert cast.lodge(now=MONDAY).number == "20261123-0000001"


def test_the_number_says_the_day_in_shanghai(cast):
    late = datetime(2026, 11, 23, 0, 30, tzinfo=SHANGHAI)
    assert cast.lodge(now=late).number.startswith("20261123-")


def test_a_lodged_case_waits_and_is_in_its_history(cast):
    case = cast.lodge()
    assert case.state == State.LODGED
    entry = case.movements.get()
    assert (entry.verb, entry.to_unit, entry.is_public) == ("lodge", cast.grid, True)


def test_contact_is_kept_apart(cast):
    case = cast.lodge()
    assert (case.contact.masked_name, case.contact.masked_phone, case.contact.masked_address) == (
        "王**",
        "199******34",
        "***",
    )
    assert "王小明" not in case.search_text
    assert "501" not in case.search_text


def test_an_anonymous_request_needs_no_account(cast):
    case = lodge(place=Place(cast.grid), category=cast.category, kind="enquiry", text="几点开门？", channel="web")
    assert case.lodger is None
    assert len(case.secret) == 12


def test_an_empty_description_is_refused(cast):
    with pytest.raises(Refused) as refusal:
        cast.lodge(text="  ")
    assert refusal.value.field == "text"


@pytest.mark.parametrize(
    ("who", "channel", "allowed"),
    [
        ("dispatcher", "phone", True),
        ("command", "phone", True),
        ("neighbour", "phone", False),
        ("grid_worker", "phone", False),
        ("grid_worker", "patrol", True),
        ("neighbour", "patrol", False),
        ("water_officer", "patrol", False),
    ],
)
def test_an_official_enters_only_for_the_own_territory(cast, who, channel, allowed):
    given = {"channel": channel, "lodger": None, "entered_by": getattr(cast, who)}
    if allowed:
        assert cast.lodge(**given).pk
    else:
        with pytest.raises(NotAllowed):
            cast.lodge(**given)
