"""The desk of a department and the page of a turnout, through their addresses."""

import io
import re

import pytest
from django.urls import reverse
from django.utils.translation import override
from PIL import Image

from accounts.actions import appoint, place_unit
from accounts.enums import Role
from accounts.models import Unit
from cases import actions
from cases.actions import Call
from cases.enums import TurnoutState
from cases.models import ClockSetting, Turnout, Whistle
from tests.cast import person

MARKS = {"release-on_time": "5", "release-cooperation": "4", "release-result": "3", "release-remark": "配合好"}


@pytest.fixture(autouse=True)
def english(client):
    """Read the pages in English, whose sentences are in the source."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with override("en"):
        yield


@pytest.fixture
def turnout(cast) -> Turnout:
    return cast.whistled().turnouts.get()


def page_of(turnout) -> str:
    return reverse("turnout", args=[turnout.pk])


def do(client, turnout, verb, **data):
    return client.post(reverse("turnout_verb", args=[turnout.pk, verb]), data)


def offered(html: str) -> set[str]:
    """Return the verbs whose forms the page holds."""
    return set(re.findall(r'action="/turnouts/\d+/do/(\w+)/"', html))


def state_of(turnout) -> str:
    turnout.refresh_from_db()
    return turnout.state


def photo(name="现场.jpg"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    out.seek(0)
    out.name = name
    return out


def advance(cast, turnout, state: str) -> None:
    """Bring a called turnout to `state`."""
    officer = {"turnout": turnout, "user": cast.water_officer}
    if state == TurnoutState.DISPUTED:
        actions.dispute_turnout(**officer, reason="属燃气管线")
        return
    steps = [
        lambda: actions.accept_turnout(**officer),
        lambda: actions.arrive(**officer),
        lambda: actions.report(**officer, text="已关阀止水"),
        lambda: actions.release(turnout=turnout, user=cast.dispatcher, on_time=2, cooperation=4, result=3, remark="慢"),
    ]
    for step in steps[: ["called", "accepted", "arrived", "reported", "released"].index(state)]:
        step()


# --- the desk ---------------------------------------------------------------------------------------------


def test_the_desk_shows_only_the_own_department(cast, signed_in):
    cast.whistled(cast.water, text="水管爆裂")
    case = cast.on_street()
    actions.blow_whistle(
        case=case, user=cast.dispatcher, kind="joint", place="南门", calls=[Call(cast.parks, "修剪倒伏树木")]
    )
    html = signed_in(cast.water_officer).get(reverse("turnouts")).content.decode()
    assert "到场处置" in html
    assert "修剪倒伏树木" not in html
    html = signed_in(cast.parks_officer).get(reverse("turnouts")).content.decode()
    assert "修剪倒伏树木" in html
    assert "到场处置" not in html


def test_what_is_due_first_stands_on_top(cast, signed_in):
    for kind, task in (("key_work", "后到期"), ("emergency", "先到期")):
        case = cast.on_street()
        actions.blow_whistle(case=case, user=cast.dispatcher, kind=kind, place="北门", calls=[Call(cast.water, task)])
    html = signed_in(cast.water_officer).get(reverse("turnouts")).content.decode()
    assert html.index("先到期") < html.index("后到期")


def test_the_desk_accepts_with_one_button(cast, signed_in, turnout):
    client = signed_in(cast.water_officer)
    assert offered(client.get(reverse("turnouts")).content.decode()) == {"accept_turnout"}
    response = client.post(reverse("turnout_verb", args=[turnout.pk, "accept_turnout"]), follow=True)
    assert response.redirect_chain == [(page_of(turnout), 302)]
    assert "You have accepted the whistle." in response.content.decode()
    assert offered(client.get(reverse("turnouts")).content.decode()) == set()


def test_an_empty_desk_says_so(cast, signed_in):
    assert "No open whistle" in signed_in(cast.water_officer).get(reverse("turnouts")).content.decode()
    assert "No turnouts of this kind" in signed_in(cast.water_officer).get("/turnouts/?tab=all").content.decode()


def test_released_turnouts_leave_the_desk_and_stay_in_the_history(cast, signed_in, turnout):
    advance(cast, turnout, "released")
    client = signed_in(cast.water_officer)
    assert page_of(turnout) not in client.get("/turnouts/").content.decode()
    assert page_of(turnout) in client.get("/turnouts/?tab=all").content.decode()
    assert page_of(turnout) in client.get("/turnouts/?tab=all&state=released").content.decode()
    assert page_of(turnout) not in client.get("/turnouts/?tab=all&state=withdrawn").content.decode()


def test_a_state_that_does_not_exist_is_named(cast, signed_in, turnout):
    response = signed_in(cast.water_officer).get("/turnouts/?tab=all&state=junk%00")
    assert response.status_code == 200
    assert "Please choose one of the options." in response.content.decode()


@pytest.mark.parametrize("tab", ["", "&tab=all"])
def test_a_junk_cursor_is_answered_with_400(cast, signed_in, tab):
    assert signed_in(cast.water_officer).get(f"/turnouts/?cursor=junk{tab}").status_code == 400


@pytest.mark.parametrize("tab", ["", "?tab=all"])
@pytest.mark.parametrize("size", [1, 30])
def test_the_desk_asks_at_most_eight_times(cast, signed_in, django_assert_max_num_queries, size, tab):
    for _each in range(size):
        cast.whistled()
    client = signed_in(cast.water_officer)
    with django_assert_max_num_queries(8):
        assert client.get(f"/turnouts/{tab}").status_code == 200


def test_the_second_page_goes_on_where_the_first_ends(cast, signed_in):
    made = {cast.whistled().turnouts.get().pk for _each in range(27)}
    client = signed_in(cast.water_officer)
    first = client.get("/turnouts/").content.decode()
    cursor = re.search(r'href="(\?cursor=[^"]+)" rel="next"', first)[1]
    second = client.get(f"/turnouts/{cursor}").content.decode()
    seen = [set(map(int, re.findall(r'href="/turnouts/(\d+)/"', html))) for html in (first, second)]
    assert [len(part) for part in seen] == [25, 2]
    assert seen[0] | seen[1] == made


def test_without_any_clock_set_a_turnout_still_stands_on_the_desk(cast, signed_in):
    ClockSetting.objects.filter(step__startswith="turnout.").delete()
    turnout = cast.whistled().turnouts.get()
    client = signed_in(cast.water_officer)
    for state in ("called", "reported"):
        advance(cast, turnout, state)
        assert page_of(turnout) in client.get("/turnouts/").content.decode()
        assert client.get(page_of(turnout)).status_code == 200


@pytest.mark.parametrize("who", ["dispatcher", "command", "resident", "grid_worker"])
def test_the_desk_is_for_departments(cast, signed_in, who):
    assert signed_in(getattr(cast, who)).get("/turnouts/").status_code == 403


# --- who sees a turnout -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["water_officer", "water_head", "dispatcher", "leader", "command", "district_leader"])
def test_department_street_and_district_see_it(cast, signed_in, turnout, who):
    assert signed_in(getattr(cast, who)).get(page_of(turnout)).status_code == 200


@pytest.mark.parametrize("who", ["parks_officer", "neighbour", "outsider", "outside_officer", "outside_command"])
def test_strangers_get_404(cast, signed_in, turnout, who):
    client = signed_in(getattr(cast, who))
    assert client.get(page_of(turnout)).status_code == 404
    assert do(client, turnout, "accept_turnout").status_code == 404
    assert state_of(turnout) == "called"


def test_a_resident_gets_403_and_nobody_is_asked_to_sign_in(cast, signed_in, client, turnout):
    assert client.get(page_of(turnout)).status_code == 302
    assert signed_in(cast.resident).get(page_of(turnout)).status_code == 403


@pytest.mark.parametrize("pk", [0, 10**9, 10**30])
def test_an_unknown_number_is_404(cast, signed_in, pk):
    assert signed_in(cast.command).get(f"/turnouts/{pk}/").status_code == 404


def test_an_unknown_verb_is_404_and_reading_one_405(cast, signed_in, turnout):
    client = signed_in(cast.water_officer)
    assert do(client, turnout, "explode").status_code == 404
    assert do(client, turnout, "resolve").status_code == 404
    assert client.get(reverse("turnout_verb", args=[turnout.pk, "arrive"])).status_code == 405


def test_the_page_shows_the_case_with_the_contact_masked(cast, signed_in, turnout):
    html = signed_in(cast.water_officer).get(page_of(turnout)).content.decode()
    assert turnout.case.text in html
    assert "小区北门" in html
    assert "王**" in html
    assert "王小明" not in html
    assert "19900001234" not in html
    assert "3号楼2单元501" not in html
    assert turnout.case.get_absolute_url() in html


def test_a_withheld_name_is_not_even_shown_masked(cast, signed_in):
    turnout = cast.whistled(confidential=True).turnouts.get()
    html = signed_in(cast.water_officer).get(page_of(turnout)).content.decode()
    assert "Withheld" in html
    assert "王**" not in html


def test_an_imported_whistle_was_blown_by_nobody_here(cast, signed_in, turnout):
    Whistle.objects.update(blown_by=None)
    html = signed_in(cast.water_officer).get(page_of(turnout)).content.decode()
    assert "None" not in html


def test_an_excused_department_keeps_the_turnout_but_loses_the_case(cast, signed_in, turnout):
    advance(cast, turnout, "disputed")
    actions.decide_dispute(turnout=turnout, user=cast.command, uphold=True, reason="确属燃气")
    html = signed_in(cast.water_officer).get(page_of(turnout)).content.decode()
    assert "excused the department" in html
    assert turnout.case.text not in html
    assert turnout.case.get_absolute_url() not in html


@pytest.mark.parametrize("size", [1, 30])
def test_the_page_asks_at_most_twelve_times(cast, signed_in, django_assert_max_num_queries, size):
    more = [
        place_unit(unit=Unit(code=f"D9{number}", name=f"第{number}局", kind="department", parent=cast.district))
        for number in range(size)
    ]
    turnout = cast.whistled(cast.water, *more).turnouts.get(department=cast.water)
    advance(cast, turnout, "reported")
    for who in (cast.water_officer, cast.dispatcher):
        client = signed_in(who)
        with django_assert_max_num_queries(12):
            client.get(page_of(turnout))


# --- panels: exactly what the workflow allows ---------------------------------------------------------------

PANELS = {
    "called": {
        "water_officer": {"accept_turnout", "dispute_turnout"},
        "dispatcher": {"withdraw_turnout"},
        "command": set(),
    },
    "accepted": {"water_officer": {"arrive"}, "dispatcher": {"withdraw_turnout"}, "command": set()},
    "arrived": {"water_officer": {"report"}, "dispatcher": {"release"}, "command": set()},
    "reported": {"water_officer": set(), "dispatcher": {"release", "send_back"}, "command": set()},
    "released": {"water_officer": set(), "dispatcher": set(), "command": set()},
    "disputed": {
        "water_officer": set(),
        "dispatcher": {"withdraw_turnout"},
        "command": {"uphold_dispute", "reject_dispute"},
    },
}


@pytest.mark.parametrize(("state", "who"), [(state, who) for state, row in PANELS.items() for who in row])
def test_the_page_offers_exactly_what_is_allowed(cast, signed_in, turnout, state, who):
    advance(cast, turnout, state)
    html = signed_in(getattr(cast, who)).get(page_of(turnout)).content.decode()
    assert offered(html) == PANELS[state][who]


def test_after_a_rejected_dispute_no_second_one_is_offered(cast, signed_in, turnout):
    advance(cast, turnout, "disputed")
    actions.decide_dispute(turnout=turnout, user=cast.command, uphold=False, reason="权责清单已明确")
    client = signed_in(cast.water_officer)
    assert offered(client.get(page_of(turnout)).content.decode()) == {"accept_turnout"}
    response = do(client, turnout, "dispute_turnout", **{"dispute_turnout-reason": "还是不归我们"})
    assert response.status_code == 200
    assert "A whistle can be disputed once" in response.content.decode()
    assert "还是不归我们" in response.content.decode()
    assert state_of(turnout) == "called"


@pytest.mark.parametrize(
    "attempt",
    [
        ("dispatcher", "accept_turnout", "called"),
        ("command", "arrive", "accepted"),
        ("water_officer", "release", "reported"),
        ("water_officer", "uphold_dispute", "disputed"),
        ("dispatcher", "reject_dispute", "disputed"),
        ("district_leader", "withdraw_turnout", "called"),
    ],
)
def test_who_may_only_read_gets_403_whatever_is_sent(cast, signed_in, turnout, attempt):
    who, verb, state = attempt
    advance(cast, turnout, state)
    assert do(signed_in(getattr(cast, who)), turnout, verb).status_code == 403
    assert state_of(turnout) == state


# --- the verbs ----------------------------------------------------------------------------------------------


def test_a_dispute_is_sent_to_command(cast, signed_in, turnout):
    response = do(signed_in(cast.water_officer), turnout, "dispute_turnout", **{"dispute_turnout-reason": "属燃气管线"})
    assert response.status_code == 302
    assert state_of(turnout) == "disputed"


@pytest.mark.parametrize("reason", ["", " ", "长" * 501, "\x00\x07"])
def test_a_dispute_with_a_bad_reason_comes_back_open(cast, signed_in, turnout, reason):
    response = do(signed_in(cast.water_officer), turnout, "dispute_turnout", **{"dispute_turnout-reason": reason})
    assert response.status_code == 200
    html = response.content.decode()
    assert "Please check the following" in html
    assert re.search(r'<details class="panel" name="action" open>\s*<summary>.*?Dispute the whistle', html, re.DOTALL)
    assert state_of(turnout) == "called"


def test_script_in_a_reason_is_shown_as_text(cast, signed_in, turnout):
    client = signed_in(cast.water_officer)
    do(client, turnout, "dispute_turnout", **{"dispute_turnout-reason": "<script>alert(1)</script>🚨"})
    html = client.get(page_of(turnout)).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;🚨" in html


def test_arriving_with_position_and_photo(cast, signed_in, turnout):
    advance(cast, turnout, "accepted")
    client = signed_in(cast.water_officer)
    data = {"arrive-latitude": "40.14062", "arrive-longitude": "117.12137", "arrive-photos": photo()}
    assert do(client, turnout, "arrive", **data).status_code == 302
    assert state_of(turnout) == "arrived"
    assert str(turnout.latitude) == "40.14062"
    html = client.get(page_of(turnout)).content.decode()
    source = re.search(r'<img src="(/attachments/[^"]+)"', html)[1]
    assert client.get(source)["Content-Type"] == "image/jpeg"
    assert signed_in(cast.parks_officer).get(source).status_code == 404


def test_arriving_needs_neither(cast, signed_in, turnout):
    advance(cast, turnout, "accepted")
    assert do(signed_in(cast.water_officer), turnout, "arrive").status_code == 302
    assert state_of(turnout) == "arrived"
    assert turnout.latitude is None


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("91", "0"), ("-90.00001", "0"), ("0", "180.1"), ("0", "-181"), ("40.123456", "0"), ("x", "0"), ("NaN", "0"),
     ("Infinity", "0"), ("40", ""), ("", "117"), ("1e9", "0")],
)  # fmt: skip
def test_a_position_that_is_none_is_refused(cast, signed_in, turnout, latitude, longitude):
    advance(cast, turnout, "accepted")
    data = {"arrive-latitude": latitude, "arrive-longitude": longitude}
    response = do(signed_in(cast.water_officer), turnout, "arrive", **data)
    assert response.status_code == 200
    assert "Please check the following" in response.content.decode()
    assert state_of(turnout) == "accepted"


@pytest.mark.parametrize(("latitude", "longitude"), [("-90", "-180"), ("90", "180"), ("0", "0")])
def test_the_ends_of_the_world_are_positions(cast, signed_in, turnout, latitude, longitude):
    advance(cast, turnout, "accepted")
    data = {"arrive-latitude": latitude, "arrive-longitude": longitude}
    assert do(signed_in(cast.water_officer), turnout, "arrive", **data).status_code == 302


def test_a_file_that_is_no_photo_is_refused_and_the_report_kept(cast, signed_in, turnout):
    advance(cast, turnout, "arrived")
    fake = io.BytesIO(b"%PDF-1.7 not a photo")
    fake.name = "photo.jpg"
    client = signed_in(cast.water_officer)
    response = do(client, turnout, "report", **{"report-text": "已关阀止水", "report-photos": fake})
    assert response.status_code == 200
    assert "已关阀止水" in response.content.decode()
    assert state_of(turnout) == "arrived"
    assert do(client, turnout, "report", **{"report-text": "已关阀止水", "report-photos": photo()}).status_code == 302
    html = client.get(page_of(turnout)).content.decode()
    assert "已关阀止水" in html
    assert "/attachments/" in html


def test_a_report_that_is_sent_back_is_read_by_the_department(cast, signed_in, turnout):
    advance(cast, turnout, "reported")
    assert do(signed_in(cast.dispatcher), turnout, "send_back", **{"send_back-reason": "路面未恢复"}).status_code == 302
    html = signed_in(cast.water_officer).get(page_of(turnout)).content.decode()
    assert "路面未恢复" in html
    assert offered(html) == {"report"}


def test_a_release_leads_back_to_the_case_and_the_department_reads_its_marks(cast, signed_in, turnout):
    advance(cast, turnout, "reported")
    before = signed_in(cast.water_officer).get(page_of(turnout)).content.decode()
    response = do(signed_in(cast.dispatcher), turnout, "release", **MARKS)
    assert response.url == turnout.case.get_absolute_url()
    after = signed_in(cast.water_officer).get(page_of(turnout)).content.decode()
    assert "Marks of the street" not in before
    assert "Marks of the street" in after
    assert "配合好" in after


@pytest.mark.parametrize("mark", ["", "0", "6", "x", "4.5"])
def test_a_release_without_a_right_mark_keeps_the_others(cast, signed_in, turnout, mark):
    advance(cast, turnout, "reported")
    response = do(signed_in(cast.dispatcher), turnout, "release", **{**MARKS, "release-result": mark})
    assert response.status_code == 200
    html = response.content.decode()
    assert "配合好" in html
    assert re.search(r'name="release-on_time" value="5"[^>]* checked', html)
    assert state_of(turnout) == "reported"


def test_the_same_release_twice_says_that_it_is_done(cast, signed_in, turnout):
    advance(cast, turnout, "reported")
    client = signed_in(cast.dispatcher)
    do(client, turnout, "release", **MARKS)
    response = do(client, turnout, "release", **{**MARKS, "release-on_time": "1"})
    assert response.status_code == 200
    assert "This cannot be done now" in response.content.decode()
    turnout.refresh_from_db()
    assert turnout.on_time == 5


def test_a_whistle_is_taken_back_with_a_reason(cast, signed_in, turnout):
    client = signed_in(cast.dispatcher)
    assert do(client, turnout, "withdraw_turnout").status_code == 200
    assert do(client, turnout, "withdraw_turnout", **{"withdraw_turnout-reason": "已自行解决"}).status_code == 302
    assert state_of(turnout) == "withdrawn"
    assert "taken this whistle back" in client.get(page_of(turnout)).content.decode()


@pytest.mark.parametrize(("verb", "state"), [("uphold_dispute", "excused"), ("reject_dispute", "called")])
def test_command_decides_a_dispute(cast, signed_in, turnout, verb, state):
    advance(cast, turnout, "disputed")
    client = signed_in(cast.command)
    assert do(client, turnout, verb).status_code == 200
    response = do(client, turnout, verb, **{f"{verb}-reason": "权责清单"})
    assert response.url == reverse("disputes")
    assert state_of(turnout) == state


# --- called together --------------------------------------------------------------------------------------


def test_the_street_sees_every_state_and_the_departments_only_who_is_there(cast, signed_in):
    case = cast.whistled(cast.water, cast.parks)
    water, parks = case.turnouts.get(department=cast.water), case.turnouts.get(department=cast.parks)
    advance(cast, water, "released")
    street = signed_in(cast.dispatcher).get(page_of(parks)).content.decode()
    assert page_of(water) in street
    assert "Released" in street
    html = signed_in(cast.parks_officer).get(page_of(parks)).content.decode()
    together = html[html.index("Called together with you") :]
    assert "平安区水务局" in together
    assert "On the spot" in together
    assert page_of(water) not in html
    assert "慢" not in html
    assert "Released" not in together


def test_a_department_does_not_see_a_later_whistle_to_others(cast, signed_in, turnout):
    actions.blow_whistle(
        case=turnout.case, user=cast.dispatcher, kind="joint", place="北门", calls=[Call(cast.parks, "修剪")]
    )
    assert "平安区园林局" not in signed_in(cast.water_officer).get(page_of(turnout)).content.decode()
    assert "平安区园林局" in signed_in(cast.dispatcher).get(page_of(turnout)).content.decode()


def test_who_answers_for_two_departments_sees_both(cast, signed_in):
    case = cast.whistled(cast.water, cast.parks)
    both = person("both", "双岗", cast.water, Role.DUTY_OFFICER)
    appoint(user=both, unit=cast.parks, role=Role.DUTY_OFFICER)
    html = signed_in(both).get("/turnouts/").content.decode()
    assert all(page_of(turnout) in html for turnout in case.turnouts.all())
