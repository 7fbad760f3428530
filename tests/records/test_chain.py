"""The audit chain: nothing can be changed, and whatever was changed behind its back is found."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from records.actions import audit
from records.models import AuditEntry
from records.queries import chain_state
from tests.databases import POSTGRESQL


@pytest.fixture
def chain(cast):
    return [
        audit(verb=f"test.{i}", subject=cast.street, actor=cast.command, unit=cast.street, detail={"i": i})
        for i in range(6)
    ]


def behind_the_back(sql: str, *parameters) -> None:
    """Do what somebody with the owner's rights could do: drop the triggers first."""
    with connection.cursor() as cursor:
        if POSTGRESQL:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no trigger is dropped while some of its table wait
        for name in ("no_change ON records_auditentry",) if POSTGRESQL else ("no_update", "no_delete"):
            cursor.execute(f"DROP TRIGGER records_auditentry_{name}")
        cursor.execute(sql, parameters)


def test_a_chain_holds(chain):
    assert chain_state().broken == []
    assert [entry.previous for entry in chain[1:]] == [entry.digest for entry in chain[:-1]]


def test_the_database_refuses_change_and_deletion(chain):
    for attempt in (
        lambda: AuditEntry.objects.filter(pk=chain[2].pk).update(verb="other"),
        lambda: AuditEntry.objects.filter(pk=chain[2].pk).delete(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            attempt()
    assert AuditEntry.objects.filter(verb__startswith="test.").count() == 6


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE records_auditentry SET verb = 'other' WHERE id = %s",
        "UPDATE records_auditentry SET detail = '{\"i\": 9}' WHERE id = %s",
        "UPDATE records_auditentry SET actor_id = NULL WHERE id = %s",
        "UPDATE records_auditentry SET at = '2020-01-01 00:00:00' WHERE id = %s",
        "DELETE FROM records_auditentry WHERE id = %s",
    ],
)
def test_what_was_done_behind_its_back_is_found(chain, sql):
    behind_the_back(sql, chain[2].pk)
    assert chain_state().broken


def test_the_zone_of_the_time_is_no_matter(cast):
    entry = audit(verb="test", subject=cast.street, actor=None, now=timezone.localtime())
    assert entry.at.utcoffset()
    assert chain_state().broken == []


def test_a_fork_is_refused(chain):
    entry = AuditEntry(at=chain[0].at, verb="fork", subject="x", previous=chain[1].digest, digest="f" * 64, actor=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()
