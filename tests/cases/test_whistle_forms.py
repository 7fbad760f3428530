"""The form with which a street blows the whistle."""

import re

import pytest
from django.template.loader import render_to_string

from accounts.models import Unit
from cases.actions import Call
from cases.enums import Urgency
from cases.forms.whistles import WhistleForm
from cases.models import ClockSetting


def typed(**given) -> dict:
    """Return what a browser sends for the panel, `given` over a whistle that is complete but for departments."""
    data = {"kind": "joint", "place": "小区北门", "task": "到场核查", **given}
    return {f"blow_whistle-{name}": value for name, value in data.items()}


def test_the_default_department_is_ticked_and_the_place_is_filled_in(cast):
    case = cast.on_street(place=_at(cast.building))
    form = WhistleForm(case=case)
    assert form.initial["departments"] == [cast.water.pk]
    assert form.initial["place"] == "槐树3号楼 槐树街3号"
    assert [tick.choice_label for tick, _task in form.offered()] == ["平安区水务局", "平安区园林局"]


def _at(building):
    from cases.actions import Place

    return Place(building.grid, building)


def test_without_a_building_the_community_is_the_place(cast):
    assert WhistleForm(case=cast.on_street()).initial["place"] == "槐树社区"


def test_an_emergency_proposes_the_emergency_whistle(cast):
    case = cast.on_street(category=cast.urgent_category)
    assert case.urgency == Urgency.EMERGENCY
    assert WhistleForm(case=case).initial["kind"] == "emergency"
    assert WhistleForm(case=cast.on_street()).initial["kind"] == "joint"


def test_each_kind_says_its_clock(cast, settings):
    settings.LANGUAGE_CODE = "en"
    ClockSetting.objects.filter(step="turnout.arrive", scope="emergency").update(amount=45)
    ClockSetting.objects.filter(step="turnout.arrive", scope="key_work").delete()
    labels = dict(WhistleForm(case=cast.on_street()).fields["kind"].choices)
    assert "45" in labels["emergency"]
    assert "24" in labels["joint"]
    assert not any(digit in str(labels["key_work"]) for digit in "0123456789")


def test_the_common_task_goes_to_every_department_without_its_own(cast):
    data = typed(departments=[cast.water.pk, cast.parks.pk], **{f"task_{cast.parks.pk}": "修剪倒伏树木"})
    form = WhistleForm(data, case=cast.on_street())
    assert form.is_valid(), form.errors
    assert form.save_calls() == (
        "joint",
        "小区北门",
        [Call(cast.water, "到场核查"), Call(cast.parks, "修剪倒伏树木")],
    )


def test_no_common_task_is_needed_when_each_has_its_own(cast):
    data = typed(departments=[cast.water.pk], task="", **{f"task_{cast.water.pk}": "抢修水管"})
    assert WhistleForm(data, case=cast.on_street()).is_valid()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"departments": []}, "departments"),
        ({"departments": ["junk"]}, "departments"),
        ({"departments": ["999999"]}, "departments"),
        ({"place": " "}, "place"),
        ({"place": "长" * 201}, "place"),
        ({"place": "\x00"}, "place"),
        ({"kind": "party"}, "kind"),
        ({"task": ""}, "task"),
        ({"task": "长" * 501}, "task"),
    ],
)
def test_a_bad_input_is_named(cast, given, field):
    form = WhistleForm(typed(**{"departments": [cast.water.pk], **given}), case=cast.on_street())
    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_a_department_of_another_district_is_not_offered(cast):
    form = WhistleForm(typed(departments=[cast.other_department.pk]), case=cast.on_street())
    assert not form.is_valid()
    assert "departments" in form.errors


def test_a_called_department_is_listed_apart_and_not_offered(cast):
    case = cast.whistled(cast.water)
    form = WhistleForm(case=case)
    assert [turnout.department for turnout in form.called] == [cast.water]
    assert [tick.choice_label for tick, _task in form.offered()] == ["平安区园林局"]
    assert form.initial["departments"] == []
    assert not WhistleForm(typed(departments=[cast.water.pk]), case=case).is_valid()


def test_an_inactive_department_is_not_offered(cast):
    Unit.objects.filter(pk=cast.parks.pk).update(is_active=False)
    assert [tick.choice_label for tick, _task in WhistleForm(case=cast.on_street()).offered()] == ["平安区水务局"]


def test_the_panel_keeps_what_was_typed(cast):
    case = cast.on_street()
    form = WhistleForm(typed(place="", departments=[cast.parks.pk], task="<script>x</script>🚨"), case=case)
    html = render_to_string("cases/whistle/_panel.html", {"form": form, "case": case})
    assert '<details class="panel" name="action" open>' in html
    assert "&lt;script&gt;x&lt;/script&gt;🚨" in html
    ticked = re.search(rf'<input type="checkbox"[^>]* value="{cast.parks.pk}"[^>]*>', html)
    assert "checked" in ticked[0]
    assert f'action="/cases/{case.number}/do/blow_whistle/"' in html


def test_the_form_asks_the_database_the_same_however_many_departments(cast, django_assert_num_queries):
    case = cast.on_street()
    for size in (0, 30):
        for number in range(size):
            Unit.objects.create(
                code=f"D9{number}",
                name=f"第{number}局",
                kind="department",
                parent=cast.district,
                path=f"110/D9{number}/",
            )
        with django_assert_num_queries(3):  # the turnouts (prefetched on the case page), departments, clocks
            str(WhistleForm(case=case))
