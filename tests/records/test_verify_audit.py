"""The command that walks along the audit chain."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from records.actions import audit
from records.models import AuditEntry
from tests.records.test_chain import behind_the_back


@pytest.fixture
def chain(cast):
    return [audit(verb=f"test.{i}", subject=cast.street, actor=cast.command) for i in range(4)]


def verify(**options) -> str:
    said = StringIO()
    call_command("verify_audit", stdout=said, **options)
    return said.getvalue()


def test_it_prints_the_number_and_the_last_digest(chain):
    said = verify()
    assert str(AuditEntry.objects.count()) in said
    assert chain[-1].digest in said


def test_a_noted_digest_is_still_there_when_the_trail_has_grown(chain):
    verify(expect=chain[1].digest)


def test_a_cut_tail_is_found_by_the_noted_digest(chain, cast):
    behind_the_back("DELETE FROM records_auditentry WHERE id >= %s", chain[2].pk)
    verify()  # the chain by itself holds
    audit(verb="test.new", subject=cast.street, actor=cast.command)
    with pytest.raises(CommandError, match=r"cut off|截"):
        verify(expect=chain[-1].digest)


def test_broken_entries_are_named(chain):
    behind_the_back("UPDATE records_auditentry SET verb = 'other' WHERE id = %s", chain[2].pk)
    with pytest.raises(CommandError, match=rf"\b{chain[2].pk}\b"):
        verify()
