"""The sweep reads the ledger through its index only, however long the ledger is."""

from django.db import transaction
from django.utils import timezone

from records.sweep import next_batch


def test_the_next_batch_is_found_by_index(db):
    with transaction.atomic():
        plan = next_batch(timezone.now()).explain()
    assert "USING INDEX deadline_to_be_reminded (remind_at<?)" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan  # the index is in the order in which rows are taken
