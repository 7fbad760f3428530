"""New permissions of a role reach the people already in post: every night, and after every migration."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from accounts import actions
from accounts.apps import renew_grants
from accounts.enums import Role
from accounts.models import Post, UnitGrant, User
from accounts.queries import grants_of
from accounts.roles import RULES
from accounts.tasks import renew_grants_by_date


@pytest.fixture
def wider_role(cast, monkeypatch):
    """A new version in which street leaders, long in post, may also take calls, and no longer see the appraisal."""
    cast.leader.posts.update(start=timezone.localdate() - timedelta(days=400))
    rule = RULES[Role.STREET_LEADER]
    permissions = rule.permissions | {"lodge_for_caller"} - {"view_appraisal"}
    monkeypatch.setitem(RULES, Role.STREET_LEADER, replace(rule, permissions=permissions))
    return cast.leader


def held(user) -> set[str]:
    return set(UnitGrant.objects.filter(user=user).values_list("permission__codename", flat=True))


def test_the_night_gives_people_in_post_what_is_new(wider_role):
    assert "lodge_for_caller" not in held(wider_role)
    renew_grants_by_date()
    assert held(wider_role) == RULES[Role.STREET_LEADER].permissions


def test_a_migration_gives_people_in_post_what_is_new(wider_role):
    call_command("migrate", verbosity=0)
    assert held(wider_role) == RULES[Role.STREET_LEADER].permissions


def test_a_migration_gives_a_permission_that_did_not_exist_before(wider_role):
    Permission.objects.filter(codename="lodge_for_caller").delete()
    call_command("migrate", verbosity=0)
    assert "lodge_for_caller" in held(wider_role)


def test_a_half_migrated_database_is_left_alone(wider_role):
    applied = MigrationRecorder(connection).migration_qs.filter(app="accounts")
    applied.filter(pk=applied.order_by("-pk").values("pk")[:1]).update(name="0000_older")
    accounts = apps.get_app_config("accounts")
    renew_grants(accounts, app_config=accounts, using="default", verbosity=0)
    assert "lodge_for_caller" not in held(wider_role)


def test_the_night_takes_the_grants_of_an_ended_post(cast):
    long_ago = timezone.localdate() - timedelta(days=100)
    Post.objects.filter(user=cast.dispatcher).update(start=long_ago, end=long_ago)
    renew_grants_by_date()
    assert held(cast.dispatcher) == set()


def test_everybody_is_reached_in_batches_of_few_queries(cast, monkeypatch, django_assert_max_num_queries):
    people = User.objects.bulk_create(User(username=f"u{n}", password="!") for n in range(60))
    day = timezone.localdate() - timedelta(days=90)
    Post.objects.bulk_create(
        Post(user=user, unit=cast.street, role=Role.STREET_DISPATCHER, start=day) for user in people
    )
    monkeypatch.setattr(actions, "BATCH", 20)
    with django_assert_max_num_queries(60):
        assert renew_grants_by_date() >= 60
    assert all(grants_of(user).on("dispatch_case", cast.street) for user in people)


def test_a_second_night_writes_nothing(cast):
    renew_grants_by_date()
    before = list(UnitGrant.objects.order_by("pk").values_list("pk", flat=True))
    renew_grants_by_date()
    assert list(UnitGrant.objects.order_by("pk").values_list("pk", flat=True)) == before
