"""The audit trail in the admin stays quick however long it grows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from records.actions import audit
from records.admin import BoundedPaginator

TRAIL = reverse("admin:records_auditentry_changelist")


@pytest.fixture
def administrator(cast, signed_in):
    return signed_in(User.objects.create_superuser(username="root", name="管理员", password="x"))


@pytest.fixture
def entries(cast, administrator):
    audit(verb="test.a", subject=cast.street, actor=cast.command)
    audit(verb="test.a", subject=cast.grid, actor=cast.dispatcher)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (lambda cast: f"accounts.unit:{cast.grid.pk}", lambda cast: {cast.grid.pk}),
        (lambda cast: f" {cast.command.username} ", lambda cast: {cast.street.pk}),
        (lambda cast: cast.command.username[:-1], lambda cast: set()),
        (lambda cast: "accounts.unit:", lambda cast: set()),
    ],
)
def test_a_search_is_for_exactly_a_subject_or_a_user_name(cast, administrator, entries, typed, found):
    page = administrator.get(TRAIL, {"q": typed(cast), "verb": "test.a"})
    rows = page.context["cl"].result_list
    assert {row.subject for row in rows} == {f"accounts.unit:{key}" for key in found(cast)}


def test_no_list_counts_or_sorts_the_whole_trail(administrator, entries):
    with CaptureQueriesContext(connection) as queries:
        assert administrator.get(TRAIL).status_code == 200
    about = [q["sql"].upper() for q in queries if "RECORDS_AUDITENTRY" in q["sql"].upper()]
    counts = [sql for sql in about if "COUNT(" in sql]
    assert counts
    assert all("LIMIT" in sql for sql in counts)
    assert not any("DISTINCT" in sql for sql in about)


def test_what_lies_beyond_the_bound_is_not_counted(administrator, entries, monkeypatch):
    monkeypatch.setattr(BoundedPaginator, "most", 1)
    assert administrator.get(TRAIL).context["cl"].result_count == 1
