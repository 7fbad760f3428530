"""The agenda is arranged: items from matters or free, in an order that two can change, with measures."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import NotAllowed, OutOfTurn, Refused
from consultation.actions.agenda import add_item, change_item, move_item, remove_item
from consultation.actions.measures import add_measure, remove_measure
from consultation.actions.meetings import call_meeting
from consultation.enums import MatterState
from consultation.models import AgendaItem, Measure
from consultation.queries.agenda import agenda_of
from service.enums import ListKind, ResourceKind
from service.models import ListItem

DAY = timedelta(days=1)
TEXTS = {
    "kind": "decision",
    "title": "停车位划线",
    "text": "方案见附件",
    "minutes": 20,
    "presenter": None,
    "balloting": "open",
}


@pytest.fixture
def meeting(team):
    return team.meeting()


@pytest.fixture
def items(team, meeting) -> list[AgendaItem]:
    return [team.item(meeting, title=title) for title in "甲乙丙丁"]


def order(meeting) -> str:
    rows = list(meeting.items.order_by("position", "pk"))
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    return "".join(row.title for row in rows)


def revision(meeting) -> int:
    meeting.refresh_from_db()
    return meeting.agenda_revision


def test_items_come_at_the_end_and_are_counted(team, meeting, django_assert_num_queries):
    given = {"meeting": meeting, "user": team.convenor, "matter": None}
    add_item(**given, **TEXTS)
    second = add_item(**given, **{**TEXTS, "title": "楼道照明", "presenter": team.member, "minutes": 110})
    assert (second.position, second.presenter, second.added_by) == (2, team.member, team.convenor)
    assert revision(meeting) == 2
    with django_assert_num_queries(3):
        agenda = agenda_of(meeting)
    assert (agenda.total, agenda.available, agenda.is_too_long) == (130, 120, True)
    assert [line.begins_at for line in agenda.lines] == [
        meeting.starts_at,
        meeting.starts_at + timedelta(minutes=20),
    ]


def test_an_accepted_matter_is_tabled_with_its_words(team, meeting):
    matter = team.matter()
    item = add_item(meeting=meeting, user=team.convenor, matter=matter, **{**TEXTS, "title": "", "text": " "})
    matter.refresh_from_db()
    assert (item.matter, item.title, item.text) == (matter, matter.title, matter.text)
    assert (matter.state, matter.steps.get().meeting) == (MatterState.TABLED, meeting)
    with pytest.raises(OutOfTurn):
        add_item(meeting=meeting, user=team.convenor, matter=matter, **TEXTS)
    other = team.meeting(starts_at=meeting.starts_at + DAY)
    with pytest.raises(OutOfTurn):
        add_item(meeting=other, user=team.convenor, matter=matter, **TEXTS)
    assert not other.items.exists()


def test_a_matter_of_another_forum_is_refused(team, meeting):
    matter = team.matter(forum=team.street_forum)
    with pytest.raises(Refused):
        add_item(meeting=meeting, user=team.convenor, matter=matter, **TEXTS)
    assert not meeting.items.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 481}, "minutes"),
        ({"text": "字" * 2001}, "text"),
    ],
)
def test_what_is_missing_or_too_long_is_named(team, meeting, given, field):
    with pytest.raises(Refused) as refusal:
        add_item(meeting=meeting, user=team.convenor, matter=None, **{**TEXTS, **given})
    assert refusal.value.field == field


def test_only_members_present(team, meeting):
    with pytest.raises(Refused) as refusal:
        add_item(meeting=meeting, user=team.convenor, matter=None, **{**TEXTS, "presenter": team.resident})
    assert refusal.value.field == "presenter"


@pytest.mark.parametrize("who", ["neighbour_convenor", "street_convenor", "member", "secretary"])
def test_nobody_else_arranges(team, meeting, who):
    item, user = team.item(meeting), getattr(team, who)
    for act in (
        lambda: add_item(meeting=meeting, user=user, matter=None, **TEXTS),
        lambda: change_item(item=item, user=user, **TEXTS),
        lambda: move_item(item=item, user=user, after=None, revision=0),
        lambda: remove_item(item=item, user=user),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_agenda_of_a_called_meeting_stays(team, meeting, items):
    call_meeting(meeting=meeting, user=team.convenor)
    with pytest.raises(OutOfTurn):
        move_item(item=items[0], user=team.convenor, after=items[1], revision=0)
    with pytest.raises(OutOfTurn):
        add_item(meeting=meeting, user=team.convenor, matter=None, **TEXTS)


# --- the order ----------------------------------------------------------------------------------------------------


def test_an_item_is_moved_after_another_or_first(team, meeting, items):
    first, second, third, fourth = items
    assert move_item(item=fourth, user=team.convenor, after=first, revision=0) is False
    assert order(meeting) == "甲丁乙丙"
    move_item(item=first, user=team.convenor, after=third, revision=1)
    assert order(meeting) == "丁乙丙甲"
    move_item(item=second, user=team.convenor, after=None, revision=2)
    assert order(meeting) == "乙丁丙甲"
    with pytest.raises(Refused):
        move_item(item=second, user=team.convenor, after=second, revision=3)


def test_a_move_on_an_old_page_is_applied_to_the_present_order(team, meeting, items):
    first, _second, third, fourth = items
    move_item(item=fourth, user=team.deputy, after=None, revision=0)
    assert move_item(item=first, user=team.convenor, after=third, revision=0) is True
    assert order(meeting) == "丁乙丙甲"


def test_a_move_behind_what_is_gone_is_refused_and_changes_nothing(team, meeting, items):
    remove_item(item=items[1], user=team.deputy)
    with pytest.raises(OutOfTurn):
        move_item(item=items[0], user=team.convenor, after=items[1], revision=0)
    with pytest.raises(OutOfTurn):
        move_item(item=AgendaItem(pk=items[1].pk, meeting=meeting), user=team.convenor, after=None, revision=0)
    elsewhere = team.item(team.meeting(starts_at=meeting.starts_at + DAY))
    with pytest.raises(OutOfTurn):
        move_item(item=items[0], user=team.convenor, after=elsewhere, revision=1)
    assert order(meeting) == "甲丙丁"


def test_a_changed_text_is_not_overwritten_unseen(team, meeting, items):
    change_item(item=items[0], user=team.deputy, **{**TEXTS, "title": "戊"}, revision=0)
    with pytest.raises(OutOfTurn):
        change_item(item=items[0], user=team.convenor, **{**TEXTS, "title": "己"}, revision=0)
    assert order(meeting) == "戊乙丙丁"
    change_item(item=items[0], user=team.convenor, **{**TEXTS, "title": "己"}, revision=1)
    assert order(meeting) == "己乙丙丁"


def test_removing_an_item_frees_its_matter(team, meeting, items):
    matter = team.matter()
    item = add_item(meeting=meeting, user=team.convenor, matter=matter, **TEXTS)
    Measure.objects.create(
        item=item, what="划线", owner=team.cast.water, asker=team.cast.community, due_on=timezone.localdate() + 30 * DAY
    )
    remove_item(item=item, user=team.convenor)
    matter.refresh_from_db()
    assert (matter.state, order(meeting)) == (MatterState.ACCEPTED, "甲乙丙丁")
    remove_item(item=items[0], user=team.convenor)
    assert order(meeting) == "乙丙丁"


def test_what_came_back_by_itself_is_not_removed(team, meeting):
    commitment = ListItem.objects.create(
        kind=ListKind.COMMITMENT,
        resource_kind=ResourceKind.values[0],
        community=team.cast.community,
        owner=team.cast.water,
        title="更换井盖",
        created_by=team.convenor,
        created_at=timezone.now(),
    )
    item = team.item(meeting, commitment=commitment)
    with pytest.raises(Refused):
        remove_item(item=item, user=team.convenor)
    assert meeting.items.get() == item


# --- measures -----------------------------------------------------------------------------------------------------


def measure(team, item, **given) -> Measure:
    defaults = {
        "what": "划停车线",
        "owner": team.cast.water,
        "asker": team.cast.community,
        "due_on": timezone.localdate(item.meeting.starts_at),
    }
    return add_measure(item=item, user=team.convenor, **{**defaults, **given})


def test_a_measure_is_due_on_the_day_of_the_meeting_at_the_earliest(team, meeting):
    item = team.item(meeting)
    assert measure(team, item).owner == team.cast.water
    with pytest.raises(Refused) as refusal:
        measure(team, item, due_on=timezone.localdate(meeting.starts_at) - DAY)
    assert refusal.value.field == "due_on"


def test_nobody_rates_their_own_work_unless_a_resident_asked(team, meeting):
    own = {"owner": team.cast.community, "asker": team.cast.community}
    with pytest.raises(Refused) as refusal:
        measure(team, team.item(meeting), **own)
    assert refusal.value.field == "asker"
    of_unit = team.item(meeting, matter=team.matter(unit=team.cast.employer))
    with pytest.raises(Refused):
        measure(team, of_unit, **own)
    of_resident = team.item(meeting, matter=team.matter())
    assert measure(team, of_resident, **own).asker == team.cast.community


@pytest.mark.parametrize("unit", ["other_department", "grid", "neighbour_community"])
def test_units_from_elsewhere_owe_nothing(team, meeting, unit):
    with pytest.raises(Refused) as refusal:
        measure(team, team.item(meeting), owner=getattr(team.cast, unit))
    assert refusal.value.field == "owner"


def test_a_measure_is_taken_off_once(team, meeting):
    found = measure(team, team.item(meeting))
    key = found.pk
    with pytest.raises(NotAllowed):
        remove_measure(measure=found, user=team.member)
    remove_measure(measure=found, user=team.deputy)
    with pytest.raises(OutOfTurn):
        remove_measure(measure=Measure(pk=key, item=found.item), user=team.convenor)
