import pytest
from django.core.exceptions import ValidationError

from accounts.phones import masked, normalise


@pytest.mark.parametrize("typed", ["19900001234", "199 0000 1234", "+86 199-0000-1234", "８６19900001234"[2:]])
def test_one_spelling(typed):
    assert normalise(typed) == "+8619900001234"


@pytest.mark.parametrize("typed", ["", "abc", "12", "1" * 40])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValidationError):
        normalise(typed)


def test_masked():
    assert masked("+8619900001234") == "199******34"
    assert masked("12345") == "*****"
