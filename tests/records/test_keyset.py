"""Pages by key: nothing twice, nothing missed, whatever comes in between."""

import base64
import json
from datetime import timedelta

import pytest
from django.core.exceptions import BadRequest
from django.utils import timezone

from records.actions import notify
from records.keyset import page
from records.models import Notice

START = timezone.now()


@pytest.fixture
def notices(cast):
    for i in range(23):  # three share each time, so that the key has to decide
        notify(
            recipients=[cast.resident],
            kind="case.closed",
            parameters={"number": i},
            now=START + timedelta(minutes=i // 3),
        )
    return Notice.objects.all()


@pytest.mark.parametrize("field", ["created_at", "-created_at"])
def test_walking_there_and_back(notices, field):
    sign = "-" if field.startswith("-") else ""
    expected = list(notices.order_by(field, f"{sign}pk"))
    pages = [page(notices, field, size=5)]
    while pages[-1].older:
        pages.append(page(notices, field, pages[-1].older, size=5))
    assert [row for found in pages for row in found.rows] == expected
    back = [pages[-1]]
    while back[-1].newer:
        back.append(page(notices, field, back[-1].newer, size=5))
    assert [row for found in reversed(back) for row in found.rows] == expected
    assert pages[0].newer is None


def test_a_row_that_comes_in_between_shifts_nothing(notices, cast):
    first = page(notices, "-created_at", size=5)
    notify(recipients=[cast.resident], kind="case.closed", parameters={}, now=START + timedelta(hours=1))
    second = page(notices, "-created_at", first.older, size=5)
    assert not {row.pk for row in first} & {row.pk for row in second}


@pytest.mark.parametrize("cursor", ["x", "%00", "W10", "WzEsMiwzXQ", "WyIwMDAxLTAxLTAxIiwxLDBd", "é", "A" * 500])
def test_a_cursor_that_was_tampered_with_is_refused(notices, cursor):
    with pytest.raises(BadRequest):
        list(page(notices, "-created_at", cursor).rows)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "2026-01-01T00:00:00"])
def test_a_time_out_of_this_world_is_refused(notices, moment):
    cursor = base64.urlsafe_b64encode(json.dumps([moment, 1, 0]).encode()).decode()
    with pytest.raises(BadRequest):
        page(notices, "-created_at", cursor)
