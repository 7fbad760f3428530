"""Text that a person types: what no page should hold does not come in."""

import pytest
from django import forms
from django.utils import translation

from records.text import LongTextField, PlainTextField


class Form(forms.Form):
    line = PlainTextField(required=False)
    lines = LongTextField(required=False)


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f"])
@pytest.mark.parametrize("name", ["line", "lines"])
def test_control_characters_are_left_out(sign, name):
    form = Form({name: f"井盖{sign}坏了"})
    assert form.is_valid()
    assert form.cleaned_data[name] == form[name].value() == "井盖坏了"


@pytest.mark.parametrize("name", ["line", "lines"])
def test_damaged_text_is_asked_for_again(name):
    with translation.override("en"):
        form = Form({name: b"\xc4\xe3\xba\xc3".decode(errors="replace")})
        assert form.errors[name] == ["The text arrived damaged. Please type it again."]


def test_other_writings_and_emoji_are_kept():
    text = "ئۇيغۇر བོད 👨‍👩‍👧 é\n二"
    assert Form({"lines": text}).fields["lines"].clean(text) == text
