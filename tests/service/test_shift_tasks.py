"""Tasks of shifts go through all that is due; one row that fails is logged and keeps no other waiting."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from records import batches
from records.models import Deadline
from service.actions import offers
from service.enums import SignUpState, Step
from service.models import SignUp
from service.queries import attendance
from service.tasks import hours, posts
from tests.databases import on_postgresql
from tests.service.hours_scene import place, shift_at

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def offered(team) -> list[SignUp]:
    """Five offers whose time has run out, each of a shift of its own."""
    now = timezone.now()
    rows = [
        place(team.shift(), team.new_member(number), SignUpState.OFFERED, offered_until=now - HOUR)
        for number in range(5)
    ]
    for row in rows:
        row.shift.taken = 1
        row.shift.save(update_fields=["taken"])
    return rows


@pytest.fixture
def ended(team) -> list[SignUp]:
    """Five shifts that have ended, two at the same time, with somebody to attest each."""
    now = timezone.now()
    return [place(shift_at(team, now - (3 + number // 2) * DAY), team.new_member(10 + number)) for number in range(5)]


@pytest.fixture
def fails_on(monkeypatch, offered, ended):
    """Let the first of five fail, and batches be short."""
    monkeypatch.setattr(batches, "BATCH", 2)
    lapse, owe = offers.lapse_offer, hours.hours.owe_attestation

    def lapse_but_one(*, sign_up, **given):
        if sign_up.pk == offered[0].pk:
            raise RuntimeError("secret")
        return lapse(sign_up=sign_up, **given)

    def owe_but_one(*, shift, **given):
        if shift.pk == ended[0].shift_id:
            raise RuntimeError("secret")
        return owe(shift=shift, **given)

    monkeypatch.setattr(posts, "lapse_offer", lapse_but_one)
    monkeypatch.setattr(hours.hours, "owe_attestation", owe_but_one)


def test_offers_end_batch_after_batch_although_one_fails(fails_on, offered, caplog):
    with caplog.at_level(logging.ERROR):
        assert posts.lapse_offers() == 4
    assert SignUp.objects.filter(state=SignUpState.LAPSED).count() == 4
    assert [row.getMessage() for row in caplog.records] == [
        f"offer {offered[0].pk} could not be handled: RuntimeError",
    ]
    caplog.clear()  # what was logged was meant to be


def test_attestations_are_owed_batch_after_batch_although_one_fails(fails_on, ended, caplog):
    with caplog.at_level(logging.ERROR):
        assert hours.owe_attestations() == 4
    assert Deadline.objects.filter(kind=Step.ATTEST_HOURS).count() == 4
    assert [row.getMessage() for row in caplog.records] == [
        f"shift {ended[0].shift_id} could not be handled: RuntimeError",
    ]
    caplog.clear()


def test_a_shift_is_found_once_however_many_came(team, ended):
    now = timezone.now()
    place(ended[0].shift, team.member)
    assert sorted(key for _at, key in attendance.ended_unattested(now)) == sorted(row.shift_id for row in ended)


@on_postgresql
def test_what_has_ended_is_found_by_its_index(ended, django_assert_num_queries):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with django_assert_num_queries(1) as seen:
        attendance.ended_unattested(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + seen[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "sign_up_to_attest" in plan
