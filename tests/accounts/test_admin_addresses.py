"""The admin answers whatever stands in its addresses: never with 500."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import DateField

from accounts.admin_base import Audited
from accounts.models import Post, User
from cases.models import ClockSetting
from records.actions import audit
from records.models import CalendarDay
from records.registry import verb_text
from tests.accounts.test_admin import errors_of, url

pytestmark = pytest.mark.django_db

WITH_DAYS = [
    (model._meta.label_lower.replace(".", "_"), field.name)
    for model in admin.site._registry
    for field in model._meta.fields
    if isinstance(field, DateField)
]
WITH_HISTORY = [
    "accounts_unit",
    "accounts_post",
    "cases_category",
    "cases_clocksetting",
    "records_calendarday",
    "records_reminderlevel",
    "records_unitchannel",
]
APPS = [apps.get_app_config(name) for name in ("accounts", "records", "cases", "appraisal")]
AUDITED = [model for model, page in admin.site._registry.items() if isinstance(page, Audited)]


@pytest.fixture
def superuser(cast, signed_in):
    audit(verb="cases.export", subject=cast.street, actor=cast.command)
    return signed_in(User.objects.create_superuser("root", name="超级"))


@pytest.mark.parametrize(("name", "field"), WITH_DAYS)
@pytest.mark.parametrize("query", ["{0}__year=0", "{0}__year=1&{0}__month=1", "{0}__year=99999", "{0}__year=x"])
def test_a_list_narrowed_by_an_impossible_date_is_shown_whole(superuser, name, field, query):
    response = superuser.get(f"{url(f'{name}_changelist')}?{query.format(field)}", follow=True)
    assert response.status_code in (200, 400)


def test_the_sentence_is_said(superuser):
    superuser.cookies["django_language"] = "en"
    response = superuser.get(f"{url('records_auditentry_changelist')}?at__year=0", follow=True)
    assert "The list cannot be narrowed like this" in response.content.decode()


@pytest.mark.parametrize("name", WITH_HISTORY)
@pytest.mark.parametrize("key", ["abc", "%00", "99999999999999999999", "1.5"])
def test_a_history_of_nothing_is_not_found(superuser, name, key):
    start = url(f"{name}_changelist")
    assert superuser.get(f"{start}{key}/history/").status_code == 404
    assert superuser.get(f"{start}{key}/history/1/").status_code == 404
    assert superuser.get(f"{start}1/history/{key}/").status_code == 404


def test_a_history_is_shown(superuser):
    clock = ClockSetting.objects.first()
    clock.amount += 1
    clock.save()
    assert superuser.get(url("cases_clocksetting_history", clock.pk)).status_code == 200
    version = clock.history.latest()
    assert superuser.get(url("cases_clocksetting_simple_history", clock.pk, version.pk)).status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "2100-01-01", "9999-12-31"])
def test_posts_and_calendar_stay_in_our_time(superuser, cast, day):
    typed = {"user": cast.resident.pk, "unit": cast.street.pk, "role": "street_leader"}
    errors = errors_of(superuser.post(url("accounts_post_add"), {**typed, "start": day}))
    assert "start" in errors
    assert not Post.objects.filter(user=cast.resident).exists()
    assert "day" in errors_of(superuser.post(url("records_calendarday_add"), {"day": day}))
    assert not CalendarDay.objects.filter(day=day).exists()


def test_the_trail_reads_in_words(superuser):
    superuser.cookies["django_language"] = "en"
    response = superuser.get(f"{url('records_auditentry_changelist')}?verb=cases.export")
    (entry,) = response.context["cl"].result_list
    assert "cases.export" not in re.sub(r'"[^"]*"', "", response.content.decode())
    response = superuser.get(url("records_auditentry_change", entry.pk))
    assert "List of cases exported" in response.content.decode()


def test_every_verb_of_the_trail_has_words():
    sources = "".join(path.read_text() for app in APPS for path in Path(app.path).rglob("*.py"))
    verbs = set(re.findall(r'"([a-z]+\.[a-z_]+)"', "".join(re.findall(r"verb=.*", sources))))
    kinds = {f"{model._meta.model_name}.{verb}" for model in AUDITED for verb in ("add", "change")}
    assert {"cases.export", "user.import"} <= verbs
    assert [verb for verb in verbs | kinds if verb_text(verb) == verb] == []
