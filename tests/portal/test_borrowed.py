"""Sentences of Django are shown to residents in our own words."""

import re

import pytest
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from cases.models import ClockSetting
from portal import borrowed  # noqa: F401 - the sentences that the catalogue must know

FIELDS = [
    (forms.CharField(), "", "此项必填"),
    (forms.CharField(max_length=3), "一二三四", "最多 3 个字，现有 4 个字"),
    (forms.CharField(min_length=3), "一", "至少 3 个字，现有 1 个字"),
    (forms.CharField(), "\x00", "无法识别的字符"),
    (forms.ChoiceField(choices=[("a", "a")]), "zzz", "没有“zzz”这一选项"),
    (forms.DateField(), "昨天", "请填写正确的日期"),
    (forms.IntegerField(), "二", "请填写整数"),
    (forms.DecimalField(), "二", "请填写数字"),
    (forms.IntegerField(max_value=5), "6", "不能大于 5"),
    (forms.IntegerField(min_value=5), "4", "不能小于 5"),
    (forms.DecimalField(decimal_places=2), "1.234", "小数点后最多 2 位"),
]


@pytest.mark.parametrize(("field", "typed", "sentence"), FIELDS)
def test_a_field_speaks_our_chinese(field, typed, sentence):
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refusal:
        field.clean(typed)
    assert sentence in refusal.value.messages[0]


def test_a_short_password_is_refused_in_chinese():
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refusal:
        validate_password("xq7")
    assert "密码太短，至少需要 8 个字符。" in refusal.value.messages


@pytest.mark.django_db
def test_the_admin_has_no_english_left(cast, signed_in):
    clock = ClockSetting.objects.first()
    clock.amount += 1
    clock.save()
    client = signed_in(cast.sysadmin)
    for path in ("/admin/", f"/admin/cases/clocksetting/{clock.pk}/history/", "/admin/accounts/user/"):
        page = client.get(path).content.decode()
        words = re.sub(r"<(script|style|head)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
        assert not re.findall(r"Changes|Model name|Add link|Masked|list link", words), path
