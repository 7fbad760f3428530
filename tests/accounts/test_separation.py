"""Nobody gives rights to themselves, nobody sets up and audits at once, and all of it is in the audit trail."""

import logging
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.enums import Role, UnitKind
from accounts.errors import Refused
from accounts.events import administered
from accounts.imports import import_people, import_units
from accounts.models import Post, Unit, User
from accounts.roles import APART
from accounts.tabular import FileRefused
from cases.models import Building, Category, ClockSetting
from records.models import AuditEntry, CalendarDay
from records.queries import chain_state
from tests.cast import person

pytestmark = pytest.mark.django_db

HEAD = "username,name,phone,role,unit_code\n"


def url(name: str, *args) -> str:
    return reverse(f"admin:{name}", args=args)


def entries(verb: str) -> list[tuple]:
    return list(AuditEntry.objects.filter(verb=verb).values_list("actor__username", "subject").order_by("pk"))


@pytest.fixture
def admin(cast, signed_in):
    return signed_in(cast.sysadmin)


@pytest.fixture
def deaf():
    """Nobody can write the audit trail: what is not told must not stay."""

    def fail(**_given):
        raise RuntimeError("the audit trail is full")

    administered.connect(fail)
    yield
    administered.disconnect(fail)


# --- one's own posts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COMMAND_CENTRE, Role.SYSTEM_ADMINISTRATOR])
def test_nobody_appoints_themselves(cast, admin, role):
    with pytest.raises(Refused):
        actions.appoint(user=cast.sysadmin, unit=cast.other_district, role=role, actor=cast.sysadmin)
    typed = {"user": cast.sysadmin.pk, "unit": cast.other_district.pk, "role": role, "start": "2026-01-01"}
    response = admin.post(url("accounts_post_add"), typed)
    assert "user" in response.context["adminform"].form.errors
    assert cast.sysadmin.posts.count() == 1


def test_nobody_changes_or_ends_their_own_post(cast, admin):
    post = cast.sysadmin.posts.get()
    response = admin.post(url("accounts_post_change", post.pk), {"start": "2020-01-01", "end": "2030-01-01"})
    assert response.context["adminform"].form.non_field_errors()
    admin.post(url("accounts_post_changelist"), {"action": "end_today", "_selected_action": [post.pk]})
    post.refresh_from_db()
    assert post.end is None


@pytest.mark.parametrize("do", [actions.deactivate, actions.reactivate])
def test_nobody_closes_or_opens_their_own_account(cast, do):
    with pytest.raises(Refused):
        do(user=cast.sysadmin, actor=cast.sysadmin)
    assert not entries("user.deactivate") + entries("user.reactivate")


# --- roles apart ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", sorted(APART))
@pytest.mark.parametrize("second", sorted(APART))
def test_of_the_three_administrations_a_person_holds_one(cast, first, second):
    user = person("new", "新人", cast.district, first)
    if first == second:
        actions.appoint(user=user, unit=cast.other_district, role=second)
        return
    with pytest.raises(Refused) as refusal:
        actions.appoint(user=user, unit=cast.other_district, role=second)
    assert all(str(word) in str(refusal.value) for word in ("新人", Role(first).label, Role(second).label))
    assert user.posts.count() == 1


def test_one_after_the_other_is_allowed_to_the_day(cast):
    today = timezone.localdate()
    post = cast.sysadmin.posts.get()
    post.end = today + timedelta(days=5)
    actions.keep_post(post=post)
    with pytest.raises(Refused):
        actions.appoint(user=cast.sysadmin, unit=cast.district, role=Role.AUDITOR, start=post.end)
    actions.appoint(user=cast.sysadmin, unit=cast.district, role=Role.AUDITOR, start=post.end + timedelta(days=1))
    post.end = None
    with pytest.raises(Refused):
        actions.keep_post(post=post)


def test_an_import_does_not_join_them_either(cast):
    held = f"{HEAD}sysadmin,蒋系统,,auditor,{cast.district.code}\n"
    both = f"{HEAD}n,新,,system_administrator,{cast.district.code}\nn,新,,auditor,{cast.district.code}\n"
    for content, line in ((held, 2), (both, 2)):
        with pytest.raises(FileRefused) as refusal:
            import_people(source=BytesIO(content.encode()))
        assert next((problem.line, problem.column) for problem in refusal.value.problems) == (line, "role")
    assert not User.objects.filter(username="n").exists()
    assert cast.sysadmin.posts.count() == 1


# --- imports ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ["boss,别名,,resident,", "boss,老板,13912345678,resident,", "boss,老板,,auditor,110"])
def test_an_import_leaves_a_superuser_alone(cast, row):
    User.objects.create_superuser("boss", name="老板")
    with pytest.raises(FileRefused) as refusal:
        import_people(source=BytesIO(f"{HEAD}zhang,张三,,resident,\n{row}\n".encode()))
    assert [(problem.line, problem.column) for problem in refusal.value.problems] == [(3, "username")]
    boss = User.objects.get(username="boss")
    assert (boss.name, boss.phone, boss.posts.count()) == ("老板", None, 0)


def test_who_uploads_a_file_gives_nothing_to_themselves(cast, admin):
    content = f"{HEAD}sysadmin,蒋系统,,command_centre,{cast.district.code}\n"
    response = admin.post(url("accounts_user_import"), {"file": SimpleUploadedFile("x.csv", content.encode())})
    assert [(problem.line, problem.column) for problem in response.context["problems"]] == [(2, "username")]
    assert cast.sysadmin.posts.count() == 1


def test_imports_are_in_the_audit_trail_once_and_only_when_they_change_something(cast, admin):
    content = f"{HEAD}zhang,张三,13912345678,street_leader,{cast.street.code}\n".encode()
    for _time in range(2):
        admin.post(url("accounts_user_import"), {"file": SimpleUploadedFile("x.csv", content)})
    entry = AuditEntry.objects.get(verb="user.import")
    zhang = User.objects.get(username="zhang")
    assert entry.actor == cast.sysadmin
    assert entry.detail["people_added"] == [zhang.pk]
    assert entry.detail["posts_given"] == [zhang.posts.get().pk]
    assert "张三" not in str(entry.detail)
    import_units(source=BytesIO(f"code,name,kind,parent_code\nS9,新街道,street,{cast.district.code}\n".encode()))
    assert AuditEntry.objects.get(verb="unit.import").detail["added"] == [Unit.objects.get(code="S9").pk]


# --- the audit trail --------------------------------------------------------------------------------------


def test_a_post_is_given_changed_and_ended_in_the_audit_trail(cast, admin):
    typed = {"user": cast.resident.pk, "unit": cast.street.pk, "role": Role.STREET_DISPATCHER, "start": "2026-01-01"}
    admin.post(url("accounts_post_add"), typed)
    post = cast.resident.posts.get()
    admin.post(url("accounts_post_change", post.pk), {"start": "2026-02-01"})
    admin.post(url("accounts_post_changelist"), {"action": "end_today", "_selected_action": [post.pk]})
    subject = f"accounts.post:{post.pk}"
    for verb in ("post.change", "post.end"):
        assert entries(verb) == [("sysadmin", subject)]
    assert entries("post.give")[-1] == ("sysadmin", subject)
    given = AuditEntry.objects.filter(verb="post.give").order_by("pk").last()
    assert given.unit == cast.street
    assert given.detail == {
        "person": cast.resident.pk,
        "role": "street_dispatcher",
        "start": "2026-01-01",
        "end": None,
    }
    assert not chain_state().broken


def test_people_are_shut_out_and_let_in_again_in_the_audit_trail(cast, admin):
    subject = f"accounts.user:{cast.dispatcher.pk}"
    chosen = {"action": "deactivate_people", "_selected_action": [cast.dispatcher.pk]}
    admin.post(url("accounts_user_changelist"), chosen)
    assert entries("user.deactivate") == [("sysadmin", subject)]
    inline = {"posts-TOTAL_FORMS": 1, "posts-INITIAL_FORMS": 1, "posts-0-id": cast.dispatcher.posts.get().pk}
    typed = {"username": "dispatcher", "name": "孙", "is_active": "on", **inline}
    admin.post(url("accounts_user_change", cast.dispatcher.pk), typed)
    assert entries("user.reactivate") == [("sysadmin", subject)]
    assert AuditEntry.objects.get(verb="user.change").detail == {"fields": ["is_active", "name"]}


def test_a_password_set_by_another_is_in_the_audit_trail(cast, admin):
    typed = {"usable_password": "true", "password1": "a-long-password-8", "password2": "a-long-password-8"}
    page = url("auth_user_password_change", cast.auditor.pk)
    admin.post(page, typed | {"password2": "another"})
    assert not entries("user.password")
    admin.post(page, typed)
    assert entries("user.password") == [("sysadmin", f"accounts.user:{cast.auditor.pk}")]
    assert admin.get(url("auth_user_password_change", "junk")).status_code in (302, 404)


def test_what_the_administrator_sets_is_in_the_audit_trail(cast, admin):
    clock = ClockSetting.objects.first()
    admin.post(url("cases_clocksetting_change", clock.pk), _fields(clock, admin) | {"amount": clock.amount + 1})
    assert AuditEntry.objects.get(verb="clocksetting.change").detail == {"fields": ["amount"]}
    admin.post(
        url("cases_category_add"), {"code": "new", "name": "新", "name_en": "New", "urgency": "normal", "position": 1}
    )
    assert entries("category.add") == [("sysadmin", f"cases.category:{Category.objects.get(code='new').pk}")]
    admin.post(url("cases_building_add"), {"code": "HS02", "name": "楼", "address": "街", "grid": cast.grid.pk})
    assert entries("building.add") == [("sysadmin", f"cases.building:{Building.objects.get(code='HS02').pk}")]
    typed = {"code": "110003", "name": "新街道", "kind": "street", "parent": cast.district.pk, "is_active": "on"}
    admin.post(url("accounts_unit_add"), typed)
    assert entries("unit.add") == [("sysadmin", f"accounts.unit:{Unit.objects.get(code='110003').pk}")]


@pytest.mark.parametrize("by", ["page", "action"])
def test_a_deleted_calendar_day_is_in_the_audit_trail(cast, admin, by):
    admin.post(url("records_calendarday_add"), {"day": "2027-11-21", "is_working": "on"})
    key = CalendarDay.objects.get(day="2027-11-21").pk
    if by == "page":
        admin.post(url("records_calendarday_delete", key), {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [key], "post": "yes"}
        admin.post(url("records_calendarday_changelist"), chosen)
    assert not CalendarDay.objects.filter(pk=key).exists()
    for verb in ("calendarday.add", "calendarday.delete"):
        assert entries(verb) == [("sysadmin", f"records.calendarday:{key}")]


def test_routing_set_in_the_list_is_in_the_audit_trail(cast, admin):
    rows = list(ClockSetting.objects.order_by("pk"))
    page = admin.get(url("cases_clocksetting_changelist")).context["cl"]
    data = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "1"}
    for n, row in enumerate(page.result_list):
        data |= {f"form-{n}-id": row.pk, f"form-{n}-amount": row.amount + (n == 0), f"form-{n}-unit": row.unit}
    admin.post(url("cases_clocksetting_changelist"), data)
    assert len(entries("clocksetting.change")) == 1


def _fields(row, client) -> dict:
    form = client.get(url(f"{row._meta.app_label}_{row._meta.model_name}_change", row.pk)).context["adminform"].form
    return {name: value for name, value in form.initial.items() if value is not None and name in form.fields}


def test_the_command_line_is_in_the_audit_trail_too(cast):
    post = actions.appoint(user=cast.resident, unit=cast.street, role=Role.STREET_LEADER)
    assert entries("post.give")[-1] == (None, f"accounts.post:{post.pk}")


def test_what_is_not_told_does_not_stay(cast, deaf):
    with pytest.raises(RuntimeError):
        actions.appoint(user=cast.resident, unit=cast.street, role=Role.STREET_LEADER)
    with pytest.raises(RuntimeError):
        actions.deactivate(user=cast.dispatcher)
    with pytest.raises(RuntimeError):
        import_people(source=BytesIO(f"{HEAD}zhang,张三,,resident,\n".encode()))
    assert not cast.resident.posts.exists()
    assert User.objects.get(pk=cast.dispatcher.pk).is_active
    assert not User.objects.filter(username="zhang").exists()


def test_a_password_that_is_not_told_does_not_stay(cast, admin, deaf, caplog):
    typed = {"usable_password": "true", "password1": "a-long-password-8", "password2": "a-long-password-8"}
    with pytest.raises(RuntimeError), caplog.at_level(logging.CRITICAL, "django.request"):
        admin.post(url("auth_user_password_change", cast.auditor.pk), typed)
    assert not User.objects.get(pk=cast.auditor.pk).check_password("a-long-password-8")


# --- the first set-up -------------------------------------------------------------------------------------


def test_a_superuser_sets_up_the_portal_and_it_is_in_the_audit_trail(signed_in):
    boss = User.objects.create_superuser("boss", "a-long-password-9")
    district = actions.place_unit(unit=Unit(code="1", name="区", kind=UnitKind.DISTRICT))
    client = signed_in(boss)
    for name, role in (("sys", Role.SYSTEM_ADMINISTRATOR), ("audit", Role.AUDITOR)):
        typed = {"user": person(name, name).pk, "unit": district.pk, "role": role, "start": "2026-01-01"}
        assert client.post(url("accounts_post_add"), typed).status_code == 302
    assert [who for who, _subject in entries("post.give")] == ["boss", "boss"]
    assert Post.objects.count() == 2
