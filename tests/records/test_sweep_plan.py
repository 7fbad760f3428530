"""The sweep reads the ledger through its index only, however long the ledger is."""

from django.db import connection, transaction
from django.utils import timezone

from records.sweep import next_batch
from tests.databases import POSTGRESQL


def test_the_next_batch_is_found_by_index(db):
    with transaction.atomic(), connection.cursor() as cursor:
        if POSTGRESQL:  # it would read and sort a table as short as this one
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        plan = next_batch(timezone.now()).explain()
    if POSTGRESQL:
        assert "Index Scan using deadline_to_be_reminded" in plan
        assert "Sort" not in plan
    else:
        assert "USING INDEX deadline_to_be_reminded (remind_at<?)" in plan
        assert "SCAN" not in plan
        assert "TEMP B-TREE" not in plan  # the index is in the order in which rows are taken
