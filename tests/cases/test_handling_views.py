"""The page of one case, its verbs, and the resident's contact."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.actions import place_unit
from accounts.enums import Role
from accounts.models import Unit
from cases.actions import (
    Place,
    accept,
    ask_exclusion,
    escalate,
    merge,
    rate,
    release,
    report_progress,
    resolve,
    support,
)
from cases.enums import Level, State, TurnoutState, Verb
from cases.models import Case, Turnout, Whistle
from records.models import AuditEntry, Notice
from tests.cast import person

TOKEN = "7d0f8f0e-3a6c-4b68-a7f4-0c1f6a0f6f03"


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def do(client, case: Case, verb: str, follow: bool = False, **given):
    """Send the form of `verb` as the page has it."""
    data = {f"{verb}-{name}": value for name, value in given.items()}
    return client.post(reverse("case_verb", args=[case.number, verb]), data, follow=follow)


def photo(name: str = "photo.jpg") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def offered(response) -> set[str]:
    return {panel.verb for panel in [*response.context["buttons"], *response.context["panels"]]}


# --- who sees the page, and what is on it -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("grid_worker", 200),
        ("secretary", 200),
        ("dispatcher", 200),
        ("leader", 200),
        ("command", 200),
        ("district_leader", 200),
        ("neighbour", 404),
        ("water_officer", 404),
        ("outsider", 404),
        ("outside_command", 404),
        ("resident", 403),
        ("auditor", 403),
        ("sysadmin", 403),
    ],
)
def test_who_sees_a_case_of_the_grid(cast, signed_in, who, status):
    case = cast.lodge()
    assert signed_in(getattr(cast, who)).get(case.get_absolute_url()).status_code == status


def test_a_called_department_sees_the_case_and_another_does_not(cast, signed_in):
    case = cast.whistled(cast.water)
    assert signed_in(cast.water_officer).get(case.get_absolute_url()).status_code == 200
    assert signed_in(cast.parks_officer).get(case.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("number", ["20200101-0000000", "x", "井盖", "a" * 300, "%00", "' OR 1=1"])
def test_an_unknown_number_is_not_found(cast, signed_in, number):
    assert signed_in(cast.grid_worker).get(f"/cases/{number}/").status_code == 404


def test_nobody_enters_without_signing_in(cast, client):
    response = client.get(cast.lodge().get_absolute_url())
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_the_page_names_no_resident(cast, signed_in):
    case = cast.resolved()
    rate(case=case, rater=cast.resident, solved=False, satisfaction=2, comment="还是坏的")
    page = signed_in(cast.grid_worker).get(case.get_absolute_url()).content.decode()
    assert "王小明" not in page and "19900001234" not in page and "3号楼2单元501" not in page
    assert "王**" in page
    assert "The resident" in page


def test_a_withheld_name_is_not_even_masked(cast, signed_in):
    case = cast.lodge(confidential=True)
    page = signed_in(cast.grid_worker).get(case.get_absolute_url()).content.decode()
    assert "王**" not in page and "199" not in page
    assert "Withheld" in page
    assert "王**" in signed_in(cast.command).get(case.get_absolute_url()).content.decode()


def test_the_history_says_who_and_why(cast, signed_in):
    case = cast.on_street()
    page = signed_in(cast.dispatcher).get(case.get_absolute_url()).content.decode()
    assert "槐树第一网格 赵网格" in page
    assert "网格无法解决" in page
    assert "长青街道 孙调度" in page


def test_text_is_never_markup(cast, signed_in):
    case = cast.lodge(text="<script>alert(1)</script>😀")
    accept(case=case, user=cast.grid_worker)
    report_progress(case=case, user=cast.grid_worker, text="<img src=x onerror=alert(1)>")
    page = signed_in(cast.grid_worker).get(case.get_absolute_url()).content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page
    assert "😀" in page


def test_marks_of_another_department_are_not_shown(cast, signed_in):
    case = cast.whistled(cast.water, cast.parks)
    turnout = case.turnouts.get(department=cast.parks)
    Turnout.objects.filter(pk=turnout.pk).update(state=TurnoutState.ARRIVED, arrived_at=timezone.now())
    turnout.refresh_from_db()
    release(turnout=turnout, user=cast.dispatcher, on_time=2, cooperation=3, result=4, remark="来得太晚")
    own = signed_in(cast.dispatcher).get(case.get_absolute_url()).content.decode()
    assert "on time 2, co-operation 3, result 4" in own and "来得太晚" in own
    other = signed_in(cast.water_officer).get(case.get_absolute_url()).content.decode()
    assert cast.parks.name in other
    assert "on time 2" not in other and "来得太晚" not in other
    assert turnout.get_absolute_url() not in other


def test_supporters_are_a_number_and_no_list(cast, signed_in):
    case = cast.lodge()
    support(case=case, person="a")
    support(case=case, person="b")
    response = signed_in(cast.grid_worker).get(case.get_absolute_url())
    assert [entry.movement.verb for entry in response.context["history"]] == [Verb.LODGE]
    assert "<dt>Supporters</dt><dd>2</dd>" in response.content.decode()


@pytest.mark.parametrize(("solved", "satisfaction"), [(True, 5), (False, 1)])
def test_a_single_rating_waits_until_its_month_is_settled(cast, signed_in, solved, satisfaction):
    case = cast.resolved()
    rate(case=case, rater=None, solved=True, satisfaction=satisfaction, comment="一言难尽")
    Case.objects.filter(pk=case.pk).update(solved=solved)
    response = signed_in(cast.grid_worker).get(case.get_absolute_url())
    assert response.context["ratings"] == []
    assert "after the month has been settled" in response.content.decode()
    assert "一言难尽" not in response.content.decode()
    assert f"{satisfaction} / 5" not in response.content.decode()


def test_a_settled_rating_is_shown(cast, signed_in):
    long_ago = timezone.now() - timedelta(days=70)
    case = cast.resolved()
    rate(case=case, rater=None, solved=True, satisfaction=4, comment="很及时", now=long_ago)
    page = signed_in(cast.grid_worker).get(case.get_absolute_url()).content.decode()
    assert "4 / 5" in page and "很及时" in page


def test_a_merged_case_points_to_the_other(cast, signed_in):
    case, other = cast.lodge(), cast.lodge()
    merge(case=case, into=other, user=cast.dispatcher, reason="同一井盖")
    client = signed_in(cast.grid_worker)
    assert other.number in client.get(case.get_absolute_url()).content.decode()
    page = client.get(other.get_absolute_url())
    assert page.context["absorbed"] == [case.number]


# --- the panels -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "verbs"),
    [
        ("grid_worker", {"accept", "escalate", "refuse", "ask_exclusion"}),
        ("secretary", set()),
        ("dispatcher", {"assign", "merge"}),
        ("leader", {"assign", "merge"}),
        ("command", set()),
        ("district_leader", set()),
    ],
)
def test_the_panels_are_the_verbs_of_the_person(cast, signed_in, who, verbs):
    case = cast.lodge()
    assert offered(signed_in(getattr(cast, who)).get(case.get_absolute_url())) == verbs


def test_an_unreleased_department_holds_the_answer_back_and_the_page_says_so(cast, signed_in):
    case = cast.whistled(cast.water)
    response = signed_in(cast.dispatcher).get(case.get_absolute_url())
    assert "resolve" not in offered(response)
    assert "1 department has not been released yet." in response.content.decode()
    assert response.context["held_back"] == "Resolve, Assign, Merge"
    refused = do(signed_in(cast.dispatcher), case, "resolve", text="处理好了", token=TOKEN)
    assert refused.status_code == 200
    assert "have not been released yet" in refused.content.decode()
    assert "处理好了" in refused.content.decode()
    case.refresh_from_db()
    assert case.state == State.ACCEPTED


def test_an_exclusion_is_asked_for_once(cast, signed_in):
    case = cast.lodge()
    ask_exclusion(case=case, user=cast.grid_worker, code="judicial", text="已起诉")
    page = signed_in(cast.grid_worker).get(case.get_absolute_url())
    assert "ask_exclusion" not in offered(page)
    assert "the command centre has not decided yet" in page.content.decode()
    assert reverse("exclusions") in signed_in(cast.command).get(case.get_absolute_url()).content.decode()


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("who", ["grid_worker", "dispatcher", "command", "water_officer"])
def test_the_page_takes_twelve_queries(cast, signed_in, django_assert_max_num_queries, rows, who):
    case = cast.on_street(category=cast.category)
    whistle = Whistle.objects.create(
        case=case, street=cast.street, kind="joint", place="北门", blown_at=timezone.now(), blown_by=cast.dispatcher
    )
    for _i in range(rows):
        report_progress(case=case, user=cast.dispatcher, text="进展")
        turnout = Turnout.objects.create(
            whistle=whistle, case=case, street=cast.street, department=cast.water, task="到场", state="released",
            called_at=timezone.now(), arrive_due_at=timezone.now(), released_at=timezone.now(),
            on_time=5, cooperation=5, result=5,
        )  # fmt: skip
        case.movements.create(at=timezone.now(), verb=Verb.RELEASE, turnout=turnout, unit=cast.street)
    client = signed_in(getattr(cast, who))
    client.get(case.get_absolute_url())
    with django_assert_max_num_queries(12):
        response = client.get(case.get_absolute_url())
    assert len(response.context["turnouts"]) == rows
    if who == "dispatcher":
        assert {"blow_whistle", "assign"} <= offered(response)


# --- the verbs --------------------------------------------------------------------------------------------


def test_accepting_leads_back_to_the_case(cast, signed_in):
    case = cast.lodge()
    response = do(signed_in(cast.grid_worker), case, "accept", follow=True)
    assert response.redirect_chain == [(case.get_absolute_url(), 302)]
    assert "You have accepted the case" in response.content.decode()
    case.refresh_from_db()
    assert case.state == State.ACCEPTED


def test_sending_up_leads_back_to_the_desk(cast, signed_in):
    case = cast.lodge()
    response = do(signed_in(cast.grid_worker), case, "escalate", follow=True, reason="需要部门权限")
    assert response.redirect_chain == [(reverse("desk"), 302)]
    assert "sent one level up" in response.content.decode()
    case.refresh_from_db()
    assert case.level == Level.STREET


def test_who_has_no_desk_is_led_to_the_list(cast, signed_in):
    case, other = cast.lodge(), cast.lodge()
    response = do(signed_in(cast.leader), case, "merge", into=other.number, reason="同一事项")
    assert response.url == reverse("cases")


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("accept", {}),
        ("escalate", {"reason": "需要部门权限"}),
        ("refuse", {"reason": "不在本网格"}),
        ("ask_exclusion", {"code": "judicial", "text": "已起诉"}),
    ],
)
def test_the_same_form_sent_twice_is_done_once(cast, signed_in, verb, given):
    case, client = cast.lodge(), signed_in(cast.grid_worker)
    do(client, case, verb, **given)
    response = do(client, case, verb, follow=True, **given)
    assert response.status_code == 200
    assert "This has been done already" in response.content.decode()
    assert case.movements.filter(verb=verb).count() == 1


def test_a_case_without_history_is_handled_all_the_same(cast, signed_in):
    case = cast.lodge()
    bare = Case.objects.create(
        **{
            field.attname: getattr(case, field.attname)
            for field in Case._meta.concrete_fields
            if field.name not in ("id", "number", "secret", "submission_token")
        },
        number="20260101-0000001",
    )
    response = do(signed_in(cast.grid_worker), bare, "accept", follow=True)
    assert response.redirect_chain == [(bare.get_absolute_url(), 302)]


def test_two_different_reports_are_two(cast, signed_in):
    case, client = accept(case=cast.lodge(), user=cast.grid_worker), signed_in(cast.grid_worker)
    for text, token in (("已到现场", TOKEN), ("已到现场", TOKEN), ("已通知物业", uuid4())):
        do(client, case, "report_progress", text=text, token=token)
    assert [row.text for row in case.movements.filter(verb=Verb.REPORT_PROGRESS)] == ["已到现场", "已通知物业"]


def test_what_a_colleague_was_quicker_to_do_is_said(cast, signed_in):
    colleague = person("colleague", "同事", cast.grid, Role.GRID_WORKER)
    case = accept(case=cast.lodge(), user=colleague)
    response = do(signed_in(cast.grid_worker), case, "accept")
    assert response.status_code == 200
    assert "This cannot be done now" in response.content.decode()


def test_a_grid_takes_what_waits_at_its_community(cast, signed_in):
    place_unit(unit=Unit(code="11000100102", name="槐树第二网格", kind="grid", parent=cast.community))
    case, client = cast.lodge(place=Place(cast.community)), signed_in(cast.grid_worker)
    assert offered(client.get(case.get_absolute_url())) == {"take"}
    response = do(client, case, "take", follow=True)
    assert response.redirect_chain == [(case.get_absolute_url(), 302)]
    case.refresh_from_db()
    assert (case.holder, case.grid, case.state) == (cast.grid, cast.grid, State.ACCEPTED)


def test_a_closed_case_acted_on_again_keeps_what_was_typed(cast, signed_in):
    case = cast.resolved()
    rate(case=case, rater=None, solved=True, satisfaction=5)
    response = do(signed_in(cast.grid_worker), case, "report_progress", text="又去看了一次", token=TOKEN)
    assert response.status_code == 200
    page = response.content.decode()
    assert "This cannot be done now" in page and "又去看了一次" in page


@pytest.mark.parametrize(
    ("verb", "given", "field"),
    [
        ("escalate", {"reason": " "}, "reason"),
        ("escalate", {"reason": "长" * 501}, "reason"),
        ("refuse", {}, "reason"),
        ("ask_exclusion", {"code": "junk", "text": "原因"}, "code"),
        ("ask_exclusion", {"code": "judicial", "text": ""}, "text"),
    ],
)
def test_a_bad_input_opens_the_panel_again(cast, signed_in, verb, given, field):
    case = cast.lodge()
    response = do(signed_in(cast.grid_worker), case, verb, **given)
    assert response.status_code == 200
    panel = next(panel for panel in response.context["panels"] if panel.verb == verb)
    assert field in panel.form.errors
    assert case.movements.count() == 1


def test_control_characters_are_taken_out(cast, signed_in):
    case = cast.lodge()
    do(signed_in(cast.grid_worker), case, "escalate", reason="需要\x00部门\x1f处理 😀")
    assert case.movements.get(verb=Verb.ESCALATE).reason == "需要部门处理 😀"


@pytest.mark.parametrize("verb", ["explode", "rate", "withdraw", "approve_exclusion", "close_silent"])
def test_a_verb_that_is_none_is_not_found(cast, signed_in, verb):
    assert do(signed_in(cast.grid_worker), cast.lodge(), verb).status_code == 404


def test_a_verb_is_sent_and_never_fetched(cast, signed_in):
    case = cast.lodge()
    assert signed_in(cast.grid_worker).get(reverse("case_verb", args=[case.number, "accept"])).status_code == 405


@pytest.mark.parametrize("verb", ["accept", "resolve", "escalate", "assign", "blow_whistle"])
@pytest.mark.parametrize(("who", "status"), [("secretary", 403), ("neighbour", 404), ("outsider", 404)])
def test_others_may_do_nothing(cast, signed_in, verb, who, status):
    case = cast.lodge()
    assert do(signed_in(getattr(cast, who)), case, verb, reason="试试", text="试试").status_code == status
    assert case.movements.count() == 1


def test_a_case_is_resolved_with_text_and_photo(cast, signed_in):
    case = accept(case=cast.lodge(category=cast.photo_category), user=cast.grid_worker)
    client = signed_in(cast.grid_worker)
    assert "at least one photo" in client.get(case.get_absolute_url()).content.decode()
    without = do(client, case, "resolve", text="已清运", token=TOKEN)
    assert "need at least one photo" in without.content.decode()
    assert "已清运" in without.content.decode()
    response = do(client, case, "resolve", text="已清运", token=TOKEN, photos=photo())
    assert response.status_code == 302
    case.refresh_from_db()
    assert case.state == State.RESOLVED
    page = client.get(case.get_absolute_url())
    assert [len(entry.photos) for entry in page.context["history"]] == [1, 0, 0]


def test_a_file_that_is_no_photo_is_named_and_the_good_one_is_kept(cast, signed_in):
    case = accept(case=cast.lodge(), user=cast.grid_worker)
    files = [photo(), SimpleUploadedFile("form.pdf", b"%PDF-1.4", "application/pdf")]
    response = do(signed_in(cast.grid_worker), case, "report_progress", text="现场", token=TOKEN, photos=files)
    page = response.content.decode()
    assert "form.pdf" in page and "现场" in page and "40 × 30" in page
    assert case.movements.filter(verb=Verb.REPORT_PROGRESS).count() == 0


def test_a_street_assigns_to_its_communities_and_grids_only(cast, signed_in):
    case, client = cast.on_street(), signed_in(cast.dispatcher)
    foreign = do(client, case, "assign", to=cast.neighbour_grid.pk, reason="就近")
    assert "to" in next(panel for panel in foreign.context["panels"] if panel.verb == "assign").form.errors
    assert do(client, case, "assign", to=cast.community.pk, reason="就近").status_code == 302
    case.refresh_from_db()
    assert (case.holder, case.level) == (cast.community, Level.GRID)


def test_command_assigns_to_streets(cast, signed_in):
    case = cast.on_street()
    escalate(case=case, user=cast.dispatcher, reason="跨街道")
    page = signed_in(cast.command).get(case.get_absolute_url())
    form = next(panel for panel in page.context["panels"] if panel.verb == "assign").form
    assert [label for _key, label in form.fields["to"].choices[1:]] == ["长青街道", "河湾街道"]


@pytest.mark.parametrize("number", ["20200101-0000000", "", "junk\x00"])
def test_merging_into_a_number_that_is_none_is_named(cast, signed_in, number):
    case = cast.on_street()
    response = do(signed_in(cast.dispatcher), case, "merge", into=number, reason="同一事项")
    assert "into" in next(panel for panel in response.context["panels"] if panel.verb == "merge").form.errors


def test_merging_into_itself_or_into_a_case_of_others_is_refused(cast, signed_in):
    case, foreign = cast.on_street(), cast.lodge(place=Place(cast.neighbour_grid))
    for number in (case.number, foreign.number):
        response = do(signed_in(cast.dispatcher), case, "merge", into=number, reason="同一事项")
        assert "into" in next(panel for panel in response.context["panels"] if panel.verb == "merge").form.errors
    case.refresh_from_db()
    assert case.state == State.ACCEPTED


def test_the_whistle_is_blown_from_the_page(cast, signed_in):
    case = cast.on_street()
    given = {"kind": "emergency", "place": "北门", "task": "到场", "departments": [cast.water.pk, cast.parks.pk]}
    response = do(signed_in(cast.dispatcher), case, "blow_whistle", follow=True, **given)
    assert "The whistle has been blown" in response.content.decode()
    assert {called.turnout.department for called in response.context["turnouts"]} == {cast.water, cast.parks}


def test_a_whistle_without_department_keeps_what_was_typed(cast, signed_in):
    case = cast.on_street()
    response = do(signed_in(cast.dispatcher), case, "blow_whistle", kind="joint", place="东门口", task="看看")
    assert response.status_code == 200
    assert "东门口" in response.content.decode()
    assert not case.turnouts.exists()


# --- the contact ------------------------------------------------------------------------------------------


def reveal(client, case: Case, reason: str = "联系核实现场"):
    return client.post(reverse("case_contact", args=[case.number]), {"reveal-reason": reason})


def test_the_contact_is_shown_once_with_a_reason_and_recorded(cast, signed_in):
    case, client = cast.lodge(), signed_in(cast.grid_worker)
    response = reveal(client, case)
    page = response.content.decode()
    assert "王小明" in page and "+8619900001234" in page and "3号楼2单元501" in page
    assert "no-store" in response["Cache-Control"]
    entry = AuditEntry.objects.get(verb="contact.reveal")
    assert (entry.actor, entry.detail) == (cast.grid_worker, {"reason": "联系核实现场"})
    assert Notice.objects.filter(recipient=cast.resident, kind="contact.revealed").exists()
    assert "王小明" not in client.get(case.get_absolute_url()).content.decode()


def test_without_a_reason_it_stays_masked(cast, signed_in):
    case = cast.lodge()
    page = reveal(signed_in(cast.grid_worker), case, " ").content.decode()
    assert "王小明" not in page
    assert not AuditEntry.objects.filter(verb="contact.reveal").exists()


@pytest.mark.parametrize(
    ("who", "confidential", "status", "named"),
    [
        ("grid_worker", True, 200, False),
        ("dispatcher", True, 200, False),
        ("command", True, 200, True),
        ("leader", False, 403, False),
        ("district_leader", False, 403, False),
        ("dispatcher", False, 200, True),
        ("neighbour", False, 404, False),
        ("resident", False, 403, False),
    ],
)
def test_who_may_have_it_shown(cast, signed_in, who, confidential, status, named):
    case = cast.lodge(confidential=confidential)
    client = signed_in(getattr(cast, who))
    assert reveal(client, case, "").status_code == status
    response = reveal(client, case)
    assert response.status_code == status
    assert ("19900001234" in response.content.decode()) == named
    assert ("3号楼2单元501" in response.content.decode()) == (status == 200)


def test_a_case_without_contact_has_nothing_to_show(cast, signed_in):
    case = cast.lodge()
    case.contact.delete()
    client = signed_in(cast.grid_worker)
    assert "No contact was given" in client.get(case.get_absolute_url()).content.decode()
    assert reveal(client, case).status_code == 404


def test_the_answered_case_shows_its_answer(cast, signed_in):
    case = accept(case=cast.lodge(), user=cast.grid_worker)
    resolve(case=case, user=cast.grid_worker, text="井盖已更换并加固")
    response = signed_in(cast.grid_worker).get(case.get_absolute_url())
    assert "井盖已更换并加固" in response.content.decode()
    assert offered(response) == {"ask_exclusion"}
