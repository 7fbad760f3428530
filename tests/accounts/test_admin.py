"""The admin: who may do what there, and that the rules of the actions are answered in its forms."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.actions import deactivate
from accounts.enums import Role, UnitKind
from accounts.models import Post, Unit, User
from accounts.queries import grants_of
from cases.models import Building, Category, ClockSetting
from records.actions import audit
from records.models import AuditEntry, CalendarDay
from tests.cast import person

pytestmark = pytest.mark.django_db

LISTS = {
    "sysadmin": {
        "accounts_user",
        "accounts_unit",
        "accounts_post",
        "cases_category",
        "cases_clocksetting",
        "cases_building",
        "records_calendarday",
        "records_reminderlevel",
        "records_unitchannel",
        "records_delivery",
    },
    "auditor": {"records_auditentry"},
    "appraiser": {"appraisal_scheme"},
    "security": {"accounts_user", "accounts_unit", "accounts_post"},
    "dispatcher": set(),
    "resident": set(),
}
ALL_LISTS = set().union(*LISTS.values())


def url(name: str, *args) -> str:
    return reverse(f"admin:{name}", args=args)


def errors_of(response) -> dict:
    assert response.status_code == 200
    return response.context["adminform"].form.errors


def change_person(client, person: User, typed: dict):
    """Post the page of a person as a browser does, with what is not typed as it stands there."""
    posts = person.posts.count()
    inline = {f"posts-{n}-id": post.pk for n, post in enumerate(person.posts.order_by("-start"))}
    inline |= {"posts-TOTAL_FORMS": posts, "posts-INITIAL_FORMS": posts}
    typed = {"username": person.username, "name": person.name, **typed}
    response = client.post(url("accounts_user_change", person.pk), inline | typed)
    assert response.status_code == 302, errors_of(response)
    return User.objects.get(pk=person.pk)


@pytest.fixture
def admin(cast, signed_in):
    return signed_in(cast.sysadmin)


@pytest.mark.parametrize("who", LISTS)
def test_each_role_opens_its_own_lists_only(cast, signed_in, who):
    user = (
        person("security", "安全员", cast.district, Role.SECURITY_ADMINISTRATOR)
        if who == "security"
        else getattr(cast, who)
    )
    client = signed_in(user)
    opened = {name for name in ALL_LISTS if client.get(url(f"{name}_changelist")).status_code == 200}
    assert opened == LISTS[who]
    assert client.get(url("index"), follow=True).status_code == (200 if LISTS[who] else 403)


def test_a_stranger_is_sent_to_the_sign_in(client, db):
    assert client.get(url("index"), follow=False).status_code == 302


def test_a_post_that_ended_closes_the_admin(cast, admin):
    cast.sysadmin.posts.update(start=timezone.localdate() - timedelta(3), end=timezone.localdate() - timedelta(1))
    assert admin.get(url("accounts_unit_changelist"), follow=True).status_code == 403


def test_every_page_of_the_system_administrator_opens(cast, admin):
    for row in (
        cast.street,
        cast.dispatcher,
        cast.dispatcher.posts.get(),
        cast.category,
        cast.building,
        ClockSetting.objects.first(),
        CalendarDay.objects.first(),
    ):
        name = f"{row._meta.app_label}_{row._meta.model_name}"
        pages = ["add", "changelist"]
        for page in [url(f"{name}_{page}") for page in pages] + [
            url(f"{name}_change", row.pk),
            url(f"{name}_history", row.pk),
        ]:
            assert admin.get(page).status_code == 200, page


# --- units ------------------------------------------------------------------------------------------------


def test_a_unit_is_added_at_its_place(cast, admin):
    typed = {"code": "110003", "name": "新街道", "kind": "street", "parent": cast.district.pk, "is_active": "on"}
    assert admin.post(url("accounts_unit_add"), typed).status_code == 302
    assert Unit.objects.get(code="110003").path == "110/110003/"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"code": "11/3", "kind": "street"}, "code"),
        ({"code": "110003", "kind": "grid"}, "parent"),
        ({"code": "110001", "kind": "street"}, "code"),
        ({"code": "x\x00", "kind": "street"}, "code"),
    ],
)
def test_a_unit_against_the_rules_is_answered_in_the_form(cast, admin, typed, field):
    response = admin.post(url("accounts_unit_add"), {"name": "新单位", "parent": cast.district.pk, **typed})
    assert field in errors_of(response)
    assert not Unit.objects.filter(name="新单位").exists()


def test_a_circle_in_the_tree_is_answered_in_the_form(cast, admin):
    employer = Unit.objects.create(
        code="E1", name="单位", kind=UnitKind.EMPLOYER, parent=cast.community, path=f"{cast.community.path}E1/"
    )
    response = admin.post(url("accounts_unit_change", cast.street.pk), {"name": "长青", "parent": cast.community.pk})
    assert list(errors_of(response)) == ["parent"]
    cast.street.refresh_from_db()
    assert cast.street.parent == cast.district
    typed = {"name": "单位", "parent": cast.street.pk, "is_active": "on"}
    assert admin.post(url("accounts_unit_change", employer.pk), typed).status_code == 302
    assert Unit.objects.get(code="E1").path == f"{cast.street.path}E1/"


def test_nothing_is_deleted(cast, admin):
    for row in (cast.street, cast.dispatcher, cast.dispatcher.posts.get(), cast.category, cast.building):
        page = url(f"{row._meta.app_label}_{row._meta.model_name}_delete", row.pk)
        assert admin.post(page, {"post": "yes"}).status_code == 403
        row.refresh_from_db()


# --- people and posts -------------------------------------------------------------------------------------


def test_a_person_is_created_with_a_password_and_one_spelling_of_the_number(cast, admin):
    typed = {
        "username": "newbie",
        "name": "新人",
        "phone": "139 1234 5678",
        "usable_password": "true",
        "password1": "a-long-password-8",
        "password2": "a-long-password-8",
    }
    assert admin.post(url("accounts_user_add"), typed).status_code == 302
    user = User.objects.get(username="newbie")
    assert (user.phone, user.check_password("a-long-password-8")) == ("+8613912345678", True)


def test_a_number_that_is_none_is_answered_in_the_form(cast, admin):
    typed = {"username": "newbie", "name": "新人", "phone": "12", "usable_password": "false"}
    assert "phone" in errors_of(admin.post(url("accounts_user_add"), typed))


def test_nobody_ticks_rights(cast, admin):
    typed = {"name": "王", "is_superuser": "on", "is_staff": "on", "is_active": "on"}
    user = change_person(admin, cast.resident, {**typed, "user_permissions": "1", "groups": "1"})
    assert (user.name, user.is_superuser) == ("王", False)
    assert not user.user_permissions.exists()


def test_a_superuser_gets_no_new_password_from_below(cast, admin):
    boss = User.objects.create_superuser("boss", "a-long-password-9")
    typed = {"usable_password": "true", "password1": "a-long-password-8", "password2": "a-long-password-8"}
    assert admin.post(url("auth_user_password_change", boss.pk), typed).status_code == 403
    admin.post(url("accounts_user_changelist"), {"action": "deactivate_people", "_selected_action": boss.pk})
    boss.refresh_from_db()
    assert boss.is_active
    assert boss.check_password("a-long-password-9")


@pytest.mark.parametrize("by", ["action", "form"])
def test_deactivating_takes_everything_at_once(cast, admin, by):
    if by == "action":
        chosen = {"action": "deactivate_people", "_selected_action": [cast.dispatcher.pk, cast.sysadmin.pk]}
        admin.post(url("accounts_user_changelist"), chosen)
    else:
        change_person(admin, cast.dispatcher, {})
    user = User.objects.get(pk=cast.dispatcher.pk)
    assert not user.is_active
    assert not grants_of(user).holds("dispatch_case")
    assert not user.unitgrant_set.exists()
    assert LogEntry.objects.filter(object_id=str(user.pk)).exists()
    assert User.objects.get(pk=cast.sysadmin.pk).is_active


def test_activating_gives_back_what_the_posts_give(cast, admin):
    deactivate(user=cast.dispatcher)
    user = change_person(admin, cast.dispatcher, {"is_active": "on"})
    assert grants_of(user).on("dispatch_case", cast.street)


def test_nobody_deactivates_themselves(cast, admin):
    user = change_person(admin, cast.sysadmin, {"name": "蒋"})
    assert (user.is_active, user.name) == (True, "蒋")


def test_a_post_gives_its_grants_at_once(cast, admin):
    typed = {"user": cast.resident.pk, "unit": cast.street.pk, "role": Role.STREET_DISPATCHER, "start": "2026-01-01"}
    assert admin.post(url("accounts_post_add"), typed).status_code == 302
    assert grants_of(User.objects.get(pk=cast.resident.pk)).on("dispatch_case", cast.street)


def test_people_of_one_name_are_told_apart(cast, admin):
    person("second", "王小明")
    asked = {"app_label": "accounts", "model_name": "post", "field_name": "user", "term": "王小明"}
    suggested = admin.get(url("autocomplete"), asked).json()["results"]
    assert {row["text"] for row in suggested} == {"王小明 (resident)", "王小明 (second)"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"role": Role.DUTY_OFFICER}, "role"),
        ({"end": "2025-01-01"}, "end"),
        ({"user": "dispatcher"}, "role"),
        ({"start": "0001-01-01", "end": "0000-01-01"}, "end"),
    ],
)
def test_a_post_against_the_rules_is_answered_in_the_form(cast, admin, changed, field):
    typed = {"user": cast.resident.pk, "unit": cast.street.pk, "role": Role.STREET_DISPATCHER, "start": "2026-01-01"}
    if "user" in changed:
        changed = {"user": cast.dispatcher.pk}
    before = Post.objects.count()
    assert list(errors_of(admin.post(url("accounts_post_add"), {**typed, **changed}))) == [field]
    assert Post.objects.count() == before


def test_posts_are_ended_today_and_stay_ended(cast, admin):
    post = cast.dispatcher.posts.get()
    old = Post.objects.create(
        user=cast.resident, unit=cast.street, role=Role.STREET_LEADER, start="2020-01-01", end="2020-02-01"
    )
    chosen = {"action": "end_today", "_selected_action": [post.pk, old.pk]}
    admin.post(url("accounts_post_changelist"), chosen)
    post.refresh_from_db()
    old.refresh_from_db()
    assert (post.end, str(old.end)) == (timezone.localdate(), "2020-02-01")


# --- what else is set -------------------------------------------------------------------------------------


def test_the_system_administrator_sets_routing_in_the_list(cast, admin):
    rows = list(Category.objects.order_by("parent__position", "parent__code", "position", "code"))
    data = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "1"}
    for n, row in enumerate(rows):
        data |= {
            f"form-{n}-id": row.pk,
            f"form-{n}-urgency": "long",
            f"form-{n}-position": n,
            f"form-{n}-is_active": "on",
        }
        data[f"form-{n}-department"] = cast.parks.pk if row == cast.category else ""
    assert admin.post(url("cases_category_changelist"), data).status_code == 302
    cast.category.refresh_from_db()
    assert (cast.category.department, cast.category.urgency) == (cast.parks, "long")
    assert cast.category.history.first().history_user == cast.sysadmin


def test_the_list_of_categories_costs_the_same_for_many(cast, admin, django_assert_max_num_queries):
    for n in range(30):
        Category.objects.create(code=f"c{n}", name=f"类{n}", name_en=f"c{n}", parent=cast.category.parent)
    with django_assert_max_num_queries(25):
        admin.get(url("cases_category_changelist"))


def test_a_building_leads_to_its_sign(cast, admin):
    assert reverse("sign", args=[cast.building.code]) in admin.get(url("cases_building_changelist")).content.decode()
    typed = {"code": "hs-1", "name": "楼", "grid": cast.grid.pk}
    assert "code" in errors_of(admin.post(url("cases_building_add"), typed))
    assert Building.objects.count() == 1


def test_the_auditor_reads_and_writes_nothing(cast, signed_in):
    entry = audit(verb="contact.reveal", subject=cast.district, actor=cast.dispatcher, unit=cast.street)
    client = signed_in(cast.auditor)
    assert "contact.reveal" in client.get(url("records_auditentry_changelist")).content.decode()
    assert client.get(url("records_auditentry_change", entry.pk)).status_code == 200
    assert client.post(url("records_auditentry_change", entry.pk), {"verb": "x"}).status_code == 403
    assert client.post(url("records_auditentry_delete", entry.pk), {"post": "yes"}).status_code == 403
    assert client.get(url("records_auditentry_add")).status_code == 403
    assert AuditEntry.objects.get(pk=entry.pk).verb == "contact.reveal"


def test_the_security_administrator_looks_and_changes_nothing(cast, signed_in):
    client = signed_in(person("security", "安全员", cast.district, Role.SECURITY_ADMINISTRATOR))
    assert client.get(url("accounts_user_change", cast.dispatcher.pk)).status_code == 200
    assert client.post(url("accounts_user_change", cast.dispatcher.pk), {"username": "x"}).status_code == 403
    assert client.get(url("accounts_unit_import")).status_code == 403


# --- the import pages -------------------------------------------------------------------------------------

UNITS = "code,name,kind,parent_code\n"


def upload(client, page: str, text: str, **extra):
    return client.post(url(page), {"file": SimpleUploadedFile("单位.csv", text.encode()), **extra})


def test_units_are_imported_from_a_file(cast, admin):
    assert url("accounts_unit_import") in admin.get(url("accounts_unit_changelist")).content.decode()
    assert admin.get(url("accounts_unit_import")).status_code == 200
    response = upload(admin, "accounts_unit_import", f"{UNITS}S9,新街道,street,110\n")
    assert response.status_code == 302
    assert Unit.objects.get(code="S9").history.get().history_user == cast.sysadmin
    assert LogEntry.objects.get().object_repr == "单位.csv"


def test_people_are_imported_from_a_file(cast, admin):
    head = "username,name,phone,role,unit_code\n"
    response = upload(admin, "accounts_user_import", f"{head}zhang,张三,,street_leader,{cast.street.code}\n")
    assert response.status_code == 302
    assert grants_of(User.objects.get(username="zhang")).on("view_case", cast.street)


def test_a_bad_file_is_answered_with_all_its_problems_and_changes_nothing(cast, admin):
    before = Unit.objects.count()
    response = upload(admin, "accounts_unit_import", f"{UNITS}S9,<script>,street,999\nS8,x,county,\n")
    assert response.status_code == 200
    assert [(p.line, p.column) for p in response.context["problems"]] == [(2, "parent_code"), (3, "kind")]
    assert "<script>," not in response.content.decode()
    assert Unit.objects.count() == before


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0 JFIF", b"PK\x03\x04"])
def test_a_file_that_is_no_table_is_answered(cast, admin, content):
    response = admin.post(url("accounts_unit_import"), {"file": SimpleUploadedFile("x.csv", content)})
    assert response.status_code == 200
    assert response.context["problems"] or response.context["form"].errors


def test_no_file_and_too_large_a_file_are_answered(cast, admin):
    assert "file" in admin.post(url("accounts_unit_import")).context["form"].errors
    response = upload(admin, "accounts_unit_import", "x" * (5 * 1024 * 1024 + 1))
    assert "file" in response.context["form"].errors


@pytest.mark.parametrize("who", ["dispatcher", "auditor", "appraiser"])
def test_others_do_not_import(cast, signed_in, who):
    client = signed_in(getattr(cast, who))
    assert client.get(url("accounts_unit_import"), follow=True).status_code == 403
    before = User.objects.count()
    upload(client, "accounts_user_import", "username,name,phone,role,unit_code\nzhang,张三,,resident,\n")
    assert User.objects.count() == before
