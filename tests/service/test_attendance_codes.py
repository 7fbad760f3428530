"""Check-in codes: as the RFC says, a minute long, and never of another day or another shift."""

from datetime import UTC, datetime, timedelta

from service import codes

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", the key of the RFC's examples
OTHER = "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK"
NOON = datetime(2026, 11, 24, 4, 0, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_the_examples_of_the_rfc():
    found = [codes.hotp(b"12345678901234567890", counter) for counter in range(5)]
    assert found == ["755224", "287082", "359152", "969429", "338314"]


def test_a_code_lasts_a_minute_and_is_taken_for_one_more():
    code = codes.code_at(SECRET, NOON)
    assert codes.code_at(SECRET, NOON + 39 * MINUTE / 60) == code
    assert codes.code_at(SECRET, NOON + 40 * MINUTE / 60) != code
    assert codes.shown_until(NOON) == datetime(2026, 11, 24, 4, 1, tzinfo=UTC)
    assert codes.is_valid(SECRET, code, NOON)
    assert codes.is_valid(SECRET, code, NOON + MINUTE)
    assert not codes.is_valid(SECRET, code, NOON + 2 * MINUTE)
    assert not codes.is_valid(SECRET, code, NOON - MINUTE)


def test_a_code_that_has_run_out_is_known_as_one_and_a_strange_one_is_not():
    yesterday = codes.code_at(SECRET, NOON - timedelta(days=1))
    assert not codes.is_valid(SECRET, yesterday, NOON)
    assert codes.has_run_out(SECRET, yesterday, NOON)
    assert not codes.has_run_out(SECRET, codes.code_at(SECRET, NOON), NOON)
    assert not codes.is_valid(SECRET, codes.code_at(OTHER, NOON), NOON)


def test_what_is_no_code_at_all_is_not_valid():
    for typed in ("", "12345", "1234567", "一二三四五六", "\x00"):
        assert not codes.is_valid(SECRET, typed, NOON)
